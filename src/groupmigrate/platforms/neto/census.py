"""Who is in a store, and in which group: read once with a narrow selector, and kept on disk.

Neto has no cursor and no order: a list that is read page by page moves under the reader. So names are read
first, and customers by their names afterwards, in the order of the names (the vendor's own advice).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from groupmigrate.closing import closed_on_error
from groupmigrate.database import scratch, scratch_errors
from groupmigrate.platforms.neto import wire
from groupmigrate.platforms.neto.api import Api
from groupmigrate.platforms.neto.shapes import Row, text

AGAIN = 3
"""How often the list is read at most: again whenever somebody changed, and may have moved, meanwhile."""
CLOCKS_APART = timedelta(seconds=60)
FARTHEST_ZONE = timedelta(hours=14)
"""Filters by date are said to be UTC; if they are not, this much earlier nobody is missed."""


def updated_since(moment: datetime) -> dict[str, str]:
    """The filter for who was changed at or after a moment in UTC; others may come, too."""
    return {"DateUpdatedFrom": f"{moment - FARTHEST_ZONE:%Y-%m-%d %H:%M:%S}"}


class Census:
    """The usernames of a store with their groups. Close it."""

    def __init__(self, api: Api, page_size: int, filter_: Mapping[str, str] | None = None) -> None:
        """`filter_` chooses some of the customers."""
        self._api = api
        self._page_size = page_size
        self._filter = filter_
        self._database = scratch()
        self._database.execute("CREATE TABLE person(name TEXT PRIMARY KEY, grouped TEXT) WITHOUT ROWID")
        with closed_on_error(self):
            self._read()

    def names(self, after: str, many: int) -> list[str]:
        """The next usernames behind one, in their order."""
        with scratch_errors("usernames"):
            query = "SELECT name FROM person WHERE name > ? ORDER BY name LIMIT ?"
            return [name for (name,) in self._database.execute(query, (after, many))]

    def members(self) -> dict[str, int]:
        """How many customers there are by what they name their group; "" for none."""
        with scratch_errors("usernames"):
            return dict(self._database.execute("SELECT grouped, count(*) FROM person GROUP BY 1").fetchall())

    def count(self) -> int:
        """How many customers there are."""
        with scratch_errors("usernames"):
            return int(self._database.execute("SELECT count(*) FROM person").fetchone()[0])

    def close(self) -> None:
        """Give the file back; may be called twice."""
        self._database.close()

    def _read(self) -> None:
        for _ in range(AGAIN):
            started = datetime.now(UTC) - CLOCKS_APART
            for page in self._api.customers(wire.NARROW, self._page_size, self._filter):
                self._add(page)
            if not self._changed_since(started):
                return

    def _add(self, page: Sequence[Row]) -> None:
        with scratch_errors("usernames"):
            self._database.executemany(
                "INSERT OR REPLACE INTO person VALUES (?, ?)",
                ((name, text(row, "UserGroup")) for row in page if (name := text(row, "Username"))),
            )

    def _changed_since(self, moment: datetime) -> bool:
        """Whether anybody was added or changed: rows behind them may have moved to a page that was read."""
        # The name of the field says that it is UTC, so it decides about those whom the filter lets through.
        pages = self._api.customers(("Username", "DateUpdatedUTC"), self._page_size, updated_since(moment))
        changes = (wire.moment(text(row, "DateUpdatedUTC")) for page in pages for row in page)
        return any(not changed or changed >= f"{moment:%Y-%m-%d %H:%M:%S}" for changed in changes)
