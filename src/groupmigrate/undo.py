"""Taking a run back: who was created is removed, who was changed gets back what they had.

    journal of the run --ask the store--> as the run left them? --> take back --ask--> journal: ended

Whoever is not as the run left them is left alone: somebody has worked with the account since. Nothing but
what the run did is touched, and an undo that was cut off goes on.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import cast

from msgspec import Struct
from msgspec.structs import replace

from groupmigrate.action import Act, Action
from groupmigrate.codes import title
from groupmigrate.compare import PERSON, differing, has_new_addresses
from groupmigrate.errors import Interrupted, LimitTripped, StalePlan, StoreError
from groupmigrate.identity import key
from groupmigrate.journal import OPEN, Ended, Entry, UndoJournal
from groupmigrate.model import Customer
from groupmigrate.planfile import PlanFile
from groupmigrate.planrow import Row
from groupmigrate.platforms.base import Change, Outcome, Remover, State, Target

BATCH = 100
"""Customers that are asked for, journaled and taken back together."""
DOUBLED = "GM406"
"""The code of a run's customer whose e-mail was taken twice in the end: which one is ours is not certain."""
PAUSE = 1.0
"""Seconds before a store is asked about an answer that was lost."""


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


@dataclass(frozen=True)
class _Step:
    """What to do about one customer: this entry says why nothing, else what the customer shall be."""

    entry: Entry
    customer: Customer | None = None
    """For a removal who goes, for a change of fields the state before the run."""
    fields: tuple[str, ...] = ()


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
        outcomes, stopped = self._send([(row.seq, customer, step.fields) for row, step, customer in sent])
        if any(outcome.state is State.UNKNOWN for outcome in outcomes.values()):
            time.sleep(self.pause)
        now = self.target.find([row.action.email for row, _, _ in sent])
        entries = [
            _judge(outcomes[row.seq], customer, step.fields, now.get(key(row.action.email), ()))
            for row, step, customer in sent
        ]
        self.journal.ended(entries)
        if stopped:
            raise stopped
        self._refuse_many_failures(entries)

    def _send(
        self, sent: Sequence[tuple[int, Customer, tuple[str, ...]]]
    ) -> tuple[Mapping[int, Outcome], StoreError | None]:
        """Restore who has fields to restore, remove the others; the outcomes by number."""
        outcomes = {seq: Outcome(seq, State.UNKNOWN, code="GM402") for seq, _, _ in sent}
        changes = [Change(seq, "update", customer, fields) for seq, customer, fields in sent if fields]
        gone = [(seq, customer.id) for seq, customer, fields in sent if not fields]
        try:
            for outcome in self.target.apply(changes) if changes else ():
                outcomes[outcome.seq] = outcome
            for outcome in cast("Remover", self.target).remove([id_ for _, id_ in gone]) if gone else ():
                seq = gone[outcome.seq][0]
                outcomes[seq] = replace(outcome, seq=seq)
        except StoreError as error:
            return outcomes, error
        return outcomes, None

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


def _steps(rows: Sequence[Row], target: Target, *, removes: bool) -> list[tuple[Row, _Step]]:
    found = target.find([row.action.email for row in rows])
    return [(row, _step(row, found.get(key(row.action.email), ()), removes=removes)) for row in rows]


def _step(row: Row, found: Sequence[Customer], *, removes: bool) -> _Step:
    live = row.action.counterparts(found, row.stored_id)
    if row.action.act is Act.CREATE:
        return _unmake(row, found, live) if removes else _nothing(row, Ended.REJECTED, "GM618")
    return _restore(row, row.action, live)


def _unmake(row: Row, found: Sequence[Customer], live: Sequence[Customer]) -> _Step:
    """The removal of a customer whom the run created, if they are still as it left them."""
    wanted = row.action.wanted
    assert wanted is not None  # creates always say what they want
    ours = [one for one in live if row.stored_id in ("", one.id)]
    if not ours:
        return _nothing(row, Ended.DONE) if _is_gone(row, found) else _nothing(row, Ended.REJECTED, "GM617")
    if row.undoing and _was_switched_off(wanted, ours[0]):
        return _nothing(row, Ended.DONE)
    if len(ours) > 1 or row.ended == DOUBLED or not _is_as_left(row, wanted, ours[0]):
        return _nothing(row, Ended.REJECTED, "GM617")
    return _Step(Entry(row.seq, Ended.SENT, ours[0].id), ours[0])


def _is_as_left(row: Row, wanted: Customer, there: Customer) -> bool:
    """Whether a customer is as the run left them, as far as its journal tells."""
    wrong = row.words.partition(":")[0].split(", ") if row.state == Ended.DIFFERS else []
    whole = row.action.promised if row.state != Ended.REJECTED else PERSON  # whoever was refused the rest
    if differing(wanted, there, (name for name in whole if name not in wrong)):
        return False
    return "addresses" in wrong or not has_new_addresses(wanted, there)


def _is_gone(row: Row, found: Sequence[Customer]) -> bool:
    """Whether nothing is left of a customer for certain: who was surely there may have another e-mail now."""
    deleted = any(one.deleted and one.id == row.stored_id for one in found)
    return deleted or row.undoing or row.state in OPEN


def _restore(row: Row, action: Action, live: Sequence[Customer]) -> _Step:
    """The state before an update, if the customer is still as the run left them."""
    assert action.wanted is not None and action.before is not None  # noqa: PT018 - updates hold both sides
    there = next((one for one in live if one.id == action.target_id), None)
    if there is None:
        return _nothing(row, Ended.REJECTED, "GM617")
    was = action.before
    before = replace(there, groups=was.groups, loose_default=False, attributes=was.attributes, **was.values)
    if not differing(before, there, action.fields):
        return _nothing(row, Ended.DONE)
    if differing(action.wanted, there, action.fields):
        return _nothing(row, Ended.REJECTED, "GM617")
    return _Step(Entry(row.seq, Ended.SENT, there.id), before, action.fields)


def _nothing(row: Row, state: Ended, code: str = "") -> _Step:
    return _Step(Entry(row.seq, state, row.stored_id, code, title(code) if code else ""))


def _judge(outcome: Outcome, customer: Customer, fields: Sequence[str], found: Sequence[Customer]) -> Entry:
    """How the taking back of one customer ended, by what the store shows now."""
    there = next((one for one in found if one.id == customer.id and not one.deleted), None)
    if fields:
        as_before = there is not None and not differing(customer, there, fields)
    else:
        as_before = there is None or _was_switched_off(customer, there)
    if as_before:
        return Entry(outcome.seq, Ended.DONE, customer.id)
    if outcome.state is State.DONE and not fields and customer.active is False:
        return Entry(
            outcome.seq, Ended.DONE, customer.id
        )  # inactive before, and where nothing is deleted, after
    if outcome.state is State.DONE:
        return Entry(outcome.seq, Ended.DIFFERS, customer.id, "GM405", outcome.words)
    code = outcome.code or "GM403"
    return Entry(outcome.seq, Ended(outcome.state.value), customer.id, code, outcome.words)


def _was_switched_off(before: Customer, now: Customer) -> bool:
    """Whether a store that does not delete has done what it can."""
    return before.active is not False and now.active is False


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
