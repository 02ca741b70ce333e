"""Customers of a plan, one by one: what happens to them and why. E-mails are masked unless asked for."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from groupmigrate.codes import Code, catalogue
from groupmigrate.compare import PERSON
from groupmigrate.identity import mask
from groupmigrate.model import Customer
from groupmigrate.planning.action import Act, Action, Before
from groupmigrate.planning.fittext import Note
from groupmigrate.planning.planheader import Header
from groupmigrate.planning.planrow import Row
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
    cure: str = ""


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
    rule: str
    """That line as it is written; empty if the file is not there or not that of the plan any more."""
    cause: str
    cure: str
    changes: tuple[Alteration, ...]
    notes: tuple[Noted, ...]
    state: str
    """What the journal says: empty if nothing was sent."""
    outcome: str
    """The code and the words of the outcome."""
    ended: str
    """The code of the outcome alone."""
    tries: int


class People:
    """Turns rows of one plan into persons: the names of its groups are looked up once."""

    def __init__(self, header: Header, *, show_pii: bool, mapping: Path | None = None) -> None:
        """`mapping` is where the mapping file is now; it is quoted if it still is that of the plan."""
        self._show_pii = show_pii
        self._rules = _lines(mapping, header.fingerprints.get("mapping", "")) if mapping else []
        self._from = group_names(header.source_groups)
        self._to = group_names(header.target_groups)

    def person(self, row: Row) -> Person:
        """One row in words."""
        action = row.action
        code = catalogue().get(action.code, Code(action.code, "", ""))
        outcome = " ".join(part for part in (row.ended, row.words) if part)
        return Person(
            seq=row.seq,
            email=action.email if self._show_pii else mask(action.email),
            source_id=action.source_id,
            target_id=action.target_id,
            source_group=name_of(action.source_group, self._from),
            action=action.act.value,
            code=action.code,
            why=code.title,
            line=action.line,
            rule=self._rules[action.line - 1].strip() if 0 < action.line <= len(self._rules) else "",
            cause=code.cause,
            cure=code.cure,
            changes=self._changes(action),
            notes=tuple(_noted(note) for note in action.notes),
            state=row.state,
            outcome=outcome,
            ended=row.ended,
            tries=row.tries,
        )

    def _changes(self, action: Action) -> tuple[Alteration, ...]:
        """The groups always; other fields of an update only with their names, unless everything is shown."""
        if not action.groups or action.wanted is None:
            return ()
        before = action.before
        fields = self._created(action.wanted) if action.act is Act.CREATE else action.fields
        changes = []
        for field in fields:
            if field == "groups":
                was = self._before(before) if before else ""
                changes.append(Alteration("groups", was, self._names(action.groups)))
            elif field == "attributes":
                changes += self._attributes(action.wanted, before)
            elif self._show_pii:
                was = before.values.get(field, "") if before else ""
                changes.append(Alteration(field, was, str(getattr(action.wanted, field))))
            else:
                changes.append(Alteration(field, "…", "…"))
        return tuple(changes)

    def _created(self, wanted: Customer) -> tuple[str, ...]:
        """The fields of a new customer that are worth a line; without values they would say nothing."""
        person = (field for field in (*PERSON, "attributes") if getattr(wanted, field))
        return ("groups", *(person if self._show_pii else ()))

    def _attributes(self, wanted: Customer, before: Before | None) -> Iterator[Alteration]:
        for code, value in wanted.attributes.items():
            was = before.attributes.get(code, "") if before else ""
            shown = (was, value) if self._show_pii else ("…", "…")
            yield Alteration(f"attribute {code}", *(part.replace("\n", ", ") for part in shown))

    def _before(self, before: Before) -> str:
        loose = " (default group without membership)" if before.loose_default else ""
        return self._names(before.groups) + loose

    def _names(self, groups: tuple[str, ...]) -> str:
        return ", ".join(name_of(group, self._to) for group in groups)


def _noted(note: Note) -> Noted:
    code = catalogue().get(note.code, Code(note.code, "", ""))
    return Noted(note.code, code.title, note.field, note.detail, code.cure)


def _lines(mapping: Path, fingerprint: str) -> list[str]:
    """The lines of the mapping file, if it still is the file of that fingerprint."""
    try:
        raw = mapping.read_bytes()
    except OSError:
        return []
    return raw.decode("utf-8-sig").splitlines() if sha256(raw).hexdigest() == fingerprint else []
