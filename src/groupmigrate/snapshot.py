"""What was read from the two stores, in one SQLite file, so that planning needs no store and little memory.

Pages are kept in the order of their arrival, with the cursor behind them, so that a reading that was cut
off goes on. A finished side is sealed: sorted once by identity, so that both sides can be walked in step.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Literal

import msgspec

from groupmigrate.database import connect, database_errors, now
from groupmigrate.identity import key, lookalike
from groupmigrate.model import Customer, Group
from groupmigrate.platforms.base import Check, Page, Rules, Source

Side = Literal["source", "target"]
FORMAT = "1"

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class Pair:
    """All records of one identity on both sides, as JSON documents."""

    key: str
    source: list[bytes]
    target: list[bytes]


class Snapshot:
    """The snapshot file of one migration. Times are UTC. Close it, or use it as a context manager."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database = connect(path)
        try:
            with self._transaction() as database:
                database.execute(
                    "CREATE TABLE IF NOT EXISTS"
                    " facts(side TEXT, name TEXT, value TEXT, PRIMARY KEY(side, name))"
                )
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Snapshot:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing; a full disk or a missing right is a DiskError."""
        with database_errors(self._path), self._database:
            yield self._database

    # --- what is known about a side ---

    def fact(self, side: Side, name: str) -> str:
        """One remembered fact about a side, or ""."""
        row = self._database.execute(
            "SELECT value FROM facts WHERE side = ? AND name = ?", (side, name)
        ).fetchone()
        return str(row[0]) if row else ""

    def remember(self, side: Side, **values: str) -> None:
        """Keep facts about a side."""
        with self._transaction():
            self._note(side, values)

    def is_complete(self, side: Side, connector: str) -> bool:
        """Whether the side was read to its end with this connector file (by fingerprint)."""
        return bool(self.fact(side, "sealed")) and self.fact(side, "connector") == connector

    def has_passwords(self, side: Side) -> bool:
        """Whether password hashes were read, too."""
        return bool(self.fact(side, "passwords"))

    def groups(self, side: Side) -> list[Group]:
        """The groups of a side, as they were read."""
        return msgspec.json.decode(self.fact(side, "groups") or "[]", type=list[Group])

    def check(self, side: Side) -> Check:
        """What the store said about itself."""
        return msgspec.json.decode(self.fact(side, "check"), type=Check)

    def rules(self) -> Rules:
        """What the target can hold."""
        return msgspec.json.decode(self.fact("target", "rules"), type=Rules)

    def count(self, side: Side) -> int:
        """How many customers were read."""
        return int(self.fact(side, "count") or 0)

    def members(self, side: Side) -> dict[tuple[str, ...], int]:
        """How many customers are in each set of groups."""
        rows = msgspec.json.decode(self.fact(side, "members") or "[]", type=list[tuple[list[str], int]])
        return {tuple(groups): count for groups, count in rows}

    def fingerprint(self, side: Side) -> str:
        """Tells one reading from another."""
        return f"{self.fact(side, 'connector')[:12]}-{self.count(side)}-{self.fact(side, 'sealed')}"

    # --- reading a store into it ---

    def read(
        self,
        side: Side,
        store: Source,
        *,
        connector: str,
        check: Check,
        rules: Rules | None = None,
        passwords: bool = False,
        on_page: Callable[[int, int | None], None],
    ) -> None:
        """Read groups and customers of a store; goes on where an earlier reading of it stopped.

        `passwords` says that the store was opened to give password hashes; a reading without them is never
        continued with them, nor the other way round.
        """
        groups = list(store.groups())
        cursor = self._begin(side, connector, check, passwords=passwords)
        self.remember(
            side,
            groups=_encode(groups).decode(),
            check=_encode(check).decode(),
            rules=_encode(rules or Rules()).decode(),
        )
        read = self._arrived(side)
        for page in store.customers(cursor):
            self._add(side, page)
            read += len(page.customers)
            on_page(read, page.total)
        self._seal(side)

    def _begin(self, side: Side, connector: str, check: Check, *, passwords: bool) -> str:
        """Make room for a reading and return the cursor to go on from ("" for the start)."""
        unfinished = self.fact(side, "cursor")
        same = self.fact(side, "connector") == connector and self.fact(side, "format") == FORMAT
        same = same and self.has_passwords(side) == passwords
        if passwords or self.has_passwords(side):
            # SQLite leaves the bytes of dropped tables in the file; hashes must not lie around.
            self._database.execute("PRAGMA secure_delete = ON")
        if unfinished and same and self.check(side).version == check.version:
            return unfinished
        with self._transaction() as database:
            database.execute("DELETE FROM facts WHERE side = ?", (side,))
            database.execute(f"DROP TABLE IF EXISTS {side}")
            database.execute(f"DROP TABLE IF EXISTS {side}_arrivals")
            database.execute(
                f"CREATE TABLE {side}_arrivals(position INTEGER PRIMARY KEY,"
                " key TEXT, fold TEXT, groups TEXT, doc BLOB)"
            )
            self._note(side, {"connector": connector, "format": FORMAT, "started": now()})
            self._note(side, {"passwords": "1" if passwords else ""})
        return ""

    def _add(self, side: Side, page: Page) -> None:
        """One page and its cursor, in one transaction."""
        rows = []
        for customer in page.customers:
            identity = key(customer.email)
            fold = None if identity.isascii() else lookalike(identity)
            rows.append((identity, fold, _encode(customer.groups).decode(), _encode(customer)))
        with self._transaction() as database:
            database.executemany(
                f"INSERT INTO {side}_arrivals(key, fold, groups, doc) VALUES (?, ?, ?, ?)", rows
            )
            self._note(side, {"cursor": page.cursor})

    def _seal(self, side: Side) -> None:
        """Sort the arrivals by identity, once, and count them."""
        with self._transaction() as database:
            database.execute(
                f"CREATE TABLE {side}(key TEXT, position INTEGER, fold TEXT, doc BLOB,"
                " PRIMARY KEY(key, position)) WITHOUT ROWID"
            )
            members = database.execute(
                f"SELECT groups, count(*) FROM {side}_arrivals GROUP BY groups ORDER BY min(position)"
            ).fetchall()
            database.execute(
                f"INSERT INTO {side}(key, position, fold, doc)"
                f" SELECT key, position, fold, doc FROM {side}_arrivals ORDER BY key, position"
            )
            database.execute(f"DROP TABLE {side}_arrivals")
            database.execute(f"CREATE INDEX {side}_fold ON {side}(fold) WHERE fold IS NOT NULL")
            counted = [(msgspec.json.decode(groups), count) for groups, count in members]
            self._note(
                side,
                {
                    "sealed": now(),
                    "cursor": "",
                    "count": str(sum(count for _, count in members)),
                    "members": _encode(counted).decode(),
                },
            )

    def _arrived(self, side: Side) -> int:
        return int(self._database.execute(f"SELECT count(*) FROM {side}_arrivals").fetchone()[0])

    def _note(self, side: Side, values: dict[str, str]) -> None:
        self._database.executemany(
            "INSERT OR REPLACE INTO facts(side, name, value) VALUES (?, ?, ?)",
            [(side, name, value) for name, value in values.items()],
        )

    # --- walking it ---

    def pairs(self) -> Iterator[Pair]:
        """Every source identity in order, with the target's records of the same identity.

        Customers without a usable e-mail come first, each alone, with an empty key.
        """
        source = self._walk("source")
        target = self._walk("target")
        there: tuple[str, list[bytes]] = next(target, ("\U0010ffff", []))
        for identity, documents in source:
            if not identity:
                yield from (Pair("", [document], []) for document in documents)
                continue
            while there[0] < identity:
                there = next(target, ("\U0010ffff", []))
            yield Pair(identity, documents, there[1] if there[0] == identity else [])

    def _walk(self, side: Side) -> Iterator[tuple[str, list[bytes]]]:
        rows: Iterator[Any] = self._database.execute(f"SELECT key, doc FROM {side} ORDER BY key, position")
        for identity, group in groupby(rows, key=itemgetter(0)):
            yield identity, [row[1] for row in group]

    def customers(self, side: Side) -> Iterator[Customer]:
        """Every customer of a side, by identity."""
        decode = msgspec.json.Decoder(Customer).decode
        for (document,) in self._database.execute(f"SELECT doc FROM {side} ORDER BY key, position"):
            yield decode(document)

    def merged_keys(self) -> dict[str, str]:
        """Identities that a store which ignores accents cannot tell apart: each with another one like it.

        Only for keys outside ASCII and their like, so this stays small.
        """
        everyone = "SELECT key, fold FROM source UNION SELECT key, fold FROM target"
        folded = f"SELECT key, fold FROM ({everyone}) WHERE fold IS NOT NULL"
        alike: dict[str, set[str]] = {}
        for identity, fold in self._database.execute(folded):
            alike.setdefault(fold, set()).add(identity)
        merged: dict[str, str] = {}
        for fold, keys in alike.items():
            if self._has(fold):
                keys.add(fold)
            if len(keys) > 1:
                ordered = sorted(keys)
                merged.update({one: ordered[0] if one != ordered[0] else ordered[1] for one in ordered})
        return merged

    def _has(self, identity: str) -> bool:
        found = self._database.execute(
            "SELECT 1 FROM source WHERE key = :key UNION ALL SELECT 1 FROM target WHERE key = :key LIMIT 1",
            {"key": identity},
        ).fetchone()
        return found is not None
