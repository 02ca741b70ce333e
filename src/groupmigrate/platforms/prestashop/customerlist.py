"""The list Customers > Export: one file in any order, which names the default group of each customer.

PrestaShop 8 and 9 write the group's name in the language of the employee (it came with pull request 28183);
1.7.6 to 1.7.8 write no group (CustomerController::exportAction, CustomerQueryBuilder and CsvResponse of 1.7.6
to 9, read). The columns are the same in every shop, all rows that fit the list's filters are there, dates are
those of the table, and no cell is masked or made safe for a spreadsheet program.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from groupmigrate.errors import StoreError
from groupmigrate.model import Customer, Role
from groupmigrate.platforms.base import Finding, Severity
from groupmigrate.platforms.csvfile import CsvFile
from groupmigrate.platforms.findings import customers, listed
from groupmigrate.platforms.prestashop import csvwire, wire
from groupmigrate.platforms.prestashop.csvoptions import CsvExportOptions

UNLISTED = "name:"
"""Before the name of a group that the connector does not list: together they are its id."""
NO_GROUP = "0"
FLAG = re.compile("[01]")
CHECKED = {
    "id_customer": (re.compile("[1-9][0-9]*"), "a number"),
    "active": (FLAG, "0 or 1"),
    "newsletter": (FLAG, "0 or 1"),
    "optin": (FLAG, "0 or 1"),
    "date_add": (re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}"), "a time as 2015-05-05 05:05:05"),
}
"""What tells that the columns, whose names are in any language, are those that they are taken for."""


@dataclass
class CustomerList:
    """The file, and what the connector says about the shop."""

    file: CsvFile
    options: CsvExportOptions

    kind = "the list Customers > Export"

    def people(self, after: int) -> Iterator[tuple[int, Customer]]:
        """The customers behind a row, each with the number of its row as the cursor. Raises StoreError."""
        for number, (line, cells) in islice(enumerate(self.file.rows(), 1), after, None):
            self._check(line, cells)
            if not wire.technical(cells):
                group = self._group(line, cells["default_group"])
                guest = self.options.role(group) is Role.GUEST
                yield number, csvwire.listed(cells, group, self.options.zone, guest=guest)

    def name(self, group: str) -> str:
        """What a group is called that the connector does not list."""
        return group.removeprefix(UNLISTED) if group.startswith(UNLISTED) else f"id:{group}"

    def findings(self, members: Counter[str]) -> Iterator[Finding]:
        """What a person should know, by how many customers each group has."""
        yield self._untold(members[str(self.options.guest_group)])
        unlisted = {self.name(group): members[group] for group in members if group.startswith(UNLISTED)}
        if unlisted:
            yield Finding(
                "GM587",
                Severity.WARNING,
                f"groups that the connector does not list count as ordinary ones: {listed(unlisted)}",
                "list them in `groups:`, above all if one of them is a built-in group in another language",
            )
        if members[NO_GROUP]:
            yield Finding(
                "GM587",
                Severity.WARNING,
                f"the list names no group for {customers(members[NO_GROUP])}",
                "their default group was removed, or has no name in the language of who exported: mend that "
                f'in the shop, or say in the mapping where "id:{NO_GROUP}" goes',
            )

    def _untold(self, guests: int) -> Finding:
        taken = f"; taken for guests, by their group: {customers(guests)}" if guests else ""
        return Finding(
            "GM586",
            Severity.WARNING,
            "the list tells the default group of each customer only: no other memberships, no addresses, "
            f"birthdays, genders, languages and shops, and nobody whom a filter of the list left out{taken}",
            "where these matter read the shop over its webservice, or the tables (see the PrestaShop page)",
        )

    def _check(self, line: int, cells: dict[str, str]) -> None:
        for column, (pattern, expected) in CHECKED.items():
            if not pattern.fullmatch(cells[column]):
                place = list(cells).index(column) + 1
                message = f"cell {place} of the row should be {expected}: {self._meaning(column)}"
                raise self._broken(line, message, self.file.sheet.origin, "GM514")

    def _meaning(self, column: str) -> str:
        return next(each.meaning for each in self.file.sheet.columns if each.name == column)

    def _group(self, line: int, name: str) -> str:
        """The id of the group of that name."""
        ids = self._ids.get(name, ())
        if len(ids) > 1:
            message = f'the connector gives the name "{name}" to several groups: {" and ".join(ids)}'
            hint = "give each group a name of its own in the shop, and export again; or read the tables"
            raise self._broken(line, message, hint, "GM588")
        if ids:
            return ids[0]
        return f"{UNLISTED}{name}" if name else NO_GROUP

    def _broken(self, line: int, message: str, hint: str, code: str) -> StoreError:
        return StoreError(message, place=self.file.place(line), hint=hint, code=code)

    @cached_property
    def _ids(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for id_, name in self.options.group_names.items():
            found.setdefault(name, []).append(id_)
        return found
