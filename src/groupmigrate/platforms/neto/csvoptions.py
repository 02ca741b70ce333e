"""The options of Neto's files, as a connector gives them; and of its groups, which every way needs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from groupmigrate.model import Role
from groupmigrate.values import Encoding, Name

FACTORY_GROUPS = ("A", "B", "C", "D", "E", "F")
"""The groups of a new store (help pages of 2016 to 2018, read; newer ones are silent)."""
FACTORY_DEFAULT = "A"


def _group(name: str) -> str:
    if name.strip().isdigit():
        raise PydanticCustomError(
            "group", "a group whose name is a number cannot be told from the number of another group"
        )
    return name


GroupName = Annotated[Name, AfterValidator(_group)]


class GroupOptions(BaseModel):
    """The groups of a store that cannot be asked for them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    groups: tuple[GroupName, ...] = Field(
        (),
        examples=[["A", "Trade"]],
        description="The names of the store's groups, as Settings & tools > Customer groups shows them. "
        "Groups with members are found anyway; without a list A to F are taken to be there, too.",
    )
    default_group: GroupName = Field(
        FACTORY_DEFAULT, description="The group of everybody who registers: A, unless it was renamed."
    )

    def role(self, group: str) -> Role | None:
        """What a group stands for, by its name."""
        return Role.DEFAULT if group == self.default_group else None


class CsvImportOptions(GroupOptions):
    """A folder of files for the store's import wizard."""

    folder: Path = Field(
        examples=["../for-the-import"],
        description="The folder that the files are written to; it is made if it is not there. Relative to "
        "this file's folder. One folder is one delivery: take a new one after its files were imported.",
    )
    username_length: int = Field(
        15, ge=1, le=25, description="The longest username that the store's settings allow: 15, up to 25."
    )
    rows_per_file: int = Field(1000, ge=1, le=10000, description="The most customers in one file.")


class CsvExportOptions(GroupOptions):
    """The store's customers, as its export wizard writes them."""

    customers: Path = Field(
        examples=["../export/customers.csv"],
        description="The export of the customers, with all fields. Relative to this file's folder.",
    )
    encoding: Encoding = Field("utf-8", description="How the file is encoded.")
    delimiter: Literal[",", ";", "\t"] = Field(",", description="What stands between two columns.")
