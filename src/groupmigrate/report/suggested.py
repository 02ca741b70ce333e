"""Suggestions as a commented mapping file. What is unsure stays a comment, so that a person must decide."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from rich.console import RenderableType

from groupmigrate.files.resolution import NOBODY
from groupmigrate.model import Group
from groupmigrate.planning.suggest import Confidence, Suggestion
from groupmigrate.report.lettering import counted, printable
from groupmigrate.report.screen import Column, Sheet

PLAIN = re.compile(r"[^\W\d_](?:[\w .&'()/+-]*[\w)])?")
WORDS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}

HEAD = """\
# Suggested by groupmigrate from what both stores hold; read every line before you use it.
#   sure     role, name or people leave little doubt
#   likely   a good guess, to be checked
#   unsure   commented out: take the # away, or write another group, once you have decided
# Customers of a group without a line stop the plan (GM125), so nobody is forgotten.
"""


def mapping_text(
    source: str,
    target: str,
    suggestions: Sequence[Suggestion],
    source_groups: Sequence[Group],
    target_groups: Sequence[Group],
) -> str:
    """The mapping file between two connectors."""
    names = _references(target_groups)
    lines = [HEAD, "version: 1", f"source: {_scalar(source)}", f"target: {_scalar(target)}", "", "groups:"]
    own = _references(source_groups)
    for one in suggestions:
        lines += _lines(one, own.get(one.source.id, f"id:{one.source.id}"), names)
    used = {one.target.id for one in suggestions if one.target and one.confidence is not Confidence.UNSURE}
    free = [names[group.id] for group in target_groups if group.id not in used and group.role not in NOBODY]
    if free:
        lines += ["", f"# groups of the target that no line names: {', '.join(free)}"]
    return "\n".join([*lines, "", "unmapped: error", ""])


def suggestions_view(suggestions: Sequence[Suggestion]) -> Iterator[RenderableType]:
    """One line a source group."""
    sheet = Sheet(
        [
            Column("source group"),
            Column("customers", number=True),
            Column("target group"),
            Column("how sure"),
            Column("why"),
        ]
    )
    for one in suggestions:
        name = one.source.name or f"id:{one.source.id}"
        target = f"→ {one.target.name}" if one.target else "–"
        sheet.add(name, one.customers, target, one.confidence.value, "; ".join(one.reasons))
    yield sheet


def _lines(one: Suggestion, name: str, names: dict[str, str]) -> Iterator[str]:
    """The comment and the line of one source group."""
    confidence = one.confidence.value
    first, *more = (printable(reason) for reason in one.reasons)
    yield f"  # {confidence}, {counted(one.customers, 'customer')}: {first}"
    yield from (f"  # {' ' * len(confidence)}  {reason}" for reason in more)
    to = names[one.target.id] if one.target else "GROUP"
    yield f"  {'# ' if one.confidence is Confidence.UNSURE else ''}{_scalar(name)}: {_scalar(to)}"
    if one.source.role in NOBODY and one.target is None:
        yield f"  # or leave out who sits in it: {_scalar(name)}: {{skip: why}}"
    elif one.source.role in NOBODY and one.customers:
        yield f"  # its {counted(one.customers, 'account')} will be blocked until this says where they go:"
        yield f"  # {_scalar(name)}: {{same_as: {_scalar(to, flow=True)}, customers: GROUP}}"


def _references(groups: Sequence[Group]) -> dict[str, str]:
    """How a mapping names each group: by name, or by id where the name is no use."""
    names = [group.name for group in groups]
    return {
        group.id: group.name
        if group.name.strip() == group.name != ""
        and group.name.isprintable()
        and names.count(group.name) == 1
        else f"id:{group.id}"
        for group in groups
    }


def _scalar(text: str, *, flow: bool = False) -> str:
    """A name as YAML takes it for that name: quoted unless it is harmless."""
    harmless = re.fullmatch(r"id:\w+", text) or (PLAIN.fullmatch(text) and text.casefold() not in WORDS)
    return text if harmless and not (flow and not text.isalnum()) else json.dumps(text, ensure_ascii=False)
