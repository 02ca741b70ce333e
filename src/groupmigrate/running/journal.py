"""The journal of a run: what was sent, durably, before the request, and what came of it, after.

It lives inside the plan file. One row a customer; a customer that was sent and has no end is settled by
asking the store.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from enum import StrEnum

from msgspec import Struct

from groupmigrate.database import now
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.planning.planrow import Row, groups_in

TOUCHED = (
    "a.act IN ('create', 'update') AND j.tries > 0 AND (j.state IN ('sent', 'unknown', 'done', 'differs')"
    " OR (a.act = 'create' AND j.state = 'rejected' AND j.target_id != ''))"
)
"""What a run did, or may have done, something to: who was there as wanted without it is not among them, but
who was created and then refused the rest."""
TO_UNDO = f"{TOUCHED} AND (u.state IS NULL OR u.state IN ('sent', 'unknown'))"
SURELY_NOT = "state = 'rejected' AND target_id = '' AND code != 'GM408'"
"""Who was refused so that nothing is there; whoever has an e-mail that is taken may be our own creation."""
PENDING = "a.act IN ('create', 'update') AND (j.state IS NULL OR j.state IN ('sent', 'unknown'))"


class Ended(StrEnum):
    """The journal's states of one customer."""

    SENT = "sent"
    DONE = "done"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    DIFFERS = "differs"


OPEN = (Ended.SENT, Ended.UNKNOWN)
"""States after which the store must be asked before anything is sent again."""


class Entry(Struct, frozen=True):
    """How the sending of one action ended."""

    seq: int
    state: Ended
    target_id: str = ""
    code: str = ""
    words: str = ""


class Journal:
    """The journal of one plan. Every method that writes is one durable transaction."""

    _table = "journal"
    _pending = PENDING

    def __init__(self, plan: PlanFile) -> None:
        self._plan = plan

    def pending(self, size: int) -> Iterator[Sequence[Row]]:
        """The customers that have no end yet, in batches; each is asked for when the one before is done."""
        return self._plan.batches(self._pending, size=size)

    def begin(self, decided: Sequence[Entry], sent: Sequence[int]) -> None:
        """Say that the actions `sent` are about to be sent, and how those ended that need no sending."""
        with self._plan.transaction() as database:
            self._end(database, decided)
            database.executemany(
                f"INSERT INTO {self._table}(seq, state, tries, sent_at) VALUES (?, 'sent', 1, ?)"
                " ON CONFLICT(seq) DO UPDATE SET state = 'sent', tries = tries + 1,"
                " sent_at = excluded.sent_at, ended_at = NULL",
                [(seq, now()) for seq in sent],
            )

    def ended(self, entries: Sequence[Entry]) -> None:
        """Say how these ended."""
        with self._plan.transaction() as database:
            self._end(database, entries)

    def reopen(self, states: Sequence[Ended], code: str = "") -> int:
        """Make customers pending again who ended in one of these states, or with this code; says how many.

        Who was surely not taken is as if never sent: whoever is there by now is somebody else.
        """
        marks = ", ".join("?" * len(states))
        with self._plan.transaction() as database:
            count = database.execute(
                f"UPDATE journal SET state = 'unknown', tries = CASE WHEN {SURELY_NOT} THEN 0 ELSE tries END"
                f" WHERE state IN ({marks}) OR code = ?",
                [*states, code or None],
            ).rowcount
            if count:
                database.execute("DELETE FROM header WHERE name = 'finished'")
        return count

    def finish(self) -> None:
        """Say that every action has its end: the plan is used up."""
        with self._plan.transaction() as database:
            database.execute("INSERT OR REPLACE INTO header VALUES ('finished', ?)", (now(),))

    def counts(self) -> dict[tuple[str, str], int]:
        """How many customers there are by (act, state); the state of what was never sent is ""."""
        rows = self._plan.ask(
            "SELECT a.act, coalesce(j.state, ''), count(*) FROM actions a LEFT JOIN journal j USING(seq)"
            " GROUP BY 1, 2"
        )
        return {(act, state): count for act, state, count in rows}

    def failures(self) -> Iterator[tuple[str, str, int]]:
        """What went wrong: (code, state, customers)."""
        yield from self._plan.ask(
            "SELECT code, state, count(*) FROM journal WHERE state IN ('rejected', 'unknown', 'differs')"
            " GROUP BY 1, 2 ORDER BY 3 DESC"
        )

    def groups_shown(self, fell_back: str) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
        """The target groups in which a customer is, and those that a customer ended with this code for."""
        rows = self._plan.ask(
            "SELECT a.groups, max(j.state = 'done'), max(j.code = ? AND j.state = 'differs')"
            " FROM journal j JOIN actions a USING(seq) GROUP BY a.groups",
            (fell_back,),
        ).fetchall()
        fallen = {groups_in(groups) for groups, _, fell in rows if fell}
        return {groups_in(groups) for groups, done, _ in rows if done} - fallen, fallen

    def pace(self, fewest: int) -> float:
        """Customers a second while batches were under way; 0 if fewer than `fewest` were sent.

        Pauses between runs do not count, nor who was sent twice, nor batches while the clock was set back.
        """
        customers, days = self._plan.ask(
            "SELECT sum(customers), sum(days) FROM (SELECT count(*) AS customers,"
            " max(julianday(ended_at)) - julianday(sent_at) AS days FROM journal"
            " WHERE tries = 1 AND sent_at IS NOT NULL AND ended_at >= sent_at GROUP BY sent_at)"
        ).fetchone()
        return customers / (days * 86_400) if days and customers >= fewest else 0.0

    def _end(self, database: sqlite3.Connection, entries: Sequence[Entry]) -> None:
        database.executemany(
            f"INSERT INTO {self._table}(seq, state, tries, ended_at, target_id, code, words)"
            " VALUES (?, ?, 0, ?, ?, ?, ?) ON CONFLICT(seq) DO UPDATE SET state = excluded.state,"
            " ended_at = excluded.ended_at, target_id = excluded.target_id, code = excluded.code,"
            " words = excluded.words",
            [(e.seq, e.state.value, now(), e.target_id, e.code, e.words) for e in entries],
        )


class UndoJournal(Journal):
    """The journal of an undo, beside that of the run: what of it was taken back."""

    _table = "undone"
    _pending = TO_UNDO

    def endings(self) -> dict[tuple[str, str, str], int]:
        """How many customers that the run touched there are by (act, state, code) of the undo."""
        rows = self._plan.ask(
            "SELECT a.act, coalesce(u.state, ''), coalesce(u.code, ''), count(*) FROM actions a"
            f" JOIN journal j USING(seq) LEFT JOIN undone u USING(seq) WHERE {TOUCHED} GROUP BY 1, 2, 3"
        )
        return {(act, state, code): count for act, state, code, count in rows}

    def not_taken_back(self, limit: int) -> list[tuple[int, str, str, str]]:
        """The first customers who are not as they were before the run: (seq, e-mail, code, words)."""
        return list(
            self._plan.ask(
                "SELECT seq, email, u.code, u.words FROM undone u JOIN actions a USING(seq)"
                " WHERE u.state != 'done' ORDER BY seq LIMIT ?",
                (limit,),
            )
        )
