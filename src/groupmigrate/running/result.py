"""What became of every source customer of a plan, counted: it adds up, or something is badly wrong."""

from __future__ import annotations

from msgspec import Struct

from groupmigrate.codes import title
from groupmigrate.planning.action import Act
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.running.journal import OPEN, Ended, Journal


def summary(plan: PlanFile, *, seconds: float = 0.0) -> Result:
    """What became of every customer, from the plan and its journal."""
    journal = Journal(plan)
    counts = journal.counts()

    def number(act: Act, *states: str) -> int:
        return sum(counts.get((act.value, state), 0) for state in states)

    failed = (Ended.REJECTED.value, Ended.DIFFERS.value)
    still_open = ("", *OPEN)
    parts = {
        "created": number(Act.CREATE, Ended.DONE.value),
        "updated": number(Act.UPDATE, Ended.DONE.value),
        "same": number(Act.SAME, ""),
        "skipped": number(Act.SKIP, ""),
        "blocked": number(Act.BLOCKED, ""),
        "failed": number(Act.CREATE, *failed) + number(Act.UPDATE, *failed),
        "open": number(Act.CREATE, *still_open) + number(Act.UPDATE, *still_open),
    }
    return Result(
        plan.header.read,
        **parts,
        balanced=plan.header.read == sum(parts.values()),
        failures=tuple(
            Failure(code, title(code) if code else "", state, customers)
            for code, state, customers in journal.failures()
        ),
        seconds=round(seconds, 1),
    )


class Failure(Struct, frozen=True):
    """Customers whose sending did not end as it should, by code."""

    code: str
    title: str
    state: str
    """"rejected", "differs", or "unknown"."""
    customers: int


class Result(Struct, frozen=True):
    """What became of every source customer of the plan, over all runs of it."""

    read: int
    created: int
    updated: int
    same: int
    skipped: int
    blocked: int
    failed: int
    open: int
    """Not sent yet, or with an outcome that is not known."""
    balanced: bool
    """Whether every customer that was read is accounted for, once."""
    failures: tuple[Failure, ...] = ()
    seconds: float = 0.0
    """How long the last run took; 0 if this tells of no run."""

    @property
    def sent(self) -> int:
        """Customers who ended well."""
        return self.created + self.updated
