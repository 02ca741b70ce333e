"""`groupmigrate undo`: takes a run back."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from groupmigrate.cli.asking import confirm, need_somebody
from groupmigrate.cli.chosen import mapping_of, newest_sent
from groupmigrate.cli.interrupt import stopping
from groupmigrate.cli.opening import target_of
from groupmigrate.cli.options import FormatOption, PlanArgument, QuietOption, YesOption
from groupmigrate.cli.output import Answer, Form, emit, show
from groupmigrate.cli.progress import progress
from groupmigrate.errors import Exit, GroupmigrateError, Interrupted, LimitTripped, StoreError
from groupmigrate.files.connector import Connector
from groupmigrate.files.migration import load_migration
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.platforms import way_of
from groupmigrate.report.lettering import counted
from groupmigrate.report.taken import left_over, undo_view
from groupmigrate.running.journal import UndoJournal
from groupmigrate.running.undo import preview, undo_plan, undone

DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Ask the target and say what would be taken back; write nothing.")
]


def undo(
    plan: PlanArgument,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    quiet: QuietOption = False,
    form: FormatOption = Form.TEXT,
) -> int:
    """Take a run back: remove the customers whom it created, give back to the others what they had.

    \b
      groupmigrate undo mappings/demo.yaml --dry-run     what would be taken back
      groupmigrate undo mappings/demo.yaml

    Whoever is not as the run left them is left alone: somebody has worked with the account since. Orders are
    not looked at. An undo that was cut off goes on: give the same command again.
    """
    if not dry_run:
        need_somebody("an undo removes and changes customers", form, yes=yes)
    path = newest_sent(plan)
    with PlanFile.open(path) as opened:
        migration = load_migration(mapping_of(path, opened.header))
        with migration.folder.lock():
            if dry_run:
                return emit(_preview(opened, migration.target), form)
            if not undone(opened).open:
                return emit(_answer(opened, migration.target), form)
            return emit(_undo(opened, migration.target, form, yes=yes, quiet=quiet), form)


def _preview(plan: PlanFile, target: Connector) -> Answer:
    removes = way_of(target).removes
    with target_of(target, read_only=True) as store:
        found = preview(plan, store, removes=bool(removes))
    text = [f"plan  {plan.path}", "", *undo_view(found, removes, dry=True)]
    return Answer("undo", {"plan": str(plan.path), "dry_run": True, "undo": found}, text)


def _undo(plan: PlanFile, target: Connector, form: Form, *, yes: bool, quiet: bool) -> Answer:
    removes = way_of(target).removes
    if form is Form.TEXT:
        show([_intent(plan, target, removes)])
    confirm("take this run back?", yes=yes)
    error: GroupmigrateError | None = None
    try:
        with (
            progress(quiet=quiet) as shown,
            stopping() as stop,
            target_of(target, read_only=False) as store,
        ):
            undo_plan(
                plan,
                store,
                removes=bool(removes),
                watch=lambda done, total: shown.count("taking back", done, total),
                stop=stop,
            )
    except (LimitTripped, Interrupted, StoreError) as cut_off:
        error = cut_off
    return _answer(plan, target, error)


def _answer(plan: PlanFile, target: Connector, error: GroupmigrateError | None = None) -> Answer:
    found = undone(plan)
    result: dict[str, Any] = {"plan": str(plan.path), "dry_run": False, "undo": found}
    text = [*undo_view(found, way_of(target).removes), *left_over(UndoJournal(plan))]
    if error:
        return Answer("undo", result, text, error.exit_code, (error,))
    return Answer("undo", result, text, Exit.DONE if found.complete else Exit.SOME_FAILED)


def _intent(plan: PlanFile, target: Connector, removes: str) -> str:
    """What is about to be done, before anybody is asked."""
    count = counted(undone(plan).open, "customer")
    does = f"{removes} whom the run created" if removes else "leaves whom the run created (it cannot remove)"
    return f"{plan.path}: {count} of {target.name}; the shop {does}, and gives back what was changed"
