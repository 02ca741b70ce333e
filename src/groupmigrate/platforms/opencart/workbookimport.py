"""Workbooks for the shop's Export/Import Tool as a target: the store is the folder, not the shop."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from groupmigrate.model import Customer, Group, Role
from groupmigrate.platforms.base import Change, Check, Finding, Opening, Rules, Severity
from groupmigrate.platforms.filetarget import INSTRUCTIONS, FileTarget
from groupmigrate.platforms.findings import no_time_zone
from groupmigrate.platforms.misfits import misfits
from groupmigrate.platforms.opencart import sheets, wire, workbookwire
from groupmigrate.platforms.opencart.factory import factory_shop
from groupmigrate.platforms.opencart.instructions import instructions
from groupmigrate.platforms.opencart.workbookoptions import WorkbookImportOptions
from groupmigrate.platforms.parts import Entry, Layout, Pair, Part
from groupmigrate.platforms.workbook import WorkbookFolder

ID = "customer_id"
MOST_IN_ONE = 10_000
"""Ids that each workbook may use: so an id does not depend on how many customers the others hold."""


class WorkbookImport(FileTarget):
    """A Target. A group's id is its name."""

    def __init__(self, options: WorkbookImportOptions, opening: Opening) -> None:
        self._sheet = sheets.customers(options.release)
        folder = NumberedFolder(
            Path(os.path.normpath(opening.folder / options.folder)),
            Pair(self._sheet, sheets.ADDRESSES, {ID: ID}),
            options.first_customer_id,
        )
        super().__init__(folder, options.rows_per_file, read_only=opening.read_only)
        self._options = options
        self._shop = factory_shop(
            (options.release,), options.countries, options.timezone, zones=options.zones
        )
        self._rules = workbookwire.rules(self._shop)

    def check(self) -> Check:
        """Read all workbooks, and say what they are not: a shop."""
        return Check(
            store=str(self.folder.path),
            version=f"OpenCart {self._options.release}, workbooks for the Export/Import Tool",
            rights={"customers": "read, create, change, in the files only"},
            findings=tuple(self._findings()),
        )

    def groups(self) -> Sequence[Group]:
        """The groups that the connector names."""
        default = self._options.default_group
        names = dict.fromkeys((default, *self._options.groups))
        return [Group(name, name, role=Role.DEFAULT if name == default else None) for name in names]

    def rules(self) -> Rules:
        """What the shop holds, for its release, as far as there is a column for it."""
        return self._rules

    def instructions(self) -> str:
        """How a person imports the workbooks."""
        return instructions(self._options)

    def objection(self, change: Change) -> str:
        """Why the tool would refuse the file over a customer, or do something else in silence; or ""."""
        wanted = change.customer
        unknown = set(wanted.groups) - {group.id for group in self.groups()}
        if unknown:
            return f'the connector names no group "{min(unknown)}"'
        fields = (*self._rules.customer, "addresses") if change.kind == "create" else change.fields
        bad = misfits(wanted, fields, self._rules)
        return f"the shop does not hold: {', '.join(bad)}" if bad else ""

    def entry(self, wanted: Customer) -> Entry:
        """A new customer's cells."""
        entry = Entry(workbookwire.new_customer(wanted, self._sheet, self._shop))
        self._add_homes(entry, wanted)
        return entry

    def change(self, entry: Entry, wanted: Customer, fields: Sequence[str]) -> None:
        """Change fields that have a column; addresses are added."""
        entry.customer = workbookwire.change(entry.customer, wanted, fields, self._sheet, self._shop)
        if "addresses" in fields:
            self._add_homes(entry, wanted)

    def customer(self, entry: Entry, id_: str) -> Customer:
        """The customer that the tool makes of the rows."""
        cells = dict.fromkeys(("salt", "approved"), "") | entry.customer | {ID: id_}
        return workbookwire.customer(cells, entry.homes, self._shop)

    def _add_homes(self, entry: Entry, wanted: Customer) -> None:
        for home in wire.default_first(wanted.addresses):
            first = not entry.homes
            entry.homes.append(workbookwire.new_address(home, self._shop, sheets.ADDRESSES, is_default=first))

    def _findings(self) -> Iterator[Finding]:
        first = self._options.first_customer_id
        yield Finding(
            "GM524",
            Severity.WARNING,
            "this is a folder of files: who is in the shop already is not known, and whoever has an id from "
            f"{first} on is replaced",
            f"import into a shop without these customers, whose ids are all below {first}; {INSTRUCTIONS} "
            "there says how",
        )
        yield from self.broken()
        if not self._options.countries:
            yield Finding(
                "GM525",
                Severity.WARNING,
                "countries are written with their English names; the tool refuses a file with a name that "
                "the shop does not know",
                "give the shop's own names in `countries:`, as `RO: Roumanie`",
            )
        if self._options.timezone is None:
            yield no_time_zone(
                "the connector does not say the shop's time zone; dates of registration are written as UTC"
            )


class NumberedFolder(WorkbookFolder):
    """Workbooks whose customers get an id by their place: the tool demands one, and replaces who has it."""

    def __init__(self, path: Path, layout: Layout, first: int) -> None:
        super().__init__(path, layout)
        self._first_id = first

    def write(self, part: Part) -> None:
        """Save a workbook durably. Raises DiskError."""
        start = self._first_id + (part.number - 1) * MOST_IN_ONE
        for id_, entry in enumerate(part.entries, start):
            entry.customer[ID] = str(id_)
        super().write(part)
