"""Files for PrestaShop's import page as a target: the store is the folder, not the shop."""

from __future__ import annotations

import os
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

from groupmigrate.errors import StoreError
from groupmigrate.identity import key
from groupmigrate.model import Customer, Group
from groupmigrate.platforms.base import (
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
from groupmigrate.platforms.http import WriteRefused
from groupmigrate.platforms.misfits import misfits
from groupmigrate.platforms.prestashop import csvwire
from groupmigrate.platforms.prestashop.csvoptions import CsvImportOptions
from groupmigrate.platforms.prestashop.factory import factory_shop
from groupmigrate.platforms.prestashop.instructions import FILE_NAME, instructions
from groupmigrate.platforms.prestashop.parts import Part, PartFolder
from groupmigrate.platforms.prestashop.register import Place, Register
from groupmigrate.platforms.prestashop.shop import Shop

ADDED = "addresses"


class CsvImport:
    """A Target. A customer's id is the number of the file and of the row in it; so is the cursor."""

    def __init__(self, options: CsvImportOptions, opening: Opening) -> None:
        self._options = options
        self._read_only = opening.read_only
        self._folder = PartFolder(Path(os.path.normpath(opening.folder / options.folder)))
        self._shop = _shop(options)
        self._rules = csvwire.rules(self._shop, always_customer_group=options.always_customer_group)
        self._open_register: Register | None = None

    def check(self) -> Check:
        """Read all files, and say what they are not: a shop."""
        return Check(
            store=str(self._folder.path),
            version=f"PrestaShop {self._options.shop_version}, files for the import page",
            rights={"customers": "read, create, change, in the files only"},
            findings=tuple(self._findings()),
        )

    def groups(self) -> Sequence[Group]:
        """The groups that the connector names."""
        names = self._options.group_names
        return [Group(id_, name, role=self._options.role(id_)) for id_, name in names.items()]

    def customers(self, after: str = "") -> Iterator[Page]:
        """Who is in the files, a page for each, in their order."""
        start = Place.of(after)
        for number in self._folder.numbers():
            if number < start.part:
                continue
            part = self._folder.read(number)
            first = start.row + 1 if number == start.part else 1
            rows = range(first, len(part.customers) + 1)
            if rows:
                people = tuple(self._customer(part, row) for row in rows)
                yield Page(people, cursor=people[-1].id)

    def rules(self) -> Rules:
        """What the import page takes, for the shop's version."""
        return self._rules

    def find(self, emails: Sequence[str]) -> Mapping[str, tuple[Customer, ...]]:
        """Customers in the files, by identity key. Who is in the shop is not known here."""
        places = {name: self._register.places(name) for name in {key(email) for email in emails} - {""}}
        numbers = sorted({place.part for there in places.values() for place in there})
        found: defaultdict[str, list[Customer]] = defaultdict(list)
        for part in map(self._folder.read, numbers):
            for name, there in places.items():
                found[name] += (self._customer(part, row) for number, row in there if number == part.number)
        return {name: tuple(customers) for name, customers in found.items() if customers}

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Write the changes to the files. Raises DiskError; what has no outcome by then is unknown."""
        if changes and self._read_only:
            raise WriteRefused(f"writing to {self._folder.path} in a store that is only read")
        good = []
        for change in changes:
            if words := self._objection(change):
                yield Outcome(change.seq, State.REJECTED, code="GM401", words=words)
            else:
                good.append(change)
        if good:
            self._folder.write_text(FILE_NAME, instructions(self._options))
        yield from self._create([change for change in good if change.kind == "create"])
        yield from self._update([change for change in good if change.kind != "create"])

    def close(self) -> None:
        """Give the temporary register back; may be called twice."""
        if self._open_register:
            self._open_register.close()

    def _create(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        new: list[Change] = []
        seen: set[str] = set()
        for change in changes:
            name = key(change.customer.email)
            if name in seen or self._register.places(name):
                yield Outcome(change.seq, State.UNKNOWN, code="GM408", words="the files hold this e-mail")
            else:
                new.append(change)
            seen.add(name)
        while new:
            part = self._last_part()
            room = self._options.rows_per_file - len(part.customers)
            yield from self._append(part, new[:room])
            new = new[room:]

    def _append(self, part: Part, changes: Sequence[Change]) -> Iterator[Outcome]:
        rows = {}
        for change in changes:
            # The page demands a password; nobody knows this one.
            cells = csvwire.new_customer(change.customer, self._shop, secrets.token_urlsafe(24))
            rows[change.seq] = row = part.add(cells)
            self._add_homes(part, row, change.customer)
        self._folder.write(part)
        places = ((key(part.customers[row - 1]["email"]), Place(part.number, row)) for row in rows.values())
        self._register.add(places)
        for seq, row in rows.items():
            yield self._done(seq, part, row)

    def _update(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        by_part: defaultdict[int, list[Change]] = defaultdict(list)
        for change in changes:
            by_part[Place.of(change.customer.id).part].append(change)
        for number, some in by_part.items():
            part = self._folder.read(number) if number in self._folder.numbers() else Part(number)
            there = [change for change in some if 0 < Place.of(change.customer.id).row <= len(part.customers)]
            for change in there:
                self._change(part, change)
            if there:
                self._folder.write(part)
            for change in some:
                if change in there:
                    yield self._done(change.seq, part, Place.of(change.customer.id).row)
                else:
                    words = "no row of the files has this id"
                    yield Outcome(change.seq, State.REJECTED, change.customer.id, code="GM404", words=words)

    def _change(self, part: Part, change: Change) -> None:
        place, wanted = Place.of(change.customer.id), change.customer
        fields = [name for name in change.fields if name in csvwire.WRITERS]
        part.put(place.row, csvwire.change(part.customers[place.row - 1], wanted, fields, self._shop))
        if ADDED in change.fields:
            self._add_homes(part, place.row, wanted)
        if "email" in fields:
            self._register.drop(place)
            self._register.add([(key(wanted.email), place)])

    def _add_homes(self, part: Part, row: int, wanted: Customer) -> None:
        homes = part.homes(row)
        email = part.customers[row - 1]["email"]
        for home in wanted.addresses:
            homes.append(csvwire.new_address(home, email, len(homes) + 1, self._shop))

    def _done(self, seq: int, part: Part, row: int) -> Outcome:
        stored = self._customer(part, row)
        return Outcome(seq, State.DONE, stored.id, stored)

    def _objection(self, change: Change) -> str:
        """Why the import page would refuse a customer, or do something else in silence; or ""."""
        wanted = change.customer
        fields = (*csvwire.WRITERS, ADDED) if change.kind == "create" else change.fields
        unknown = [group for group in wanted.groups if group not in self._options.group_names]
        if unknown:
            return f'the connector names no group "{unknown[0]}"'
        bad = misfits(wanted, fields, self._rules)
        return f"the import page does not take: {', '.join(bad)}" if bad else ""

    def _customer(self, part: Part, row: int) -> Customer:
        id_ = str(Place(part.number, row))
        return csvwire.customer(part.customers[row - 1], id_, part.homes(row), self._shop)

    def _last_part(self) -> Part:
        """The part that the next customer goes into."""
        numbers = self._folder.numbers()
        if not numbers:
            return Part(1)
        part = self._folder.read(numbers[-1])
        return part if len(part.customers) < self._options.rows_per_file else Part(part.number + 1)

    @property
    def _register(self) -> Register:
        if self._open_register is None:
            register = Register()
            try:
                for part in map(self._folder.read, self._folder.numbers()):
                    rows = enumerate(part.customers, start=1)
                    register.add((key(cells["email"]), Place(part.number, row)) for row, cells in rows)
            except BaseException:
                register.close()
                raise
            self._open_register = register
        return self._open_register

    def _findings(self) -> Iterator[Finding]:
        yield Finding(
            "GM524",
            Severity.WARNING,
            "this is a folder of files: who is in the shop already is not known, and the import page makes a "
            "second customer of everybody who is",
            f"import each file once, into a shop without these customers; {FILE_NAME} there says how",
        )
        try:
            _ = self._register
        except StoreError as error:
            yield Finding(error.code, Severity.ERROR, f"{error.place}: {error.message}", error.hint)
        if not self._options.countries:
            yield Finding(
                "GM525",
                Severity.WARNING,
                "countries are written with their English names; a shop without English would make new ones",
                "give the shop's own names in `countries:`, as `RO: Roumanie`",
            )
        if self._options.timezone is None:
            yield Finding(
                "GM508",
                Severity.WARNING,
                "the connector does not say the shop's time zone; days of registration are written as UTC",
                "set `timezone:` in the connector",
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
        time_zone=ZoneInfo(options.timezone) if options.timezone else UTC,
        time_zone_known=options.timezone is not None,
    )
    return factory_shop(shop, options.countries, states=options.states)
