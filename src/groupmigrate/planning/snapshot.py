"""What was read from the two stores, in one SQLite file, so that planning needs no store and little memory.

Pages are kept in the order of their arrival, with the cursor behind them, so that a reading that was cut
off goes on. A finished side is sealed: sorted once by identity, so that both sides can be walked in step. A
sealed side can be refreshed: only who changed since is read, and takes the place of the old record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import msgspec

from groupmigrate.database import DatabaseFile, connect, now
from groupmigrate.model import Customer, Group
from groupmigrate.planning.sidetable import Members, Side, SideTable
from groupmigrate.platforms.base import Check, Incremental, Rules, Source
from groupmigrate.wording import quoted

FORMAT = "2"
OVERLAP = timedelta(minutes=5)
"""How much is asked for twice: a long request, or a server whose clock is slow, dates too early."""

FRESH = timedelta(days=1)
"""A reading that was cut off longer ago is begun anew: what it holds is no picture of one time."""

OnPage = Callable[[int, int | None], None]
"""Told how many customers were read so far, and how many there are in all if the store tells."""

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class Reading:
    """A store that has passed its check, about to be read into a side of the snapshot."""

    side: Side
    store: Source
    connector: str
    """The fingerprint of the connector's file."""
    check: Check
    rules: Rules = field(default_factory=Rules)
    passwords: bool = False
    """The store was opened to give password hashes. A reading without them is never continued with them."""


@dataclass(frozen=True)
class Pair:
    """All records of one identity on both sides, as JSON documents."""

    key: str
    source: list[bytes]
    target: list[bytes]


class Snapshot(DatabaseFile):
    """The snapshot file of one migration. Times are UTC."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, connect(path))
        try:
            with self.transaction() as database:
                database.execute(
                    "CREATE TABLE IF NOT EXISTS"
                    " facts(side TEXT, name TEXT, value TEXT, PRIMARY KEY(side, name))"
                )
        except BaseException:
            self.close()
            raise

    # --- what is known about a side ---

    def fact(self, side: Side, name: str) -> str:
        """One remembered fact about a side, or ""."""
        row = self._database.execute(
            "SELECT value FROM facts WHERE side = ? AND name = ?", (side, name)
        ).fetchone()
        return str(row[0]) if row else ""

    def remember(self, side: Side, **values: str) -> None:
        """Keep facts about a side."""
        with self.transaction():
            self._note(side, values)

    def is_complete(self, side: Side, connector: str) -> bool:
        """Whether the side was read to its end with this connector file (by fingerprint)."""
        return not self.unread(side, connector)

    def has_passwords(self, side: Side) -> bool:
        """Whether password hashes were read, too."""
        return bool(self.fact(side, "passwords"))

    def groups(self, side: Side) -> list[Group]:
        """The groups of a side, as they were read."""
        return msgspec.json.decode(self.fact(side, "groups") or "[]", type=list[Group])

    def check(self, side: Side) -> Check:
        """What the store said about itself."""
        return msgspec.json.decode(self.fact(side, "check"), type=Check)

    def rules(self) -> Rules:
        """What the target can hold."""
        return msgspec.json.decode(self.fact("target", "rules"), type=Rules)

    def count(self, side: Side) -> int:
        """How many customers were read."""
        return int(self.fact(side, "count") or 0)

    def members(self, side: Side) -> Members:
        """How many customers are in each set of groups."""
        rows = msgspec.json.decode(self.fact(side, "members") or "[]", type=list[tuple[list[str], int]])
        return Members({tuple(groups): count for groups, count in rows})

    def fingerprint(self, side: Side) -> str:
        """Tells one reading from another."""
        return f"{self.fact(side, 'connector')[:12]}-{self.count(side)}-{self.fact(side, 'sealed')}"

    # --- reading a store into it ---

    def read(self, reading: Reading, on_page: OnPage) -> None:
        """Read groups and customers of a store; goes on where an earlier reading of it stopped."""
        groups = list(reading.store.groups())
        cursor = self._begin(reading)
        self.remember(reading.side, **_told(reading, groups))
        table = SideTable(self._database, reading.side)
        read = table.arrived()
        for page in reading.store.customers(cursor):
            with self.transaction():
                table.add(page.customers)
                self._note(reading.side, {"cursor": page.cursor, "reached": now()})
            read += len(page.customers)
            on_page(read, page.total)
        with self.transaction():
            members = table.sort()
            self._seal(reading.side, members, last=members.total())

    def refresh(self, reading: Reading, on_page: OnPage) -> str:
        """Read again only who changed since the last reading began, from a store that is `Incremental`.

        It is one transaction: cut off, nothing was read. Returns why all has to be read instead, or "".
        """
        side, store = reading.side, cast("Incremental", reading.store)
        groups = list(store.groups())
        if why := self.unread(side, reading.connector) or self._become_another(reading, groups):
            return why
        since = _earlier(self.fact(side, "clock"))
        self._wipe_hashes(reading)
        members, last, read = self.members(side), int(self.fact(side, "last")), 0
        table = SideTable(self._database, side)
        with self.transaction():
            table.index_ids()
            for page in store.changed(since):
                last = table.replace(page.customers, members, last)
                read += len(page.customers)
                on_page(read, page.total)
            asked = {"clock": _clock(reading.check), "since": since, "whole": ""}
            self._note(side, _told(reading, groups) | asked)
            self._seal(side, +members, last=last)
        return ""

    def unread(self, side: Side, connector: str) -> str:
        """Why there is nothing to go by that was read whole with this connector file; "" if there is."""
        if not self.fact(side, "sealed"):
            return "it was not read to its end yet"
        if self.fact(side, "connector") != connector:
            return "its connector was edited since it was read"
        if self.fact(side, "format") != FORMAT:
            return "it was read by another version of this program"
        return ""

    def _become_another(self, reading: Reading, groups: Sequence[Group]) -> str:
        """Why changes cannot be put on top of what was read; "" if they can."""
        version = self.check(reading.side).version
        if version != reading.check.version:
            return f"version {version} was read, and now it is {reading.check.version}"
        if self.has_passwords(reading.side) != reading.passwords:
            return "whether passwords are carried was changed since it was read"
        if _clock(reading.check) < _earlier(self.fact(reading.side, "clock")):
            return "the clock that its changes are dated by was set back since it was read"
        left = {group.id for group in groups}
        if gone := [group.name for group in self.groups(reading.side) if group.id not in left]:
            # shops move the members of a group that is deleted without dating the change
            return f"the group {quoted(gone[0])}, which had been read, is gone"
        return ""

    def _begin(self, reading: Reading) -> str:
        """Make room for a reading and return the cursor to go on from ("" for the start)."""
        side = reading.side
        unfinished = self.fact(side, "cursor")
        same = self.fact(side, "connector") == reading.connector and self.fact(side, "format") == FORMAT
        same = (
            same and self.has_passwords(side) == reading.passwords and _is_fresh(self.fact(side, "reached"))
        )
        self._wipe_hashes(reading)
        if unfinished and same and self.check(side).version == reading.check.version:
            return unfinished
        with self.transaction() as database:
            database.execute("DELETE FROM facts WHERE side = ?", (side,))
            SideTable(database, side).begin()
            self._note(side, {"connector": reading.connector, "format": FORMAT, "started": now()})
            self._note(side, {"passwords": "1" if reading.passwords else "", "clock": _clock(reading.check)})
        return ""

    def _wipe_hashes(self, reading: Reading) -> None:
        """SQLite leaves the bytes of what was thrown away in the file; hashes must not lie around."""
        if reading.passwords or self.has_passwords(reading.side):
            self._database.execute("PRAGMA secure_delete = ON")

    def _seal(self, side: Side, members: Members, *, last: int) -> None:
        """Say that the side is complete; `last` is the last place in use."""
        counted = _encode(list(members.items())).decode()
        facts = {"sealed": now(), "cursor": "", "count": str(members.total()), "members": counted}
        self._note(side, facts | {"last": str(last)})

    def _note(self, side: Side, values: dict[str, str]) -> None:
        self._database.executemany(
            "INSERT OR REPLACE INTO facts(side, name, value) VALUES (?, ?, ?)",
            [(side, name, value) for name, value in values.items()],
        )

    # --- walking it ---

    def pairs(self) -> Iterator[Pair]:
        """Every source identity in order, with the target's records of the same identity.

        Customers without a usable e-mail come first, each alone, with an empty key.
        """
        source = SideTable(self._database, "source").walk()
        target = SideTable(self._database, "target").walk()
        there: tuple[str, list[bytes]] = next(target, ("\U0010ffff", []))
        for identity, documents in source:
            if not identity:
                yield from (Pair("", [document], []) for document in documents)
                continue
            while there[0] < identity:
                there = next(target, ("\U0010ffff", []))
            yield Pair(identity, documents, there[1] if there[0] == identity else [])

    def customers(self, side: Side) -> Iterator[Customer]:
        """Every customer of a side, by identity."""
        return SideTable(self._database, side).customers()

    def merged_keys(self) -> dict[str, str]:
        """Identities that a store which ignores accents cannot tell apart: each with another one like it.

        Only for keys outside ASCII and their like, so this stays small.
        """
        everyone = "SELECT key, fold FROM source UNION SELECT key, fold FROM target"
        folded = f"SELECT key, fold FROM ({everyone}) WHERE fold IS NOT NULL"
        alike: dict[str, set[str]] = {}
        for identity, fold in self._database.execute(folded):
            alike.setdefault(fold, set()).add(identity)
        merged: dict[str, str] = {}
        for fold, keys in alike.items():
            if self._has(fold):
                keys.add(fold)
            if len(keys) > 1:
                ordered = sorted(keys)
                merged.update({one: ordered[0] if one != ordered[0] else ordered[1] for one in ordered})
        return merged

    def _has(self, identity: str) -> bool:
        found = self._database.execute(
            "SELECT 1 FROM source WHERE key = :key UNION ALL SELECT 1 FROM target WHERE key = :key LIMIT 1",
            {"key": identity},
        ).fetchone()
        return found is not None


def _told(reading: Reading, groups: list[Group]) -> dict[str, str]:
    """What a store says besides its customers, as facts."""
    facts = {"groups": groups, "check": reading.check, "rules": reading.rules}
    return {name: _encode(value).decode() for name, value in facts.items()}


def _clock(check: Check) -> str:
    """From when on changes are asked for next time: by the store's own clock if it tells, else by ours."""
    return check.clock or now()[: len("2015-05-05 05:05:05")]


def _is_fresh(moment: str) -> bool:
    """Whether a moment, as our files keep it, is not long ago."""
    return bool(moment) and datetime.fromisoformat(now()) - datetime.fromisoformat(moment) < FRESH


def _earlier(moment: str) -> str:
    return (datetime.fromisoformat(moment) - OVERLAP).isoformat(" ")
