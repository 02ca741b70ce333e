"""The first customer of each target group goes alone, where a store may fall back to another group silently.

What that customer shows is in the journal, so a run that goes on after a kill knows it, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from groupmigrate.compare import same_groups
from groupmigrate.model import Customer
from groupmigrate.planning.action import Action
from groupmigrate.planning.planrow import Row
from groupmigrate.running.journal import Ended, Entry, Journal

FELL_BACK = "GM418"
"""The code of a customer whom the store put into another group than it was told."""
HELD_BACK = "GM419"
"""The code of those who were not sent after that."""

Groups = tuple[str, ...]


class Canaries:
    """Which target groups are proven by a customer who is in them, and which the store did not take."""

    def __init__(self, journal: Journal, *, needed: bool) -> None:
        self._needed = needed
        self._proven, self._fallen = journal.groups_shown(FELL_BACK) if needed else (set(), set())
        self._waiting: set[Groups] = set()

    def parts(self, rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
        """The rows in parts that may be settled one after the other; `learn` hears of one before the next.

        Rows whose canary has no outcome yet are in no part.
        """
        if not self._needed:
            yield rows
            return
        ready = []
        for row in rows:
            if self._is_open(row.action) and row.action.groups not in self._waiting:
                yield [row]
            elif not self._is_open(row.action):
                ready.append(row)
        if ready:
            yield ready

    def learn(self, action: Action, entry: Entry) -> None:
        """Take in how a customer ended."""
        if not self._is_open(action):
            return
        if entry.code == FELL_BACK:
            self._fallen.add(action.groups)
        elif entry.state in (Ended.DONE, Ended.DIFFERS):
            self._proven.add(action.groups)
        elif entry.state is Ended.UNKNOWN:
            self._waiting.add(action.groups)

    def wait_no_longer(self) -> bool:
        """Let canaries without an outcome be asked for again; returns whether any were waited for."""
        waited = bool(self._waiting)
        self._waiting.clear()
        return waited

    def is_fallen(self, action: Action) -> bool:
        """Whether the store is known not to take the groups of this customer."""
        return action.groups in self._fallen

    def named(self, entry: Entry, action: Action, stored: Customer | None) -> Entry:
        """The entry, with a code of its own if the store put a canary into another group."""
        if stored is None or entry.state is not Ended.DIFFERS or not self._is_open(action):
            return entry
        fell_back = not same_groups(action.groups, stored.groups)
        return replace(entry, code=FELL_BACK) if fell_back else entry

    def _is_open(self, action: Action) -> bool:
        return self._needed and action.groups not in self._proven and action.groups not in self._fallen
