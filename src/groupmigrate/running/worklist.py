"""The worklist: whom a person still has to put into which group, where no call of the target does it.

Asked from the target, so it shrinks as the work is done. It writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from groupmigrate.compare import same_field
from groupmigrate.identity import key
from groupmigrate.model import Customer
from groupmigrate.planning.action import BY_HAND
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.planning.planrow import Row
from groupmigrate.platforms.base import Target

BATCH = 500
IN_TARGET = "(a.act = 'same' OR j.state IN ('done', 'differs'))"
ACTIONS = "FROM actions a LEFT JOIN journal j USING(seq)"
MOVES = f"{IN_TARGET} AND (a.code = '{BY_HAND}' OR instr(a.notes, '\"{BY_HAND}\"'))"


class Task(Struct, frozen=True):
    """One customer of the target who is not in the wanted group yet."""

    id: str
    """The target's own id."""
    email: str
    """In full: a person looks for it in the shop."""
    name: str
    now: str
    """The id of the group that the customer is in, as the target tells; "" for none."""
    wanted: str
    """The id of the group."""


def worklist(plan: PlanFile, target: Target) -> Iterator[Task]:
    """What is left to be done by hand for a plan, group by group; lazily, some hundred customers at a time.

    Who is missing or doubled in the target is no task: `verify` tells of them. Raises StoreError.
    """
    for (groups,) in plan.ask(f"SELECT DISTINCT a.groups {ACTIONS} WHERE {MOVES} ORDER BY 1").fetchall():
        for rows in plan.batches(f"{MOVES} AND a.groups = ?", (groups,), size=BATCH):
            found = target.find([row.action.email for row in rows])
            for row in rows:
                there = found.get(key(row.action.email), ())
                yield from _task(row, row.action.counterparts(there, row.stored_id))


def _task(row: Row, there: Sequence[Customer]) -> Iterator[Task]:
    wanted = Customer("", "", row.action.groups)
    if len(there) == 1 and not same_field(wanted, there[0], "groups"):
        one = there[0]
        name = f"{one.firstname} {one.lastname}".strip()
        yield Task(one.id, one.email, name, one.default_group, wanted.default_group)
