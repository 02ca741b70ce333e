"""The practice shop's database: one SQLite file with groups, customers and their addresses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from groupmigrate.platforms.practicefile import PracticeFile

COLUMNS = (
    "type",
    "firstname",
    "lastname",
    "email",
    "phone",
    "active",
    "registration",
    "group_id",
    "addresses",
)


class Shop(PracticeFile):
    """An open shop."""

    tables = """
CREATE TABLE shop_group (id INTEGER PRIMARY KEY, name TEXT NOT NULL, is_default INTEGER NOT NULL);
CREATE TABLE customer (
    id INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, firstname TEXT NOT NULL, lastname TEXT NOT NULL,
    email TEXT NOT NULL, phone TEXT NOT NULL, active INTEGER NOT NULL, registration TEXT NOT NULL,
    group_id INTEGER NOT NULL, addresses TEXT NOT NULL
);
CREATE INDEX customer_email ON customer (email COLLATE NOCASE);
INSERT INTO sqlite_sequence (name, seq) VALUES ('customer', 14000)
"""

    def add_group(self, number: int, name: str, *, is_default: bool) -> None:
        """Make a group, as a person does in the shop's own pages: the API shows groups to nobody."""
        self.execute("INSERT INTO shop_group VALUES (?, ?, ?)", (number, name, is_default))

    def add(self, values: Mapping[str, Any]) -> int:
        """Store a new customer, in the default group unless told otherwise, and return the id."""
        default = self.value("SELECT id FROM shop_group WHERE is_default")
        row = {"type": "client", "phone": "", "active": 1, "group_id": default, "addresses": [], **values}
        row["addresses"] = json.dumps(row["addresses"], ensure_ascii=False)
        marks = ", ".join("?" * len(COLUMNS))
        statement = f"INSERT INTO customer ({', '.join(COLUMNS)}) VALUES ({marks})"
        return self.execute(statement, [row[name] for name in COLUMNS])

    def change(self, number: int, values: Mapping[str, str | int]) -> None:
        """Change a customer."""
        sets = ", ".join(f"{name} = ?" for name in values)
        self.execute(f"UPDATE customer SET {sets} WHERE id = ?", (*values.values(), number))

    def move(self, number: int, group: int) -> None:
        """Put a customer into a group, as a person does in the shop's own pages: no call of the API can."""
        self.change(number, {"group_id": group})
