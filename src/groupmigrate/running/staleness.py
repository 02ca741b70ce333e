"""Does a plan still fit the world? It is applied once, to the store that it was made for, with its groups."""

from __future__ import annotations

import re
from collections.abc import Mapping

from groupmigrate.errors import StalePlan
from groupmigrate.files.connector import Connector
from groupmigrate.files.migration import Migration
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.planning.planheader import Header
from groupmigrate.platforms.base import Target


def same_files(header: Header, migration: Migration) -> bool:
    """Whether the mapping and both connectors are still those that the plan was made of."""
    now: Mapping[str, str] = {
        "mapping": migration.mapping.fingerprint,
        "source": migration.source.fingerprint,
        "target": migration.target.fingerprint,
    }
    return all(header.fingerprints.get(name) == value for name, value in now.items())


def refuse_undone(plan: PlanFile) -> None:
    """Raise StalePlan if the plan's run was taken back, wholly or in part."""
    if plan.undone:
        raise StalePlan(
            f"the run of {plan.path} was taken back; a plan is applied only once",
            hint="make a new plan; `groupmigrate undo` goes on with an undo that was cut off",
            code="GM604",
        )


def refuse_used(plan: PlanFile) -> None:
    """Raise StalePlan if the plan was applied to its end, or taken back."""
    refuse_undone(plan)
    if plan.finished:
        raise StalePlan(
            f"{plan.path} was applied to its end on {plan.finished[:16]} UTC; a plan is applied only once",
            hint="make a new plan; `groupmigrate retry` sends again what was refused",
            code="GM604",
        )


def refuse_changed_groups(plan: PlanFile, target: Target) -> None:
    """Raise StalePlan (GM603) if a group that the plan relies on has another name or role now, or is gone."""
    now = {group.id: (group.name, group.role) for group in target.groups()}
    for group in plan.header.target_groups:
        if group.id in plan.header.managed and now.get(group.id) != (group.name, group.role):
            name, _ = now.get(group.id, ("", None))
            found = f'is now called "{name}"' if name else "is gone"
            found = "stands for something else now" if name == group.name else found
            raise StalePlan(
                f'the target\'s group "{group.name}" (id {group.id}) {found}',
                place=plan.header.target,
                hint="make a new plan",
                code="GM603",
            )


def refuse_other_store(header: Header, connector: Connector, target: Target) -> None:
    """Raise StalePlan (GM619) if the target's connector was edited, and leads to another store now."""
    if header.fingerprints.get("target") == connector.fingerprint:
        return
    found = target.check().store
    if PORT.sub(r"\1", found) != PORT.sub(r"\1", header.target_store):
        raise StalePlan(
            f"the plan was made for {header.target_store}, and its connector leads to {found} now",
            place=str(connector.path),
            hint="make a new plan for that store, or give the connector its old address back",
            code="GM619",
        )


PORT = re.compile(r"(127\.0\.0\.1):\d+")
"""A practice store has another port each time."""
