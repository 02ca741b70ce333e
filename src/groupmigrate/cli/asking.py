"""Questions before something is changed or deleted. Without a terminal nothing is asked."""

from __future__ import annotations

import sys

from groupmigrate.cli.output import Form
from groupmigrate.errors import GroupmigrateError, UsageError


def need_somebody(what: str, form: Form, *, yes: bool) -> None:
    """Raise UsageError (GM609) if a yes is needed and nobody can be asked for it."""
    if yes or (form is Form.TEXT and sys.stdin.isatty() and sys.stderr.isatty()):
        return
    raise UsageError(f"{what}, and nobody is there to be asked", hint="add --yes", code="GM609")


def confirm(question: str, *, yes: bool) -> None:
    """Ask, and raise GroupmigrateError for everything but a yes."""
    if yes:
        return
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)  # noqa: T201 - a question
    if sys.stdin.readline().strip().casefold() not in ("y", "yes"):
        raise GroupmigrateError("nothing was changed: the answer was no")
