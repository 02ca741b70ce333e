"""Who has which e-mail, on disk: before 4.1 there is no index of e-mails, and to ask is to look at everybody.

Memory stays flat, and what a run costs grows with the store, not with its square: everybody is read once, new
customers as they come, and everybody again after a while, because OpenCart does not date changes.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator

from sqlalchemy import bindparam, select

from groupmigrate.database import scratch, scratch_errors
from groupmigrate.identity import key
from groupmigrate.platforms.opencart.database import Database
from groupmigrate.platforms.opencart.escaping import unescaped
from groupmigrate.platforms.opencart.schema import clause
from groupmigrate.platforms.opencart.tables import Tables

TABLE = "CREATE TABLE email (key TEXT, id INTEGER, PRIMARY KEY (key, id)) WITHOUT ROWID"
IDS = "SELECT key, id FROM email WHERE key IN (SELECT value FROM json_each(?)) ORDER BY id"
AT_ONCE = 10_000
FRESH_FOR = 30.0
"""Seconds after which everybody is read again …"""
SHARE = 20
"""… but never for more than one part in so many of the time."""


class Emails:
    """The e-mails of a shop by identity key."""

    def __init__(self, database: Database, tables: Tables) -> None:
        self._database = database
        mine = clause(tables, "customer").c
        self._next = (
            select(mine.customer_id, mine.email)
            .where(mine.customer_id > bindparam("last"))
            .order_by(mine.customer_id)
            .limit(AT_ONCE)
        )
        self._file = scratch()
        self._file.execute(TABLE)
        self._last = 0
        self._stale_at = 0.0

    def refresh(self) -> None:
        """Take in who is new since the last time, and everybody after a while."""
        now = time.monotonic()
        if now < self._stale_at:
            self._read()
            return
        with scratch_errors("e-mails"):
            self._file.execute("DELETE FROM email")
        self._last = 0
        self._read()
        took = time.monotonic() - now
        self._stale_at = time.monotonic() + max(FRESH_FOR, SHARE * took)

    def ids(self, keys: Iterable[str]) -> dict[str, list[int]]:
        """The ids of those who had these e-mails when they were read last, by key, lowest first."""
        found: dict[str, list[int]] = {}
        with scratch_errors("e-mails"):
            rows = self._file.execute(IDS, (json.dumps(list(keys)),)).fetchall()
        for name, id_ in rows:
            found.setdefault(name, []).append(id_)
        return found

    def forget(self) -> None:
        """Read everybody again the next time: e-mails were changed, or customers removed."""
        self._stale_at = 0.0

    def close(self) -> None:
        """Give the file back; may be called twice."""
        self._file.close()

    def _read(self) -> None:
        for rows in self._pages():
            with scratch_errors("e-mails"):
                # Together: SQLite would end a transaction after each.
                self._file.execute("BEGIN")
                self._file.executemany("INSERT INTO email VALUES (?, ?)", rows)
                self._file.execute("COMMIT")

    def _pages(self) -> Iterator[list[tuple[str, int]]]:
        """Those behind the last who was read; the last page may be empty."""
        while True:
            rows = self._database.rows(self._next, {"last": self._last})
            if rows:
                self._last = int(rows[-1]["customer_id"])
            yield [(key(unescaped(row["email"] or "")), int(row["customer_id"])) for row in rows]
            if len(rows) < AT_ONCE:
                return
