"""Applying a plan to its target, and what is said at the end; for `run` and `retry` alike."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from groupmigrate.cli.interrupt import stopping
from groupmigrate.cli.opening import target_of
from groupmigrate.cli.output import Answer
from groupmigrate.cli.progress import progress, tell_sent
from groupmigrate.errors import Exit, GroupmigrateError, Interrupted, LimitTripped, StoreError
from groupmigrate.files.connector import Connector
from groupmigrate.files.migration import Migration
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.report.lettering import outbox_in_words
from groupmigrate.report.screen import facts
from groupmigrate.report.terminal import run_view
from groupmigrate.report.worklist import Worklist, worklist_facts, write_worklist
from groupmigrate.running.result import Result, summary
from groupmigrate.running.run import apply_plan
from groupmigrate.running.staleness import refuse_other_store
from groupmigrate.running.verify import mails_of
from groupmigrate.running.worklist import worklist
from groupmigrate.wording import command


@dataclass(frozen=True)
class Applied:
    """How the applying ended: the counts over all runs of the plan, and the error that cut it off.

    `worklist` is there if a person has to put customers into their groups now.
    """

    run: Result
    cut_off: GroupmigrateError | None = None
    worklist: Worklist | None = None
    mails: int | None = None
    """How many mails a practice store would have sent to customers so far; None for a real one."""


def applied(plan: PlanFile, target: Connector, *, quiet: bool) -> Applied:
    """Send everything in the plan that has no end yet, until that is done, stopped or impossible.

    The caller holds the lock of the mapping. Raises StalePlan before the first write.
    """
    nothing = not summary(plan).open
    try:
        with (
            progress(quiet=quiet) as shown,
            stopping() as stop,
            target_of(target, read_only=nothing) as store,
        ):
            refuse_other_store(plan.header, target, store)
            result = apply_plan(plan, store, watch=lambda run: tell_sent(shown, run), stop=stop)
            mails = mails_of(store)
        return Applied(result, worklist=_left_by_hand(plan, target), mails=mails)
    except (LimitTripped, Interrupted, StoreError) as error:
        return Applied(summary(plan), error)


def _left_by_hand(plan: PlanFile, target: Connector) -> Worklist | None:
    """The worklist, written beside the plan; None where no group is set by hand."""
    if not plan.header.by_hand:
        return None
    with target_of(target, read_only=True) as store:
        return write_worklist(plan.header, worklist(plan, store), plan.path.parent)


def named(plan: PlanFile, migration: Migration) -> Path:
    """How a plan is named to the next verb: by its mapping if it is the newest, else by its own file."""
    newest = migration.folder.plans()[-1:]
    return migration.mapping.path if [path.name for path in newest] == [plan.path.name] else plan.path


def answer(verb: str, ended: Applied, meant: Path, *, to_send: int, **more: Any) -> Answer:
    """The answer of a verb that applied a plan, with where to look next."""
    run = ended.run
    text: list[Any] = [*run_view(run)]
    if ended.mails is not None:
        text.append(outbox_in_words(ended.mails))
    work = worklist_facts(ended.worklist)
    if not to_send and ended.cut_off is None:
        left = "the rest is to be done by hand" if work else "the target is as the mapping wants it"
        text.append(f"nothing to do: {left}")
    if entries := [*work, *_next(run, meant)]:
        text += ["", facts(entries)]
    errors = (ended.cut_off,) if ended.cut_off else ()
    told = {"worklist": ended.worklist, "mails": ended.mails}
    result = {**more, "run": run, **{name: value for name, value in told.items() if value is not None}}
    return Answer(verb, result, text, _exit(ended), errors)


def _exit(ended: Applied) -> Exit:
    if ended.cut_off:
        return ended.cut_off.exit_code
    return Exit.SOME_FAILED if ended.run.failed or ended.run.open else Exit.DONE


def _next(run: Result, meant: Path) -> list[tuple[str, str]]:
    entries = []
    if run.failures:
        entries.append(("look", command("show", meant, "--failed")))
    if run.open:
        entries.append(("go on", command("run", meant)))
    if any(failure.state == "rejected" for failure in run.failures):
        entries.append(("again", command("retry", meant)))
    if run.sent or run.same:
        entries.append(("check", command("verify", meant)))
    return entries
