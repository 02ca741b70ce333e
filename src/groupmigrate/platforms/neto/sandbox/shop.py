"""The practice store's data: customers and groups in one SQLite file. It knows neither calls nor answers."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Record = dict[str, Any]
"""A customer by the API's names; "Book" holds the addresses for parcels."""

TABLES = """
CREATE TABLE IF NOT EXISTS customer(
    id INTEGER PRIMARY KEY, plain TEXT NOT NULL UNIQUE, email TEXT NOT NULL, grouped TEXT NOT NULL,
    active INTEGER NOT NULL, added TEXT NOT NULL, updated TEXT NOT NULL, doc TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS customer_email ON customer(email);
CREATE TABLE IF NOT EXISTS grouping(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
"""


class Shop:
    """One store. Threads may share it; `writing` is one transaction for one of them."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            self._database.execute("PRAGMA synchronous = OFF")
            self._database.executescript(TABLES)
        except BaseException:
            self._database.close()
            raise

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All that is done within, or nothing of it."""
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    # --- groups ---

    def groups(self) -> dict[int, str]:
        """The names of the groups by number."""
        return dict(self._rows("SELECT number, name FROM grouping ORDER BY number"))

    def add_group(self, name: str) -> None:
        """Make a group by hand, as a merchant does in the control panel."""
        self._rows("INSERT OR IGNORE INTO grouping(name) VALUES (?)", (name,))

    # --- customers ---

    def customer(self, username: str) -> Record | None:
        """The customer of that username, however it is written."""
        found = self._rows("SELECT doc FROM customer WHERE plain = ?", (plain(username),))
        return json.loads(found[0][0]) if found else None

    def has_email(self, email: str, username: str) -> bool:
        """Whether somebody else has the e-mail."""
        query = "SELECT 1 FROM customer WHERE email = ? AND plain <> ?"
        return bool(self._rows(query, (email.lower(), plain(username))))

    def save(self, record: Record) -> None:
        """Keep a customer; the first time they get an id and a day of registration."""
        now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
        record.setdefault("DateAddedUTC", now)
        record.setdefault("RegistrationDate", record["DateAddedUTC"])
        record["DateUpdatedUTC"] = now
        self._rows(
            "INSERT INTO customer(plain, email, grouped, active, added, updated, doc)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT(plain) DO UPDATE SET email = excluded.email,"
            " grouped = excluded.grouped, active = excluded.active, updated = excluded.updated,"
            " doc = excluded.doc",
            (
                plain(record["Username"]),
                record.get("EmailAddress", "").lower(),
                record.get("UserGroup", ""),
                int(record.get("Active", True)),
                record["DateAddedUTC"],
                now,
                json.dumps(record),
            ),
        )

    def found(
        self, where: str, values: Sequence[object], order: str, limit: int, offset: int
    ) -> list[Record]:
        """Customers, with their ids."""
        rows = self._rows(
            f"SELECT id, doc FROM customer WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?",
            (*values, limit, offset),
        )
        return [{**json.loads(doc), "ID": str(id_)} for id_, doc in rows]

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        with self._lock:
            return self._database.execute(query, values).fetchall()


def plain(username: str) -> str:
    """What tells usernames apart: letters in any case, and digits."""
    return "".join(sign for sign in username.casefold() if sign.isalnum())
