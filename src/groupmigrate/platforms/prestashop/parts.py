"""A folder of numbered import files: customers-0001.csv with addresses-0001.csv, and so on.

It reads and writes rows; what is in their cells is not its matter. A file is replaced in one step, so it is
always whole: after a kill it is the old one or the new one.
"""

from __future__ import annotations

import csv
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from groupmigrate.disk import disk_errors
from groupmigrate.platforms.csvfile import CsvFile, Sheet
from groupmigrate.platforms.prestashop import sheets

Cells = dict[str, str]

_NAME = re.compile(r"customers-([0-9]{4,})\.csv", re.ASCII)


@dataclass
class Part:
    """The rows of one pair of files. Rows are counted from 1, and never move."""

    number: int
    customers: list[Cells] = field(default_factory=list)
    addresses: dict[str, list[Cells]] = field(default_factory=dict)
    """By the customer's e-mail as it is written in the customer's row."""

    def add(self, customer: Cells) -> int:
        """Add a customer's row and return its number."""
        self.customers.append(customer)
        return len(self.customers)

    def homes(self, row: int) -> list[Cells]:
        """The rows of the addresses of a customer, to be read or added to."""
        return self.addresses.setdefault(self.customers[row - 1]["email"], [])

    def put(self, row: int, customer: Cells) -> None:
        """Replace a customer's row; the addresses follow if the e-mail changes."""
        homes = self.addresses.pop(self.customers[row - 1]["email"], [])
        self.customers[row - 1] = customer
        self.addresses[customer["email"]] = [{**home, "customer_email": customer["email"]} for home in homes]


class PartFolder:
    """The files in a folder, which need not be there yet."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def numbers(self) -> list[int]:
        """The numbers of all parts, ascending."""
        with disk_errors(self.path):
            names = [path.name for path in self.path.iterdir()] if self.path.exists() else []
        return sorted(int(found[1]) for name in names if (found := _NAME.fullmatch(name)))

    def read(self, number: int) -> Part:
        """A part. Addresses of nobody in it are left out. Raises StoreError for what cannot be read."""
        part = Part(number, [cells for _, cells in self._file("customers", number, sheets.CUSTOMERS).rows()])
        homes: defaultdict[str, list[Cells]] = defaultdict(list)
        if self._path("addresses", number).exists():
            for _, cells in self._file("addresses", number, sheets.ADDRESSES).rows():
                homes[cells["customer_email"]].append(cells)
        part.addresses = {cells["email"]: homes.pop(cells["email"], []) for cells in part.customers}
        return part

    def write(self, part: Part) -> None:
        """Save a part durably, customers first: who has no addresses yet after a kill is found and completed.

        Raises DiskError.
        """
        homes = [home for cells in part.customers for home in part.addresses.get(cells["email"], ())]
        self._write("customers", part.number, sheets.CUSTOMERS, part.customers)
        if homes or self._path("addresses", part.number).exists():
            self._write("addresses", part.number, sheets.ADDRESSES, homes)

    def write_text(self, name: str, text: str) -> None:
        """Save a text beside the parts. Raises DiskError."""
        with disk_errors(self.path):
            self._replace(self.path / name, text.splitlines(keepends=True))

    def _write(self, kind: str, number: int, sheet: Sheet, rows: Sequence[Cells]) -> None:
        names = [column.name for column in sheet.columns]
        lines = _Lines()
        # Without an escape character, as PHP's fgetcsv takes it where no cell holds a backslash.
        writer = csv.DictWriter(lines, names, delimiter=sheets.DELIMITER, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        with disk_errors(self.path):
            self._replace(self._path(kind, number), lines.written)

    def _replace(self, path: Path, lines: Iterable[str]) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.new")
        draft.unlink(missing_ok=True)
        with open(draft, "x", encoding="utf-8", newline="", opener=_private) as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        folder = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _file(self, kind: str, number: int, sheet: Sheet) -> CsvFile:
        return CsvFile(self._path(kind, number), sheet, delimiter=sheets.DELIMITER)

    def _path(self, kind: str, number: int) -> Path:
        return self.path / f"{kind}-{number:04d}.csv"


class _Lines:
    """What a csv writer writes into."""

    def __init__(self) -> None:
        self.written: list[str] = []

    def write(self, line: str) -> int:
        self.written.append(line)
        return len(line)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
