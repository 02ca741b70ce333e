"""The Magento room: what the program knows about Magento 2 and Adobe Commerce."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from groupmigrate.platforms.base import Card, Way

FACTORY_GROUPS = {"0": "NOT LOGGED IN", "1": "General", "2": "Wholesale", "3": "Retailer"}
"""The groups that every new Magento has, by id."""

GroupId = Annotated[str, StringConstraints(pattern=r"^(0|[1-9][0-9]{0,9})$")]
GroupName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]


class CsvOptions(BaseModel):
    """Magento's own CSV exports, as System > Data Transfer > Export writes them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    customers: Path = Field(
        description="The export of the entity type Customers Main File. Relative to this file's folder."
    )
    addresses: Path | None = Field(
        default=None,
        description="The export of the entity type Customer Addresses, made at the same time. "
        "Without it nobody has an address.",
    )
    groups: dict[GroupId, GroupName] | None = Field(
        default=None,
        description="Group id: name, as Customers > Customer Groups shows them, because the exports hold ids "
        "only. Without it the four groups of a new Magento are taken. A group that is not listed is named "
        "id:NUMBER.",
    )
    default_group: GroupId = Field(
        default="1",
        description="The id of the group of everybody who registers: Stores > Configuration > Customers > "
        "Customer Configuration > Default Group.",
    )
    languages: dict[str, Language] = Field(
        default_factory=dict,
        description="Store view code: language of its customers, two letters (ISO 639). Customers of other "
        "store views have no language, and get the target's default.",
    )
    encoding: str = Field(
        default="utf-8",
        description="How the files are encoded. Magento writes UTF-8; a spreadsheet program may have saved "
        "them as cp1252 or cp1250. A byte order mark is accepted.",
    )
    delimiter: Literal[",", ";", "|", "\t"] = Field(
        default=",",
        description='What stands between two cells. Magento writes a comma; a tab is written as "\\t".',
    )

    @field_validator("encoding")
    @classmethod
    def _is_a_text_encoding(cls, name: str) -> str:
        try:
            "".encode(name)
        except LookupError:
            raise ValueError(f'no encoding is called "{name}"; utf-8, cp1252 and cp1250 are common') from None
        return name

    @model_validator(mode="after")
    def _default_group_has_a_name(self) -> CsvOptions:
        if self.default_group not in self.group_names:
            raise ValueError(f'default_group "{self.default_group}" is not listed in `groups:`')
        return self

    @property
    def group_names(self) -> dict[str, str]:
        """The names of the groups by id, the factory's where the connector gives none."""
        return FACTORY_GROUPS if self.groups is None else self.groups


CARD = Card(
    name="magento",
    title="Magento 2 / Adobe Commerce",
    versions="2.4.7 (CSV exports)",
    ways=(
        Way(
            name="csv",
            options=CsvOptions,
            store="groupmigrate.platforms.magento.store:CsvExport",
            reads=True,
            writes=False,
        ),
    ),
    can=(
        "read customers with their group and addresses from Magento's own CSV exports",
        "read customers of several websites apart from each other",
    ),
    cannot=(
        "write to Magento",
        "tell newsletter subscriptions and deactivated accounts: the exports do not hold them",
        "carry passwords: hashes and reset tokens in the exports are never read",
        "read customer segments: these are rules, not groups, and no export holds their members",
    ),
    builtin_groups="NOT LOGGED IN (id 0) is the visitor group; General (id 1) is the default group until the "
    "shop's configuration says otherwise. Wholesale (2) and Retailer (3) come with every new shop.",
    details={
        "groups": "exactly one per customer; the exports hold its number, the connector gives the names",
        "customer ids": "the number of the row in the customer export, the header not counted",
        "speed": "more than 25,000 customers a second; memory does not grow with the files",
    },
)
