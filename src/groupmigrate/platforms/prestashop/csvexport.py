"""Exports of PrestaShop's SQL Manager as a source of customers. It reads files and writes nothing.

The customers' own export (Customers > Export) would not do: it names the default group at most, and no other
membership, no address, and not who is a guest (CustomerController of PrestaShop 8 and 9, read).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC
from functools import cached_property
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from groupmigrate.errors import StoreError
from groupmigrate.model import Customer, Group
from groupmigrate.platforms.base import Check, Finding, Opening, Page, Severity
from groupmigrate.platforms.csvfile import CsvFile, Sheet
from groupmigrate.platforms.prestashop import sheets, wire
from groupmigrate.platforms.prestashop.csvoptions import CsvExportOptions
from groupmigrate.platforms.prestashop.shop import Country, Shop, State
from groupmigrate.platforms.prestashop.wire import TECHNICAL
from groupmigrate.platforms.sortedrows import Following, ascending

PAGE_SIZE = 1000
Cells = dict[str, str]


class CsvExport:
    """A Source. Ids are the shop's own, and the cursor is the last one."""

    def __init__(self, options: CsvExportOptions, opening: Opening) -> None:
        self._options = options
        self._folder = opening.folder
        self._customers = self._file(options.customers, sheets.CUSTOMER_TABLE)
        self._memberships = self._file(options.memberships, sheets.MEMBERSHIP_TABLE)
        self._addresses = self._file(options.addresses, sheets.ADDRESS_TABLE) if options.addresses else None

    def check(self) -> Check:
        """Read all files completely, and say what is in them and what would spoil a run."""
        return Check(
            store=self._customers.path.name,
            version="PrestaShop, exports of the SQL Manager",
            rights={"customers": "read", "addresses": "read" if self._addresses else "not in the connector"},
            findings=tuple(self._findings()),
        )

    def groups(self) -> Sequence[Group]:
        """The groups that the connector names, and those that customers are in without a name."""
        names = self._options.group_names
        names = names | {group: f"id:{group}" for group in self._unnamed}
        return [
            Group(id=id_, name=name, role=self._options.role(id_), members=self._members[id_])
            for id_, name in names.items()
        ]

    def customers(self, after: str = "") -> Iterator[Page]:
        """Pages in the order of ids, without the technical account of the shop's GDPR module."""
        people = self._people(int(after or 0))
        while batch := tuple(islice(people, PAGE_SIZE)):
            yield Page(batch, cursor=batch[-1].id)

    def close(self) -> None:
        """Nothing is kept open between pages."""

    def _people(self, after: int) -> Iterator[Customer]:
        groups = Following(self._memberships, sheets.CUSTOMER_ID)
        homes = Following(self._addresses, sheets.CUSTOMER_ID) if self._addresses else None
        for id_, cells in ascending(self._customers, sheets.CUSTOMER_ID):
            if id_ <= after or cells["email"].casefold() == TECHNICAL:
                continue
            row = {
                **cells,
                "id": str(id_),
                "associations": {"groups": [{"id": each["id_group"]} for each in groups.of(id_)]},
            }
            addresses = homes.of(id_) if homes else ()
            yield wire.customer(row, self._shop, [home for home in addresses if home["deleted"] != "1"])

    @cached_property
    def _shop(self) -> Shop:
        return Shop(
            languages=dict(self._options.languages),
            time_zone=ZoneInfo(self._options.timezone) if self._options.timezone else UTC,
            countries=tuple(
                Country(cells["id_country"], cells["iso_code"].upper())
                for cells in self._rows(self._options.countries, sheets.COUNTRY_TABLE)
            ),
            states=tuple(
                State(cells["id_state"], cells["id_country"], cells["iso_code"], cells["name"])
                for cells in self._rows(self._options.states, sheets.STATE_TABLE)
            ),
        )

    @cached_property
    def _members(self) -> Counter[str]:
        """How many customers each group has; everybody is read for that."""
        return Counter(group for customer in self._people(0) for group in customer.groups)

    @property
    def _unnamed(self) -> list[str]:
        names = self._options.group_names
        return sorted(
            (group for group in self._members if group not in names), key=lambda id_: (len(id_), id_)
        )

    def _file(self, path: Path, sheet: Sheet) -> CsvFile:
        place = Path(os.path.normpath(self._folder / path))
        return CsvFile(place, sheet, self._options.encoding, sheets.DELIMITER)

    def _rows(self, path: Path | None, sheet: Sheet) -> Iterator[Cells]:
        return (cells for _, cells in self._file(path, sheet).rows()) if path else iter(())

    def _findings(self) -> Iterator[Finding]:
        try:
            unnamed = self._unnamed
        except StoreError as error:
            yield Finding(error.code, Severity.ERROR, f"{error.place}: {error.message}", error.hint)
            return
        if unnamed:
            listed = ", ".join(f'"{group}" ({_customers(self._members[group])})' for group in unnamed[:10])
            yield Finding(
                "GM516",
                Severity.WARNING,
                f"customers are in groups without a name: {listed}",
                f'list them in `groups:`, or name them in the mapping as "id:{unnamed[0]}"',
            )
        if self._options.timezone is None:
            yield Finding(
                "GM508",
                Severity.WARNING,
                "the connector does not say the shop's time zone; its dates are taken as UTC",
                "set `timezone:` in the connector",
            )


def _customers(count: int) -> str:
    return "1 customer" if count == 1 else f"{count:,} customers"
