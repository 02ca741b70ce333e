"""A customer export of Neto's wizard as a source. It reads a file and writes nothing."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import groupby, islice
from pathlib import Path
from sqlite3 import Connection

from groupmigrate.database import scratch, scratch_errors
from groupmigrate.errors import StoreError
from groupmigrate.model import Customer, Group
from groupmigrate.platforms.base import Check, Finding, Opening, Page, Severity
from groupmigrate.platforms.csvfile import CsvFile
from groupmigrate.platforms.neto import csvwire, sheets
from groupmigrate.platforms.neto.csvoptions import CsvExportOptions
from groupmigrate.platforms.neto.shop import Shop
from groupmigrate.platforms.parts import Cells

PAGE_SIZE = 1000


class CsvExport:
    """A Source. A customer's id is the username; the cursor is how many customers came before."""

    def __init__(self, options: CsvExportOptions, opening: Opening) -> None:
        self._options = options
        place = Path(os.path.normpath(opening.folder / options.customers))
        self._file = CsvFile(place, sheets.EXPORT, options.encoding, options.delimiter, optional=True)

    def check(self) -> Check:
        """Read the file completely, and say what would spoil a run."""
        return Check(
            store=self._file.path.name,
            version="Neto, an export of the wizard",
            rights={"customers": "read"},
            findings=tuple(self._findings()),
        )

    def groups(self) -> Sequence[Group]:
        """The groups that customers are in, and those that the connector names."""
        shop = Shop(self._options.default_group, self._options.groups)
        return shop.groups({group: count for group, count in self._members.items() if group})

    def customers(self, after: str = "") -> Iterator[Page]:
        """Pages in the order of the file."""
        number = int(after or 0)
        people = islice(self._people(), number, None)
        while batch := tuple(islice(people, PAGE_SIZE)):
            number += len(batch)
            yield Page(batch, cursor=str(number))

    def close(self) -> None:
        """Nothing is kept open between pages."""

    def _people(self) -> Iterator[Customer]:
        for entry in csvwire.entries(cells for _, cells in self._rows()):
            yield csvwire.customer(entry, entry.customer[sheets.USERNAME])

    def _rows(self) -> Iterator[tuple[int, Cells]]:
        for line, cells in self._file.rows():
            if not cells[sheets.USERNAME]:
                raise self._broken(line, "the row has no Username")
            yield line, cells

    @cached_property
    def _members(self) -> Counter[str]:
        """How many customers each group has; everybody is read, and proven to stand in one place only."""
        found: Counter[str] = Counter()
        database = scratch()
        try:
            database.execute("CREATE TABLE person(name TEXT PRIMARY KEY) WITHOUT ROWID")
            for name, rows in groupby(self._rows(), key=lambda row: row[1][sheets.USERNAME].casefold()):
                line, cells = next(rows)
                self._meet(database, name, line)
                found[cells["User Group"]] += 1
        finally:
            database.close()
        return found

    def _meet(self, database: Connection, name: str, line: int) -> None:
        with scratch_errors("usernames"):
            added = database.execute("INSERT OR IGNORE INTO person VALUES (?)", (name,)).rowcount
        if not added:
            raise self._broken(line, "the rows of this customer do not stand together")

    def _broken(self, line: int, message: str) -> StoreError:
        return StoreError(message, place=f"{self._file.path}:{line}", hint=sheets.EXPORT.origin, code="GM514")

    def _findings(self) -> Iterator[Finding]:
        try:
            nobody = self._members[""]
        except StoreError as error:
            yield Finding(error.code, Severity.ERROR, f"{error.place}: {error.message}", error.hint)
            return
        if nobody:
            yield Finding(
                "GM560",
                Severity.WARNING,
                f"{nobody:,} customers have no group in the export",
                "say in the mapping where they go: `unmapped: {to: GROUP}`",
            )
