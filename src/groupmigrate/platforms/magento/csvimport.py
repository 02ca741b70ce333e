"""Files for Magento's own import as a target: the store is the folder, and the shop as its export shows."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from itertools import islice
from pathlib import Path

from groupmigrate.errors import StoreError
from groupmigrate.identity import key
from groupmigrate.model import Customer, Group
from groupmigrate.platforms.base import (
    AttributeRule,
    Change,
    Check,
    Finding,
    Opening,
    Outcome,
    Page,
    Rules,
    Severity,
    State,
)
from groupmigrate.platforms.filetarget import INSTRUCTIONS, FileTarget
from groupmigrate.platforms.magento import csvwire, factory, limits, passwords, sheets
from groupmigrate.platforms.magento.composite import Composite
from groupmigrate.platforms.magento.csvoptions import CsvImportOptions
from groupmigrate.platforms.magento.instructions import instructions
from groupmigrate.platforms.magento.shop import Attribute
from groupmigrate.platforms.magento.shopexport import EXPORT, ShopExport
from groupmigrate.platforms.misfits import misfits
from groupmigrate.platforms.parts import Entry, Layout, Pair, PartFolder
from groupmigrate.platforms.register import Place

PAGE_SIZE = 1000
ADDED = "addresses"
BLANK = {column.name: "" for column in sheets.CUSTOMERS.columns}


class CsvImport(FileTarget):
    """A Target. Customers who are in the shop already come before those of the files, as part 0."""

    def __init__(self, options: CsvImportOptions, opening: Opening) -> None:
        folder = PartFolder(Path(os.path.normpath(opening.folder / options.folder)), _layout(options))
        super().__init__(folder, options.rows_per_file, read_only=opening.read_only)
        self._options = options
        self._export = Path(os.path.normpath(opening.folder / options.existing)) if options.existing else None
        self._hashed = opening.passwords
        self._open_shop: ShopExport | None = None

    def check(self) -> Check:
        """Read all files, and say what they are not: a shop."""
        return Check(
            store=str(self.folder.path),
            version=f"Magento 2, files for its import{self._written()}",
            rights={"customers": "read, create, change, in the files only"},
            findings=tuple(self._findings()),
        )

    def groups(self) -> Sequence[Group]:
        """The groups that the connector names, and those that customers of the shop are in without a name."""
        names = self._options.group_names
        in_use = self._shop.groups() if self._shop else []
        names = names | {group: f"id:{group}" for group in sorted(in_use) if group and group not in names}
        return [Group(id_, name, role=self._options.role(id_)) for id_, name in names.items()]

    def customers(self, after: str = "") -> Iterator[Page]:
        """Who is in the shop by its export, then who is in the files."""
        start = Place.of(after)
        if self._shop and start.part == EXPORT:
            people = self._shop.customers(start.row)
            while some := tuple(islice(people, PAGE_SIZE)):
                yield Page(some, cursor=some[-1].id)
        for page in super().customers(after if start.part else ""):
            new = tuple(one for one in page.customers if not self._in_shop(key(one.email)))
            yield Page(new, cursor=page.cursor)

    def find(self, emails: Sequence[str]) -> Mapping[str, tuple[Customer, ...]]:
        """Customers by identity key. Who is in the shop's export is that one, whatever the files hold."""
        names = {key(email) for email in emails}
        return {**super().find(emails), **{name: there for name in names if (there := self._in_shop(name))}}

    def rules(self) -> Rules:
        """What the import takes, in a shop with the countries and regions of a new one."""
        return self._rules

    def close(self) -> None:
        """Give temporary files back; may be called twice."""
        super().close()
        if self._open_shop:
            self._open_shop.close()

    # --- what the import makes of customers ---

    def instructions(self) -> str:
        """How a person imports the files."""
        return instructions(self._options)

    def objection(self, change: Change) -> str:
        """Why the import would refuse a customer, or do something else in silence; or ""."""
        wanted = change.customer
        fields = (*csvwire.WRITERS, "email", ADDED) if change.kind == "create" else change.fields
        if "groups" in fields and wanted.default_group not in self._options.group_names:
            return f'the connector names no group "{wanted.default_group}"'
        if "groups" in fields and wanted.default_group == "0":
            # 0 is stored as 1, without a word (2.4.7, run).
            return "the import puts nobody into group 0, NOT LOGGED IN"
        if wanted.password_hash and not passwords.stored(wanted.password_hash):
            return "the password's hash cannot be written as Magento's"
        if Place.of(wanted.id).part == EXPORT and wanted.id and ADDED in fields:
            return "files add no address to somebody who is in the shop"
        bad = misfits(wanted, fields, self._rules)
        return f"the import does not take: {', '.join(bad)}" if bad else ""

    def entry(self, wanted: Customer) -> Entry:
        """A new customer's cells."""
        homes = [csvwire.new_address(home) for home in wanted.addresses]
        return Entry(csvwire.new_customer(wanted, self._options), homes)

    def change(self, entry: Entry, wanted: Customer, fields: Sequence[str]) -> None:
        """Change fields that have a column; addresses are added."""
        written = [name for name in fields if name in csvwire.WRITERS]
        entry.customer = csvwire.change(entry.customer, wanted, written, self._options)
        if ADDED in fields:
            entry.homes += map(csvwire.new_address, wanted.addresses)

    def customer(self, entry: Entry, id_: str) -> Customer:
        """The customer that the import makes of the rows."""
        homes = tuple(map(csvwire.address, entry.homes))
        languages = self._options.languages
        own = dict.fromkeys(self._options.attributes, "one")
        return csvwire.customer(
            BLANK | entry.customer, id_, languages, homes, hashed=self._hashed, attributes=own
        )

    def has(self, name: str) -> bool:
        """Whether somebody has this identity key, in the shop or in the files."""
        return bool(self._in_shop(name)) or super().has(name)

    def update(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Change customers of the shop in files of changes, and those of the files where they stand."""
        in_shop = [change for change in changes if self._shop and Place.of(change.customer.id).part == EXPORT]
        if self._shop and in_shop:
            stored = self._shop.apply(in_shop)
            for change in in_shop:
                yield _outcome(change, stored.get(change.seq))
        yield from super().update([change for change in changes if change not in in_shop])

    @cached_property
    def _rules(self) -> Rules:
        never = ("newsletter",) if self._options.languages else ("newsletter", "language")
        languages = dict.fromkeys(self._options.languages.values())
        return limits.rules(
            factory.countries(self._options.no_postcode),
            never=never,
            languages=languages,
            attributes={code: _rule(labels) for code, labels in self._options.attributes.items()},
        )

    @property
    def _shop(self) -> ShopExport | None:
        if self._export and self._open_shop is None:
            self._open_shop = ShopExport(self._export, self.folder.path, self._options)
        return self._open_shop

    def _in_shop(self, name: str) -> tuple[Customer, ...]:
        return self._shop.find(name) if self._shop and name else ()

    def _written(self) -> str:
        """When the export was written, so that another one is not taken for this one."""
        if self._export is None or not self._export.exists():
            return ""
        return (
            f"; the shop of {datetime.fromtimestamp(self._export.stat().st_mtime, UTC):%Y-%m-%d %H:%M:%S} UTC"
        )

    def _findings(self) -> Iterator[Finding]:
        try:
            _ = self._shop
        except StoreError as error:
            yield Finding(error.code, Severity.ERROR, f"{error.place}: {error.message}", error.hint)
        yield from self.broken()
        for store in self._open_shop.strange_stores() if self._open_shop else ():
            # The import takes the pair without a word, and the customer belongs nowhere (2.4.7, run).
            yield Finding(
                "GM529",
                Severity.WARNING,
                f'by its export the shop has the store view "{store}" on another website than '
                f'"{self._options.website}"',
                "correct `website:`, `store:` or `languages:` in the connector",
            )
        if self._export is None:
            yield Finding(
                "GM524",
                Severity.WARNING,
                "this is a folder of files: who is in the shop already is not known, and the import "
                "overwrites everybody who is",
                f"give the shop's own export in `existing:`; {INSTRUCTIONS} in the folder says how to import",
            )
        if self._options.groups is None:
            yield Finding(
                "GM516",
                Severity.WARNING,
                "the connector gives no names of groups, so those of a new Magento are taken",
                "list the groups of Customers > Customer Groups in `groups:`, by id",
            )


def _layout(options: CsvImportOptions) -> Layout:
    if options.files == "composite":
        return Composite(options.attributes)
    customers = sheets.with_attributes(sheets.CUSTOMER_IMPORT, options.attributes, needed=False)
    return Pair(customers, sheets.ADDRESS_IMPORT, {"_email": "email", "_website": "_website"})


def _rule(labels: Sequence[str]) -> AttributeRule:
    attribute = Attribute("select" if labels else "text", {label: label for label in labels}, in_a_row=True)
    return limits.attribute_rule(attribute)


def _outcome(change: Change, stored: Customer | None) -> Outcome:
    if stored is None:
        words = "no row of the export has this id"
        return Outcome(change.seq, State.REJECTED, change.customer.id, code="GM404", words=words)
    return Outcome(change.seq, State.DONE, stored.id, stored)
