"""Small plans for the tests of what applies them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from groupmigrate.identity import key
from groupmigrate.model import Address, Customer
from groupmigrate.planning.action import Act, Action, Before
from groupmigrate.planning.planfile import PlanFile
from support.headers import header
from support.memory import GROUPS

HOME = Address("Ana", "Pop", street=("1 Example Street",), city="Exampleville", country="RO")
WORK = Address("Ana", "Pop", street=("2 Example Street", "Floor 3"), city="Exampleville", country="RO")


def create(number: int, groups: tuple[str, ...] = ("4", "3")) -> Action:
    """A planned create."""
    email = f"new{number}@example.com"
    wanted = Customer("", email, groups, firstname="Ana", lastname="Pop", addresses=(HOME, WORK))
    return Action(Act.CREATE, "GM201", key(email), email, str(number), "2", groups=groups, wanted=wanted)


def regroup(there: Customer, groups: tuple[str, ...] = ("4", "3")) -> Action:
    """A planned change of group."""
    return Action(
        Act.UPDATE,
        "GM202",
        key(there.email),
        there.email,
        there.id,
        "2",
        groups=groups,
        target_id=there.id,
        wanted=Customer(there.id, there.email, groups),
        fields=("groups",),
        before=Before(groups=there.groups),
    )


def old(number: int) -> Customer:
    """A customer who is in the target already."""
    return Customer(str(number), f"old{number}@example.com", ("3",), firstname="Ion", lastname="Rus")


@contextmanager
def plan_of(actions: Sequence[Action], *, max_failures: int = 50, batch: int = 0) -> Iterator[PlanFile]:
    """A plan file with these actions."""
    with tempfile.TemporaryDirectory() as folder:
        plan = PlanFile.create(Path(folder) / "made.plan")
        plan.add(actions)
        plan.finish(
            header(
                target_groups=GROUPS,
                read=len(actions),
                max_failures=max_failures,
                batch=batch,
                managed=("3", "4"),
            ),
            [],
            {},
        )
        with plan:
            yield plan
