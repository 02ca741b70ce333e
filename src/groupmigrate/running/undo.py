"""Taking a run back: who was created is removed, who was changed gets back what they had.

    journal of the run --ask the store--> as the run left them? --> take back --ask--> journal: ended

Whoever is not as the run left them is left alone: somebody has worked with the account since. Nothing but
what the run did is touched, and an undo that was cut off goes on.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import cast

from msgspec import Struct
from msgspec.structs import replace

from groupmigrate.errors import Interrupted, LimitTripped, StalePlan
from groupmigrate.identity import key
from groupmigrate.model import Customer
from groupmigrate.planning.action import Act
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.planning.planrow import Row
from groupmigrate.platforms.base import Change, Outcome, Remover, State, Target
from groupmigrate.running.journal import OPEN, Ended, Entry, UndoJournal
from groupmigrate.running.reversal import Reversal, ended, reversal
from groupmigrate.running.sending import PAUSE, collected

BATCH = 100
"""Customers that are asked for, journaled and taken back together."""


class Undone(Struct, frozen=True):
    """What became of the customers whom a run created or changed, over all undos of it."""

    removed: int = 0
    restored: int = 0
    left: int = 0
    """Changed since the run, and therefore left alone."""
    kept: int = 0
    """Created, and the platform cannot remove customers."""
    failed: int = 0
    open: int = 0
    """Not taken back yet, or it is not known whether."""

    @property
    def complete(self) -> bool:
        """Whether everything that the run did is taken back."""
        return not (self.left or self.kept or self.failed or self.open)


def preview(plan: PlanFile, target: Target, *, removes: bool) -> Undone:
    """What an undo would do now, by what the store holds. Writes nothing, not even into the plan."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for rows in UndoJournal(plan).pending(BATCH):
        for row, step in _steps(rows, target, removes=removes):
            state = Ended.DONE if step.customer is not None else step.entry.state
            counts[row.action.act.value, state.value, step.entry.code] += 1
    return _summed(counts)


def undo_plan(
    plan: PlanFile,
    target: Target,
    *,
    removes: bool,
    watch: Callable[[int, int], None],
    stop: Event,
    pause: float = PAUSE,
) -> Undone:
    """Take back everything that a run of the plan did and that is still as the run left it.

    The plan is used up from here on. Raises StalePlan if nothing of it was ever sent; LimitTripped,
    Interrupted or StoreError in the middle: what is done is in the journal, and a later undo goes on.
    """
    if not plan.begun:
        raise StalePlan("the plan was never applied", place=str(plan.path), code="GM611")
    undo = _Undo(plan, target, removes, watch, stop, pause)
    undo.journal.finish()
    undo.work()
    return undone(plan)


def undone(plan: PlanFile) -> Undone:
    """What was taken back so far."""
    return _summed(Counter(UndoJournal(plan).endings()))


@dataclass
class _Undo:
    plan: PlanFile
    target: Target
    removes: bool
    watch: Callable[[int, int], None]
    stop: Event
    pause: float
    journal: UndoJournal = field(init=False)
    failed: int = 0

    def __post_init__(self) -> None:
        self.journal = UndoJournal(self.plan)

    def work(self) -> None:
        """Pass once over everything that is not taken back."""
        done, total = 0, undone(self.plan).open
        for rows in self.journal.pending(BATCH):
            if self.stop.is_set():
                raise Interrupted("stopped as asked; everything taken back so far is in the journal")
            self._settle(rows)
            done += len(rows)
            self.watch(done, total)

    def _settle(self, rows: Sequence[Row]) -> None:
        """Ask, decide, send, and ask again: what counts is what the store shows afterwards."""
        steps = _steps(rows, self.target, removes=self.removes)
        sent = [(row, step, step.customer) for row, step in steps if step.customer is not None]
        decided = [step.entry for _, step in steps if step.customer is None]
        self.journal.begin(decided, [row.seq for row, _, _ in sent])
        if not sent:
            return
        parts = [(row.seq, customer, step.fields) for row, step, customer in sent]
        outcomes, stopped = collected([seq for seq, _, _ in parts], lambda: self._send(parts))
        if any(outcome.state is State.UNKNOWN for outcome in outcomes.values()):
            time.sleep(self.pause)
        now = self.target.find([row.action.email for row, _, _ in sent])
        entries = [
            ended(outcomes[row.seq], customer, step.fields, now.get(key(row.action.email), ()))
            for row, step, customer in sent
        ]
        self.journal.ended(entries)
        if stopped:
            raise stopped
        self._refuse_many_failures(entries)

    def _send(self, sent: Sequence[tuple[int, Customer, tuple[str, ...]]]) -> Iterator[Outcome]:
        """Restore who has fields to restore, remove the others."""
        if changes := [Change(seq, "update", customer, fields) for seq, customer, fields in sent if fields]:
            yield from self.target.apply(changes)
        if gone := [(seq, customer.id) for seq, customer, fields in sent if not fields]:
            for outcome in cast("Remover", self.target).remove([id_ for _, id_ in gone]):
                yield replace(outcome, seq=gone[outcome.seq][0])

    def _refuse_many_failures(self, entries: Sequence[Entry]) -> None:
        self.failed += sum(entry.state in (Ended.REJECTED, Ended.DIFFERS) for entry in entries)
        limit = self.plan.header.max_failures
        if self.failed > limit:
            raise LimitTripped(
                f"{self.failed:,} customers could not be taken back; the mapping allows {limit:,} failures",
                place=self.plan.header.mapping,
                hint="look at the reasons, mend them, then undo again",
                code="GM601",
            )


def _steps(rows: Sequence[Row], target: Target, *, removes: bool) -> list[tuple[Row, Reversal]]:
    found = target.find([row.action.email for row in rows])
    return [(row, reversal(row, found.get(key(row.action.email), ()), removes=removes)) for row in rows]


def _summed(counts: Mapping[tuple[str, str, str], int]) -> Undone:
    """The counts by (act, state, code) as what they mean."""

    def number(*states: str, act: str = "", code: str = "") -> int:
        return sum(
            count
            for (its_act, its_state, its_code), count in counts.items()
            if its_state in states and act in ("", its_act) and code in ("", its_code)
        )

    left, kept = number(Ended.REJECTED, code="GM617"), number(Ended.REJECTED, code="GM618")
    return Undone(
        removed=number(Ended.DONE, act=Act.CREATE),
        restored=number(Ended.DONE, act=Act.UPDATE),
        left=left,
        kept=kept,
        failed=number(Ended.REJECTED, Ended.DIFFERS) - left - kept,
        open=number("", *OPEN),
    )
