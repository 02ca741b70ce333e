"""What a verb says at its end: text or the JSON envelope on stdout, errors on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from groupmigrate.errors import Exit, GroupmigrateError
from groupmigrate.report import failure

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

FORMAT = "groupmigrate/1"


class Form(StrEnum):
    """What a result is printed as."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True)
class Answer:
    """What a verb found: plain data for programs, renderables for people, and how it ended."""

    command: str
    result: Any
    """Anything that msgspec can turn into JSON."""
    text: Iterable[RenderableType] = ()
    exit: Exit = Exit.DONE
    errors: tuple[GroupmigrateError, ...] = ()


def emit(answer: Answer, form: Form) -> Exit:
    """Print the answer and return its exit code."""
    if form is Form.JSON:
        print_envelope(answer)
    else:
        show(answer.text)
    sys.stdout.flush()
    for error in answer.errors:
        complain(error)
    return answer.exit


def show(text: Iterable[RenderableType], *, on_stderr: bool = False) -> None:
    """Print renderables; plain lines are printed as they are, without the cost of rich."""
    console: Console | None = None
    stream = sys.stderr if on_stderr else sys.stdout
    for part in text:
        if isinstance(part, str):
            print(part, file=stream)
            continue
        if console is None:
            from groupmigrate.report.screen import console_for  # costs 50 ms, and plain lines need no rich

            console = console_for(stream)
        console.print(part)


def print_envelope(answer: Answer) -> None:
    """Print the answer in the envelope that every verb shares, on one stdout."""
    import msgspec  # costs 30 ms that text has no use for

    envelope = {
        "format": FORMAT,
        "command": answer.command,
        "status": _status(answer.exit),
        "exit": int(answer.exit),
        "result": msgspec.to_builtins(answer.result, str_keys=True),
        "errors": [entry for error in answer.errors for entry in failure.as_data(error)],
    }
    print(json.dumps(envelope, ensure_ascii=False, indent=2))  # noqa: T201 - the one place where results leave


def complain(error: GroupmigrateError) -> None:
    """Print an error on stderr."""
    show(failure.lines(error), on_stderr=True)


def _status(code: Exit) -> str:
    if code in (Exit.DONE, Exit.DIFFERENT):
        return "success"
    return "partial" if code is Exit.SOME_FAILED else "error"
