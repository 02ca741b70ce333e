"""A folder of import files as a target: the verbs of a store, for every room whose shops import files.

The store is the folder, not the shop. A room says what is in the cells.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from groupmigrate.closing import closed_on_error
from groupmigrate.errors import StoreError
from groupmigrate.identity import key
from groupmigrate.model import Customer, Group
from groupmigrate.platforms.base import Change, Check, Finding, Outcome, Page, Rules, Severity, State
from groupmigrate.platforms.http import WriteRefused
from groupmigrate.platforms.parts import Entry, Part, PartFolder
from groupmigrate.platforms.register import Place, Register

INSTRUCTIONS = "INSTRUCTIONS.md"


class FileTarget(ABC):
    """A Target. A customer's id is the number of the part and of the row in it; so is the cursor."""

    def __init__(self, folder: PartFolder, rows_per_file: int, *, read_only: bool) -> None:
        self.folder = folder
        self._rows_per_file = rows_per_file
        self._read_only = read_only
        self._open_register: Register | None = None

    # --- what a room says ---

    @abstractmethod
    def check(self) -> Check:
        """As every source: what the files are, and what is wrong with them."""

    @abstractmethod
    def groups(self) -> Sequence[Group]:
        """As every source: the groups that the connector names."""

    @abstractmethod
    def rules(self) -> Rules:
        """As every target: what the files and the shop's import can hold."""

    @abstractmethod
    def instructions(self) -> str:
        """The text that lies beside the files: how a person imports them."""

    @abstractmethod
    def objection(self, change: Change) -> str:
        """Why the shop would refuse a customer, or do something else in silence; or ""."""

    @abstractmethod
    def entry(self, wanted: Customer) -> Entry:
        """The cells of a new customer and of the addresses."""

    @abstractmethod
    def change(self, entry: Entry, wanted: Customer, fields: Sequence[str]) -> None:
        """Change these fields of a customer in the files, as `Change.fields` says."""

    @abstractmethod
    def customer(self, entry: Entry, id_: str) -> Customer:
        """The customer that the shop makes of these cells."""

    # --- the verbs ---

    def customers(self, after: str = "") -> Iterator[Page]:
        """Who is in the files, a page for each, in their order."""
        start = Place.of(after)
        for number in self.folder.numbers():
            if number < start.part:
                continue
            part = self.folder.read(number)
            first = start.row + 1 if number == start.part else 1
            rows = range(first, len(part.entries) + 1)
            if rows:
                people = tuple(self._customer(part, row) for row in rows)
                yield Page(people, cursor=people[-1].id)

    def find(self, emails: Sequence[str]) -> Mapping[str, tuple[Customer, ...]]:
        """Customers in the files, by identity key. Who is in the shop is not known here."""
        places = {name: self._register.places(name) for name in {key(email) for email in emails} - {""}}
        numbers = sorted({place.part for there in places.values() for place in there})
        found: defaultdict[str, list[Customer]] = defaultdict(list)
        for part in map(self.folder.read, numbers):
            for name, there in places.items():
                found[name] += (self._customer(part, row) for number, row in there if number == part.number)
        return {name: tuple(customers) for name, customers in found.items() if customers}

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Write the changes to the files. Raises DiskError; what has no outcome by then is unknown."""
        if changes and self._read_only:
            raise WriteRefused(f"writing to {self.folder.path} in a store that is only read")
        good = []
        for change in changes:
            if words := self.objection(change):
                yield Outcome(change.seq, State.REJECTED, code="GM401", words=words)
            else:
                good.append(change)
        if good:
            self.folder.write_text(INSTRUCTIONS, self.instructions())
        yield from self._create([change for change in good if change.kind == "create"])
        yield from self.update([change for change in good if change.kind != "create"])

    def close(self) -> None:
        """Give the temporary register back; may be called twice."""
        if self._open_register:
            self._open_register.close()

    def has(self, name: str) -> bool:
        """Whether somebody has this identity key."""
        return bool(self._register.places(name))

    def broken(self) -> Iterator[Finding]:
        """What is wrong with the files that are there already."""
        try:
            _ = self._register
        except StoreError as error:
            yield Finding(error.code, Severity.ERROR, f"{error.place}: {error.message}", error.hint)

    # --- writing ---

    def _create(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        new: list[Change] = []
        seen: set[str] = set()
        for change in changes:
            name = key(change.customer.email)
            if name in seen or self.has(name):
                yield Outcome(change.seq, State.UNKNOWN, code="GM408", words="the files hold this e-mail")
            else:
                new.append(change)
            seen.add(name)
        while new:
            part = self.folder.last(self._rows_per_file)
            room = self._rows_per_file - len(part.entries)
            yield from self._append(part, new[:room])
            new = new[room:]

    def _append(self, part: Part, changes: Sequence[Change]) -> Iterator[Outcome]:
        first = len(part.entries) + 1
        part.entries += (self.entry(change.customer) for change in changes)
        self.folder.write(part)
        rows = range(first, len(part.entries) + 1)
        emails = (key(change.customer.email) for change in changes)
        self._register.add(zip(emails, (Place(part.number, row) for row in rows), strict=True))
        for change, row in zip(changes, rows, strict=True):
            yield self._done(change.seq, part, row)

    def update(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Change customers who are in the files."""
        by_part: defaultdict[int, list[Change]] = defaultdict(list)
        for change in changes:
            by_part[Place.of(change.customer.id).part].append(change)
        for number, some in by_part.items():
            part = self.folder.read(number) if number in self.folder.numbers() else Part(number)
            there = [one for one in some if 0 < Place.of(one.customer.id).row <= len(part.entries)]
            for change in there:
                self._change(part, change)
            if there:
                self.folder.write(part)
            for change in some:
                if change in there:
                    yield self._done(change.seq, part, Place.of(change.customer.id).row)
                else:
                    words = "no row of the files has this id"
                    yield Outcome(change.seq, State.REJECTED, change.customer.id, code="GM404", words=words)

    def _change(self, part: Part, change: Change) -> None:
        place, wanted = Place.of(change.customer.id), change.customer
        self.change(part.entries[place.row - 1], wanted, change.fields)
        if "email" in change.fields:
            self._register.drop(place)
            self._register.add([(key(wanted.email), place)])

    def _done(self, seq: int, part: Part, row: int) -> Outcome:
        stored = self._customer(part, row)
        return Outcome(seq, State.DONE, stored.id, stored)

    def _customer(self, part: Part, row: int) -> Customer:
        return self.customer(part.entries[row - 1], str(Place(part.number, row)))

    @property
    def _register(self) -> Register:
        if self._open_register is None:
            register = Register()
            with closed_on_error(register):
                for part in map(self.folder.read, self.folder.numbers()):
                    rows = enumerate(part.entries, start=1)
                    register.add(
                        (key(self.customer(one, "").email), Place(part.number, row)) for row, one in rows
                    )
            self._open_register = register
        return self._open_register
