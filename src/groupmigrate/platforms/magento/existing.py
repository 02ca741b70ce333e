"""Who is in a shop already, by its own export, on disk, so that memory stays flat for any number of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from groupmigrate.closing import closed_on_error
from groupmigrate.database import scratch, scratch_errors
from groupmigrate.identity import key
from groupmigrate.platforms.csvfile import CsvFile
from groupmigrate.platforms.magento import csvwire
from groupmigrate.platforms.parts import Cells

_TABLE = "CREATE TABLE customer (row INTEGER PRIMARY KEY, key TEXT NOT NULL, grp TEXT NOT NULL, cells BLOB)"


class Known(NamedTuple):
    """A customer of the shop: the number of the row in the export, the header not counted, and its cells."""

    row: int
    cells: Cells


class Existing:
    """The customers of one website, as they are once the change files are imported."""

    def __init__(self, file: CsvFile, website: str) -> None:
        """Raises StoreError for an export that cannot be read completely."""
        self._decode = msgspec.json.Decoder(dict[str, str]).decode
        self.websites: defaultdict[str, set[str]] = defaultdict(set)
        """Of each store view the websites whose customers are in it."""
        self._database = scratch()
        with closed_on_error(self), scratch_errors("customers"):
            self._database.execute(_TABLE)
            rows = enumerate((cells for _, cells in file.rows()), start=1)
            own = ((row, cells) for row, cells in rows if self._met(cells) == website)
            self._database.executemany(
                "INSERT INTO customer VALUES (?, ?, ?, ?)",
                ((row, key(one["email"]), _group(one), msgspec.json.encode(one)) for row, one in own),
            )
            self._database.execute("CREATE INDEX customer_key ON customer (key)")

    def rows(self, after: int) -> Iterator[Known]:
        """Everybody behind a row, in the order of the export."""
        yield from self._select("row > ? ORDER BY row", after)

    def of(self, name: str) -> list[Known]:
        """Who has this identity key; several are a double."""
        return list(self._select("key = ? ORDER BY row", name))

    def at(self, row: int) -> Known | None:
        """Who stands in a row."""
        return next(self._select("row = ?", row), None)

    def groups(self) -> list[str]:
        """The ids of all groups that somebody is in."""
        with scratch_errors("customers"):
            found = self._database.execute("SELECT DISTINCT grp FROM customer").fetchall()
        return [group for (group,) in found]

    def change(self, known: Known, cells: Cells) -> None:
        """Take in what a change file does to a customer."""
        changed = known.cells | cells
        with scratch_errors("customers"):
            self._database.execute(
                "UPDATE customer SET grp = ?, cells = ? WHERE row = ?",
                (_group(changed), msgspec.json.encode(changed), known.row),
            )

    def close(self) -> None:
        """Give the file back; may be called twice."""
        self._database.close()

    def _met(self, cells: Cells) -> str:
        """The website of a row, which is taken note of."""
        self.websites[cells["_store"]].add(cells["_website"])
        return cells["_website"]

    def _select(self, where: str, value: object) -> Iterator[Known]:
        with scratch_errors("customers"):
            for row, cells in self._database.execute(
                f"SELECT row, cells FROM customer WHERE {where}", (value,)
            ):
                yield Known(row, self._decode(cells))


def _group(cells: Cells) -> str:
    return csvwire.group_id(cells["group_id"])
