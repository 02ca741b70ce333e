"""The edge of the program: every error is caught here, once, and becomes words and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import typer

from groupmigrate.cli.app import VERBS, app
from groupmigrate.cli.output import Answer, complain, print_envelope
from groupmigrate.disk import disk_error, is_full
from groupmigrate.errors import Exit, GroupmigrateError, Interrupted, UsageError

CLICK_ERROR: type[Exception] = typer.BadParameter.__mro__[2]
"""The base of the parser's own errors: click's up to typer 0.24, typer's own since."""


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return the exit code; never raises."""
    _survive_odd_encodings()
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        return _leave_quietly()
    return code


def _run(arguments: Sequence[str]) -> int:
    try:
        ended = app(list(arguments) or ["--help"], prog_name="groupmigrate", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        return _fail(_interrupted(), arguments)
    except CLICK_ERROR as error:
        return _fail(_usage(error), arguments)
    except GroupmigrateError as error:
        return _fail(error, arguments)
    except BrokenPipeError:
        raise
    except SystemExit as error:
        # typer turns a broken pipe into an exit of its own
        raise BrokenPipeError from error
    except OSError as error:
        if not is_full(error):
            return _fail(_bug(error, arguments), arguments)
        _close_stdout()
        return _fail(disk_error(error, Path("the output")), arguments)
    except Exception as error:  # noqa: BLE001 - a bug must not reach people as a traceback
        return _fail(_bug(error, arguments), arguments)
    # typer turns Ctrl-C into this number; a verb that was stopped has said so itself, and gives an Exit
    cut_off = ended == Exit.INTERRUPTED and not isinstance(ended, Exit)
    return _fail(_interrupted(), arguments) if cut_off else int(ended or 0)


def _fail(error: GroupmigrateError, arguments: Sequence[str]) -> int:
    if _wants_json(arguments):
        print_envelope(Answer(_verb(arguments), {}, exit=error.exit_code, errors=(error,)))
    complain(error)
    return int(error.exit_code)


def _wants_json(arguments: Sequence[str]) -> bool:
    """Whether JSON was asked for, found without the parser, which may be what failed."""
    pairs = zip(arguments, [*arguments[1:], ""], strict=True)
    return any(f"{name}={value}" == "--format=json" or name == "--format=json" for name, value in pairs)


def _verb(arguments: Sequence[str]) -> str:
    return next((word for word in arguments if word in VERBS), "")


def _usage(error: Any) -> UsageError:
    """The parser's words in this program's form."""
    message = error.format_message().rstrip(".").replace("Value error, ", "")
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "groupmigrate"
    hint = f"`{command} --help` shows how it is written"
    if command == "groupmigrate":
        hint = "`groupmigrate --help` lists the verbs; the options of a verb stand behind it"
    return UsageError(message[:1].lower() + message[1:], hint=hint)


def _interrupted() -> Interrupted:
    return Interrupted("interrupted; everything saved so far is kept")


def _bug(error: Exception, arguments: Sequence[str]) -> GroupmigrateError:
    from groupmigrate.cli.bug import write_log  # only when something is badly wrong

    log = write_log(error, _verb(arguments))
    return GroupmigrateError(
        f"this is a bug in groupmigrate: {type(error).__name__}",
        place=str(log),
        hint="nothing more was done; please report it with the file named above, which holds no secrets",
    )


def interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    """A handler that makes a signal end the program as Ctrl-C does."""
    raise KeyboardInterrupt


def _survive_odd_encodings() -> None:
    """Print "?" where a terminal has no such letter, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _leave_quietly() -> int:
    """The reader is gone (`| head`): say nothing."""
    _close_stdout()
    return int(Exit.COULD_NOT)


def _close_stdout() -> None:
    """Throw away what could not be printed: Python would try once more at its end, and complain."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
    os.close(nothing)
