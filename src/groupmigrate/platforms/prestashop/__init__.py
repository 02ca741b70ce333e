"""The PrestaShop room's card: what can be reached how, and the options of a connector file."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from groupmigrate.platforms.base import Card, Way
from groupmigrate.platforms.prestashop.csvoptions import CsvExportOptions, CsvImportOptions
from groupmigrate.platforms.timezones import TimeZone
from groupmigrate.platforms.weboptions import PacedWebOptions
from groupmigrate.secret import SecretRef


def _shops(chosen: int | str) -> int | str:
    text = str(chosen)
    if not re.fullmatch("[1-9][0-9]{0,9}|all|group:[1-9][0-9]{0,9}", text):
        raise PydanticCustomError(
            "shops",
            "this should be the number of a shop, or `all`, or `group:` and the number of a shop group",
        )
    return int(text) if text.isdigit() else text


class WebserviceOptions(PacedWebOptions):
    """The options of `via: webservice`."""

    practice_only = ("seed", "faults", "release", "multistore")

    url: str = Field(
        examples=["https://shop.example.com"],
        description="The shop's main address exactly as the shop has it (http or https, with or without "
        "www); or `sandbox`: a practice shop on this machine that starts by itself.",
    )
    key: SecretRef | None = Field(
        None,
        description="Where the webservice key (32 characters) is kept: env:NAME, file:PATH or "
        "keyring:SERVICE/NAME. Needed for every shop but the sandbox.",
    )
    shop: Annotated[int | str, AfterValidator(_shops)] | None = Field(
        None,
        description="Which shop of a multistore: its id; to read several `all`, or `group:2` for the shops "
        "of shop group 2. Without it the default shop is used.",
    )
    timezone: TimeZone | None = Field(
        None, description="The time zone of the shop's dates; without it the shop's own setting."
    )
    always_customer_group: bool = Field(
        True,
        description="Put every customer into the shop's Customer group, too. Without it customers of groups "
        "that were made over the webservice may meet an almost empty shop.",
    )
    language: str | None = Field(
        None,
        pattern="^[a-z]{2}$",
        description="The language (ISO 639, two letters) of customers whose own language is not known or not "
        "in the shop; without it the shop's default language.",
    )
    cookie_key: SecretRef | None = Field(
        None,
        description="Where the shop's cookie key is kept, for `passwords: carry` from a PrestaShop 1.6 or a "
        "shop that was upgraded from one: their old hashes are of no use without it. It is `_COOKIE_KEY_` in "
        "config/settings.inc.php (1.6), `cookie_key` in app/config/parameters.php (since 1.7).",
    )
    connections: int = Field(2, ge=1, le=8, description="How many requests may be under way at once.")
    page_size: int = Field(1000, ge=1, le=10000, description="How many customers are read at once.")
    release: Literal["1.6", "1.7", "8", "9"] | None = Field(
        None, description="Sandbox only: the PrestaShop that a new practice shop is; without it the newest."
    )
    multistore: bool = Field(
        False, description="Sandbox only: whether a new practice shop is four shops; 3 and 4 share customers."
    )

    @field_validator("url")
    @classmethod
    def _without_api(cls, address: str) -> str:
        return address.removesuffix("/api")

    @property
    def one_shop(self) -> bool:
        """Whether one shop is meant: the only kind that can be written to."""
        return not isinstance(self.shop, str)

    @model_validator(mode="after")
    def _fits_the_url(self) -> Self:
        if not self.is_sandbox and self.key is None:
            raise PydanticCustomError("key", "`key` is missing: the shop's webservice asks for one")
        return self


CARD = Card(
    name="prestashop",
    title="PrestaShop",
    versions="1.6, 1.7, 8 and 9; 1.6.1.25, 1.7.6.2 and 9.1.4 were run, and the webservice of 8.2.6",
    ways=(
        Way(
            name="webservice",
            options=WebserviceOptions,
            store="groupmigrate.platforms.prestashop.store:Webservice",
            reads=True,
            writes=True,
            tells_changes=True,
            removes="deletes",
        ),
        Way(
            name="csv-import",
            options=CsvImportOptions,
            store="groupmigrate.platforms.prestashop.csvimport:CsvImport",
            reads=True,
            writes=True,
        ),
        Way(
            name="csv-export",
            options=CsvExportOptions,
            store="groupmigrate.platforms.prestashop.csvexport:CsvExport",
            reads=True,
            writes=False,
        ),
    ),
    can=(
        "read customers with all their groups and addresses",
        "create customers, silently: the webservice sends no mail",
        "change the groups and data of customers",
        "write files for the shop's import page, where there is no key",
        "read exports of the SQL Manager, or the list of customers that the back office exports",
        "read only who was changed since the last time",
        "create guests, where the shop lets people buy without an account",
        "several groups for each customer, one of them the default group that decides prices",
        "read one shop of a multistore, a group of shops or all; write to one",
    ),
    cannot=(
        'take password hashes over (it gives them away): new customers use "forgot password"',
        "hold middle names, name prefixes and suffixes, fax numbers or tax numbers of customers",
    ),
    builtin_groups="Visitor (people not logged in), Guest (bought without an account), Customer (the default "
    "group). Known by the shop's settings, whatever their names are.",
    sandbox="groupmigrate.platforms.prestashop.sandbox:serve",
    details={
        "mails": "none",
        "speed": "about 12 creations a second: the shop hashes a password for each",
        "lengths": "names, e-mail and company 255 characters (1.6: 32, 128 and 64), street lines 128, "
        "city 64, post code 12",
        "emoji": "kept since 1.7.7; blocked before, because the shop would store question marks",
    },
)
