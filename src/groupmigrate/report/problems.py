"""Problems of files: as lines for people, and as findings that the formats of CI systems are made from."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from groupmigrate.codes import title
from groupmigrate.errors import Problem
from groupmigrate.files.review import severity
from groupmigrate.platforms.base import Severity
from groupmigrate.report.lettering import counted, printable


@dataclass(frozen=True)
class Finding:
    """A problem as programs want it. Text is printable; lines and columns count from 1."""

    severity: Severity
    code: str
    title: str
    message: str
    hint: str
    path: str
    """Relative to the current folder, with forward slashes."""
    line: int
    column: int
    fingerprint: str
    """The same as long as the problem is the same, though lines move. SHA-256 in hexadecimal."""

    @property
    def text(self) -> str:
        """Message and hint in one sentence's place."""
        return f"{self.message}; {self.hint}" if self.hint else self.message


def findings(problems: Iterable[Problem]) -> list[Finding]:
    """The problems as findings, in their order."""
    seen: Counter[tuple[str, ...]] = Counter()
    found = []
    for problem in problems:
        path = relative(problem.file)
        # a message may name lines, and those move
        same = (path, problem.code, re.sub(r"\bline \d+", "line", problem.message))
        seen[same] += 1
        printed = hashlib.sha256("\0".join((*same, str(seen[same]))).encode()).hexdigest()
        found.append(_finding(problem, path, printed))
    return found


def relative(path: Path) -> str:
    """The path from the current folder, with forward slashes; as it is where there is no such way."""
    try:
        return Path(os.path.relpath(path)).as_posix()
    except ValueError:  # another drive of Windows
        return path.as_posix()


def problem_lines(problems: Iterable[Problem]) -> Iterator[str]:
    """`file:line:column: code message` and the hint; what is no error says so before the code."""
    for problem in problems:
        kind = severity(problem.code)
        word = "" if kind is Severity.ERROR else f"{kind} "
        yield f"{printable(problem.place)}: {word}{problem.code} {printable(problem.message)}"
        if problem.hint:
            yield f"  hint {printable(problem.hint)}"


def tally(severities: Sequence[Severity]) -> str:
    """How many of which: "2 errors, 1 warning"; "no problems" where there are notes at most."""
    counts = Counter(severities)
    parts = [counted(counts[kind], str(kind)) for kind in (Severity.ERROR, Severity.WARNING) if counts[kind]]
    return ", ".join(parts) or "no problems"


def _finding(problem: Problem, path: str, fingerprint: str) -> Finding:
    return Finding(
        severity=severity(problem.code),
        code=problem.code,
        title=title(problem.code),
        message=printable(problem.message),
        hint=printable(problem.hint),
        path=path,
        line=problem.line,
        column=problem.column,
        fingerprint=fingerprint,
    )
