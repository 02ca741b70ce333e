"""Which customers of a plan are meant: by person, action, group, code or failure."""

from __future__ import annotations

from dataclasses import dataclass

from groupmigrate.codes import spelled
from groupmigrate.errors import UsageError
from groupmigrate.identity import key
from groupmigrate.planning.action import Act
from groupmigrate.planning.planheader import Header
from groupmigrate.wording import quoted, suggestion


@dataclass(frozen=True)
class Selection:
    """A condition for `PlanFile.rows`, with its values."""

    where: str
    values: tuple[str, ...]

    @classmethod
    def of(
        cls, header: Header, *, customer: str, action: Act | None, group: str, code: str, failed: bool
    ) -> Selection:
        """The customers for whom everything holds that is given. Raises UsageError with the nearest name."""
        parts: list[tuple[str, tuple[str, ...]]] = []
        if customer:
            parts.append(("a.key = ?", (_key(customer),)))
        if action:
            parts.append(("a.act = ?", (action.value,)))
        if group:
            parts.append(_in_group(group, header))
        if code:
            name = _code(code)
            parts.append(("(? IN (a.code, j.code, u.code) OR instr(a.notes, ?))", (name, f'"{name}"')))
        if failed:
            parts.append(("j.state IN ('rejected', 'unknown', 'differs')", ()))
        conditions = " AND ".join(condition for condition, _ in parts)
        return cls(conditions, tuple(value for _, values in parts for value in values))


def _key(email: str) -> str:
    found = key(email)
    if not found:
        raise UsageError("--customer wants an e-mail address", hint="ana@example.com")
    return found


def _in_group(name: str, header: Header) -> tuple[str, tuple[str, ...]]:
    source = tuple(group.id for group in header.source_groups if name in (group.name, f"id:{group.id}"))
    target = tuple(group.id for group in header.target_groups if name in (group.name, f"id:{group.id}"))
    if not source and not target:
        names = list(dict.fromkeys(group.name for group in (*header.source_groups, *header.target_groups)))
        raise UsageError(f"neither store has a group {quoted(name)}", hint=suggestion(name, names, "groups"))
    marks = [", ".join("?" * len(ids)) for ids in (source, target)]
    return (
        f"(a.source_group IN ({marks[0]})"
        f" OR EXISTS (SELECT 1 FROM json_each(a.groups) WHERE value IN ({marks[1]})))",
        source + target,
    )


def _code(text: str) -> str:
    name = spelled(text)
    if not name:
        raise UsageError(f"there is no code {quoted(text)}", hint="`groupmigrate explain` lists them all")
    return name
