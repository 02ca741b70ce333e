"""Findings as JUnit XML: a test case for each file, which fails if something in it does."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from xml.etree import ElementTree as ET

from groupmigrate.platforms.base import Severity
from groupmigrate.report.problems import Finding, tally


def junit(findings: Sequence[Finding], paths: Sequence[str], failing: Collection[Severity]) -> Iterator[str]:
    """One suite. `paths` are all files that were looked at; what does not fail is output of its case."""
    by_path: dict[str, list[Finding]] = {path: [] for path in paths}
    for one in findings:
        by_path.setdefault(one.path, []).append(one)
    suite = ET.Element("testsuite", name="groupmigrate validate", tests=str(len(by_path)), errors="0")
    for path, mine in by_path.items():
        _case(suite, path, mine, failing)
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suites = ET.Element("testsuites")
    suites.append(suite)
    ET.indent(suites)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield ET.tostring(suites, encoding="unicode")


def _case(suite: ET.Element, path: str, found: Sequence[Finding], failing: Collection[Severity]) -> None:
    case = ET.SubElement(suite, "testcase", classname="groupmigrate.validate", name=path)
    bad = [one for one in found if one.severity in failing]
    if bad:
        said = tally([one.severity for one in bad])
        failure = ET.SubElement(case, "failure", type=bad[0].code, message=said)
        failure.text = _listed(bad)
    others = [one for one in found if one.severity not in failing]
    if others:
        ET.SubElement(case, "system-out").text = _listed(others)


def _listed(found: Sequence[Finding]) -> str:
    lines = (f"{one.path}:{one.line}:{one.column}: {one.severity} {one.code} {one.text}" for one in found)
    return "\n".join(lines)
