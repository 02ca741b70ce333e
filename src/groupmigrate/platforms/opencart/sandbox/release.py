"""The releases that the practice shop can be, and their tables as `tables.toml` declares them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

OLD = "2.3 3.0 4.0"
NEW = "4.1 upgraded"

_SPEC = re.compile(
    r"(?P<kind>id|key )?(?P<type>[a-z]+(\([0-9,]+\))?)?(?P<null> not null| null)?"
    r"( = (?P<default>\S+))?(?P<index> index)?"
)


@dataclass(frozen=True)
class Column:
    """One column. `type` is as MariaDB writes it: "varchar(32)"."""

    name: str
    type: str
    counted: bool = False
    """The primary key, and counted up."""
    key: bool = False
    """In the primary key."""
    nullable: bool = False
    default: str | None = None
    indexed: bool = False

    @property
    def length(self) -> int:
        """The most characters of a text column; 0 for all others and for those without a limit."""
        found = re.fullmatch(r"(?:var)?char\((\d+)\)", self.type)
        return int(found[1]) if found else 0

    @property
    def is_text(self) -> bool:
        """Whether it holds text, which is stored escaped."""
        return "char" in self.type or "text" in self.type

    @property
    def neutral(self) -> str | int:
        """What is stored where nothing is known: OpenCart leaves such columns to a lenient database."""
        if self.type.startswith("date"):
            return "0000-00-00 00:00:00"
        return "" if self.is_text else 0


@dataclass(frozen=True)
class Release:
    """One release of OpenCart."""

    name: str
    version: str
    """The version whose tables these are."""

    @property
    def waits_by_status(self) -> bool:
        """Who waits for approval has status 0 and a row of customer_approval; 2.3 has `approved` instead."""
        return self.name != "2.3"

    @cached_property
    def tables(self) -> Mapping[str, Mapping[str, Column]]:
        """The columns of every table, by name."""
        declared = tomllib.loads(files(__package__).joinpath("tables.toml").read_text(encoding="utf-8"))
        return {
            table: {name: found for name, spec in columns.items() if (found := self._column(name, spec))}
            for table, columns in declared.items()
            if self.has(columns.pop("in", ""))
        }

    def has(self, releases: str) -> bool:
        """Whether a list of releases has this one; an empty list has all."""
        releases = releases.replace("old", OLD).replace("new", NEW)
        return not releases or self.name in releases.split()

    def _column(self, name: str, spec: str | Mapping[str, str]) -> Column | None:
        if not isinstance(spec, str):
            chosen = [each for releases, each in spec.items() if self.has(releases)]
            return self._column(name, chosen[0]) if chosen else None
        found = _SPEC.fullmatch(spec)
        if not found:
            raise ValueError(f"tables.toml: {name} = {spec!r}")
        counted, key = found["kind"] == "id", found["kind"] is not None
        loose = self.has(NEW) and not key
        return Column(
            name,
            "int(11)" if counted else found["type"],
            counted=counted,
            key=key,
            nullable=loose if found["null"] is None else found["null"] == " null",
            default=found["default"],
            indexed=bool(found["index"]),
        )


RELEASES = {
    name: Release(name, version)
    for name, version in {
        "2.3": "2.3.0.2",
        "3.0": "3.0.3.9",
        "4.0": "4.0.2.3",
        "4.1": "4.1.0.4",
        "upgraded": "4.1.0.4, upgraded from 3.0.3.9",
    }.items()
}
"""By the names that `--version` takes, oldest first; "upgraded" is a 3.0 that became a 4.1."""
