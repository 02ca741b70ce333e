"""Files for PrestaShop's import page as a target: the store is the folder, not the shop."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path

from groupmigrate.model import Customer, Group
from groupmigrate.platforms.base import Change, Check, Finding, Opening, Rules, Severity
from groupmigrate.platforms.filetarget import INSTRUCTIONS, FileTarget
from groupmigrate.platforms.findings import no_time_zone
from groupmigrate.platforms.misfits import misfits
from groupmigrate.platforms.parts import Entry, Pair, PartFolder
from groupmigrate.platforms.prestashop import csvwire, sheets
from groupmigrate.platforms.prestashop.csvoptions import CsvImportOptions
from groupmigrate.platforms.prestashop.factory import factory_shop
from groupmigrate.platforms.prestashop.instructions import instructions
from groupmigrate.platforms.prestashop.shop import Shop

ADDED = "addresses"
LAYOUT = Pair(sheets.CUSTOMERS, sheets.ADDRESSES, {"customer_email": "email"}, sheets.DELIMITER)


class CsvImport(FileTarget):
    """A Target."""

    def __init__(self, options: CsvImportOptions, opening: Opening) -> None:
        folder = PartFolder(Path(os.path.normpath(opening.folder / options.folder)), LAYOUT)
        super().__init__(folder, options.rows_per_file, read_only=opening.read_only)
        self._options = options
        self._shop = _shop(options)
        self._rules = csvwire.rules(self._shop, always_customer_group=options.always_customer_group)

    def check(self) -> Check:
        """Read all files, and say what they are not: a shop."""
        return Check(
            store=str(self.folder.path),
            version=f"PrestaShop {self._options.shop_version}, files for the import page",
            rights={"customers": "read, create, change, in the files only"},
            findings=tuple(self._findings()),
        )

    def groups(self) -> Sequence[Group]:
        """The groups that the connector names."""
        names = self._options.group_names
        return [Group(id_, name, role=self._options.role(id_)) for id_, name in names.items()]

    def rules(self) -> Rules:
        """What the import page takes, for the shop's version."""
        return self._rules

    def instructions(self) -> str:
        """How a person imports the files."""
        return instructions(self._options)

    def objection(self, change: Change) -> str:
        """Why the import page would refuse a customer, or do something else in silence; or ""."""
        wanted = change.customer
        fields = (*csvwire.WRITERS, ADDED) if change.kind == "create" else change.fields
        unknown = [group for group in wanted.groups if group not in self._options.group_names]
        if unknown:
            return f'the connector names no group "{unknown[0]}"'
        bad = misfits(wanted, fields, self._rules)
        return f"the import page does not take: {', '.join(bad)}" if bad else ""

    def entry(self, wanted: Customer) -> Entry:
        """A new customer's cells."""
        # The page demands a password; nobody knows this one.
        entry = Entry(csvwire.new_customer(wanted, self._shop, secrets.token_urlsafe(24)))
        self._add_homes(entry, wanted)
        return entry

    def change(self, entry: Entry, wanted: Customer, fields: Sequence[str]) -> None:
        """Change fields that have a column; addresses are added."""
        written = [name for name in fields if name in csvwire.WRITERS]
        entry.customer = csvwire.change(entry.customer, wanted, written, self._shop)
        if ADDED in fields:
            self._add_homes(entry, wanted)

    def customer(self, entry: Entry, id_: str) -> Customer:
        """The customer that the import page makes of the rows."""
        return csvwire.customer(entry.customer, id_, entry.homes, self._shop)

    def _add_homes(self, entry: Entry, wanted: Customer) -> None:
        for home in wanted.addresses:
            entry.homes.append(csvwire.new_address(home, len(entry.homes) + 1, self._shop))

    def _findings(self) -> Iterator[Finding]:
        yield Finding(
            "GM524",
            Severity.WARNING,
            "this is a folder of files: who is in the shop already is not known, and the import page makes a "
            "second customer of everybody who is",
            f"import each file once, into a shop without these customers; {INSTRUCTIONS} there says how",
        )
        yield from self.broken()
        if not self._options.countries:
            yield Finding(
                "GM525",
                Severity.WARNING,
                "countries are written with their English names; a shop without English would make new ones",
                "give the shop's own names in `countries:`, as `RO: Roumanie`",
            )
        if self._options.timezone is None:
            yield no_time_zone(
                "the connector does not say the shop's time zone; days of registration are written as UTC"
            )


def _shop(options: CsvImportOptions) -> Shop:
    shop = Shop(
        version=options.version_numbers,
        languages={options.language: options.language},
        default_language=options.language,
        fallback_language=options.language,
        visitor_group=str(options.visitor_group),
        guest_group=str(options.guest_group),
        customer_group=str(options.customer_group),
        time_zone=options.zone,
        time_zone_known=options.timezone is not None,
    )
    return factory_shop(shop, options.countries, states=options.states)
