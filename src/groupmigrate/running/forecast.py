"""What applying a plan will take and bring: customers to send, mails, the time if an earlier run shows the
pace, and who can log in afterwards.

Nothing is supposed about a store that was never written to.
"""

from __future__ import annotations

from contextlib import suppress

from msgspec import Struct

from groupmigrate.errors import GroupmigrateError
from groupmigrate.planning.action import Act
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.running.journal import Journal

FEWEST = 20
"""Customers that a run must have sent before its pace says anything."""


class Forecast(Struct, frozen=True):
    """What a run of a plan will take."""

    customers: int
    """How many will be sent."""
    mails: int
    """How many mails the target will send to them; nothing can stop these."""
    seconds: int | None
    """How long sending takes at the pace of the last run into this target; None if there was none."""


class Logins(Struct, frozen=True):
    """Who can log in to the target after a run."""

    unchanged: int
    """Who is in the target already, and keeps the password from there."""
    carried: dict[str, int]
    """Who is created and logs in with the old password, because its hash is carried, by the hash's kind."""
    reset: dict[str, int]
    """Who is created and has to choose a new password ("forgot password"), by the kind of the old one's hash
    ("sha256", "bcrypt"); "" for those of whom the source knows no password."""
    inactive: int
    """How many of the created customers cannot log in at all until somebody activates them."""


def logins(plan: PlanFile) -> Logins:
    """Who can log in after a run of this plan."""
    there = sum(tally.customers for tally in plan.tallies() if tally.act in (Act.UPDATE, Act.SAME))
    inactive = sum(count for code, _, count in plan.remarks() if code == "GM227")
    return Logins(there, plan.logins(carried=True), plan.logins(carried=False), inactive)


def forecast(plan: PlanFile) -> Forecast:
    """What a run of this plan will take, by the plans that lie beside it."""
    to_send = sum(tally.customers for tally in plan.tallies() if tally.act in (Act.CREATE, Act.UPDATE))
    pace = _last_pace(plan)
    return Forecast(to_send, plan.header.mails, round(to_send / pace) if pace else None)


def _last_pace(plan: PlanFile) -> float:
    """Customers a second in the newest older run into the same target; 0 if there was none."""
    for path in sorted(plan.path.parent.glob("*.plan"), reverse=True):
        if path.name >= plan.path.name:
            continue
        with suppress(GroupmigrateError), PlanFile.open(path, read_only=True) as older:
            if older.header.target_store == plan.header.target_store and (
                pace := Journal(older).pace(FEWEST)
            ):
                return pace
    return 0.0
