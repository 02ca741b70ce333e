"""Findings as SARIF 2.1.0, which code scanning systems read; its rules are the catalogue of codes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from groupmigrate import __version__
from groupmigrate.codes import catalogue
from groupmigrate.files.review import severity
from groupmigrate.report.problems import Finding

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(findings: Sequence[Finding]) -> Iterator[str]:
    """One run. SARIF calls the severities as we do: error, warning, note."""
    codes = sorted({one.code for one in findings})
    driver = {"name": "groupmigrate", "version": __version__, "rules": [_rule(code) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, codes.index(one.code)) for one in findings],
    }
    yield json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _rule(code: str) -> dict[str, Any]:
    entry = catalogue()[code]
    return {
        "id": code,
        "shortDescription": {"text": entry.title},
        "fullDescription": {"text": entry.cause},
        "help": {"text": entry.cure},
        "defaultConfiguration": {"level": str(severity(code))},
    }


def _result(one: Finding, rule: int) -> dict[str, Any]:
    region = {"startLine": one.line, "startColumn": one.column}
    place = {"artifactLocation": {"uri": quote(one.path)}, "region": region}
    return {
        "ruleId": one.code,
        "ruleIndex": rule,
        "level": str(one.severity),
        "message": {"text": one.text},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"groupmigrate/v1": one.fingerprint},
    }
