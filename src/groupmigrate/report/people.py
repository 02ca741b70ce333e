"""Customers of a plan, one by one: what happens to them and why. E-mails are masked unless asked for."""

from __future__ import annotations

from msgspec import Struct

from groupmigrate.codes import title
from groupmigrate.decide import Act, Action, Before
from groupmigrate.identity import mask
from groupmigrate.planfile import Header, Row
from groupmigrate.report.summary import group_names, name_of


class Alteration(Struct, frozen=True):
    """One field of a customer, before and after."""

    field: str
    before: str
    after: str


class Noted(Struct, frozen=True):
    """One remark about a customer: what is left out, joined, or stands in the way."""

    code: str
    title: str
    field: str
    detail: str


class Person(Struct, frozen=True):
    """One source customer of a plan."""

    seq: int
    email: str
    source_id: str
    target_id: str
    source_group: str
    action: str
    code: str
    why: str
    line: int
    """The line of the mapping that decided; 0 if none did."""
    changes: tuple[Alteration, ...]
    notes: tuple[Noted, ...]
    state: str
    """What the journal says: empty if nothing was sent."""
    outcome: str
    """The code and the words of the outcome."""
    tries: int


class People:
    """Turns rows of one plan into persons: the names of its groups are looked up once."""

    def __init__(self, header: Header, *, show_pii: bool) -> None:
        self._show_pii = show_pii
        self._from = group_names(header.source_groups)
        self._to = group_names(header.target_groups)

    def person(self, row: Row) -> Person:
        """One row in words."""
        action = row.action
        outcome = " ".join(part for part in (row.ended, row.words) if part)
        return Person(
            seq=row.seq,
            email=action.email if self._show_pii else mask(action.email),
            source_id=action.source_id,
            target_id=action.target_id,
            source_group=name_of(action.source_group, self._from),
            action=action.act.value,
            code=action.code,
            why=title(action.code),
            line=action.line,
            changes=self._changes(action),
            notes=tuple(Noted(note.code, title(note.code), note.field, note.detail) for note in action.notes),
            state=row.state,
            outcome=outcome,
            tries=row.tries,
        )

    def _changes(self, action: Action) -> tuple[Alteration, ...]:
        """The groups always; other fields of an update only with their names, unless everything is shown."""
        if not action.groups or action.wanted is None:
            return ()
        before = action.before
        fields = ("groups",) if action.act is Act.CREATE else action.fields
        changes = []
        for field in fields:
            if field == "groups":
                was = self._before(before) if before else ""
                changes.append(Alteration("groups", was, self._names(action.groups)))
            elif self._show_pii:
                was = before.values.get(field, "") if before else ""
                changes.append(Alteration(field, was, str(getattr(action.wanted, field))))
            else:
                changes.append(Alteration(field, "…", "…"))
        return tuple(changes)

    def _before(self, before: Before) -> str:
        loose = " (default group without membership)" if before.loose_default else ""
        return self._names(before.groups) + loose

    def _names(self, groups: tuple[str, ...]) -> str:
        return ", ".join(name_of(group, self._to) for group in groups)
