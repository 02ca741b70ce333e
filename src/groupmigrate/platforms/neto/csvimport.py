"""Files for Neto's import wizard as a target: the store is the folder, not the shop."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from groupmigrate.model import Customer, Group
from groupmigrate.platforms.base import Change, Check, Finding, Opening, Rules, Severity
from groupmigrate.platforms.filetarget import INSTRUCTIONS, FileTarget
from groupmigrate.platforms.misfits import misfits
from groupmigrate.platforms.neto import csvwire
from groupmigrate.platforms.neto.csvoptions import FACTORY_GROUPS, CsvImportOptions
from groupmigrate.platforms.neto.instructions import instructions
from groupmigrate.platforms.neto.shop import Shop
from groupmigrate.platforms.parts import Entry, PartFolder

ADDED = "addresses"


class CsvImport(FileTarget):
    """A Target."""

    def __init__(self, options: CsvImportOptions, opening: Opening) -> None:
        folder = PartFolder(Path(os.path.normpath(opening.folder / options.folder)), csvwire.RowPerHome())
        super().__init__(folder, options.rows_per_file, read_only=opening.read_only)
        self._options = options
        self._rules = csvwire.rules(options.username_length)
        factory = () if options.groups else FACTORY_GROUPS
        self._groups = Shop(options.default_group, options.groups, factory).groups(None)

    def check(self) -> Check:
        """Read all files, and say what they are not: a store."""
        return Check(
            store=str(self.folder.path),
            version="Neto, files for the import wizard",
            rights={"customers": "read, create, change, in the files only"},
            findings=tuple(self._findings()),
        )

    def groups(self) -> Sequence[Group]:
        """The groups that the connector names, or those of a new store."""
        return self._groups

    def rules(self) -> Rules:
        """What the wizard takes."""
        return self._rules

    def instructions(self) -> str:
        """How a person imports the files."""
        return instructions(group.name for group in self._groups)

    def objection(self, change: Change) -> str:
        """Why the wizard would refuse a customer, or do something else in silence; or ""."""
        wanted = change.customer
        if change.kind == "create" and not wanted.username:
            return "there is no username"
        unknown = [group for group in wanted.groups if group not in {one.id for one in self._groups}]
        if unknown:
            return f'the connector names no group "{unknown[0]}"'
        fields = (*csvwire.WRITERS, ADDED) if change.kind == "create" else change.fields
        bad = misfits(wanted, fields, self._rules)
        return f"the wizard does not take: {', '.join(bad)}" if bad else ""

    def entry(self, wanted: Customer) -> Entry:
        """A new customer's cells."""
        return csvwire.new_customer(wanted)

    def change(self, entry: Entry, wanted: Customer, fields: Sequence[str]) -> None:
        """Change fields that have a column; addresses are added."""
        csvwire.change(entry, wanted, [name for name in fields if name in csvwire.WRITERS])
        if ADDED in fields:
            csvwire.add_homes(entry, wanted)

    def customer(self, entry: Entry, id_: str) -> Customer:
        """The customer that the wizard makes of the rows."""
        return csvwire.customer(entry, id_)

    def _findings(self) -> Iterator[Finding]:
        yield Finding(
            "GM559",
            Severity.WARNING,
            "this is a folder of files: who is in the store already is not known, and the wizard changes "
            "everybody whose username is in them",
            f"see that no customer of the store has such a username; {INSTRUCTIONS} there says how",
        )
        yield from self.broken()
