"""An OpenCart over its database: the verbs of a store. Records are translated in `wire.py`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property

from sqlalchemy import ColumnClause, TableClause, bindparam, func, select

from groupmigrate.identity import key
from groupmigrate.model import Customer, Group
from groupmigrate.platforms.base import Change, Check, Opening, Outcome, Page, Rules
from groupmigrate.platforms.batches import in_batches
from groupmigrate.platforms.found import by_key
from groupmigrate.platforms.opencart import DatabaseOptions, guests, limits, wire
from groupmigrate.platforms.opencart.database import Database, Rows
from groupmigrate.platforms.opencart.emails import Emails
from groupmigrate.platforms.opencart.groups import make_group, read_groups
from groupmigrate.platforms.opencart.ids import ByIds
from groupmigrate.platforms.opencart.inspection import inspect
from groupmigrate.platforms.opencart.location import locate
from groupmigrate.platforms.opencart.removal import remove
from groupmigrate.platforms.opencart.schema import clause, find_tables
from groupmigrate.platforms.opencart.settings import read_shop
from groupmigrate.platforms.opencart.shop import Shop
from groupmigrate.platforms.opencart.writer import Writer

IDS_AT_ONCE = 1000
GUESTS = "order:"
UNREAD = {"cart", "wishlist", "token", "code"}


class DatabaseStore:
    """The database of a shop, or of a practice shop with `dsn: sandbox`."""

    def __init__(self, options: DatabaseOptions, opening: Opening) -> None:
        """Raises UsageError if what the connector says about the database cannot be used."""
        self._options = options
        self._opening = opening
        self._location = locate(options, opening)
        self._closing = ExitStack()
        self._database = Database(self._location, read_only=opening.read_only)
        self._closing.callback(self._database.close)
        self._seen: dict[str, str] = {}

    def check(self) -> Check:
        """What kind of shop it is, the account's rights, and what would spoil a run. Reads only."""
        return inspect(self._database, self._options)

    def groups(self) -> Sequence[Group]:
        """Every group with names, taxes and members, and those that are gone but still have customers."""
        return read_groups(self._database, self._shop)

    def customers(self, after: str = "") -> Iterator[Page]:
        """Pages in the order of ids, of one moment where the engine can; the cursor is the last id.

        With `guests_from_orders` the guests come behind, and the cursor is "order:ID".
        """
        with self._database.snapshot() as ask:
            total = int(ask(select(func.count().label("n")).select_from(self._customer))[0]["n"])
            if not after.startswith(GUESTS):
                yield from self._pages(ask, int(after or 0), total)
            if self._options.guests_from_orders and "order" in self._shop.tables:
                start = after if after.startswith(GUESTS) else ""
                yield from guests.pages(ask, self._shop, self._emails, self._options.page_size, start)

    def rules(self) -> Rules:
        """What the shop's columns hold, and its countries, zones and languages."""
        return self._rules

    def find(self, emails: Sequence[str]) -> Mapping[str, tuple[Customer, ...]]:
        """Customers by identity key. The collation is never asked: it ignores case, accents and blanks."""
        wanted = {key(email) for email in emails} - {""}
        if not wanted:
            return {}
        self._emails.refresh()
        ids = [id_ for some in self._emails.ids(wanted).values() for id_ in some]
        # Who changed the e-mail since it was read is somebody else.
        found = by_key(self._by_ids(sorted(ids)).values(), wanted)
        self._seen = {one.id: one.default_group for some in found.values() for one in some}
        return found

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Batches in one transaction each, where the tables have them; then all is read back."""
        writer = Writer(self._database, self._shop, self._rules, self._emails, self._by_ids, self._seen)
        return writer.apply(changes)

    def make_group(self, name: str) -> None:
        """A group with its name in every language, and with the taxes of the default group."""
        make_group(self._database, self._shop, name, copy=self._options.copy_tax_rates)

    def remove(self, ids: Sequence[str]) -> Iterator[Outcome]:
        """Delete customers with what is theirs, as the shop's back office does."""
        yield from remove(self._database, self._shop, ids)
        self._emails.forget()

    def close(self) -> None:
        """Let go of the database, of its lock, and of temporary files; may be called twice."""
        self._closing.close()

    @cached_property
    def _shop(self) -> Shop:
        if not self._opening.read_only:
            # Before anything is read that a write will rely on.
            self._database.lock()
        return read_shop(self._database, find_tables(self._database, self._location.prefix), self._options)

    @cached_property
    def _rules(self) -> Rules:
        return limits.rules(self._shop)

    @cached_property
    def _emails(self) -> Emails:
        emails = Emails(self._database, self._shop.tables)
        self._closing.callback(emails.close)
        return emails

    @cached_property
    def _customer(self) -> TableClause:
        return clause(self._shop.tables, "customer")

    def _pages(self, ask: Rows, after: int, total: int) -> Iterator[Page]:
        mine = self._customer.c
        question = select(*self._columns).where(mine.customer_id > bindparam("after"))
        question = question.order_by(mine.customer_id).limit(self._options.page_size)
        while rows := ask(question, {"after": after}):
            first, after = rows[0]["customer_id"], rows[-1]["customer_id"]
            homes = self._homes.between(ask, first, after)
            yield Page(tuple(self._records(rows, homes)), str(after), total)
            if len(rows) < self._options.page_size:
                return

    def _by_ids(self, ids: Sequence[int]) -> dict[int, Customer]:
        """Whole records of these customers, as far as they are there."""
        found: dict[int, Customer] = {}
        ask = self._database.rows
        for some in in_batches(ids, IDS_AT_ONCE):
            people = self._records(self._people.of(ask, some), self._homes.of(ask, some))
            found |= {int(one.id): one for one in people}
        return found

    def _records(self, rows: Sequence[wire.Row], homes: Sequence[wire.Row]) -> Iterator[Customer]:
        """The customers of these rows, with the addresses that are theirs in the order of ids."""
        theirs: dict[int, list[wire.Row]] = defaultdict(list)
        for home in homes:
            theirs[home["customer_id"]].append(home)
        for row in rows:
            there = theirs.get(row["customer_id"], ())
            yield wire.customer(row, self._shop, there, hashes=self._opening.passwords)

    @cached_property
    def _people(self) -> ByIds:
        return ByIds(self._columns, self._customer.c.customer_id)

    @cached_property
    def _homes(self) -> ByIds:
        there = clause(self._shop.tables, "address").c
        return ByIds(there, there.customer_id, there.address_id)

    @cached_property
    def _columns(self) -> list[ColumnClause[object]]:
        """The columns of a customer that are read; carts, wish lists and tokens are nobody's business."""
        return [one for one in self._customer.c if one.name not in UNREAD]
