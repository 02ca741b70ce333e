"""What changed between two plans, customer by customer. It compares plan files only; no store is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from msgspec import Struct

from groupmigrate.errors import UsageError
from groupmigrate.planning.action import Action
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.wording import quoted

ORDER = "a.key, a.source_id, a.seq"
MISSING = "not there"
"""The action of a customer whom one of the plans does not have."""


class Changed(Struct, frozen=True):
    """One customer about whom the plans disagree."""

    before: Action | None
    """None for a customer whom only the new plan has."""
    after: Action | None
    what: tuple[str, ...]
    """"action", "reason", "groups", or the names of fields that are sent otherwise."""

    @property
    def either(self) -> Action:
        """What the new plan says about the customer; what the old one said if the new one says nothing."""
        action = self.after or self.before
        assert action is not None  # a customer of neither plan cannot have changed
        return action


class Shift(Struct, frozen=True):
    """A way in which customers of one source group changed."""

    source_group: str
    before: str
    after: str
    what: tuple[str, ...]


@dataclass
class Difference:
    """The difference of two plans: totals, and the first customers."""

    same: int = 0
    shifts: Counter[Shift] = field(default_factory=Counter)
    sample: list[Changed] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """The customers about whom the plans disagree."""
        return self.shifts.total()


def difference(old: PlanFile, new: PlanFile, *, limit: int) -> Difference:
    """Compare two plans of one migration, streaming; `limit` customers are kept as a sample.

    Raises UsageError if the plans go from or to different stores.
    """
    _refuse_strangers(old, new)
    found = Difference()
    for before, after in _together(old, new):
        what = _what(before, after)
        if not what:
            found.same += 1
            continue
        one = Changed(before, after, what)
        found.shifts[_shift(one)] += 1
        if len(found.sample) < limit:
            found.sample.append(one)
    return found


def _refuse_strangers(old: PlanFile, new: PlanFile) -> None:
    for side in ("source", "target"):
        one, two = getattr(old.header, side), getattr(new.header, side)
        if one != two:
            raise UsageError(
                f"the plans have different {side}s: {quoted(one)} and {quoted(two)}",
                place=str(old.path),
                hint="compare plans of the same migration",
            )


def _together(old: PlanFile, new: PlanFile) -> Iterator[tuple[Action | None, Action | None]]:
    """Both plans in step, by identity and source id."""
    left, right = _ordered(old), _ordered(new)
    one, two = next(left, None), next(right, None)
    while one or two:
        if one and two and _place(one) == _place(two):
            yield one, two
            one, two = next(left, None), next(right, None)
        elif two is None or (one and _place(one) < _place(two)):
            yield one, None
            one = next(left, None)
        else:
            yield None, two
            two = next(right, None)


def _ordered(plan: PlanFile) -> Iterator[Action]:
    return (row.action for row in plan.rows(order=ORDER))


def _place(action: Action) -> tuple[str, str]:
    return action.key, action.source_id


def _what(before: Action | None, after: Action | None) -> tuple[str, ...]:
    if before is None or after is None:
        return ("action",)
    parts = {
        "action": before.act is not after.act,
        "reason": before.code != after.code,
        "groups": before.groups != after.groups,
    }
    return (*(name for name, differs in parts.items() if differs), *_fields(before, after))


def _fields(before: Action, after: Action) -> Iterator[str]:
    """The fields that both plans send, and send otherwise."""
    if before.wanted is None or after.wanted is None or before.act is not after.act:
        return
    for name in before.wanted.__struct_fields__:
        if name not in ("id", "groups") and getattr(before.wanted, name) != getattr(after.wanted, name):
            yield name


def _shift(one: Changed) -> Shift:
    before = one.before.act.value if one.before else MISSING
    after = one.after.act.value if one.after else MISSING
    return Shift(one.either.source_group, before, after, one.what)
