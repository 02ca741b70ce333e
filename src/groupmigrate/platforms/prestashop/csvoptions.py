"""The options of PrestaShop's files, both ways, as a connector gives them."""

from __future__ import annotations

import re
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from groupmigrate.model import Role
from groupmigrate.platforms.timezones import TimeZone
from groupmigrate.values import Encoding, Id, Name

FACTORY_GROUPS = {"1": "Visitor", "2": "Guest", "3": "Customer"}
"""The built-in groups of every new PrestaShop, by id (1.6 to 9.1.4, run)."""


def _shop_version(text: str) -> str:
    if not re.fullmatch(r"[89](\.[0-9]{1,3}){0,3}", text, re.ASCII):
        raise PydanticCustomError("shop_version", "this should be a version of PrestaShop 8 or 9, as 9.1.4")
    return text


def _country(text: str) -> str:
    if not re.fullmatch("[A-Z]{2}", text):
        raise PydanticCustomError(
            "country", "a country is listed by two capital letters (ISO 3166-1), as in `RO: Romania`"
        )
    return text


ShopVersion = Annotated[str, AfterValidator(_shop_version)]
LanguageCode = Annotated[str, StringConstraints(pattern="^[a-z]{2}$")]
CountryCode = Annotated[str, AfterValidator(_country)]


class GroupOptions(BaseModel):
    """The groups and the time zone of a shop that cannot be asked for them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    groups: dict[Id, Name] = Field(
        examples=[{"4": "Trade"}],
        description="Group id: name, as Customers > Groups shows them. The three built-in groups may be left "
        "out.",
    )
    customer_group: int = Field(
        3, ge=1, description="The id of the group of everybody who registers (Customers default group)."
    )
    visitor_group: int = Field(1, ge=1, description="The id of the group of people who are not logged in.")
    guest_group: int = Field(2, ge=1, description="The id of the group of people who buy without an account.")

    timezone: TimeZone | None = Field(None, description="The shop's time zone; without it UTC.")

    @property
    def zone(self) -> tzinfo:
        """The shop's time zone, or UTC."""
        return ZoneInfo(self.timezone) if self.timezone else UTC

    @property
    def group_names(self) -> dict[str, str]:
        """The names of all groups by id, the built-in ones among them."""
        built_in = (self.visitor_group, self.guest_group, self.customer_group)
        factory = zip(built_in, FACTORY_GROUPS.values(), strict=True)
        return {str(id_): name for id_, name in factory} | self.groups

    def role(self, group: str) -> Role | None:
        """What a group stands for, by its id."""
        return {
            str(self.visitor_group): Role.VISITOR,
            str(self.guest_group): Role.GUEST,
            str(self.customer_group): Role.DEFAULT,
        }.get(group)


class CsvImportOptions(GroupOptions):
    """A folder of files for the shop's import page (Advanced Parameters > Import)."""

    folder: Path = Field(
        examples=["../for-the-import"],
        description="The folder that the files are written to; it is made if it is not there. Relative to "
        "this file's folder. One folder is one delivery: take a new one after its files were imported.",
    )
    shop_version: ShopVersion = Field(
        examples=["9.1.4"],
        description="The shop's version, 8 or 9, as Advanced Parameters > Information shows it: the lengths "
        "and characters that are allowed depend on it.",
    )
    always_customer_group: bool = Field(
        True,
        description="Put every customer into the shop's Customer group, too. Without it customers of groups "
        "that lack modules or categories may meet an almost empty shop.",
    )
    countries: dict[CountryCode, Name] = Field(
        {},
        description="Country code: the country's name in one of the shop's languages, or its id "
        "(International > Locations > Countries). Those that are not listed are written with their English "
        "names.",
    )
    states: bool = Field(
        True,
        description="Write states and provinces, by the names that a new PrestaShop has. Turn it off for a "
        "shop that lacks some of them: its import page would make new ones, of no country.",
    )
    language: str = Field(
        "en",
        pattern="^[a-z]{2}$",
        description="The back office's language (ISO 639, two letters) of the person who imports: all new "
        "customers get it, because the files have no column for it.",
    )
    rows_per_file: int = Field(1000, ge=1, le=10000, description="The most customers in one file.")

    @property
    def version_numbers(self) -> tuple[int, ...]:
        """ "9.1.4" as (9, 1, 4)."""
        return tuple(int(part) for part in self.shop_version.split("."))


class CsvExportOptions(GroupOptions):
    """Files of the back office: tables as its SQL Manager exports them, or the list Customers > Export."""

    customers: Path = Field(
        examples=["../export/customers.csv"],
        description="The export of the customers' query, which the PrestaShop page gives; without "
        "`memberships` the file of Customers > Export. Relative to this file's folder.",
    )
    memberships: Path | None = Field(
        None,
        examples=["../export/memberships.csv"],
        description="The export of the memberships' query. Without it `customers` is the list Customers > "
        "Export of PrestaShop 8 or 9, which tells the default group only, by the names in `groups`.",
    )
    addresses: Path | None = Field(
        None,
        examples=["../export/addresses.csv"],
        description="The export of the addresses' query. Without it nobody has an address.",
    )
    countries: Path | None = Field(
        None,
        examples=["../export/countries.csv"],
        description="The export of the countries' query; needed with `addresses`.",
    )
    states: Path | None = Field(
        None,
        examples=["../export/states.csv"],
        description="The export of the states' query. Without it no address has a region.",
    )
    languages: dict[Id, LanguageCode] = Field(
        {},
        description="Language id: language (ISO 639, two letters), as International > Localization > "
        "Languages shows them. Customers of other languages have none, and get the target's default.",
    )
    encoding: Encoding = Field(
        "utf-8",
        description="How the files are encoded: the SQL Manager's own setting, utf-8 or iso-8859-1. The list "
        "is UTF-8; a spreadsheet program may have saved it as cp1252 or cp1250.",
    )

    @model_validator(mode="after")
    def _tables_come_together(self) -> Self:
        strays = [name for name in ("addresses", "countries", "states") if getattr(self, name)]
        if strays and not self.memberships:
            raise PydanticCustomError(
                "memberships", "`memberships` is missing: `{table}` goes with it", {"table": strays[0]}
            )
        return self

    @model_validator(mode="after")
    def _addresses_have_countries(self) -> Self:
        if self.addresses and not self.countries:
            raise PydanticCustomError("countries", "`countries` is missing: `addresses` needs it")
        return self
