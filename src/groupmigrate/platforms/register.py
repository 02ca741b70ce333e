"""Which e-mail stands in which row of the import files, on disk, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from groupmigrate.database import scratch, scratch_errors


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
    """Identity keys of e-mails and their places."""

    def __init__(self) -> None:
        self._database = scratch()
        self._database.execute("CREATE TABLE place (key TEXT NOT NULL, part INTEGER, row INTEGER)")
        self._database.execute("CREATE INDEX place_key ON place (key)")

    def add(self, entries: Iterable[tuple[str, Place]]) -> None:
        """Take in identity keys with their places."""
        with scratch_errors("e-mails"):
            self._database.executemany("INSERT INTO place VALUES (?, ?, ?)", ((k, *p) for k, p in entries))

    def drop(self, place: Place) -> None:
        """Forget who stands there."""
        with scratch_errors("e-mails"):
            self._database.execute("DELETE FROM place WHERE part = ? AND row = ?", place)

    def places(self, key: str) -> list[Place]:
        """Where an e-mail stands; several places are a double."""
        with scratch_errors("e-mails"):
            statement = "SELECT part, row FROM place WHERE key = ? ORDER BY part, row"
            return [Place(*row) for row in self._database.execute(statement, (key,))]

    def close(self) -> None:
        """Give the file back; may be called twice."""
        self._database.close()
