"""Workbooks that a shop's Export/Import Tool wrote, as a source of customers. It writes nothing."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path

from groupmigrate.errors import StoreError
from groupmigrate.model import Customer, Group, Role
from groupmigrate.platforms.base import Check, Finding, Opening, Page, Severity
from groupmigrate.platforms.findings import no_time_zone
from groupmigrate.platforms.opencart import sheets, workbookwire
from groupmigrate.platforms.opencart.factory import EVERY, factory_shop
from groupmigrate.platforms.opencart.workbookoptions import WorkbookExportOptions
from groupmigrate.platforms.sortedrows import Following, ascending
from groupmigrate.platforms.workbook import WorkbookFile

PAGE_SIZE = 1000
ID = "customer_id"


class WorkbookExport:
    """A Source. Ids are the shop's own, and the cursor is the last one. A group's id is its name."""

    def __init__(self, options: WorkbookExportOptions, opening: Opening) -> None:
        self._options = options
        self._hashes = opening.passwords
        self._paths = [Path(os.path.normpath(opening.folder / path)) for path in options.files]
        self._shop = factory_shop(EVERY, options.countries, options.timezone, zones=True)

    def check(self) -> Check:
        """Read all workbooks completely, and say what is in them and what would spoil a run."""
        return Check(
            store=", ".join(path.name for path in self._paths),
            version="OpenCart, workbooks of the Export/Import Tool",
            rights={"customers": "read", "addresses": "read"},
            findings=tuple(self._findings()),
        )

    def groups(self) -> Sequence[Group]:
        """The groups that customers are in, and the default group."""
        default = self._options.default_group
        names = dict.fromkeys((default, *sorted(self._members)))
        return [
            Group(name, name, role=Role.DEFAULT if name == default else None, members=self._members[name])
            for name in names
        ]

    def customers(self, after: str = "") -> Iterator[Page]:
        """Pages in the order of ids."""
        people = self._people(int(after or 0))
        while batch := tuple(islice(people, PAGE_SIZE)):
            yield Page(batch, cursor=batch[-1].id)

    def close(self) -> None:
        """Nothing is kept open between pages."""

    def _people(self, after: int) -> Iterator[Customer]:
        last = 0
        for path in self._paths:
            people = WorkbookFile(path, "Customers", sheets.EXPORTED_CUSTOMERS)
            homes = Following(WorkbookFile(path, "Addresses", sheets.EXPORTED_ADDRESSES), ID)
            for id_, cells in ascending(people, ID):
                if id_ <= last:
                    message = f"customer {id_} stands behind customer {last}"
                    hint = "name the workbooks in the order of the customers' ids, and each of them once"
                    raise StoreError(message, place=str(path), hint=hint, code="GM514")
                last = id_
                if id_ > after:
                    yield workbookwire.customer(cells, homes.of(id_), self._shop, hashes=self._hashes)

    @cached_property
    def _members(self) -> Counter[str]:
        """How many customers each group has; everybody is read for that."""
        return Counter(customer.default_group for customer in self._people(0))

    def _unknown_countries(self) -> Counter[str]:
        """How many addresses name a country that is not known."""
        known = {country.name for country in self._shop.countries}
        files = (WorkbookFile(path, "Addresses", sheets.EXPORTED_ADDRESSES) for path in self._paths)
        names = (cells["country"] for file in files for _, cells in file.rows())
        return Counter(name for name in names if name not in known)

    def _findings(self) -> Iterator[Finding]:
        try:
            _, unknown = self._members, self._unknown_countries()
        except StoreError as error:
            yield Finding(error.code, Severity.ERROR, f"{error.place}: {error.message}", error.hint)
            return
        yield Finding(
            "GM550",
            Severity.WARNING,
            "the tool does not export customers of a group without a name in the default language, nor "
            "addresses in a country without one; nobody can tell from the workbook whether some are missing",
            "compare the number of customers with that in the back office",
        )
        if unknown:
            listed = ", ".join(f'"{name}" ({count:,})' for name, count in unknown.most_common(10))
            yield Finding(
                "GM551",
                Severity.WARNING,
                f"addresses name countries that a new OpenCart does not have: {listed}",
                "say in `countries:` which they are, as `RO: Roumanie`; else these addresses have no country",
            )
        if self._options.timezone is None:
            yield no_time_zone("the connector does not say the shop's time zone; its dates are taken as UTC")
