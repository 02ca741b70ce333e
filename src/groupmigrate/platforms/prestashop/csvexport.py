"""Files of PrestaShop's back office as a source of customers. It reads files and writes nothing."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path

from groupmigrate.errors import StoreError
from groupmigrate.model import Group
from groupmigrate.platforms.base import Check, Finding, Opening, Page, Severity
from groupmigrate.platforms.csvfile import CsvFile, Sheet
from groupmigrate.platforms.findings import no_time_zone
from groupmigrate.platforms.prestashop import sheets
from groupmigrate.platforms.prestashop.csvoptions import CsvExportOptions
from groupmigrate.platforms.prestashop.customerlist import CustomerList
from groupmigrate.platforms.prestashop.customertables import CustomerTables

PAGE_SIZE = 1000


class CsvExport:
    """A Source. Ids are the shop's own."""

    def __init__(self, options: CsvExportOptions, opening: Opening) -> None:
        self._options = options
        self._folder = opening.folder
        self._export = self._list() if options.memberships is None else self._tables(options.memberships)

    def check(self) -> Check:
        """Read all files completely, and say what is in them and what would spoil a run."""
        return Check(
            store=self._options.customers.name,
            version=f"PrestaShop, {self._export.kind}",
            rights={
                "customers": "read",
                "addresses": "read" if self._options.addresses else "not in the connector",
            },
            findings=tuple(self._findings()),
        )

    def groups(self) -> Sequence[Group]:
        """The groups that the connector names, and others that customers are in."""
        names = self._options.group_names
        others = sorted(self._members.keys() - names, key=lambda id_: (len(id_), id_))
        names = names | {group: self._export.name(group) for group in others}
        return [
            Group(id=id_, name=name, role=self._options.role(id_), members=self._members[id_])
            for id_, name in names.items()
        ]

    def customers(self, after: str = "") -> Iterator[Page]:
        """Pages in the order of the files, without the technical account of the shop's GDPR module."""
        people = self._export.people(int(after or 0))
        while batch := tuple(islice(people, PAGE_SIZE)):
            yield Page(tuple(customer for _, customer in batch), cursor=str(batch[-1][0]))

    def close(self) -> None:
        """Nothing is kept open between pages."""

    def _list(self) -> CustomerList:
        return CustomerList(self._file(self._options.customers, sheets.CUSTOMER_LIST), self._options)

    def _tables(self, memberships: Path) -> CustomerTables:
        options = self._options
        return CustomerTables(
            self._file(options.customers, sheets.CUSTOMER_TABLE),
            self._file(memberships, sheets.MEMBERSHIP_TABLE),
            self._file(options.addresses, sheets.ADDRESS_TABLE) if options.addresses else None,
            self._file(options.countries, sheets.COUNTRY_TABLE) if options.countries else None,
            self._file(options.states, sheets.STATE_TABLE) if options.states else None,
            options,
        )

    def _file(self, path: Path, sheet: Sheet) -> CsvFile:
        place = Path(os.path.normpath(self._folder / path))
        return CsvFile(place, sheet, self._options.encoding, sheets.DELIMITER)

    @cached_property
    def _members(self) -> Counter[str]:
        """How many customers each group has; everybody is read for that."""
        return Counter(group for _, customer in self._export.people(0) for group in customer.groups)

    def _findings(self) -> Iterator[Finding]:
        try:
            members = self._members
        except StoreError as error:
            yield Finding(error.code, Severity.ERROR, f"{error.place}: {error.message}", error.hint)
            return
        yield from self._export.findings(members)
        if self._options.timezone is None:
            yield no_time_zone("the connector does not say the shop's time zone; its dates are taken as UTC")
