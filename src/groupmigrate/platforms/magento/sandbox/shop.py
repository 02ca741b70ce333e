"""The practice shop's database: one SQLite file with Magento's tables, and how values are stored."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from groupmigrate.platforms.collation import fold
from groupmigrate.platforms.magento.sandbox.release import NEWEST, RELEASES, Release
from groupmigrate.platforms.practicefile import PracticeFile, Row

RELEASE = "sandbox/release"
"""The setting that names the version."""

LARGEST = 2**63 - 1

KEYS = {
    "customer_group": "customer_group_id",
    "customer_entity": "entity_id",
    "customer_address_entity": "entity_id",
}
"""The tables whose ids are never given twice, and the column of the id."""


class Shop(PracticeFile):
    """An open shop. Every method may be called from any thread; one of them works at a time."""

    tables = files(__package__).joinpath("tables.sql").read_text(encoding="utf-8")

    def __init__(self, path: Path) -> None:
        """Open the file, or make it with empty tables. Raises DiskError if that cannot be."""
        super().__init__(path)
        self._last_ids: dict[str, int] = {}
        self._connection.create_function("fold", 1, fold, deterministic=True)

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


def whole(value: object) -> int:
    """The number that PHP sees at the beginning of a text, the largest one at most; 0 where there is none."""
    found = re.match(r"\s*([+-]?\d+)", str(value or 0))
    return max(min(int(found[1]), LARGEST), -LARGEST - 1) if found else 0


def narrow(text: str) -> str:
    """The text as the tables hold it: each character of four bytes becomes "????" (2.4.7, run)."""
    return re.sub(r"[\U00010000-\U0010ffff]", "????", text)
