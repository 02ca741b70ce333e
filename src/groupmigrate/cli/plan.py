"""`groupmigrate plan`: what would change, frozen in a file. Writes to no store."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Annotated

import typer
from msgspec import structs

from groupmigrate.cli.chosen import unfinished, unreadable
from groupmigrate.cli.options import (
    DetailedOption,
    DiffOption,
    FormatOption,
    HtmlOption,
    MappingArgument,
    MarkdownOption,
    QuietOption,
    ShowPiiOption,
    SinceLastOption,
)
from groupmigrate.cli.output import Answer, Form, emit
from groupmigrate.cli.planning import limit_warning, planned
from groupmigrate.cli.progress import progress
from groupmigrate.cli.reports import Reports
from groupmigrate.errors import Exit, UsageError
from groupmigrate.files.folder import Folder
from groupmigrate.files.migration import load_migration
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.report.page import plan_page
from groupmigrate.report.plandiff import compared, difference_view
from groupmigrate.report.screen import facts, heading
from groupmigrate.report.summary import PlanSummary, plan_summary
from groupmigrate.report.terminal import plan_view
from groupmigrate.wording import command

OfflineOption = Annotated[
    bool, typer.Option("--offline", help="Plan from what was read before, and ask no store.")
]


def plan(
    mapping: MappingArgument,
    detailed: DetailedOption = False,
    offline: OfflineOption = False,
    since_last: SinceLastOption = False,
    diff: DiffOption = None,
    html: HtmlOption = None,
    markdown: MarkdownOption = None,
    show_pii: ShowPiiOption = False,
    quiet: QuietOption = False,
    form: FormatOption = Form.TEXT,
) -> int:
    """Read both stores and write down, customer by customer, what a run would change.

    \b
      groupmigrate plan mappings/demo.yaml
      groupmigrate plan mappings/demo.yaml --offline               after an edit of the mapping
      groupmigrate plan mappings/demo.yaml --since-last            read only what changed
      groupmigrate plan mappings/demo.yaml --html plan.html        a report to send round and say yes to
      groupmigrate plan mappings/demo.yaml --diff OLD.plan         and what changed since an older plan
      groupmigrate plan mappings/demo.yaml --detailed-exitcode     10 if there is something to do

    Nothing is written to a store. `groupmigrate show` looks into the plan, `groupmigrate run` applies it.
    """
    if offline and since_last:
        raise UsageError("--offline asks no store, and --since-last asks for changes: choose one")
    reports = Reports.of(html, markdown, form)
    migration = load_migration(mapping)
    with migration.folder.lock(), ExitStack() as files:
        # opened first: planning drops the oldest plans that were never applied
        old = files.enter_context(PlanFile.open(diff, read_only=True)) if diff else None
        with progress(quiet=quiet) as shown:
            path = planned(migration, shown, offline=offline, since_last=since_last)
        made = files.enter_context(PlanFile.open(path, read_only=True))
        summary = plan_summary(made, _warnings(made, migration.folder))
        changed = compared(old, made, show_pii=show_pii) if old else None
        written = reports.write(lambda: plan_page(made, summary, show_pii=show_pii))
    since = [heading("what changed"), *difference_view(changed)] if changed else []
    text = [*plan_view(summary), *since, "", facts([*reports.places, *_next(summary, str(mapping))])]
    result = {**structs.asdict(summary), "difference": changed} if changed else summary
    changes = detailed and summary.totals.to_send > 0
    return emit(Answer("plan", result, written or text, Exit.DIFFERENT if changes else Exit.DONE), form)


def _warnings(made: PlanFile, folder: Folder) -> list[str]:
    older = [
        f"{path} was begun and not finished; `{command('run', path)}` finishes it first"
        for path in unfinished(folder.plans())
    ]
    limit = limit_warning(made)
    return [*unreadable(folder.plans()), *older, *([limit] if limit else [])]


def _next(summary: PlanSummary, mapping: str) -> list[tuple[str, str]]:
    if not summary.totals.to_send and not summary.by_hand:
        return [("next", "nothing to do: nobody would be created or changed")]
    entries = [("next", command("run", summary.plan))]
    if summary.totals.blocked:
        entries.insert(0, ("look", command("show", mapping, "--action", "blocked")))
    return entries
