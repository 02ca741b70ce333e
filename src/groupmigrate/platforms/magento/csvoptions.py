"""The options of Magento's files, both ways, as a connector gives them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from groupmigrate.model import Role
from groupmigrate.platforms.magento.limits import NO_POSTCODE
from groupmigrate.platforms.magento.sheets import OF_EVERY_SHOP
from groupmigrate.values import Encoding

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


def _code(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", text, re.ASCII):
        raise ValueError(f"a code is made of letters, digits and _, as in `base`; found {_shown(text)}")
    return text


def _own_code(text: str) -> str:
    if text in OF_EVERY_SHOP:
        raise ValueError(f"{_shown(text)} is a column of every shop, and no attribute that it added")
    return _code(text)


def _country(text: str) -> str:
    if not re.fullmatch("[A-Z]{2}", text):
        raise ValueError(f"a country is two capital letters (ISO 3166-1), as in `GB`; found {_shown(text)}")
    return text


def _shown(text: str) -> str:
    return f'"{text[:40]}…"' if len(text) > 40 else f'"{text}"'


GroupId = Annotated[str, AfterValidator(_group_id)]
GroupName = Annotated[str, AfterValidator(_group_name)]
Language = Annotated[str, AfterValidator(_language)]
Code = Annotated[str, AfterValidator(_code)]
OwnCode = Annotated[str, AfterValidator(_own_code)]
CountryCode = Annotated[str, AfterValidator(_country)]


class GroupOptions(BaseModel):
    """The groups and store views of a shop that cannot be asked for them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    groups: dict[GroupId, GroupName] | None = Field(
        default=None,
        description="Group id: name, as Customers > Customer Groups shows them, because the files hold ids "
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

    def role(self, group: str) -> Role | None:
        """What a group stands for, by its id."""
        # Group 0 is NOT LOGGED IN in every Magento, and cannot be deleted (2.4.7, run).
        return {str(self.default_group): Role.DEFAULT, "0": Role.VISITOR}.get(group)


class CsvImportOptions(GroupOptions):
    """A folder of files for Magento's own import (System > Data Transfer > Import)."""

    folder: Path = Field(
        examples=["../for-the-import"],
        description="The folder that the files are written to; it is made if it is not there. Relative to "
        "this file's folder. One folder is one delivery: take a new one after its files were imported.",
    )
    files: Literal["composite", "pair"] = Field(
        default="composite",
        description="composite: customers with their addresses in one file (Customers and Addresses, single "
        "file); pair: a file of customers (Customers Main File) and one of addresses (Customer Addresses).",
    )
    existing: Path | None = Field(
        default=None,
        examples=["../export/new-shop.csv"],
        description="The shop's own export of Customers Main File, made right before. With it the plan knows "
        "who is in the shop, and changes of group become files, too. Without it everybody counts as new.",
    )
    website: Code = Field(
        default="base",
        description="The code of the website that customers belong to (Stores > Settings > All Stores).",
    )
    store: Code = Field(
        default="default",
        description="The code of the store view of customers whose language is not in `languages`.",
    )
    auto_group: bool = Field(
        default=False,
        description="Let the shop move new customers by their VAT number. Off, `Disable Automatic Group "
        "Change` is set for them, else the shop may undo the mapping later.",
    )
    no_postcode: tuple[CountryCode, ...] = Field(
        default=NO_POSTCODE,
        description="Countries whose addresses need no post code: Stores > Configuration > General > Country "
        "Options.",
    )
    attributes: dict[OwnCode, tuple[str, ...]] = Field(
        default_factory=dict,
        examples=[{"loyalty_no": [], "tier": ["Gold", "Silver"]}],
        description="Attributes that the shop added and that a mapping may take along, by code, each with "
        "the labels of its options as the admin shows them; [] for plain text.",
    )
    rows_per_file: int = Field(
        default=2000,
        ge=1,
        le=100_000,
        description="The most customers in one file. A server of PHP takes files of 2 MB unless it is told "
        "otherwise; 2,000 customers with an address each are about 0.7 MB.",
    )

    def store_for(self, language: str) -> str:
        """The code of the store view for customers of a language."""
        return next((store for store, spoken in self.languages.items() if spoken == language), self.store)


class CsvExportOptions(GroupOptions):
    """Magento's own CSV exports, as System > Data Transfer > Export writes them."""

    customers: Path = Field(
        examples=["../export/customer.csv"],
        description="The export of the entity type Customers Main File; of a Magento 1 or OpenMage the "
        "export of Customers, which holds the addresses, too. Relative to this file's folder.",
    )
    addresses: Path | None = Field(
        default=None,
        examples=["../export/customer_address.csv"],
        description="The export of the entity type Customer Addresses, made at the same time. "
        "Without it nobody has an address.",
    )
    attributes: dict[OwnCode, Literal["one", "several"]] = Field(
        default_factory=dict,
        examples=[{"loyalty_no": "one", "hobbies": "several"}],
        description="Attributes that the shop added, by the names of their columns. one: the cell is the "
        "value; several: the cell is a list with commas, of an attribute with several options.",
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
