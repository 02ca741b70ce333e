"""The addresses of an export by their owners, on disk, so that memory stays flat for any number of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from groupmigrate.database import scratch, scratch_errors
from groupmigrate.model import Address

_TABLES = """
CREATE TABLE address (owner TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE owner (name TEXT NOT NULL);
"""


class AddressBook:
    """Owners and their addresses, in the order in which they were added."""

    def __init__(self) -> None:
        self._database = scratch()
        self._database.executescript(_TABLES)
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(Address).decode

    def add(self, entries: Iterable[tuple[str, Address]]) -> int:
        """Take in (owner, address) pairs, once for the whole file; gives their number."""
        rows = ((owner, self._encode(address)) for owner, address in entries)
        with scratch_errors("addresses"):
            self._database.executemany("INSERT INTO address VALUES (?, ?)", rows)
            self._database.execute("CREATE INDEX address_owner ON address (owner)")
            return int(self._database.execute("SELECT count(*) FROM address").fetchone()[0])

    def meet(self, owners: Iterable[str]) -> None:
        """Take in the owners who exist, once for the whole file."""
        with scratch_errors("addresses"):
            self._database.executemany("INSERT INTO owner VALUES (?)", ((name,) for name in owners))
            self._database.execute("CREATE INDEX owner_name ON owner (name)")

    def of(self, owners: Sequence[str]) -> dict[str, tuple[Address, ...]]:
        """The addresses of these owners; an owner without any is missing in the answer."""
        found: defaultdict[str, list[Address]] = defaultdict(list)
        marks = ",".join("?" * len(owners))
        statement = f"SELECT owner, body FROM address WHERE owner IN ({marks}) ORDER BY rowid"
        with scratch_errors("addresses"):
            for owner, body in self._database.execute(statement, owners):
                found[owner].append(self._decode(body))
        return {owner: tuple(addresses) for owner, addresses in found.items()}

    def strangers(self) -> tuple[int, list[str]]:
        """How many addresses belong to nobody who was met, and the first three of their owners."""
        alone = "FROM address WHERE NOT EXISTS (SELECT 1 FROM owner WHERE name = address.owner)"
        with scratch_errors("addresses"):
            count = int(self._database.execute(f"SELECT count(*) {alone}").fetchone()[0])
            first = self._database.execute(f"SELECT DISTINCT owner {alone} LIMIT 3").fetchall()
        return count, [owner for (owner,) in first]

    def close(self) -> None:
        """Give the file back; may be called twice."""
        self._database.close()
