"""A folder of numbered import files: customers-0001.csv, with or without addresses-0001.csv, and so on.

It reads and writes rows; what is in their cells is not its matter. A file is replaced in one step, so it is
always whole: after a kill it is the old one or the new one.
"""

from __future__ import annotations

import csv
import os
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Protocol

from groupmigrate.disk import disk_errors
from groupmigrate.platforms.csvfile import CsvFile, Sheet

Cells = dict[str, str]
Rows = dict[str, list[Cells]]
"""Rows by the kind of file that they stand in."""

CUSTOMERS, ADDRESSES = "customers", "addresses"


@dataclass
class Entry:
    """A customer's cells and those of the addresses."""

    customer: Cells
    homes: list[Cells] = field(default_factory=list)


@dataclass
class Part:
    """The customers of one number. They are counted from 1, and never move."""

    number: int
    entries: list[Entry] = field(default_factory=list)


class Layout(Protocol):
    """How the customers of a part are spread over its files."""

    @property
    def delimiter(self) -> str:
        """What stands between two cells."""

    @property
    def sheets(self) -> Mapping[str, Sheet]:
        """The files of a part by kind, in the order in which they are written. Every part has the first."""

    def split(self, entries: Sequence[Entry]) -> Rows:
        """The rows of every file."""

    def join(self, rows: Rows) -> list[Entry]:
        """The customers in the rows. Addresses of nobody in them are left out."""


@dataclass(frozen=True)
class Pair:
    """Customers in one file, and addresses that name their customer in another."""

    customers: Sheet
    addresses: Sheet
    link: Mapping[str, str]
    """The columns of an address that name its customer, and those of the customer that they repeat."""
    delimiter: str = ","

    @property
    def sheets(self) -> Mapping[str, Sheet]:
        """Customers first: who has no addresses yet after a kill is found and completed."""
        return {CUSTOMERS: self.customers, ADDRESSES: self.addresses}

    def split(self, entries: Sequence[Entry]) -> Rows:
        """The rows of both files."""
        homes = [{**home, **self._owner(entry.customer)} for entry in entries for home in entry.homes]
        return {CUSTOMERS: [entry.customer for entry in entries], ADDRESSES: homes}

    def join(self, rows: Rows) -> list[Entry]:
        """The customers, each with the addresses that name them."""
        homes: defaultdict[tuple[str, ...], list[Cells]] = defaultdict(list)
        for home in rows[ADDRESSES]:
            homes[tuple(home[name] for name in self.link)].append(home)
        return [Entry(one, homes.pop(tuple(self._owner(one).values()), [])) for one in rows[CUSTOMERS]]

    def _owner(self, customer: Cells) -> Cells:
        return {name: customer[repeated] for name, repeated in self.link.items()}


@dataclass(frozen=True)
class Single:
    """Customers in one file, without addresses."""

    kind: str
    sheet: Sheet
    delimiter: str = ","

    @property
    def sheets(self) -> Mapping[str, Sheet]:
        """The one file."""
        return {self.kind: self.sheet}

    def split(self, entries: Sequence[Entry]) -> Rows:
        """The customers."""
        return {self.kind: [entry.customer for entry in entries]}

    def join(self, rows: Rows) -> list[Entry]:
        """The customers."""
        return [Entry(cells) for cells in rows[self.kind]]


class PartFolder:
    """The files in a folder, which need not be there yet. They are CSV unless a subclass says otherwise."""

    suffix = "csv"

    def __init__(self, path: Path, layout: Layout) -> None:
        self.path = path
        self._layout = layout
        self._first = next(iter(layout.sheets))

    def numbers(self) -> list[int]:
        """The numbers of all parts, ascending."""
        with disk_errors(self.path):
            names = [path.name for path in self.path.iterdir()] if self.path.exists() else []
        pattern = rf"{self._first}-([0-9]{{4,}})\.{self.suffix}"
        found = (re.fullmatch(pattern, name, re.ASCII) for name in names)
        return sorted(int(match[1]) for match in found if match)

    def read(self, number: int) -> Part:
        """A part. Raises StoreError for what cannot be read."""
        return Part(number, self._layout.join(self._load(number)))

    def last(self, most: int) -> Part:
        """The part that the next customer goes into, if one holds so many; a new one is not written yet."""
        numbers = self.numbers()
        part = self.read(numbers[-1]) if numbers else Part(1)
        return part if len(part.entries) < most else Part(part.number + 1)

    def write(self, part: Part) -> None:
        """Save a part durably. Raises DiskError."""
        rows = self._layout.split(part.entries)
        with disk_errors(self.path):
            self._save(part.number, rows)

    def write_text(self, name: str, text: str) -> None:
        """Save a text beside the parts. Raises DiskError."""
        with disk_errors(self.path):
            self._replace(self.path / name, text.encode())

    def _load(self, number: int) -> Rows:
        """The rows of all files of a part."""
        rows: Rows = {}
        for kind, sheet in self._layout.sheets.items():
            path = self._path(kind, number)
            file = CsvFile(path, sheet, delimiter=self._layout.delimiter)
            there = kind == self._first or path.exists()
            rows[kind] = [cells for _, cells in file.rows()] if there else []
        return rows

    def _save(self, number: int, rows: Rows) -> None:
        """Write all files of a part."""
        for kind, some in rows.items():
            path = self._path(kind, number)
            if kind == self._first or some or path.exists():
                self._replace(path, self._csv(self._layout.sheets[kind], some))

    def _csv(self, sheet: Sheet, rows: Sequence[Cells]) -> bytes:
        # A column that is not there changes nothing in a shop, where an empty cell may empty a field.
        names = [one.name for one in sheet.columns if one.needed or any(row[one.name] for row in rows)]
        text = StringIO(newline="")
        # Without an escape character: shops read with PHP's fgetcsv, which has one of its own or none.
        writer = csv.DictWriter(
            text, names, delimiter=self._layout.delimiter, lineterminator="\n", extrasaction="ignore"
        )
        writer.writeheader()
        writer.writerows(rows)
        return text.getvalue().encode()

    def _replace(self, path: Path, content: bytes) -> None:
        """Put a file in its place in one step; a new folder or file is for its owner only."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.new")
        draft.unlink(missing_ok=True)
        with open(draft, "xb", opener=_private) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        folder = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _path(self, kind: str, number: int) -> Path:
        return self.path / f"{kind}-{number:04d}.{self.suffix}"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
