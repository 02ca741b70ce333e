"""Magento's own CSV exports as a source of customers. It reads two files and writes nothing."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from itertools import islice
from pathlib import Path

from groupmigrate.errors import StoreError
from groupmigrate.identity import mask
from groupmigrate.model import Address, Customer, Group
from groupmigrate.platforms.base import Check, Finding, Opening, Page, Severity
from groupmigrate.platforms.csvfile import CsvFile, Sheet
from groupmigrate.platforms.magento import csvwire, sheets
from groupmigrate.platforms.magento.addressbook import AddressBook
from groupmigrate.platforms.magento.census import Census
from groupmigrate.platforms.magento.composite import home_of
from groupmigrate.platforms.magento.csvoptions import CsvExportOptions

PAGE_SIZE = 1000
Cells = dict[str, str]


class CsvExport:
    """A Source. The cursor is the number of rows read; a customer's id is the number of its row.

    Both files are read to their end before the first page: a broken row stops the work before it begins.
    """

    def __init__(self, options: CsvExportOptions, opening: Opening) -> None:
        self._options = options
        self._passwords = opening.passwords
        self._customer_file = self._file(opening.folder, options.customers, self._with_own(sheets.CUSTOMERS))
        self._address_file: CsvFile | None = None
        if options.addresses is not None:
            self._address_file = self._file(opening.folder, options.addresses, sheets.ADDRESSES)
        self._single = self._address_file is None and "_address_street" in self._customer_file.header()
        if self._single:
            self._customer_file = self._file(opening.folder, options.customers, self._with_own(sheets.SINGLE))
        self._book = AddressBook()

    def check(self) -> Check:
        """Read both files completely, and say what is in them and what would spoil a run."""
        return Check(
            store=self._customer_file.path.name,
            version=f"Magento {1 if self._single else 2} CSV export{self._written()}",
            rights={
                "customers": "read",
                "addresses": "read" if self._address_file or self._single else "not in the connector",
            },
            findings=tuple(self._findings()),
        )

    def groups(self) -> Sequence[Group]:
        """The groups that the connector names, and those that customers are in without a name."""
        names = self._options.group_names
        names = names | {group: f"id:{group}" for group in self._census.unnamed(names)}
        return [
            Group(id=group, name=name, role=self._options.role(group), members=self._census.members[group])
            for group, name in names.items()
        ]

    def customers(self, after: str = "") -> Iterator[Page]:
        """Yield the customers behind the row `after`, in the order of the file."""
        _, total = self._address_count, self._census.customers
        done = int(after or 0)
        rows = islice(enumerate(self._customer_rows(), 1), done, None)
        while batch := [(number, cells) for number, (_, cells) in islice(rows, PAGE_SIZE)]:
            owners = [csvwire.owner(cells["_website"], cells["email"]) for _, cells in batch]
            addresses = self._book.of(owners)
            done += len(batch)
            yield Page(
                customers=tuple(
                    self._customer(cells, number, addresses.get(owner, ()))
                    for (number, cells), owner in zip(batch, owners, strict=True)
                ),
                cursor=str(done),
                total=total,
            )

    def close(self) -> None:
        """Drop the temporary address book; may be called twice."""
        self._book.close()

    def _customer(self, cells: csvwire.Cells, number: int, addresses: tuple[Address, ...]) -> Customer:
        languages = self._options.languages
        own = self._options.attributes
        return csvwire.customer(
            cells, str(number), languages, addresses, hashed=self._passwords, attributes=own
        )

    def _written(self) -> str:
        """When the newer of the two files was written, so that another export is not taken for this one."""
        paths = [file.path for file in (self._customer_file, self._address_file) if file]
        times = [path.stat().st_mtime for path in paths if path.exists()]
        return f" of {datetime.fromtimestamp(max(times), UTC):%Y-%m-%d %H:%M:%S} UTC" if times else ""

    def _with_own(self, sheet: Sheet) -> Sheet:
        return sheets.with_attributes(sheet, self._options.attributes, needed=True)

    def _file(self, folder: Path, path: Path, sheet: Sheet) -> CsvFile:
        place = Path(os.path.normpath(folder / path))
        return CsvFile(place, sheet, self._options.encoding, self._options.delimiter, optional=True)

    def _customer_rows(self) -> Iterator[tuple[int, Cells]]:
        rows = self._customer_file.rows()
        return ((line, cells) for line, cells in rows if cells["email"].strip()) if self._single else rows

    def _address_rows(self) -> Iterator[tuple[str, Cells]]:
        """The rows of all addresses with their owners."""
        if self._address_file:
            for _, cells in self._address_file.rows():
                yield csvwire.owner(cells["_website"], cells["_email"]), cells
        elif self._single:
            owner = ""
            for line, cells in self._customer_file.rows():
                if cells["email"].strip():
                    owner = csvwire.owner(cells["_website"], cells["email"])
                if not owner:
                    raise self._orphan(line)
                if any((home := home_of(cells)).values()):
                    yield owner, home

    def _orphan(self, line: int) -> StoreError:
        message = "the address stands behind no customer: no row before it has an e-mail"
        place = f"{self._customer_file.path}:{line}"
        return StoreError(message, place=place, hint=sheets.SINGLE.origin, code="GM514")

    @cached_property
    def _address_count(self) -> int:
        return self._book.add((owner, csvwire.address(cells)) for owner, cells in self._address_rows())

    @cached_property
    def _census(self) -> Census:
        census = Census()
        owners = census.counting(self._customer_rows())
        if self._address_file:
            self._book.meet(owners)
        else:
            deque(owners, maxlen=0)
        return census

    def _findings(self) -> Iterator[Finding]:
        broken = [*_broken(lambda: self._census), *_broken(lambda: self._address_count)]
        yield from broken
        if not self._options.groups:
            yield Finding(
                code="GM516",
                severity=Severity.WARNING,
                message="the connector gives no names of groups, so those of a new Magento are taken",
                hint="list the groups of Customers > Customer Groups in `groups:`, by id",
            )
        if not broken:
            yield from self._census.findings(self._options.group_names, self._options.languages)
            yield from self._unread()
            yield from self._strangers()
            yield from self._unfinished()

    def _unread(self) -> Iterator[Finding]:
        own = (column for column in self._customer_file.header() if not column.startswith("_"))
        unread = [code for code in own if code not in sheets.OF_EVERY_SHOP | self._options.attributes.keys()]
        if unread:
            message = f"attributes of the shop that are not read: {', '.join(unread)}"
            hint = "name those in `attributes:` that the mapping chooses by, or takes along"
            yield Finding("GM576", Severity.NOTE, message, hint)

    def _strangers(self) -> Iterator[Finding]:
        count, owners = self._book.strangers()
        if count:
            found = "1 address belongs" if count == 1 else f"{count:,} addresses belong"
            shown = ", ".join(mask(owner.partition("\n")[2]) for owner in owners)
            message = f"{found} to nobody in the customer export, and will not be carried: {shown}"
            hint = "export both files at the same time, without filters"
            yield Finding(code="GM517", severity=Severity.WARNING, message=message, hint=hint)

    def _unfinished(self) -> Iterator[Finding]:
        for file in filter(None, (self._customer_file, self._address_file)):
            if not file.ends_with_a_line_end():
                message = f"{file.path}: the last line has no line end, so the file may be cut short"
                yield Finding(
                    code="GM512", severity=Severity.WARNING, message=message, hint=file.sheet.origin
                )


def _broken(read: Callable[[], object]) -> Iterator[Finding]:
    try:
        read()
    except StoreError as error:
        message = f"{error.place}: {error.message}"
        yield Finding(code=error.code, severity=Severity.ERROR, message=message, hint=error.hint)
