"""Findings as annotations of GitHub Actions, and as the page that a job shows. Nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from groupmigrate.platforms.base import Severity
from groupmigrate.report.problems import Finding

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
MOST_ROWS = 500


def github(findings: Sequence[Finding]) -> Iterator[str]:
    """One workflow command a finding. GitHub shows about ten of a kind; the summary has all."""
    for one in findings:
        place = f"file={_property(one.path)},line={one.line},col={one.column}"
        name = _property(f"{one.code} {one.title}")
        words = f"{one.message}\n{one.hint}" if one.hint else one.message
        yield f"::{LEVELS[one.severity]} {place},title={name}::{_escaped(words)}"


def github_summary(findings: Sequence[Finding], said: str) -> Iterator[str]:
    """The findings in Markdown, the first 500 of them, for the file that GITHUB_STEP_SUMMARY names."""
    yield f"### groupmigrate validate: {said}"
    yield ""
    if findings:
        yield "| | place | code | what | hint |"
        yield "|---|---|---|---|---|"
    for one in findings[:MOST_ROWS]:
        place = f"{one.path}:{one.line}:{one.column}"
        cells = (str(one.severity), place, one.code, one.message, one.hint)
        yield f"| {' | '.join(map(_cell, cells))} |"
    if len(findings) > MOST_ROWS:
        yield ""
        yield f"and {len(findings) - MOST_ROWS} more"


def _escaped(text: str) -> str:
    """What stands behind `::`, as GitHub's own toolkit escapes it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _cell(text: str) -> str:
    """Text that is no Markdown and no HTML, in one cell."""
    for sign in "\\`*_[]|~":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
