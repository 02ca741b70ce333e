"""`groupmigrate validate`: are the files right? Offline, and quick: neither pandas nor rich is needed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from groupmigrate.cli.output import Answer, Form, emit, show
from groupmigrate.disk import disk_errors
from groupmigrate.errors import Exit, FileProblems
from groupmigrate.files.migration import Checked, check_files
from groupmigrate.files.review import severity
from groupmigrate.platforms.base import Severity
from groupmigrate.report.lettering import counted
from groupmigrate.report.problems import Finding, findings, problem_lines, relative, tally
from groupmigrate.report.problems_github import github, github_summary
from groupmigrate.report.problems_gitlab import gitlab


class Report(StrEnum):
    """What the problems are printed as."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    GITLAB = "gitlab"
    SARIF = "sarif"
    JUNIT = "junit"


PathsArgument = Annotated[
    list[Path] | None,
    typer.Argument(metavar="PATH", help="Files or folders; the current folder if none is named."),
]
ReportOption = Annotated[
    Report,
    typer.Option(
        "--format",
        help="For people, in a versioned JSON envelope, or as a CI system wants it: GitHub annotations, "
        "GitLab code quality, SARIF 2.1.0, JUnit XML.",
    ),
]
StrictOption = Annotated[bool, typer.Option("--strict", help="Let warnings fail, too.")]
MaxAgeOption = Annotated[
    int, typer.Option("--max-age", metavar="DAYS", min=0, help="Warn if saved groups are older than this.")
]


def validate(
    paths: PathsArgument = None,
    form: ReportOption = Report.TEXT,
    strict: StrictOption = False,
    max_age: MaxAgeOption = 90,
) -> int:
    """Check mapping and connector files, offline: every problem at once, as file:line:column.

    \b
      groupmigrate validate
      groupmigrate validate mappings/demo.yaml connectors/new-shop.yaml
      groupmigrate validate --strict --format github
      groupmigrate validate --format sarif > validate.sarif

    Group names are checked where `groupmigrate groups CONNECTOR --save` was done for both stores; how many
    customers are in a group is known only to the stores: `groupmigrate plan` checks that.
    """
    checked = check_files(paths or [Path()], max_age=max_age)
    failing = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    if form in (Report.TEXT, Report.JSON):
        return _answered(checked, failing, Form(form.value))
    found = findings(checked.problems)
    show(_rendered(checked, found, failing, form))
    if form is Report.GITHUB:
        show([_said(checked)])
        _summarise(found, _said(checked))
    else:
        show(problem_lines(checked.problems), on_stderr=True)
    return int(Exit.USAGE if any(one.severity in failing for one in found) else Exit.DONE)


def _answered(checked: Checked, failing: set[Severity], form: Form) -> int:
    """Print the result in the envelope, or for people: what fails last, where they look first."""
    failed = [problem for problem in checked.problems if severity(problem.code) in failing]
    others = [problem for problem in checked.problems if severity(problem.code) not in failing]
    found = findings(checked.problems) if form is Form.JSON else []
    result = {"files": checked.files, "problems": len(failed), "findings": found}
    show(problem_lines(others), on_stderr=True)
    if failed:
        return emit(Answer("validate", result, exit=Exit.USAGE, errors=(FileProblems(failed),)), form)
    return emit(Answer("validate", result, [_said(checked)]), form)


def _said(checked: Checked) -> str:
    severities = [severity(problem.code) for problem in checked.problems]
    return f"{counted(checked.files, 'file')}, {tally(severities)}"


def _rendered(checked: Checked, found: list[Finding], failing: set[Severity], form: Report) -> Iterable[str]:
    match form:
        case Report.SARIF:
            from groupmigrate.report.problems_sarif import sarif  # urllib, for this format only

            return sarif(found)
        case Report.JUNIT:
            from groupmigrate.report.problems_junit import junit  # an XML library, for this format only

            return junit(found, [relative(path) for path in checked.paths], failing)
        case Report.GITLAB:
            return gitlab(found)
        case _:
            return github(found)


def _summarise(found: list[Finding], said: str) -> None:
    """Add the findings to the job's page, if this runs in GitHub Actions."""
    named = os.environ.get("GITHUB_STEP_SUMMARY")
    if named:
        with disk_errors(Path(named)), Path(named).open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in github_summary(found, said))
