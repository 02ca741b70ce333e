"""The SQLite file of a practice shop, shared by the threads that serve it. It knows no platform."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from groupmigrate.errors import DiskError

Value = str | int | float | None
Row = dict[str, Value]


class PracticeFile:
    """An open file, for its owner only. Every method may be called from any thread; one works at a time."""

    tables = ""
    """The statements that make the tables."""
    layout = 1
    """Counts the layouts of the tables, so that a file of an older one is told and not stumbled over."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it with empty tables. Raises DiskError if that cannot be."""
        self._lock = threading.RLock()
        with _openable(path):
            path.touch(mode=0o600)
            self._connection = sqlite3.connect(
                path, check_same_thread=False, isolation_level=None, timeout=30
            )
            try:
                self._prepare()
            except BaseException:
                self._connection.close()
                raise

    def _prepare(self) -> None:
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        # What was written survives the death of the process; only a power cut could lose it.
        self._connection.execute("PRAGMA synchronous = OFF")
        if self.value("SELECT count(*) FROM sqlite_master") == 0:
            made = f"{self.tables};PRAGMA user_version = {self.layout}"
            self._connection.executescript(f"BEGIN IMMEDIATE;{made};COMMIT;")
        elif self.value("PRAGMA user_version") != self.layout:
            raise sqlite3.DatabaseError("it was made by another version of groupmigrate; delete the file")

    def close(self) -> None:
        """Close the file; may be called twice."""
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
        with self._lock:
            found = self._connection.execute(sql, values).fetchone()
            return dict(found) if found else None

    def value(self, sql: str, values: Sequence[Value] = ()) -> Value:
        """The first column of the first row, or None."""
        with self._lock:
            found = self._connection.execute(sql, values).fetchone()
            return found[0] if found else None

    def execute(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Run one statement; the id of the row that it added."""
        with self._lock:
            return self._connection.execute(sql, values).lastrowid or 0


@contextmanager
def _openable(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise DiskError(f"cannot open the practice shop: {error}", place=str(path)) from error
