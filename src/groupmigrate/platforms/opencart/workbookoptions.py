"""The options of the Export/Import Tool's workbooks, both ways, as a connector gives them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from groupmigrate.platforms.timezones import TimeZone
from groupmigrate.values import Name, Names

CountryCode = Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]


def _exports(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    if not paths:
        raise PydanticCustomError("files", "at least one workbook is needed")
    return paths


class _WorkbookOptions(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    default_group: Name = Field(
        "Default",
        description="The name of the group of everybody who registers (System > Settings > Option).",
    )
    countries: dict[CountryCode, Name] = Field(
        {},
        description="Country code: the country's name in the shop's default language, where it is not the "
        "English one of a new OpenCart.",
    )
    timezone: TimeZone | None = Field(
        None, description="The shop's time zone, for the dates of registration; without it UTC."
    )


class WorkbookExportOptions(_WorkbookOptions):
    """Workbooks that the shop's Export/Import Tool wrote."""

    files: Annotated[tuple[Path, ...], AfterValidator(_exports)] = Field(
        examples=[["../export/customers.xlsx"]],
        description="The workbooks, in the order of the customers' ids; a large shop is exported in several. "
        "Relative to this file's folder.",
    )


class WorkbookImportOptions(_WorkbookOptions):
    """A folder of workbooks for the shop's Export/Import Tool."""

    folder: Path = Field(
        examples=["../for-the-import"],
        description="The folder that the workbooks are written to; it is made if it is not there. Relative "
        "to this file's folder. One folder is one delivery: take a new one after its files were imported.",
    )
    release: Literal["2.3", "3.0", "4.0", "4.1"] = Field(
        examples=["4.1"],
        description="The shop's OpenCart: columns, lengths and names of countries depend on it.",
    )
    first_customer_id: int = Field(
        ge=1,
        le=1_000_000_000,
        examples=[100001],
        description="The id of the first new customer. It must be above every id in the shop: the tool "
        "replaces whoever has an id already.",
    )
    groups: Names = Field(
        examples=[["Default", "Trade"]],
        description="The names of the groups in the shop's default language, letter by letter.",
    )
    zones: bool = Field(
        True,
        description="Write states and provinces, by the names that a new OpenCart has (of AU, BG, CA, DE, "
        "ES, FR, GB, RO and US). The tool refuses the whole file for a name that the shop does not know.",
    )
    rows_per_file: int = Field(1000, ge=1, le=10000, description="The most customers in one workbook.")
