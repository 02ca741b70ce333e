"""Stores on a terminal: who answers, what the key may do, which groups there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from groupmigrate.model import Group
from groupmigrate.platforms.base import Check, Finding, Severity
from groupmigrate.report.lettering import counted, printable
from groupmigrate.report.screen import Column, Sheet, facts

COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "dim"}

ABOUT_GROUPS = ("GM516", "GM518", "GM531", "GM532", "GM586", "GM587")
"""The findings that are shown beside the groups: what a list of names does not say."""


def about_groups(check: Check) -> list[Finding]:
    """What was found about the groups of a store."""
    return [finding for finding in check.findings if finding.code in ABOUT_GROUPS]


def groups_view(check: Check, groups: Sequence[Group]) -> Iterator[RenderableType]:
    """The groups of a store, in the store's order, and what was found about them."""
    yield facts([("store", f"{check.store}, {check.version}")])
    counted_ones = any(group.members is not None for group in groups)
    columns = [Column("id"), Column("name"), Column("built-in"), Column("settings")]
    sheet = Sheet([*columns, Column("members", number=True)] if counted_ones else columns)
    for group in groups:
        settings = ", ".join(f"{name}: {value}" for name, value in group.settings.items())
        cells: list[str | int] = [group.id, group.name, str(group.role or ""), settings]
        sheet.add(*cells, *([group.members or 0] if counted_ones else []))
    yield sheet
    for finding in about_groups(check):
        yield from _finding(finding)


def check_view(name: str, check: Check) -> Iterator[RenderableType]:
    """What a store says about itself, and the findings with what to do about them."""
    rights = [(f"may {resource}", allowed) for resource, allowed in check.rights.items()]
    known = [("connector", name), ("store", check.store), ("version", check.version), *rights]
    yield facts([(label, value) for label, value in known if value])
    for finding in check.findings:
        yield from _finding(finding)
    errors = sum(finding.severity is Severity.ERROR for finding in check.findings)
    if errors:
        yield Text(f"{counted(errors, 'error')}: a run would stop here", style="bold red")
    else:
        yield Text("the store can be worked with", style="bold green")


def _finding(finding: Finding) -> Iterator[RenderableType]:
    yield Text.assemble(
        (f"{finding.severity}: ", COLOURS[finding.severity]), f"{printable(finding.message)} [{finding.code}]"
    )
    if finding.hint:
        yield Padding(Text(f"hint {printable(finding.hint)}"), (0, 0, 0, 2), expand=False)
