"""The customers of a plan on a terminal: a list, or everything about one person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from groupmigrate.codes import title
from groupmigrate.report.lettering import printable
from groupmigrate.report.people import Alteration, Noted, Person
from groupmigrate.report.screen import Column, Sheet, facts


def list_view(people: Sequence[Person]) -> Iterator[RenderableType]:
    """One line a customer."""
    sheet = Sheet(
        [
            Column("no."),
            Column("customer"),
            Column("action"),
            Column("code"),
            Column("why"),
            Column("group"),
        ]
    )
    for person in people:
        code = person.ended or person.code
        sheet.add(str(person.seq), person.email, _action(person), code, _why(person), _way(person))
    yield sheet


def person_view(person: Person, mapping: str) -> Iterator[RenderableType]:
    """Everything that a plan knows about one customer."""
    entries = [
        ("customer", f"{person.email} (source id {person.source_id})"),
        ("source group", person.source_group),
        ("action", f"{person.action}: {person.code} {person.why}"),
        ("why", person.cause),
        ("do", person.cure),
    ]
    if person.line:
        entries.append(("decided by", f"{mapping}:{person.line}{f'  {person.rule}' if person.rule else ''}"))
    if person.target_id:
        entries.append(("target id", person.target_id))
    entries += [(change.field, _in_words(change)) for change in person.changes]
    for note in person.notes:
        entries.append(("note", _note(note)))
        if note.code != person.code:
            entries.append(("", note.cure))
    entries.append(("journal", _journal(person)))
    yield facts(entries)


def none_view(words: str) -> Iterator[RenderableType]:
    """What is said where no customer is found."""
    yield Text(printable(words))


def _action(person: Person) -> str:
    return f"{person.action}, {person.state}" if person.state else person.action


def _why(person: Person) -> str:
    if person.outcome:
        return person.outcome.removeprefix(person.ended).strip() or title(person.ended)
    fields = ", ".join(dict.fromkeys(note.field for note in person.notes if note.code == person.code))
    return f"{person.why}: {fields}" if fields else person.why


def _way(person: Person) -> str:
    groups = next((change for change in person.changes if change.field == "groups"), None)
    if groups is None:
        return person.source_group
    return f"{groups.before or person.source_group} → {groups.after}"


def _note(note: Noted) -> str:
    return ": ".join(part for part in (f"{note.code} {note.title}", note.field, note.detail) if part)


def _in_words(change: Alteration) -> str:
    return f"{change.before or '–'} → {change.after or '–'}"


def _journal(person: Person) -> str:
    if not person.state:
        return "nothing was sent"
    tries = f" ({person.tries} tries)" if person.tries > 1 else ""
    return f"{person.state}{tries} {person.outcome}".strip()
