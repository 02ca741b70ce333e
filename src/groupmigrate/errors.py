"""Everything that can go wrong, grouped by what the caller does next.

    GroupmigrateError              the message, the place, the hint and the exit code, for people
    ├── FileProblems               a file that the user wrote is wrong: all its problems at once      exit 2
    ├── UsageError                 the command cannot be done as it was asked                         exit 2
    ├── StoreError                 the store cannot be worked with: stop, nothing more is sent        exit 1
    │   ├── Unreachable            no answer, and the store surely did nothing: worth another try
    │   ├── AccessDenied           key, rights or switch: the user must change something
    │   └── WrongAnswer            something else answered (HTML, another version)
    ├── LostAnswer                 a write was sent and the answer is missing: ask the store
    ├── DiskError                  the disk is full or the folder cannot be written                   exit 1
    ├── StalePlan                  the plan does not fit the world any more, or was used              exit 4
    ├── LimitTripped               a safety limit: nothing more is written                            exit 5
    ├── Locked                     another run works on the same mapping                              exit 6
    └── Interrupted                the user stopped it; state is saved                                exit 130

An error about one customer is not here: that is an outcome, see platforms/base.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path


class Exit(IntEnum):
    """The exit codes of every verb."""

    DONE = 0
    COULD_NOT = 1
    USAGE = 2
    SOME_FAILED = 3
    STALE = 4
    LIMIT = 5
    LOCKED = 6
    DIFFERENT = 10
    INTERRUPTED = 130


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a file: where, what was found, what to do. `code` is in the catalogue."""

    code: str
    message: str
    file: Path
    line: int = 1
    column: int = 1
    hint: str = ""

    @property
    def place(self) -> str:
        """`file:line:column`, as editors and CI understand it."""
        return f"{self.file}:{self.line}:{self.column}"


class GroupmigrateError(Exception):
    """An expected failure. `message` says what was found and expected, `place` where, `hint` what to do."""

    exit_code: Exit = Exit.COULD_NOT

    def __init__(self, message: str, *, place: str = "", hint: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint
        self.code = code


class FileProblems(GroupmigrateError):
    """One or more files are wrong; carries every problem found."""

    exit_code = Exit.USAGE

    def __init__(self, problems: Sequence[Problem]) -> None:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__(f"{count} in the files")
        self.problems = tuple(problems)


class UsageError(GroupmigrateError):
    """The command cannot be done as it was asked."""

    exit_code = Exit.USAGE


class StoreError(GroupmigrateError):
    """The store cannot be worked with; nothing more is sent to it."""


class Unreachable(StoreError):
    """No answer, and the store surely did not act."""


class AccessDenied(StoreError):
    """The store refuses the key, or the key lacks a right."""


class WrongAnswer(StoreError):
    """Something answered that is not the store's interface, or not a version this room knows."""


class LostAnswer(GroupmigrateError):
    """A write was sent, and whether the store acted on it is not known: the store must be asked."""


class DiskError(GroupmigrateError):
    """The disk is full, or a file or folder cannot be read or written."""


class StalePlan(GroupmigrateError):
    """The plan was made for a world that has changed since, was used up, or is not a plan of this version."""

    exit_code = Exit.STALE


class LimitTripped(GroupmigrateError):
    """A safety limit of the mapping file stopped the run before anything more was written."""

    exit_code = Exit.LIMIT


class Locked(GroupmigrateError):
    """Another run holds the lock of this mapping."""

    exit_code = Exit.LOCKED


class Interrupted(GroupmigrateError):
    """The user stopped the work; everything so far is saved."""

    exit_code = Exit.INTERRUPTED
