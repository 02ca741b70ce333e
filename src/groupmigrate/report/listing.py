"""The customers whom a report lists: all who need a look, and some of all others. Not the whole plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct

from groupmigrate.planning.planfile import PlanFile
from groupmigrate.report.lettering import counted, field_in_words
from groupmigrate.report.people import Noted, People, Person

MOST = 5_000
"""How many customers a page lists at most: 2 MB of page, which phones still scroll and search at once."""
URGENT_SHARE = 0.8
"""Of those, how many may need a look; the rest is kept for examples of everybody else."""

URGENT = "(a.act = 'blocked' OR j.state IN ('rejected', 'unknown', 'differs'))"
OTHERS = "NOT (a.act = 'blocked' OR coalesce(j.state, '') IN ('rejected', 'unknown', 'differs'))"

ACTIONS = {"update": "change"}
"""What an action is called where people read, if not by its own name."""
STATES = {
    "sent": "sent, not confirmed",
    "rejected": "refused",
    "differs": "stored differently",
    "unknown": "outcome not known",
}


class Listed(Struct, frozen=True):
    """One customer of a list, in words."""

    seq: int
    email: str
    source_id: str
    source: str
    """The source group."""
    target: str
    """The target groups that are wanted, default group first; empty where nothing is wanted."""
    action: str
    state: str
    code: str
    why: str
    notes: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    """All codes that the customer can be found by."""


class Listing(Struct, frozen=True):
    """The customers whom a report lists, and how they were chosen."""

    people: tuple[Listed, ...]
    chosen: str
    """In a sentence."""

    @property
    def actions(self) -> dict[str, int]:
        """How many of the listed have each action, or each state of their sending."""
        return dict(Counter(word for one in self.people for word in (one.action, one.state) if word))

    @property
    def codes(self) -> dict[str, int]:
        """How many of the listed can be found by each code."""
        return dict(sorted(Counter(code for one in self.people for code in one.codes).items()))

    @property
    def groups(self) -> dict[str, int]:
        """How many of the listed are in each source group."""
        return dict(Counter(one.source for one in self.people if one.source))


def listing(plan: PlanFile, people: People, *, most: int = MOST) -> Listing:
    """Blocked and failed customers first, then the first ones of each group, action and reason.

    Where there are too many of either, every group, action and reason gets the same share. At most `most`
    customers are in memory, however large the plan is.
    """
    urgent = list(_fairly(plan, people, URGENT, int(most * URGENT_SHARE)))
    others = list(_fairly(plan, people, OTHERS, most - len(urgent)))
    found = (*urgent, *others)
    return Listing(found, _chosen(len(found), plan.header.read))


def listed(person: Person) -> Listed:
    """One person of a plan as a list shows them."""
    groups = next((change.after for change in person.changes if change.field == "groups"), "")
    fields = [change.field for change in person.changes if change.field != "groups"]
    notes = [_note(note, person.code) for note in person.notes]
    codes = (person.code, *(note.code for note in person.notes), person.outcome.partition(" ")[0])
    return Listed(
        seq=person.seq,
        email=person.email,
        source_id=person.source_id,
        source=person.source_group,
        target=groups,
        action=ACTIONS.get(person.action, person.action),
        state=STATES.get(person.state, person.state),
        code=person.code,
        why=person.why,
        notes=tuple(
            part
            for part in (person.outcome, f"changes: {', '.join(fields)}" if fields else "", *notes)
            if part
        ),
        codes=tuple(dict.fromkeys(code for code in codes if code.startswith("GM"))),
    )


def _note(note: Noted, reason: str) -> str:
    """The note in words; its title only if it is not the reason, which is told before."""
    title = "" if note.code == reason else note.title
    return ": ".join(part for part in (title, field_in_words(note.field), note.detail) if part)


def _fairly(plan: PlanFile, people: People, which: str, most: int) -> Iterator[Listed]:
    ranked = (
        "SELECT a.seq AS seq, row_number() OVER"
        " (PARTITION BY a.act, a.code, a.source_group, j.state ORDER BY a.seq) AS place"
        f" FROM actions a LEFT JOIN journal j USING(seq) WHERE {which}"
    )
    where = f"a.seq IN (SELECT seq FROM ({ranked}) ORDER BY place, seq LIMIT ?)"
    values: Sequence[int] = (most,)
    return (listed(people.person(row)) for row in plan.rows(where, values))


def _chosen(found: int, read: int) -> str:
    if found >= read:
        return f"All {counted(read, 'customer')} of the plan are listed."
    return (
        f"{found:,} of {counted(read, 'customer')} are listed: blocked and failed customers first, then the"
        " first ones of each group, action and reason. `groupmigrate show` lists the others."
    )
