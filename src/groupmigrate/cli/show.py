"""`groupmigrate show`: into a plan. Reads the plan file only; no store is asked."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from groupmigrate.cli.chosen import mapping_of, newest, staleness
from groupmigrate.cli.options import (
    DiffOption,
    FormatOption,
    HtmlOption,
    MarkdownOption,
    PlanArgument,
    ShowPiiOption,
)
from groupmigrate.cli.output import Answer, Form, emit
from groupmigrate.cli.planning import limit_warning
from groupmigrate.cli.reports import Reports, Sheets
from groupmigrate.cli.selection import Selection
from groupmigrate.errors import UsageError
from groupmigrate.planning.action import Act
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.report.lettering import counted
from groupmigrate.report.page import plan_page
from groupmigrate.report.people import People, Person
from groupmigrate.report.persons import list_view, person_view
from groupmigrate.report.plandiff import compared, difference_view
from groupmigrate.report.screen import warning
from groupmigrate.report.summary import plan_summary
from groupmigrate.report.terminal import plan_view

CustomerOption = Annotated[
    str, typer.Option("--customer", metavar="EMAIL", help="Everything about one person.")
]
ActionOption = Annotated[Act | None, typer.Option("--action", help="List customers with this action.")]
GroupOption = Annotated[
    str, typer.Option("--group", metavar="NAME", help="List customers of this source or target group.")
]
CodeOption = Annotated[
    str, typer.Option("--code", metavar="CODE", help="List customers with this reason, note or outcome.")
]
FailedOption = Annotated[bool, typer.Option("--failed", help="List customers whose sending ended badly.")]
LimitOption = Annotated[
    int | None,
    typer.Option(
        "--limit", metavar="NUMBER", min=1, max=100_000, help="How many are listed at most: 50, in files all."
    ),
]
CsvOption = Annotated[
    Path | None, typer.Option("--csv", metavar="FILE", help="Write the customers to a CSV file.")
]
XlsxOption = Annotated[
    Path | None, typer.Option("--xlsx", metavar="FILE", help="Write the customers to a workbook.")
]

TWICE = "call show twice: once with --html or --markdown, once for the list"
LISTED = 50
"""How many customers are listed on a screen, unless told otherwise."""


def show(
    plan: PlanArgument,
    customer: CustomerOption = "",
    action: ActionOption = None,
    group: GroupOption = "",
    code: CodeOption = "",
    failed: FailedOption = False,
    diff: DiffOption = None,
    limit: LimitOption = None,
    csv: CsvOption = None,
    xlsx: XlsxOption = None,
    html: HtmlOption = None,
    markdown: MarkdownOption = None,
    show_pii: ShowPiiOption = False,
    form: FormatOption = Form.TEXT,
) -> int:
    """Look into a plan: its totals, a list of customers, or one person.

    \b
      groupmigrate show mappings/demo.yaml
      groupmigrate show mappings/demo.yaml --action blocked
      groupmigrate show mappings/demo.yaml --group Wholesale --limit 200
      groupmigrate show mappings/demo.yaml --code GM301 --xlsx empty.xlsx
      groupmigrate show mappings/demo.yaml --customer ana@example.com
      groupmigrate show mappings/demo.yaml --html plan.html
      groupmigrate show mappings/demo.yaml --diff .groupmigrate/demo/20260102-030405678-1a2b3c4d.plan

    E-mail addresses are masked, and values of changed fields hidden, unless --show-pii is given.
    """
    reports, sheets = Reports.of(html, markdown, form), Sheets.of(csv, xlsx)
    listed = bool(customer or action or group or code or failed or sheets)
    if listed and (html or markdown):
        raise UsageError("--html and --markdown tell of the whole plan, not of a list", hint=TWICE)
    path = newest(plan)
    if diff:
        if listed or html or markdown:
            raise UsageError("--diff compares whole plans", hint="leave the other options out")
        return _difference(diff, path, limit or LISTED, form, show_pii=show_pii)
    with PlanFile.open(path, read_only=True) as opened:
        stale = staleness(opened)
        if not listed:
            return _totals(opened, stale, reports, form, show_pii=show_pii)
        selection = Selection.of(
            opened.header, customer=customer, action=action, group=group, code=code, failed=failed
        )
        mapping = _mapping(path, opened)
        people = People(opened.header, show_pii=show_pii, mapping=Path(mapping))
        if sheets:
            everybody = partial(_people, opened, people, selection, -1 if limit is None else limit)
            return _sheets(sheets.write(everybody), path, stale, form)
        limit = limit or LISTED
        found = list(_people(opened, people, selection, limit + 1))
        if customer:
            return _person(found, path, mapping, stale, form)
    return _list(found, limit, path, stale, form)


def _difference(old: Path, new: Path, limit: int, form: Form, *, show_pii: bool) -> int:
    with PlanFile.open(old, read_only=True) as before, PlanFile.open(new, read_only=True) as after:
        result = compared(before, after, limit=limit, show_pii=show_pii)
    return emit(Answer("show", result, difference_view(result)), form)


def _people(plan: PlanFile, people: People, selection: Selection, limit: int) -> Iterator[Person]:
    rows = plan.rows(selection.where or "1", selection.values, limit=limit)
    return (people.person(row) for row in rows)


def _totals(plan: PlanFile, stale: str, reports: Reports, form: Form, *, show_pii: bool) -> int:
    warnings = [words for words in (stale, "" if plan.finished else limit_warning(plan)) if words]
    summary = plan_summary(plan, warnings)
    written = reports.write(lambda: plan_page(plan, summary, show_pii=show_pii))
    text = [*plan_view(summary), *reports.view()]
    return emit(Answer("show", summary, written or text), form)


def _sheets(written: list[tuple[Path, int]], path: Path, stale: str, form: Form) -> int:
    text = [f"{counted(count, 'customer')} in {file}" for file, count in written]
    files = [{"file": str(file), "customers": count} for file, count in written]
    result = {"plan": str(path), "warnings": [stale] if stale else [], "files": files}
    return emit(Answer("show", result, [*text, *_warned(stale)]), form)


def _person(found: list[Person], path: Path, mapping: str, stale: str, form: Form) -> int:
    if not found:
        raise UsageError(
            "no customer of the plan has this e-mail",
            place=str(path),
            hint="upper and lower case do not matter; it must be complete",
        )
    text: list[Any] = [part for person in found for part in person_view(person, mapping)]
    return emit(Answer("show", _result(path, stale, found), [*text, *_warned(stale)]), form)


def _list(found: list[Person], limit: int, path: Path, stale: str, form: Form) -> int:
    listed, more = found[:limit], len(found) > limit
    text: list[Any] = [*list_view(listed)] if listed else ["no customer of the plan is like that"]
    if more:
        text.append(f"these are the first {limit:,}; --limit lists more")
    return emit(Answer("show", _result(path, stale, listed, more), [*text, *_warned(stale)]), form)


def _result(path: Path, stale: str, people: list[Person], more: bool = False) -> dict[str, Any]:
    return {
        "plan": str(path),
        "warnings": [stale] if stale else [],
        "customers": people,
        "more": more,
    }


def _mapping(path: Path, plan: PlanFile) -> str:
    try:
        return str(mapping_of(path, plan.header))
    except UsageError:
        return plan.header.mapping


def _warned(stale: str) -> list[Any]:
    return [warning(stale)] if stale else []
