"""`groupmigrate status`: how far the plans of a mapping are. Reads plan files only; no store is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from groupmigrate.cli.chosen import is_plan, newest, unreadable
from groupmigrate.cli.options import FormatOption, PlanArgument
from groupmigrate.cli.output import Answer, Form, emit
from groupmigrate.errors import StalePlan
from groupmigrate.files.folder import Folder
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.report.endings import PlanState, plan_state
from groupmigrate.report.screen import facts, warning
from groupmigrate.report.terminal import status_view
from groupmigrate.wording import command

NEWEST = 5
"""How many plans are shown."""


def status(plan: PlanArgument, form: FormatOption = Form.TEXT) -> int:
    """Say how far the plans of a mapping are, what failed, and what to do next.

    \b
      groupmigrate status mappings/demo.yaml
    """
    last = newest(plan)
    paths = [last] if is_plan(plan) else Folder.of(plan).plans()[: -NEWEST - 1 : -1]
    states, broken = list(_readable(paths)), unreadable(paths)
    if not states:
        PlanFile.open(last, read_only=True).close()  # says what is wrong with it
    work = [("worklist", str(path)) for path in (last.with_name("worklist.html"),) if path.exists()]
    text = [
        *status_view(states),
        *(warning(words) for words in broken),
        facts([*work, ("next", _next(states, str(plan)))]),
    ]
    return emit(Answer("status", {"plans": states, "warnings": broken}, text), form)


def _readable(paths: Sequence[Path]) -> Iterator[PlanState]:
    """The states of all but damaged plans: one of these must not hide the others."""
    for path in paths:
        with suppress(StalePlan), PlanFile.open(path, read_only=True) as opened:
            yield plan_state(opened)


def _next(states: list[PlanState], plan: str) -> str:
    for state in states:
        if state.state == "unfinished":
            return command("run", state.plan)
        if state.state == "finished":
            refused = any(failure.state == "rejected" for failure in state.counts.failures)
            return command("retry" if refused else "verify", plan)
    return command("run", plan)
