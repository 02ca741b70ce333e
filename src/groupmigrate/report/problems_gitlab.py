"""Findings as a GitLab Code Quality report, which merge requests show beside the lines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from groupmigrate.platforms.base import Severity
from groupmigrate.report.problems import Finding

LEVELS = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def gitlab(findings: Sequence[Finding]) -> Iterator[str]:
    """A JSON array. The code is in the text, too, because GitLab does not show `check_name`."""
    report = [
        {
            "description": f"{one.code}: {one.text}",
            "check_name": one.code,
            "fingerprint": one.fingerprint,
            "severity": LEVELS[one.severity],
            "location": {"path": one.path, "lines": {"begin": one.line}},
        }
        for one in findings
    ]
    yield json.dumps(report, ensure_ascii=False, indent=2)
