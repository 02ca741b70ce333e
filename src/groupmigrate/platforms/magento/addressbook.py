"""The addresses of an export by their owners, on disk, so that memory stays flat for any number of them."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import msgspec

from groupmigrate.errors import DiskError
from groupmigrate.model import Address

_TABLES = """
PRAGMA journal_mode = OFF;
CREATE TABLE address (owner TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE owner (name TEXT NOT NULL);
"""


class AddressBook:
    """Owners and their addresses, in the order in which they were added.

    The database is SQLite's anonymous temporary file: private, and gone with the process whatever ends it.
    """

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.executescript(_TABLES)
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(Address).decode

    def add(self, entries: Iterable[tuple[str, Address]]) -> int:
        """Take in (owner, address) pairs, once for the whole file; gives their number."""
        rows = ((owner, self._encode(address)) for owner, address in entries)
        with _disk():
            self._database.executemany("INSERT INTO address VALUES (?, ?)", rows)
            self._database.execute("CREATE INDEX address_owner ON address (owner)")
            return int(self._database.execute("SELECT count(*) FROM address").fetchone()[0])

    def meet(self, owners: Iterable[str]) -> None:
        """Take in the owners who exist, once for the whole file."""
        with _disk():
            self._database.executemany("INSERT INTO owner VALUES (?)", ((name,) for name in owners))
            self._database.execute("CREATE INDEX owner_name ON owner (name)")

    def of(self, owners: Sequence[str]) -> dict[str, tuple[Address, ...]]:
        """The addresses of these owners; an owner without any is missing in the answer."""
        found: defaultdict[str, list[Address]] = defaultdict(list)
        marks = ",".join("?" * len(owners))
        statement = f"SELECT owner, body FROM address WHERE owner IN ({marks}) ORDER BY rowid"
        with _disk():
            for owner, body in self._database.execute(statement, owners):
                found[owner].append(self._decode(body))
        return {owner: tuple(addresses) for owner, addresses in found.items()}

    def strangers(self) -> tuple[int, list[str]]:
        """How many addresses belong to nobody who was met, and the first three of their owners."""
        alone = "FROM address WHERE NOT EXISTS (SELECT 1 FROM owner WHERE name = address.owner)"
        with _disk():
            count = int(self._database.execute(f"SELECT count(*) {alone}").fetchone()[0])
            first = self._database.execute(f"SELECT DISTINCT owner {alone} LIMIT 3").fetchall()
        return count, [owner for (owner,) in first]

    def close(self) -> None:
        """Give the file back; may be called twice."""
        self._database.close()


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        hint = "make room in the folder for temporary files, or name another one in TMPDIR"
        raise DiskError(f"addresses cannot be kept on disk: {error}", hint=hint, code="GM515") from error
