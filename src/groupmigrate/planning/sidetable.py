"""The customers of one side of a snapshot, as a table: appended in the order of arrival, sorted once by
identity, walked in that order, and replaced by their ids. Transactions are the caller's.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal

import msgspec

from groupmigrate.identity import key, lookalike
from groupmigrate.model import Customer

Side = Literal["source", "target"]
Members = Counter[tuple[str, ...]]
"""How many customers are in each set of groups."""

HALVES = re.compile("[\ud800-\udfff]")
"""Surrogates that stand alone: no encoding can write them."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Customer).decode
_groups = msgspec.json.Decoder(tuple[str, ...]).decode


class SideTable:
    """The table of one side, and while it is read that of the arrivals."""

    def __init__(self, database: sqlite3.Connection, side: Side) -> None:
        self._database = database
        self._side = side

    # --- a whole reading ---

    def begin(self) -> None:
        """Throw away what was read, and make room for arrivals."""
        self._database.execute(f"DROP TABLE IF EXISTS {self._side}")
        self._database.execute(f"DROP TABLE IF EXISTS {self._side}_arrivals")
        self._database.execute(
            f"CREATE TABLE {self._side}_arrivals(position INTEGER PRIMARY KEY,"
            " key TEXT, id TEXT, fold TEXT, groups TEXT, doc BLOB)"
        )

    def add(self, customers: Iterable[Customer]) -> None:
        """Append arrivals."""
        rows = []
        for customer, document in map(_storable, customers):
            identity = key(customer.email)
            groups = _encode(customer.groups).decode()
            rows.append((identity, customer.id, _fold(identity), groups, document))
        self._database.executemany(
            f"INSERT INTO {self._side}_arrivals(key, id, fold, groups, doc) VALUES (?, ?, ?, ?, ?)", rows
        )

    def arrived(self) -> int:
        """How many have arrived."""
        count = self._database.execute(f"SELECT count(*) FROM {self._side}_arrivals").fetchone()
        return int(count[0])

    def sort(self) -> Members:
        """Sort the arrivals by identity, once, and count them."""
        side = self._side
        self._database.execute(
            f"CREATE TABLE {side}(key TEXT, position INTEGER, id TEXT, fold TEXT, doc BLOB,"
            " PRIMARY KEY(key, position)) WITHOUT ROWID"
        )
        members = self._database.execute(
            f"SELECT groups, count(*) FROM {side}_arrivals GROUP BY groups ORDER BY min(position)"
        ).fetchall()
        self._database.execute(
            f"INSERT INTO {side}(key, position, id, fold, doc)"
            f" SELECT key, position, id, fold, doc FROM {side}_arrivals ORDER BY key, position"
        )
        self._database.execute(f"DROP TABLE {side}_arrivals")
        self._database.execute(f"CREATE INDEX {side}_fold ON {side}(fold) WHERE fold IS NOT NULL")
        return Members({_groups(groups): count for groups, count in members})

    # --- a reading of changes ---

    def index_ids(self) -> None:
        """Make records findable by id: only who reads changes pays for that."""
        self._database.execute(f"CREATE INDEX IF NOT EXISTS {self._side}_id ON {self._side}(id)")

    def replace(self, customers: Iterable[Customer], members: Members, last: int) -> int:
        """Put each customer in the place of the one with the same id; who is new comes behind all others.

        `members` is kept right. `last` is the last place in use; returns the one that is afterwards.
        """
        for customer, document in map(_storable, customers):
            found = self._database.execute(
                f"SELECT key, position, doc FROM {self._side} WHERE id = ?", (customer.id,)
            ).fetchone()
            if found:
                old, position, before = found
                self._database.execute(
                    f"DELETE FROM {self._side} WHERE key = ? AND position = ?", (old, position)
                )
                members[_decode(before).groups] -= 1
            else:
                position = last = last + 1
            identity = key(customer.email)
            self._database.execute(
                f"INSERT INTO {self._side}(key, position, id, fold, doc) VALUES (?, ?, ?, ?, ?)",
                (identity, position, customer.id, _fold(identity), document),
            )
            members[customer.groups] += 1
        return last

    # --- walking ---

    def walk(self) -> Iterator[tuple[str, list[bytes]]]:
        """Every identity in order, with its documents."""
        rows: Iterator[Any] = self._database.execute(
            f"SELECT key, doc FROM {self._side} ORDER BY key, position"
        )
        for identity, group in groupby(rows, key=itemgetter(0)):
            yield identity, [row[1] for row in group]

    def customers(self) -> Iterator[Customer]:
        """Every customer, by identity."""
        for (document,) in self._database.execute(f"SELECT doc FROM {self._side} ORDER BY key, position"):
            yield _decode(document)


def _fold(identity: str) -> str | None:
    """What a store that ignores accents sees of an identity; None where that is the identity itself."""
    return None if identity.isascii() else lookalike(identity)


def _storable(customer: Customer) -> tuple[Customer, bytes]:
    """The customer and the document; half a character, which JSON can hold, becomes a control character."""
    try:
        return customer, _encode(customer)
    except UnicodeEncodeError:
        written = json.dumps(msgspec.to_builtins(customer), ensure_ascii=False)
        whole = HALVES.sub(r"\\u001a", written)
        return _decode(whole), whole.encode()
