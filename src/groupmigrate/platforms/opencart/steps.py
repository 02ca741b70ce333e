"""The steps in which customers are written, inside a transaction. Each can be done again without harm.

Without transactions (MyISAM) the rows before a bad one stay; so what was stored is looked up, not concluded.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Update, bindparam, case, func, select, update

from groupmigrate.model import Address, Customer
from groupmigrate.platforms.opencart import wire
from groupmigrate.platforms.opencart.database import Row, Transaction
from groupmigrate.platforms.opencart.ids import among
from groupmigrate.platforms.opencart.schema import clause
from groupmigrate.platforms.opencart.shop import Shop
from groupmigrate.platforms.opencart.trouble import Refused

APPROVAL = "customer_approval"
LET_IN = f"{wire.PENDING}1"

Words = dict[int, list[str]]
"""What the database said about single addresses, by customer id."""


class Steps:
    """Writes to the tables of one shop."""

    def __init__(self, transaction: Transaction, shop: Shop) -> None:
        self._send = transaction.send
        self._insert = transaction.insert
        self._rows = transaction.rows
        self._value = transaction.value
        self._shop = shop
        self._customers = clause(shop.tables, "customer")
        self._addresses = clause(shop.tables, "address")

    def insert_customers(self, rows: Mapping[int, Row]) -> tuple[dict[int, int], dict[int, str]]:
        """Insert rows by number: the ids that they got, and what was said about those that were refused."""
        before = self._value(select(func.max(self._customers.c.customer_id))) or 0
        refused: dict[int, str] = {}
        try:
            self._insert(self._customers, list(rows.values()))
        except Refused:
            there = self._ids(rows, before)
            for seq in rows.keys() - there.keys():
                try:
                    self._insert(self._customers, [rows[seq]])
                except Refused as one:
                    refused[seq] = one.message
        return self._ids(rows, before), refused

    def add_addresses(self, homes: Mapping[int, Sequence[Address]], before: Counter[int]) -> Words:
        """Add addresses by customer id. The first of a customer who had none before becomes the default."""
        rows: list[dict[str, Any]] = []
        for id_, some in homes.items():
            for number, home in enumerate(wire.default_first(some)):
                is_default = not before[id_] and number == 0
                rows.append(wire.new_address(home, id_, self._shop, is_default=is_default))
        try:
            self._insert(self._addresses, rows)
        except Refused:
            return self._add_one_by_one(rows, before)
        return {}

    def count_addresses(self, ids: Iterable[int]) -> Counter[int]:
        """How many addresses these customers have."""
        mine = self._addresses.c
        question = select(mine.customer_id, func.count().label("number")).select_from(self._addresses)
        rows = self._rows(question.where(among(mine.customer_id, list(ids))).group_by(mine.customer_id))
        return Counter({int(row["customer_id"]): int(row["number"]) for row in rows})

    def let_wait(self, people: Mapping[int, Customer]) -> None:
        """List those who are not active among the approvals of the back office, once (3.0 to 4.1)."""
        waiting = [id_ for id_, one in people.items() if one.active is False]
        if not waiting or APPROVAL not in self._shop.tables:
            return
        approvals, there = clause(self._shop.tables, APPROVAL), self._shop.tables[APPROVAL]
        listed = self._rows(select(approvals.c.customer_id).where(approvals.c.customer_id.in_(waiting)))
        known = {int(row["customer_id"]) for row in listed}
        now = wire.now(self._shop.time_zone)
        rows = [
            wire.whole({"customer_id": id_, "type": "customer", "date_added": now}, there)
            for id_ in waiting
            if id_ not in known
        ]
        self._insert(approvals, rows)

    def finish(self, ids: Sequence[int]) -> None:
        """Name the default address where none is named, let marked customers log in, and unmark them."""
        if not ids:
            return
        mine, values = self._customers.c, []
        if self._shop.tables.has("customer", "address_id"):
            first = select(func.coalesce(func.min(self._addresses.c.address_id), 0)).where(
                self._addresses.c.customer_id == mine.customer_id
            )
            named = case((mine.address_id == 0, first.scalar_subquery()), else_=mine.address_id)
            values.append((mine.address_id, named))
        marked = mine.ip.startswith(wire.PENDING, autoescape=True)
        let_in = case((mine.ip == LET_IN, 1), else_=0)
        values.append((mine.status, case((marked, let_in), else_=mine.status)))
        # MySQL reads the columns as they become, from left to right: the mark goes last.
        values.append((mine.ip, case((marked, ""), else_=mine.ip)))
        self._send(update(self._customers).where(among(mine.customer_id, ids)).ordered_values(*values))

    def set_groups(self, moves: Mapping[tuple[int, int], Sequence[int]]) -> None:
        """Move customers from one group to another, if they are still in it: one statement for each pair."""
        mine = self._customers.c
        for (old, new), ids in moves.items():
            still = (among(mine.customer_id, ids), mine.customer_group_id == old)
            self._send(update(self._customers).where(*still).values(customer_group_id=new))

    def set_columns(self, values: Mapping[int, Mapping[str, Any]]) -> dict[int, str]:
        """Change columns by customer id; what was said about those that were refused."""
        alike: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for id_, row in values.items():
            alike[tuple(sorted(row))].append(id_)
        refused: dict[int, str] = {}
        for names, ids in alike.items():
            for id_ in ids if names else ():
                row = {"wanted_id": id_, **{f"new_{name}": values[id_][name] for name in names}}
                try:
                    self._send(self._changing(names), row)
                except Refused as one:
                    refused[id_] = one.message
        return refused

    def _changing(self, names: Sequence[str]) -> Update:
        wanted: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
        return (
            update(self._customers)
            .where(self._customers.c.customer_id == bindparam("wanted_id"))
            .values(wanted)
        )

    def _ids(self, rows: Mapping[int, Row], before: int) -> dict[int, int]:
        """The ids that our new customers got, looked up: a cluster does not count one by one."""
        mine = self._customers.c
        marked = mine.ip.startswith(wire.PENDING, autoescape=True)
        found = self._rows(select(mine.customer_id, mine.email).where(mine.customer_id > before, marked))
        by_email = {row["email"]: int(row["customer_id"]) for row in found}
        return {seq: by_email[row["email"]] for seq, row in rows.items() if row["email"] in by_email}

    def _add_one_by_one(self, rows: Sequence[Row], before: Counter[int]) -> Words:
        """Add what is not there yet: those before the bad one were stored, in their order."""
        stored = self.count_addresses(before.keys() | {row["customer_id"] for row in rows})
        stored.subtract(before)
        words: defaultdict[int, list[str]] = defaultdict(list)
        number: Counter[int] = Counter()
        for row in rows:
            id_ = row["customer_id"]
            number[id_] += 1
            if number[id_] <= stored[id_]:
                continue
            try:
                self._insert(self._addresses, [row])
            except Refused as one:
                words[id_].append(f"address {number[id_]}: {one.message}")
        return dict(words)
