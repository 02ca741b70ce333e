"""A plan in numbers: plain structs that the terminal and JSON both show. Nothing is printed here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct

from groupmigrate.codes import title
from groupmigrate.model import Group
from groupmigrate.planning.action import BY_HAND, Act
from groupmigrate.planning.meaning import Meaning, meanings
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.planning.planheader import Header, Tally
from groupmigrate.report.lettering import counted
from groupmigrate.running.forecast import Forecast, Logins, forecast, logins

NOWHERE = ""
"""The target group of customers whom the plan puts nowhere."""


class Totals(Struct, frozen=True):
    """How many customers there are of each action."""

    create: int = 0
    update: int = 0
    same: int = 0
    skip: int = 0
    blocked: int = 0

    @property
    def sum(self) -> int:
        """All of them."""
        return self.create + self.update + self.same + self.skip + self.blocked

    @property
    def to_send(self) -> int:
        """How many the target would be told about."""
        return self.create + self.update


class GroupPair(Struct, frozen=True):
    """Where the customers of one source group go."""

    source: str
    target: str
    """The name of the default group; empty where nobody goes anywhere."""
    customers: Totals


class Reason(Struct, frozen=True):
    """Why customers have an action."""

    act: str
    code: str
    title: str
    customers: int


class Remark(Struct, frozen=True):
    """What is left out, joined or supposed about customers who are sent all the same."""

    code: str
    title: str
    field: str
    customers: int


class GroupMeaning(Struct, frozen=True):
    """What it means for customers to come from one group into another, in words."""

    source: str
    target: str
    customers: int
    says: tuple[str, ...]
    source_tells: bool
    """Whether the source says what its group means."""


class HandWork(Struct, frozen=True):
    """Customers whom a person has to put into their group after the run."""

    group: str
    customers: int


class PlanSummary(Struct, frozen=True):
    """A plan in numbers. Times are UTC."""

    plan: str
    """The plan's file."""
    mapping: str
    made: str
    source: str
    source_store: str
    target: str
    target_store: str
    in_target: int
    read: int
    totals: Totals
    balanced: bool
    groups: tuple[GroupPair, ...]
    reasons: tuple[Reason, ...]
    """Of customers who are skipped or blocked, most customers first."""
    notes: tuple[Remark, ...]
    meanings: tuple[GroupMeaning, ...]
    """For each pair of groups that customers are sent through, as far as the stores tell."""
    forecast: Forecast
    logins: Logins
    by_hand: tuple[HandWork, ...]
    """By target group; empty where the store lets groups be set."""
    remarks: tuple[str, ...]
    """About the mapping as a whole."""
    warnings: tuple[str, ...] = ()


def plan_summary(plan: PlanFile, warnings: Sequence[str] = ()) -> PlanSummary:
    """The numbers of a plan."""
    header, tallies = plan.header, plan.tallies()
    totals = _totals(tallies)
    meant = meanings(tallies, header.source_groups, header.target_groups)
    names = group_names(header.target_groups)
    work = [HandWork(name_of(group, names), count) for group, count in header.by_hand.items()]
    return PlanSummary(
        plan=str(plan.path),
        mapping=header.mapping,
        made=header.made,
        source=header.source,
        source_store=header.source_store,
        target=header.target,
        target_store=header.target_store,
        in_target=header.in_target,
        read=header.read,
        totals=totals,
        balanced=totals.sum == header.read,
        groups=_pairs(tallies, header.source_groups, header.target_groups),
        reasons=_reasons(tallies),
        notes=tuple(Remark(code, title(code), field, count) for code, field, count in plan.remarks()),
        meanings=_meanings(meant, header),
        forecast=forecast(plan),
        logins=logins(plan),
        by_hand=tuple(work),
        remarks=(*header.remarks, *_by_hand(work)),
        warnings=(*warnings, *_nobody(header), *_hidden_prices(meant, header)),
    )


def _meanings(meant: Sequence[Meaning], header: Header) -> tuple[GroupMeaning, ...]:
    from_names, to_names = group_names(header.source_groups), group_names(header.target_groups)
    return tuple(
        GroupMeaning(
            name_of(one.source, from_names),
            name_of(one.target, to_names),
            one.customers,
            one.says,
            one.source_tells,
        )
        for one in meant
    )


def _nobody(header: Header) -> Iterator[str]:
    if not header.read:
        yield (
            f"nobody was read from {header.source}: look whether it is the right store, whether its export"
            " was filtered, and whether the key sees customers"
        )


def _hidden_prices(meant: Sequence[Meaning], header: Header) -> Iterator[str]:
    hidden: Counter[str] = Counter()
    for one in meant:
        if one.hides_prices:
            hidden[one.target] += one.customers
    names = group_names(header.target_groups)
    for group, customers in hidden.items():
        yield (
            f'the target group "{name_of(group, names)}" shows no prices,'
            f" and the plan sends {counted(customers, 'customer')} there"
        )


def _by_hand(work: Sequence[HandWork]) -> Iterator[str]:
    if work:
        people = counted(sum(one.customers for one in work), "customer")
        groups = ", ".join(f'{one.customers:,} into "{one.group}"' for one in work)
        yield f"{BY_HAND} a person has to put {people} into their group after the run: {groups}"


def group_names(groups: Sequence[Group]) -> dict[str, str]:
    """Names by id, told apart by the id where several groups have one name."""
    names = [group.name for group in groups]
    return {
        group.id: group.name if names.count(group.name) == 1 else f"{group.name} (id:{group.id})"
        for group in groups
    }


def name_of(group_id: str, names: dict[str, str]) -> str:
    """The name of a group, `id:…` if it has none, and words for no group at all."""
    return names.get(group_id, f"id:{group_id}") if group_id else "(no group)"


def _totals(tallies: Sequence[Tally]) -> Totals:
    counts = dict.fromkeys((act.value for act in Act), 0)
    for tally in tallies:
        counts[tally.act.value] += tally.customers
    return Totals(**counts)


def _pairs(
    tallies: Sequence[Tally], source: Sequence[Group], target: Sequence[Group]
) -> tuple[GroupPair, ...]:
    """The pairs in the order of the source's groups.

    Customers who go nowhere are counted with the only target group of theirs, if it is the only one.
    """
    parts: dict[str, dict[str, list[Tally]]] = {}
    for tally in tallies:
        parts.setdefault(tally.source_group, {}).setdefault(tally.target_group, []).append(tally)
    for ways in parts.values():
        if len(ways) == 2 and NOWHERE in ways:
            nowhere = ways.pop(NOWHERE)
            next(iter(ways.values())).extend(nowhere)
    from_names, to_names = group_names(source), group_names(target)
    order = {group.id: place for place, group in enumerate(source)}
    return tuple(
        GroupPair(name_of(group, from_names), name_of(way, to_names) if way else "", _totals(ways[way]))
        for group, ways in sorted(parts.items(), key=lambda part: order.get(part[0], len(order)))
        for way in sorted(ways, key=lambda way: (way == NOWHERE, to_names.get(way, way)))
    )


def _reasons(tallies: Sequence[Tally]) -> tuple[Reason, ...]:
    counts: dict[tuple[str, str], int] = {}
    for tally in tallies:
        if tally.act in (Act.SKIP, Act.BLOCKED):
            place = (tally.act.value, tally.code)
            counts[place] = counts.get(place, 0) + tally.customers
    ordered = sorted(counts.items(), key=lambda entry: (entry[0][0], -entry[1]))
    return tuple(Reason(act, code, title(code), count) for (act, code), count in ordered)
