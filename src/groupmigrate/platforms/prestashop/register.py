"""Which e-mail stands in which row of the import files, on disk, so that memory stays flat."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from groupmigrate.errors import DiskError


class Place(NamedTuple):
    """A row of a part; its text is the customer's id."""

    part: int
    row: int

    def __str__(self) -> str:
        return f"{self.part}-{self.row}"

    @classmethod
    def of(cls, id_: str) -> Place:
        """The place that an id or a cursor names; the start of the files for "" and what is no id."""
        part, _, row = id_.partition("-")
        return cls(int(part), int(row)) if part.isdecimal() and row.isdecimal() else cls(0, 0)


class Register:
    """Identity keys of e-mails and their places.

    The database is SQLite's anonymous temporary file: private, and gone with the process whatever ends it.
    """

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("CREATE TABLE place (key TEXT NOT NULL, part INTEGER, row INTEGER)")
        self._database.execute("CREATE INDEX place_key ON place (key)")

    def add(self, entries: Iterable[tuple[str, Place]]) -> None:
        """Take in identity keys with their places."""
        with _disk():
            self._database.executemany("INSERT INTO place VALUES (?, ?, ?)", ((k, *p) for k, p in entries))

    def drop(self, place: Place) -> None:
        """Forget who stands there."""
        with _disk():
            self._database.execute("DELETE FROM place WHERE part = ? AND row = ?", place)

    def places(self, key: str) -> list[Place]:
        """Where an e-mail stands; several places are a double."""
        with _disk():
            statement = "SELECT part, row FROM place WHERE key = ? ORDER BY part, row"
            return [Place(*row) for row in self._database.execute(statement, (key,))]

    def close(self) -> None:
        """Give the file back; may be called twice."""
        self._database.close()


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        hint = "make room in the folder for temporary files, or name another one in TMPDIR"
        raise DiskError(f"e-mails cannot be kept on disk: {error}", hint=hint, code="GM515") from error
