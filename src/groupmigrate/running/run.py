"""Applying a plan: exactly what it says, customer by customer, resumable from any point.

    pending --ask the store--> reconsider --journal: sent--> apply --compare--> journal: ended

The store is asked before every batch, and so a run that goes on after a kill does nothing special: what was
sent without an end is looked up like everything else, only more is believed of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event

from groupmigrate.codes import title
from groupmigrate.compare import differing
from groupmigrate.errors import GroupmigrateError, Interrupted, LimitTripped
from groupmigrate.identity import key
from groupmigrate.model import Customer
from groupmigrate.planning.action import Act, Action
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.planning.planrow import Row
from groupmigrate.platforms.base import Change, Outcome, State, Target
from groupmigrate.running.canary import FELL_BACK, HELD_BACK, Canaries
from groupmigrate.running.journal import OPEN, Ended, Entry, Journal
from groupmigrate.running.reconsider import Step, reconsider
from groupmigrate.running.result import Failure, Result, summary
from groupmigrate.running.sending import PAUSE, collected
from groupmigrate.running.staleness import refuse_changed_groups, refuse_undone, refuse_used
from groupmigrate.wording import command

BATCH = 100
"""Customers that are journaled, asked for and sent together unless the target knows better: the most that are
in flight at a kill."""
TRIES = 6
"""How often a customer is sent and asked for before the outcome is left open."""


@dataclass
class Progress:
    """How far a run is, since its start."""

    total: int
    done: int = 0
    created: int = 0
    updated: int = 0
    failed: int = 0


def apply_plan(
    plan: PlanFile,
    target: Target,
    *,
    watch: Callable[[Progress], None],
    stop: Event,
    pause: float = PAUSE,
) -> Result:
    """Send everything in the plan that has no end yet.

    Raises StalePlan before the first write if the plan is used up or the target's groups have changed;
    LimitTripped, Interrupted or StoreError in the middle: the journal is complete, and a later run goes on.
    """
    started = time.monotonic()
    refuse_used(plan)
    refuse_changed_groups(plan, target)
    run = _Run(plan, target, watch, stop, pause)
    run.work()
    result = summary(plan, seconds=time.monotonic() - started)
    if not result.open:
        run.journal.finish()
    if not result.balanced:
        raise GroupmigrateError(
            f"{result.read:,} customers were read, and what became of them does not add up: {result}",
            place=str(plan.path),
            code="GM607",
        )
    return result


def retry_failed(plan: PlanFile) -> int:
    """Make customers pending again who were refused, have no known outcome, or fell back to another group.

    Raises StalePlan if the run was taken back.
    """
    refuse_undone(plan)
    return Journal(plan).reopen((Ended.REJECTED, Ended.UNKNOWN), FELL_BACK)


def is_retried(failure: Failure) -> bool:
    """Whether `retry_failed` makes these customers pending again."""
    return failure.state in (Ended.REJECTED, Ended.UNKNOWN) or failure.code == FELL_BACK


@dataclass
class _Run:
    plan: PlanFile
    target: Target
    watch: Callable[[Progress], None]
    stop: Event
    pause: float
    journal: Journal = field(init=False)
    progress: Progress = field(init=False)
    batch: int = field(init=False)
    canaries: Canaries = field(init=False)
    failures: int = field(init=False)
    """Customers who failed, without those of a group that the store does not take: they count as one."""

    def __post_init__(self) -> None:
        self.journal = Journal(self.plan)
        counts = summary(self.plan)
        self.progress = Progress(total=counts.open)
        held_back = sum(one.customers for one in counts.failures if one.code == HELD_BACK)
        self.failures = counts.failed - held_back
        header = self.plan.header
        self.batch = header.batch or BATCH
        self.canaries = Canaries(self.journal, needed=header.unproven_groups)

    def work(self) -> None:
        """Pass over everything that has no end, until nothing is unknown or the tries are used up."""
        self._refuse_many_failures()
        for attempt in range(TRIES):
            if attempt:
                time.sleep(self.pause * 2 ** (attempt - 1))
            if not self._pass(last=attempt == TRIES - 1):
                break

    def _pass(self, *, last: bool) -> bool:
        """Settle every pending customer, batch by batch; returns whether an outcome is still unknown."""
        unknown = False
        for rows in self.journal.pending(self.batch):
            if self.stop.is_set():
                raise Interrupted("stopped as asked; everything sent so far is in the journal")
            for part in self.canaries.parts(rows):
                unknown = self._settle(part, last=last) or unknown
        return self.canaries.wait_no_longer() or unknown

    def _settle(self, rows: Sequence[Row], *, last: bool) -> bool:
        """Ask, reconsider, send, compare; returns whether an outcome is not known."""
        found = self.target.find([row.action.email for row in rows])
        steps = {row.seq: self._step(row, found) for row in rows}
        decided = [_entry_without_sending(row, steps[row.seq]) for row in rows if not steps[row.seq].send]
        changes = [
            Change(seq, step.kind, step.customer, step.fields)
            for seq, step in steps.items()
            if step.send and step.customer is not None
        ]
        self.journal.begin(decided, [change.seq for change in changes])
        outcomes, stopped = collected([change.seq for change in changes], lambda: self.target.apply(changes))
        actions = {row.seq: row.action for row in rows}
        judged = [_judge(outcomes[one.seq], actions[one.seq], steps[one.seq], last=last) for one in changes]
        ended = [self.canaries.named(one, actions[one.seq], outcomes[one.seq].stored) for one in judged]
        self.journal.ended(ended)
        for entry in (*decided, *ended):
            self.canaries.learn(actions[entry.seq], entry)
        self._tell(rows, [*decided, *ended], last=last)
        if stopped:
            raise stopped
        self._refuse_many_failures()
        return any(entry.state is Ended.UNKNOWN for entry in ended)

    def _step(self, row: Row, found: Mapping[str, tuple[Customer, ...]]) -> Step:
        there = found.get(key(row.action.email), ())
        step = reconsider(row.action, there, was_sent=row.state in OPEN and row.tries > 0)
        held_back = step.send and self.canaries.is_fallen(row.action)
        return Step(send=False, code=HELD_BACK) if held_back else step

    def _tell(self, rows: Sequence[Row], entries: Sequence[Entry], *, last: bool) -> None:
        """Report the progress; an unknown outcome is none yet, but for the last try."""
        acts = {row.seq: row.action.act for row in rows}
        for entry in entries:
            if entry.state is Ended.UNKNOWN and not last:
                continue
            self.progress.done += 1
            if entry.state is not Ended.DONE:
                self.progress.failed += 1
                self.failures += entry.code != HELD_BACK
            elif acts[entry.seq] is Act.CREATE:
                self.progress.created += 1
            else:
                self.progress.updated += 1
        self.watch(self.progress)

    def _refuse_many_failures(self) -> None:
        limit = self.plan.header.max_failures
        if self.failures > limit:
            raise LimitTripped(
                f"{self.failures:,} customers failed, and the mapping allows {limit:,};"
                " nothing more was sent",
                place=self.plan.header.mapping,
                hint=f"`{command('status', self.plan.header.mapping)}` shows the reasons; mend them, then"
                " retry, or make a new plan",
                code="GM601",
            )


def _entry_without_sending(row: Row, step: Step) -> Entry:
    state = Ended.DONE if step.done else Ended.REJECTED
    id_ = step.id or row.stored_id or row.action.target_id
    return Entry(row.seq, state, id_, step.code, "" if step.done else title(step.code))


def _judge(outcome: Outcome, action: Action, step: Step, *, last: bool) -> Entry:
    """Compare what the store says it stored with all that the plan wants, however much of it was sent now."""
    id_ = outcome.id or (step.customer.id if step.customer else "")
    if last and outcome.code == "GM408":  # taken by somebody whom the store never showed, however often asked
        return Entry(outcome.seq, Ended.REJECTED, id_, outcome.code, outcome.words)
    if last and outcome.state is State.UNKNOWN:
        return Entry(outcome.seq, Ended.UNKNOWN, id_, "GM403", outcome.words)
    if outcome.state is not State.DONE:
        return Entry(outcome.seq, Ended(outcome.state.value), id_, outcome.code, outcome.words)
    if outcome.stored is None or action.wanted is None:
        return Entry(outcome.seq, Ended.DONE, id_, step.code)
    if wrong := differing(action.wanted, outcome.stored, action.promised):
        words = ", ".join(wrong) + (f": {outcome.words}" if outcome.words else "")
        return Entry(outcome.seq, Ended.DIFFERS, id_, "GM405", words)
    return Entry(outcome.seq, Ended.DONE, id_, step.code)
