"""The practice store's data: customers and groups in one SQLite file. It knows neither calls nor answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from groupmigrate.platforms.practicefile import PracticeFile, Value

Record = dict[str, Any]
"""A customer by the API's names; "Book" holds the addresses for parcels."""


class Shop(PracticeFile):
    """One store. Threads may share it."""

    tables = """
    CREATE TABLE customer(
        id INTEGER PRIMARY KEY, plain TEXT NOT NULL UNIQUE, email TEXT NOT NULL, grouped TEXT NOT NULL,
        active INTEGER NOT NULL, added TEXT NOT NULL, updated TEXT NOT NULL, doc TEXT NOT NULL
    );
    CREATE INDEX customer_email ON customer(email);
    CREATE TABLE grouping(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)
    """

    # --- groups ---

    def groups(self) -> dict[int, str]:
        """The names of the groups by number."""
        rows = self.rows("SELECT number, name FROM grouping ORDER BY number")
        return {int(str(row["number"])): str(row["name"]) for row in rows}

    def add_group(self, name: str) -> None:
        """Make a group by hand, as a merchant does in the control panel."""
        self.execute("INSERT OR IGNORE INTO grouping(name) VALUES (?)", (name,))

    # --- customers ---

    def customer(self, username: str) -> Record | None:
        """The customer of that username, however it is written."""
        found = self.value("SELECT doc FROM customer WHERE plain = ?", (plain(username),))
        return json.loads(str(found)) if found else None

    def has_email(self, email: str, username: str) -> bool:
        """Whether somebody else has the e-mail."""
        query = "SELECT 1 FROM customer WHERE email = ? AND plain <> ?"
        return self.row(query, (email.lower(), plain(username))) is not None

    def save(self, record: Record) -> None:
        """Keep a customer; the first time they get an id and a day of registration."""
        now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
        record.setdefault("DateAddedUTC", now)
        record.setdefault("RegistrationDate", record["DateAddedUTC"])
        record["DateUpdatedUTC"] = now
        self.execute(
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

    def found(self, where: str, values: Sequence[Value], order: str, limit: int, offset: int) -> list[Record]:
        """Customers, with their ids."""
        rows = self.rows(
            f"SELECT id, doc FROM customer WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?",
            (*values, limit, offset),
        )
        return [{**json.loads(str(row["doc"])), "ID": str(row["id"])} for row in rows]


def plain(username: str) -> str:
    """What tells usernames apart: letters in any case, and digits."""
    return "".join(sign for sign in username.casefold() if sign.isalnum())
