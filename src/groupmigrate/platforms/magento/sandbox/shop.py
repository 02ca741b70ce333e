"""The practice shop's database: one SQLite file with Magento's tables, and how values are stored."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from groupmigrate.platforms.collation import fold
from groupmigrate.platforms.magento.sandbox.release import NEWEST, RELEASES, Release

Value = str | int | float | None
Row = dict[str, Value]

LAYOUT = 1
"""Counts the layouts of the tables, so that a file of an older one is told and not stumbled over."""

RELEASE = "sandbox/release"
"""The setting that names the version."""

KEYS = {
    "customer_group": "customer_group_id",
    "customer_entity": "entity_id",
    "customer_address_entity": "entity_id",
}
"""The tables whose ids are never given twice, and the column of the id."""


class Shop:
    """An open shop. Every method may be called from any thread; one of them works at a time."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it with empty tables."""
        self._lock = threading.RLock()
        path.touch(mode=0o600)
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
        try:
            self._prepare()
        except sqlite3.Error:
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: all of it is stored, or nothing."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Several questions about the same moment: nothing is written between them."""
        with self._lock:
            yield

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """The rows that a query gives."""
        with self._lock:
            return [dict(row) for row in self._connection.execute(sql, values)]

    def row(self, sql: str, values: Sequence[Value] = ()) -> Row | None:
        """The first row that a query gives."""
        return next(iter(self.rows(sql, values)), None)

    def value(self, sql: str, values: Sequence[Value] = ()) -> Value:
        """The first column of the first row, or None."""
        with self._lock:
            row = self._connection.execute(sql, values).fetchone()
            return row[0] if row else None

    def execute(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Run one statement; the id of the row that it added."""
        with self._lock:
            return self._connection.execute(sql, values).lastrowid or 0

    def insert(self, table: str, row: Row) -> int:
        """Store a new row and return its id.

        An id whose insertion was rolled back is not given again, as in the real shop's database.
        """
        key = KEYS.get(table)
        if key and row.get(key) is None:
            row = {**row, key: self._next_id(table, key)}
        marks = ", ".join("?" * len(row))
        return self.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))

    def update(self, table: str, number: int, row: Row) -> None:
        """Store the values over those of an existing row."""
        sets = ", ".join(f"{column} = ?" for column in row)
        self.execute(f"UPDATE {table} SET {sets} WHERE {KEYS[table]} = ?", (*row.values(), number))

    def setting(self, path: str, default: str = "") -> str:
        """A value of the shop's configuration."""
        found = self.value("SELECT value FROM core_config_data WHERE path = ?", (path,))
        return default if found is None else str(found)

    @cached_property
    def release(self) -> Release:
        """The version that the shop was installed as."""
        return RELEASES.get(self.setting(RELEASE), NEWEST)

    def switched(self, path: str) -> bool:
        """Whether a setting is on."""
        return self.setting(path) == "1"

    def now(self) -> str:
        """The shop's time: UTC."""
        return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")

    def _next_id(self, table: str, key: str) -> int:
        with self._lock:
            stored = whole(self.value(f"SELECT max({key}) FROM {table}"))
            self._last_ids[table] = max(stored, self._last_ids.get(table, 0)) + 1
            return self._last_ids[table]

    def _prepare(self) -> None:
        self._last_ids: dict[str, int] = {}
        self._connection.row_factory = sqlite3.Row
        self._connection.create_function("fold", 1, fold, deterministic=True)
        self._connection.execute("PRAGMA journal_mode = WAL")
        # What was written survives the death of the process; only a power cut could lose it.
        self._connection.execute("PRAGMA synchronous = OFF")
        if self.value("SELECT count(*) FROM sqlite_master") == 0:
            sql = files(__package__).joinpath("tables.sql").read_text(encoding="utf-8")
            self._connection.executescript(f"BEGIN IMMEDIATE;{sql};PRAGMA user_version = {LAYOUT};COMMIT;")
        elif self.value("PRAGMA user_version") != LAYOUT:
            raise sqlite3.DatabaseError("it was made by another version of groupmigrate; delete the file")


def whole(value: object) -> int:
    """The number that PHP and MariaDB see at the beginning of a text; 0 where there is none."""
    found = re.match(r"\s*([+-]?\d+)", str(value or 0))
    return int(found[1]) if found else 0


def narrow(text: str) -> str:
    """The text as the tables hold it: each character of four bytes becomes "????" (2.4.7, run)."""
    return re.sub(r"[\U00010000-\U0010ffff]", "????", text)
