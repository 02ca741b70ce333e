"""What every room promises: the card it shows, the verbs of a store, and the records they exchange.

A room is a folder beside this file. Its `__init__.py` holds `CARD`; the store modules that a card names are
imported only when a connector is opened. The core talks to `Source` and `Target` and to nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from msgspec import Struct

from groupmigrate.model import Customer, Group

if TYPE_CHECKING:
    from pydantic import BaseModel


# --- the card --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Way:
    """One way to reach a platform: `via: webservice`, `via: csv` …"""

    name: str
    options: type[BaseModel]
    """The options of a connector file for this way: names, types, defaults, help."""
    store: str
    """Where the store is made, as "module:callable", called with (options, Opening)."""
    reads: bool = True
    writes: bool = False
    tells_changes: bool = False
    """The store is an `Incremental`: it can be asked who changed since a moment."""
    removes: str = ""
    """What the store's `remove` does, in a word for people: "deletes", "deactivates"; "" if it has none."""


@dataclass(frozen=True)
class Card:
    """All that can be said about a platform without asking a shop."""

    name: str
    title: str
    versions: str
    """The versions that the room was tried with, in words."""
    ways: tuple[Way, ...]
    can: tuple[str, ...]
    cannot: tuple[str, ...]
    builtin_groups: str
    """The groups every shop has and what they stand for, in words."""
    sandbox: str = ""
    """The practice store, as "module:callable"; "" where the room has none."""
    details: Mapping[str, str] = field(default_factory=dict)
    """Limits worth knowing beforehand: mails, speed, lengths … in words."""

    def way(self, name: str) -> Way | None:
        """The way of that name, or None."""
        return next((way for way in self.ways if way.name == name), None)


@dataclass(frozen=True)
class Opening:
    """What a store is opened with besides its options."""

    name: str
    """The connector's name, for messages."""
    folder: Path
    """The connector file's folder: relative paths in it start here."""
    state: Path
    """A private folder (mode 0700) where a practice store keeps its data."""
    read_only: bool = True
    """When true the transport refuses everything but reads: `plan` cannot write."""
    passwords: bool = False
    """When true a source reads password hashes, too; else they never leave the store."""

    @property
    def practice_file(self) -> Path:
        """Where a practice store of the connector's own keeps its data."""
        return self.state / f"{self.name}.db"

    def path(self, written: Path | None) -> Path | None:
        """A path of the connector file; None if it gives none."""
        return self.folder / written if written else None


# --- what a store says about itself ----------------------------------------------------------------------


class Severity(StrEnum):
    """How bad a finding is: errors stop a run, warnings are shown, notes inform."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Finding(Struct, frozen=True):
    """Something `check` found that a person should know; `code` is in the catalogue."""

    code: str
    severity: Severity
    message: str
    hint: str = ""


class Check(Struct, frozen=True):
    """Who answered and what they allow."""

    store: str
    """The store by its own name or address, for people."""
    version: str
    rights: dict[str, str] = {}
    """What the key may do, by resource: {"customers": "read, create, change"}."""
    findings: tuple[Finding, ...] = ()
    clock: str = ""
    """The store's own clock when it answered: UTC, "2015-05-05 05:05:05"; "" if it does not tell."""


# --- what a target can hold ------------------------------------------------------------------------------


class FieldRule(Struct, frozen=True, omit_defaults=True):
    """What one text field may hold. The planner applies it before a run; the room only declares it."""

    required: bool = False
    max_length: int = 0
    """In characters; 0 means no limit."""
    takes: dict[str, int] = {}
    """Characters that take more than one place, as & does where it is stored as &amp;, and how many."""
    pattern: str = ""
    """A Python regular expression that the whole value matches (`re.search`, anchored by itself)."""
    says: str = ""
    """The pattern in words: "no digits, none of , / : ( ) @ #"."""
    cleans: tuple[tuple[str, str], ...] = ()
    """How a value may be made to fit, where the mapping asks for it: (pattern, replacement), in this order.
    Blanks are tidied up and the length is cut afterwards. () where that would make something else of it."""


class AttributeRule(FieldRule, frozen=True, omit_defaults=True):
    """What an attribute that the shop added may hold: text, or one or several of its options."""

    options: tuple[str, ...] = ()
    """The labels to choose from, in the shop's order; () for plain text."""
    several: bool = False
    """Several options may be chosen."""


class CountryRule(Struct, frozen=True, omit_defaults=True):
    """What the target knows about one country."""

    regions: dict[str, str] = {}
    """Region code -> the target's name for it; empty where the target keeps no regions of that country."""
    all_regions: bool = False
    """No other region is taken here, though the target has `free_regions`."""
    needs_id_number: bool = False
    needs_postcode: bool = False


class Rules(Struct, frozen=True, omit_defaults=True):
    """What a target can hold, for its version and settings. Data, so that a plan needs no store."""

    customer: dict[str, FieldRule] = {}
    """By the names of the fields of `Customer`."""
    address: dict[str, FieldRule] = {}
    """By the names of the fields of `Address`; "street" is the rule of every line."""
    attributes: dict[str, AttributeRule] = {}
    """The attributes that the shop added and that can be written, by code."""
    never: tuple[str, ...] = ()
    """Fields that no customer of the target can have: "prefix", "created", "addresses", "address.fax". Left
    out and counted. Without "address.mobile" a mobile number is the phone where there is no other; without
    "active" a customer who cannot log in is a misfit, for they could afterwards."""
    countries: dict[str, CountryRule] = {}
    """By ISO code. An address in a country that is not here cannot be held."""
    free_regions: bool = False
    """A region that is not in the country's list is kept as it was written."""
    languages: tuple[str, ...] = ()
    """ISO 639 codes of the languages that a customer can have; () means that no list is kept."""
    most_addresses: int = 0
    """The most addresses of a customer; default ones are kept before others. 0 means no limit."""
    billing_bears_name: bool = False
    """Names and company of the default billing address, else of the first, are the customer's: one place."""
    one_phone: bool = False
    """The telephone number is the customer's, and no address has one of its own."""
    username: FieldRule | None = None
    """A new customer needs a username, which nobody else has, whatever the case of its letters."""
    street_lines: int = 0
    """The most lines a street may have; further ones are joined to the last. 0 means no limit."""
    joins_middlename: bool = False
    """The target has no middle name: it is written behind the first name, as people do."""
    several_groups: bool = False
    """A customer may be in several groups; the first is the default group."""
    also_in: tuple[str, ...] = ()
    """Ids of groups that every customer is put into besides the mapped ones."""
    makes_groups: bool = False
    """New groups can be made: the store is a GroupMaker."""
    guests: bool = False
    """Customers without an account can be created."""
    passwords: tuple[str, ...] = ()
    """The schemes of password hashes that customers can log in with afterwards; () where none is taken."""
    groups_by_hand: bool = False
    """No call sets a group: customers arrive in the default group, and a person moves them afterwards."""
    unproven_groups: bool = False
    """The store may take a group that it does not know and fall back to another without a word: the first
    customer of each group is sent alone and looked at before the others of that group follow."""
    ignores_accents: bool = False
    """The store takes e-mails that differ only in accents for one."""
    ascii_host: bool = False
    """Host names of e-mails must be ASCII; the planner writes the IDNA form."""
    oldest_birthday_years: int = 0
    """Birthdays further back are refused; 0 means no limit. Future ones are always refused."""
    batch: int = 0
    """How many customers are best sent together, where that is not what a run does anyway. So many are in
    flight when a run is killed."""
    mails_on_create: bool = False
    """Creating a customer mails them, as far as is known, and nothing can stop it."""


# --- reading and writing ---------------------------------------------------------------------------------


class Page(Struct, frozen=True):
    """Some customers in a stable order, and where to go on after them."""

    customers: tuple[Customer, ...]
    cursor: str
    """Give it to `customers(after=…)` to go on behind this page."""
    total: int | None = None
    """How many customers there are in all, if the store tells."""


class Change(Struct, frozen=True, omit_defaults=True):
    """One customer to be written."""

    seq: int
    """The number of the plan's action."""
    kind: str
    """"create" or "update"."""
    customer: Customer
    """What is wanted. For an update `customer.id` is the target's id."""
    fields: tuple[str, ...] = ()
    """For an update: what to write, by the names of `Customer`; all else stays as it is. "addresses" means
    that the addresses in `customer` are added; none is changed or taken away. "attributes" means those whose
    codes are in `customer`, and "" empties one."""


class State(StrEnum):
    """How the sending of one change ended."""

    DONE = "done"
    REJECTED = "rejected"  # the store surely did not take it, for a reason that a second try does not mend
    UNKNOWN = "unknown"  # the store must be asked what it did


class Outcome(Struct, frozen=True, omit_defaults=True):
    """What became of one change."""

    seq: int
    state: State
    id: str = ""
    """The target's id of the customer, if known."""
    stored: Customer | None = None
    """What the store says it stored, read back; None if it was not asked."""
    code: str = ""
    """A reason code, for everything but a plain success."""
    words: str = ""
    """The store's own words, without secrets and e-mails."""


class Source(Protocol):
    """A store that can be read."""

    def check(self) -> Check:
        """Say who answers, with which version and rights, and what would spoil a run. Reads only."""

    def groups(self) -> Sequence[Group]:
        """Every group, with its role, and its settings and members as far as the platform tells."""

    def customers(self, after: str = "") -> Iterator[Page]:
        """Yield all customers behind the cursor `after`, lazily, in a stable key order.

        No gap and no repeat, even if customers are added meanwhile. Everything is read: guests, inactive,
        groupless and deleted customers, too; only technical accounts, which are no people, are left out.
        """

    def close(self) -> None:
        """Let go of connections, files and a practice store; may be called twice."""


class Incremental(Source, Protocol):
    """A source that can tell what changed, if its way says so (`Way.tells_changes`)."""

    def changed(self, since: str) -> Iterator[Page]:
        """Yield every customer that the store changed at or after `since`, complete and lazily.

        `since` is UTC, "2015-05-05 05:05:05"; a customer may come twice, or though nothing changed, but none
        is missed whose change the store dates: the margin for dates in local time is the room's. Who was
        deleted does not come. What the store does not date is the room's to find, or to name on its page.
        The cursors of these pages are never asked for.
        """


class Target(Source, Protocol):
    """A store that can be written."""

    def rules(self) -> Rules:
        """What the store can hold, for its version and settings. Reads only."""

    def find(self, emails: Sequence[str]) -> Mapping[str, tuple[Customer, ...]]:
        """The customers that have one of these e-mails now, asked from the store in batches, by identity key.

        Complete records, addresses included; deleted customers, too, because their e-mail may be taken.
        Guests, too, marked as such: they are nobody's account, and several may share an e-mail, also with an
        account. An e-mail that nobody has is missing in the answer.
        """

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Send the changes and yield exactly one outcome for each, in any order, as they become known.

        Sends no mail. Never repeats a write that the store may have acted on: that is `unknown`, and the
        caller asks. Raises only StoreError, when nothing further makes sense; every change without an outcome
        is then unknown.
        """


class GroupMaker(Target, Protocol):
    """A target in which groups can be made, if its rules say so."""

    def make_group(self, name: str) -> None:
        """Make an ordinary group of that name, in every language, with visible prices and no discount.

        Whether it is there is for the caller to see in `groups()`. Raises GroupmigrateError with the store's
        words if it refuses, LostAnswer if it is not known what the store did, and StoreError.
        """


class Remover(Target, Protocol):
    """A target that can take back what was created in it, if its way says so (`Way.removes`)."""

    def remove(self, ids: Sequence[str]) -> Iterator[Outcome]:
        """Remove these customers, by the target's ids, and yield one outcome for each, in any order.

        `Outcome.seq` is the place in `ids`. Sends no mail. A customer who is not there any more is DONE.
        For `undo` and for tests only. Raises only StoreError.
        """


@runtime_checkable
class Outbox(Protocol):
    """A store that counts mails while it is a practice store: silence is seen, and not just promised."""

    def mails(self) -> int | None:
        """How many mails the real shop would have sent to customers since the practice store was made.

        None for a real shop, which does not tell.
        """
