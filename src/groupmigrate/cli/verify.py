"""`groupmigrate verify`: does the target hold what the plan wanted? Writes nothing."""

from __future__ import annotations

from msgspec import structs

from groupmigrate.cli.chosen import mapping_of, newest_begun
from groupmigrate.cli.opening import target_of
from groupmigrate.cli.options import (
    DetailedOption,
    FormatOption,
    HtmlOption,
    MarkdownOption,
    PlanArgument,
    QuietOption,
    ShowPiiOption,
)
from groupmigrate.cli.output import Answer, Form, emit
from groupmigrate.cli.progress import progress
from groupmigrate.cli.reports import Reports
from groupmigrate.errors import Exit
from groupmigrate.files.migration import load_migration
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.report.endings import verify_summary
from groupmigrate.report.page import verify_page
from groupmigrate.report.screen import facts
from groupmigrate.report.terminal import verify_view
from groupmigrate.report.worklist import worklist_facts, write_worklist
from groupmigrate.running.staleness import refuse_undone
from groupmigrate.running.verify import verify_plan
from groupmigrate.running.worklist import worklist


def verify(
    plan: PlanArgument,
    detailed: DetailedOption = False,
    html: HtmlOption = None,
    markdown: MarkdownOption = None,
    show_pii: ShowPiiOption = False,
    quiet: QuietOption = False,
    form: FormatOption = Form.TEXT,
) -> int:
    """Read back every customer whom the plan wants in the target, and compare.

    \b
      groupmigrate verify mappings/demo.yaml
      groupmigrate verify mappings/demo.yaml --html verified.html
      groupmigrate verify mappings/demo.yaml --detailed-exitcode     10 if anybody is not as wanted

    Without --detailed-exitcode the exit code is 3 if anybody is not as wanted. Where groups are set by hand,
    the worklist beside the plan is written anew with those who are left.
    """
    reports = Reports.of(html, markdown, form)
    path = newest_begun(plan)
    with PlanFile.open(path, read_only=True) as opened:
        by_hand = opened.header.by_hand
        refuse_undone(opened)
        migration = load_migration(mapping_of(path, opened.header))
        with progress(quiet=quiet) as shown, target_of(migration.target, read_only=True) as target:
            found = verify_plan(
                opened, target, watch=lambda done, total: shown.count("verifying", done, total)
            )
            left = write_worklist(opened.header, worklist(opened, target), path.parent) if by_hand else None
        summary = verify_summary(opened, found, show_pii=show_pii)
        written = reports.write(lambda: verify_page(opened, summary, show_pii=show_pii))
    code = Exit.DONE
    if summary.faults or summary.by_hand:
        code = Exit.DIFFERENT if detailed else Exit.SOME_FAILED
    work = worklist_facts(left)
    text = [*verify_view(summary), *(["", facts(work)] if work else []), *reports.view()]
    result = {**structs.asdict(summary), "worklist": left} if left else summary
    return emit(Answer("verify", result, written or text, code), form)
