"""What changed between two plans, for people and for programs. E-mails are masked unless asked for."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from rich.console import RenderableType
from rich.text import Text

from groupmigrate.identity import mask
from groupmigrate.planning.action import Action
from groupmigrate.planning.difference import MISSING, Changed, difference
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.planning.planheader import Header
from groupmigrate.report.lettering import counted
from groupmigrate.report.screen import Column, Sheet, facts, heading
from groupmigrate.report.summary import group_names, name_of


class ShiftCount(Struct, frozen=True):
    """How many customers of a source group changed in one way."""

    source: str
    before: str
    after: str
    what: tuple[str, ...]
    customers: int


class ChangedPerson(Struct, frozen=True):
    """One customer about whom the plans disagree."""

    email: str
    source: str
    before: str
    """The action, its code and the groups."""
    after: str
    what: tuple[str, ...]


class PlanDifference(Struct, frozen=True):
    """The difference of two plans."""

    old: str
    new: str
    same: int
    changed: int
    shifts: tuple[ShiftCount, ...]
    """Most customers first."""
    customers: tuple[ChangedPerson, ...]
    """The first of those who changed."""
    mapping_changed: bool
    """The mapping file was edited between the plans."""


LISTED = 20
"""How many customers are listed, unless told otherwise."""


def compared(old: PlanFile, new: PlanFile, *, limit: int = LISTED, show_pii: bool) -> PlanDifference:
    """The counts and the first customers, with the groups by name. Raises UsageError, see `difference`."""
    found = difference(old, new, limit=limit)
    before, after = old.header, new.header
    sources = group_names(before.source_groups) | group_names(after.source_groups)
    ordered = sorted(found.shifts.items(), key=lambda entry: (-entry[1], entry[0].source_group))
    people = _People(before, after, sources, show_pii=show_pii)
    return PlanDifference(
        old=str(old.path),
        new=str(new.path),
        same=found.same,
        changed=found.changed,
        shifts=tuple(
            ShiftCount(name_of(shift.source_group, sources), shift.before, shift.after, shift.what, count)
            for shift, count in ordered
        ),
        customers=tuple(people.person(one) for one in found.sample),
        mapping_changed=before.fingerprints.get("mapping") != after.fingerprints.get("mapping"),
    )


def difference_view(found: PlanDifference) -> Iterator[RenderableType]:
    """The counts by group and change, then the first customers."""
    yield facts([("old plan", found.old), ("new plan", found.new)])
    if not found.changed:
        yield Text(f"the plans say the same about {counted(found.same, 'customer')}")
        return
    sheet = Sheet(
        [
            Column("source group"),
            Column("old plan"),
            Column("new plan"),
            Column("what changed"),
            Column("customers", number=True),
        ]
    )
    for one in found.shifts:
        sheet.add(one.source, one.before, one.after, ", ".join(one.what), one.customers)
    yield sheet
    yield heading("who" if len(found.customers) == found.changed else "who, the first ones")
    people = Sheet([Column("customer"), Column("source group"), Column("old plan"), Column("new plan")])
    for person in found.customers:
        people.add(person.email, person.source, person.before, person.after)
    yield people
    yield Text()
    cause = "the mapping was edited" if found.mapping_changed else "the mapping is the same"
    yield Text(f"{found.changed:,} of {counted(found.changed + found.same, 'customer')} changed; {cause}")


class _People:
    def __init__(self, before: Header, after: Header, sources: dict[str, str], *, show_pii: bool) -> None:
        self._show_pii = show_pii
        self._sources = sources
        self._old = group_names(before.target_groups)
        self._new = group_names(after.target_groups)

    def person(self, one: Changed) -> ChangedPerson:
        action = one.either
        return ChangedPerson(
            email=action.email if self._show_pii else mask(action.email),
            source=name_of(action.source_group, self._sources),
            before=_words(one.before, self._old),
            after=_words(one.after, self._new),
            what=one.what,
        )


def _words(action: Action | None, names: dict[str, str]) -> str:
    if action is None:
        return MISSING
    groups = ", ".join(name_of(group, names) for group in action.groups)
    return f"{action.act.value} {action.code}{f' → {groups}' if groups else ''}"
