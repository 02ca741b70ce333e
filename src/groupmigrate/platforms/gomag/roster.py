"""A shop's customers and their groups as they were listed, on disk, so that memory stays flat."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from groupmigrate.database import scratch, scratch_errors
from groupmigrate.identity import key

Row = Mapping[str, Any]

_TABLES = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, key TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX customer_key ON customer (key);
CREATE TABLE member (customer INTEGER, place INTEGER, shop_group TEXT, PRIMARY KEY (customer, place));
"""


class Roster:
    """Customers by id, in the order of ids, whatever order they came in; who comes twice is there once."""

    def __init__(self) -> None:
        self._database = scratch()
        with scratch_errors("customers"):
            self._database.executescript(_TABLES)

    def add(self, rows: Mapping[str, Row]) -> None:
        """Take in a page of customers."""
        values = [(int(id_), key(str(row.get("email") or "")), json.dumps(row)) for id_, row in rows.items()]
        with scratch_errors("customers"):
            self._database.executemany("INSERT OR REPLACE INTO customer VALUES (?, ?, ?)", values)

    def join(self, group: str, place: int, ids: Iterable[str]) -> None:
        """Take in members of a group; a customer's groups are in the order of `place`."""
        values = [(int(id_), place, group) for id_ in ids]
        with scratch_errors("groups"):
            self._database.executemany("INSERT OR REPLACE INTO member VALUES (?, ?, ?)", values)

    @property
    def count(self) -> int:
        """How many customers are known."""
        with scratch_errors("customers"):
            return int(self._database.execute("SELECT count(*) FROM customer").fetchone()[0])

    def behind(self, after: int, size: int) -> Iterator[dict[str, Row]]:
        """The customers behind an id, some at a time."""
        statement = "SELECT id, body FROM customer WHERE id > ? ORDER BY id LIMIT ?"
        while True:
            with scratch_errors("customers"):
                found = self._database.execute(statement, (after, size)).fetchall()
            if not found:
                return
            after = found[-1][0]
            yield {str(id_): json.loads(body) for id_, body in found}

    def with_keys(self, keys: Iterable[str]) -> dict[str, Row]:
        """The customers with these identity keys, in the order of ids."""
        wanted = json.dumps(list(keys))
        statement = "SELECT id, body FROM customer WHERE key IN (SELECT value FROM json_each(?)) ORDER BY id"
        with scratch_errors("customers"):
            found = self._database.execute(statement, (wanted,)).fetchall()
        return {str(id_): json.loads(body) for id_, body in found}

    def groups_of(self, ids: Iterable[str]) -> Mapping[str, Sequence[str]]:
        """The groups of these customers; who is in none is missing."""
        wanted = json.dumps([int(id_) for id_ in ids])
        statement = (
            "SELECT customer, shop_group FROM member WHERE customer IN (SELECT value FROM json_each(?))"
            " ORDER BY customer, place"
        )
        found: defaultdict[str, list[str]] = defaultdict(list)
        with scratch_errors("groups"):
            for customer, group in self._database.execute(statement, (wanted,)):
                found[str(customer)].append(group)
        return found

    def close(self) -> None:
        """Give the file back; may be called twice."""
        self._database.close()
