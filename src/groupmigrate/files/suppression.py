"""Comments that allow a warning in one line of a file: `# groupmigrate: allow GM134`; no error can be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from groupmigrate.codes import catalogue
from groupmigrate.errors import Problem
from groupmigrate.files.review import severity
from groupmigrate.platforms.base import Severity

COMMENT = re.compile(r"(?:^|\s)(#\s*groupmigrate:\s*(.*?))\s*$")
ALLOW = re.compile(r"allow\s+(GM\d{3}(?:[\s,]+GM\d{3})*)$")
EXAMPLE = "write `# groupmigrate: allow GM134`, with nothing behind the codes"


@dataclass(frozen=True)
class Suppression:
    """One comment: which codes it allows, in which line, and where it stands itself."""

    codes: tuple[str, ...]
    """Empty where the comment cannot be understood."""
    about: int
    """The line that it is about: its own, or the next one with something in it."""
    line: int
    column: int


def suppressions(text: str) -> Iterator[Suppression]:
    """The suppressions in a YAML text. Other comments that begin with the program's name are left alone."""
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        found = COMMENT.search(line)
        if found is None:
            continue
        codes = ALLOW.match(found[2])
        if codes is None and not re.search(r"GM\d{3}", found[2]):
            continue
        alone = not line[: found.start(1)].strip()
        about = _next_line(lines, number) if alone else number
        yield Suppression(
            tuple(re.findall(r"GM\d{3}", codes[1])) if codes else (), about, number, found.start(1) + 1
        )


def without_allowed(problems: Sequence[Problem], path: Path, text: str, *, complete: bool) -> list[Problem]:
    """The problems of one file without those that it allows; if `complete`, with comments that allow none.

    Behind an error some checks are not reached, so nobody knows what a comment would have allowed.
    """
    comments = list(suppressions(text))
    allowed = {(comment.about, code) for comment in comments for code in comment.codes}
    kept = [
        problem
        for problem in problems
        if severity(problem.code) is Severity.ERROR or (problem.line, problem.code) not in allowed
    ]
    if not complete:
        return kept
    found = {(problem.line, problem.code) for problem in problems}
    return [*kept, *(unused for comment in comments for unused in _unused(comment, found, path))]


def _unused(comment: Suppression, found: set[tuple[int, str]], path: Path) -> Iterator[Problem]:
    if not comment.codes:
        message = "this comment looks as if it should allow something, and allows nothing"
        yield Problem("GM139", message, path, comment.line, comment.column, EXAMPLE)
    for code in comment.codes:
        if (comment.about, code) not in found:
            yield Problem("GM139", _why(code, comment.about), path, comment.line, comment.column, "remove it")


def _why(code: str, line: int) -> str:
    if code not in catalogue():
        return f"there is no code {code}"
    if severity(code) is Severity.ERROR:
        return f"{code} is an error, and errors cannot be allowed"
    return f"{code} is not found in line {line}, so nothing is allowed here"


def _next_line(lines: Sequence[str], number: int) -> int:
    """The first line below that is neither empty nor a comment."""
    below = (
        later
        for later in range(number, len(lines))
        if lines[later].strip() and not lines[later].lstrip().startswith("#")
    )
    return next((later + 1 for later in below), number)
