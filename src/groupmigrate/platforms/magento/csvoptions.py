"""The options of Magento's files, as a connector gives them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

FACTORY_GROUPS = {"0": "NOT LOGGED IN", "1": "General", "2": "Wholesale", "3": "Retailer"}
"""The groups that every new Magento has, by id."""


def _group_id(text: str) -> str:
    if not re.fullmatch(r"0|[1-9][0-9]{0,9}", text, re.ASCII):
        raise ValueError(f"a group is listed by its number, as in `1: General`; found {_shown(text)}")
    return text


def _group_name(text: str) -> str:
    if not text.strip():
        raise ValueError("a group's name cannot be empty")
    return text.strip()


def _language(text: str) -> str:
    if not re.fullmatch(r"[a-z]{2}", text):
        raise ValueError(
            f"a language is two small letters (ISO 639), as in `default: en`; found {_shown(text)}"
        )
    return text


def _encoding(name: str) -> str:
    try:
        "".encode(name)
    except (LookupError, ValueError):
        message = f"no encoding is called {_shown(name)}; utf-8, cp1252 and cp1250 are common"
        raise ValueError(message) from None
    return name


def _shown(text: str) -> str:
    return f'"{text[:40]}…"' if len(text) > 40 else f'"{text}"'


GroupId = Annotated[str, AfterValidator(_group_id)]
GroupName = Annotated[str, AfterValidator(_group_name)]
Language = Annotated[str, AfterValidator(_language)]
Encoding = Annotated[str, AfterValidator(_encoding)]


class CsvExportOptions(BaseModel):
    """Magento's own CSV exports, as System > Data Transfer > Export writes them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    customers: Path = Field(
        examples=["../export/customer.csv"],
        description="The export of the entity type Customers Main File. Relative to this file's folder.",
    )
    addresses: Path | None = Field(
        default=None,
        examples=["../export/customer_address.csv"],
        description="The export of the entity type Customer Addresses, made at the same time. "
        "Without it nobody has an address.",
    )
    groups: dict[GroupId, GroupName] | None = Field(
        default=None,
        description="Group id: name, as Customers > Customer Groups shows them, because the exports hold ids "
        "only. Without it the four groups of a new Magento are taken. A group that is not listed is named "
        "id:NUMBER.",
    )
    default_group: int = Field(
        default=1,
        ge=0,
        validate_default=True,
        description="The id of the group of everybody who registers: Stores > Configuration > Customers > "
        "Customer Configuration > Default Group.",
    )
    languages: dict[str, Language] = Field(
        default_factory=dict,
        description="Store view code: language of its customers, two letters (ISO 639). Customers of other "
        "store views have no language, and get the target's default.",
    )
    encoding: Encoding = Field(
        default="utf-8",
        description="How the files are encoded. Magento writes UTF-8; a spreadsheet program may have saved "
        "them as cp1252 or cp1250. A byte order mark is accepted.",
    )
    delimiter: Literal[",", ";", "|", "\t"] = Field(
        default=",",
        description='What stands between two cells. Magento writes a comma; a tab is written as "\\t".',
    )

    @field_validator("default_group")
    @classmethod
    def _default_group_has_a_name(cls, number: int, info: ValidationInfo) -> int:
        groups = info.data.get("groups")
        if groups and str(number) not in groups:
            raise ValueError(f"the default group has the number {number}, which `groups:` does not list")
        return number

    @property
    def group_names(self) -> dict[str, str]:
        """The names of the groups by id, the factory's where the connector gives none."""
        return self.groups or FACTORY_GROUPS
