"""What is to be done with one customer. The only place where that is decided: for the plan, and again when
a run finds a customer whose sending was cut off.

    source record --choose--> --route--> --fit--> wanted --against what the target holds--> action
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from groupmigrate.compare import EVERYTHING, PERSON, differing, missing_addresses, same_person
from groupmigrate.fit import Fitting, Note
from groupmigrate.mapping import Policy
from groupmigrate.model import Address, Customer
from groupmigrate.platforms.base import Rules
from groupmigrate.resolution import Resolution, Route

_decode = msgspec.json.Decoder(Customer).decode


class Act(StrEnum):
    """What happens to a source customer."""

    CREATE = "create"
    UPDATE = "update"
    SAME = "same"
    SKIP = "skip"
    BLOCKED = "blocked"


class Before(Struct, frozen=True, omit_defaults=True):
    """What the target held, in the fields that an update changes."""

    groups: tuple[str, ...] = ()
    loose_default: bool = False
    values: dict[str, str] = {}


class Action(Struct, frozen=True, omit_defaults=True):
    """One source customer, and what becomes of them."""

    act: Act
    code: str
    key: str
    email: str
    source_id: str
    source_group: str
    """The id of the source group that the mapping went by."""
    line: int = 0
    """The line of the mapping that decided."""
    groups: tuple[str, ...] = ()
    """The target groups that are wanted, default group first; () where nothing is wanted."""
    target_id: str = ""
    notes: tuple[Note, ...] = ()
    wanted: Customer | None = None
    """For a create everything, for an update the fields that change."""
    fields: tuple[str, ...] = ()
    before: Before | None = None


class Decider:
    """The mapping, its policy and the target's rules, ready to decide about many customers."""

    def __init__(
        self, resolution: Resolution, policy: Policy, rules: Rules, merged: Mapping[str, str]
    ) -> None:
        self._resolution = resolution
        self._policy = policy
        self._rules = rules
        self._merged = merged if rules.ignores_accents else {}
        self._fitting = Fitting(rules, leave_out=policy.misfits == "leave_out", addresses=policy.addresses)

    def decide(self, key: str, source: Sequence[bytes], target: Sequence[bytes]) -> list[Action]:
        """One action for each source record of one identity, in their order."""
        customers = [_decode(document) for document in source]
        routes = [self._route(customer) for customer in customers]
        actions = [
            self._set_aside(customer, key, route) for customer, route in zip(customers, routes, strict=True)
        ]
        chosen = [index for index, action in enumerate(actions) if action is None]
        winner = self._winner([customers[index] for index in chosen]) if len(chosen) > 1 else 0
        for place, index in enumerate(chosen):
            customer, route = customers[index], routes[index]
            if len(chosen) > 1 and winner is None:
                actions[index] = self._no(Act.BLOCKED, "GM212", customer, key, route)
            elif len(chosen) > 1 and place != winner:
                actions[index] = self._no(Act.SKIP, "GM213", customer, key, route)
            else:
                found = [_decode(document) for document in target]
                actions[index] = self._place(customer, key, route, found)
        return [action for action in actions if action is not None]

    # --- choosing ---

    def _route(self, customer: Customer) -> Route:
        route = self._resolution.route_for(customer.groups)
        assert route is not None  # resolve() refuses a mapping that leaves customers without a route
        return route

    def _set_aside(self, customer: Customer, key: str, route: Route) -> Action | None:
        """The action of a customer who is not migrated at all; None for everybody else."""
        if customer.deleted:
            return self._no(Act.SKIP, "GM216", customer, key, route)
        if customer.guest and self._policy.guests == "skip":
            return self._no(Act.SKIP, "GM223", customer, key, route)
        if route.skip:
            return self._no(Act.SKIP, "GM222" if route.fallback else "GM221", customer, key, route)
        if not key:
            return self._no(Act.BLOCKED, "GM211", customer, key, route)
        return None

    def _winner(self, customers: Sequence[Customer]) -> int | None:
        """Which of several customers with one e-mail is migrated; None if that is an error."""
        if self._policy.duplicates == "error":
            return None
        ages = [customer.created for customer in customers]
        if self._policy.duplicates == "newest":
            return len(ages) - 1 - ages[::-1].index(max(ages))
        return ages.index(min(ages))

    # --- placing ---

    def _place(self, customer: Customer, key: str, route: Route, found: Sequence[Customer]) -> Action:
        """Where a chosen customer goes, and what has to be done for that."""
        path = route.path_for(customer)
        if path is None:
            return self._no(Act.BLOCKED, "GM224" if route.nobody else "GM225", customer, key, route)
        notes = (Note("GM226"),) if route.fallback else ()
        live = [other for other in found if not other.deleted and not other.guest]
        if len(live) > 1:
            return self._no(Act.BLOCKED, "GM215", customer, key, route)
        if live:
            return self._meet(customer, key, route, path.line, path.groups, live[0], notes)
        if any(other.deleted for other in found):
            return self._no(Act.BLOCKED, "GM217", customer, key, route)
        if key in self._merged:
            return self._no(Act.BLOCKED, "GM214", customer, key, route)
        return self._create(customer, key, route, path.line, path.groups, notes)

    def _create(
        self,
        customer: Customer,
        key: str,
        route: Route,
        line: int,
        groups: tuple[str, ...],
        notes: tuple[Note, ...],
    ) -> Action:
        fitted = self._fitting.fit(customer)
        if fitted.misfits:
            first = fitted.misfits[0]
            return self._no(Act.BLOCKED, first.code, customer, key, route, fitted.misfits)
        if customer.active is False:
            notes = (*notes, Note("GM227"))
        return Action(
            Act.CREATE,
            "GM201",
            key,
            fitted.customer.email,
            customer.id,
            route.source.id or customer.default_group,
            line=line,
            groups=groups,
            notes=(*notes, *fitted.notes),
            wanted=replace(fitted.customer, id="", groups=groups, scope="", updated=""),
        )

    def _meet(
        self,
        customer: Customer,
        key: str,
        route: Route,
        line: int,
        groups: tuple[str, ...],
        found: Customer,
        notes: tuple[Note, ...],
    ) -> Action:
        """A customer who is in the target already."""
        if self._policy.existing == "error":
            return self._no(Act.BLOCKED, "GM206", customer, key, route)
        if self._policy.existing == "keep":
            return self._no(Act.SKIP, "GM205", customer, key, route, target_id=found.id)
        groups = self._keeping_others(groups, found)
        wanted = Customer(id=found.id, email=found.email, groups=groups)
        fields: tuple[str, ...] = differing(wanted, found, ("groups",))
        if self._policy.existing == "update":
            fitted = self._fitting.fit(customer)
            refused = [note for note in fitted.misfits if note.field in PERSON]
            if refused:
                return self._no(Act.BLOCKED, refused[0].code, customer, key, route, refused)
            person = {name: value for name in PERSON if (value := getattr(fitted.customer, name))}
            wanted = replace(wanted, **person)
            fields = (*fields, *differing(wanted, found, person))
        code = "GM202" if fields == ("groups",) else "GM203"
        return Action(
            Act.UPDATE if fields else Act.SAME,
            code if fields else "GM204",
            key,
            found.email,
            customer.id,
            route.source.id or customer.default_group,
            line=line,
            groups=groups,
            target_id=found.id,
            notes=notes,
            wanted=wanted if fields else None,
            fields=fields,
            before=before(found, fields) if fields else None,
        )

    def _keeping_others(self, groups: tuple[str, ...], found: Customer) -> tuple[str, ...]:
        """The mapped groups, and the found memberships that the mapping says nothing about."""
        if not self._rules.several_groups:
            return groups
        others = (group for group in found.groups if group not in self._resolution.managed)
        return tuple(dict.fromkeys((*groups, *(group for group in others if group != "0"))))

    def _no(
        self,
        act: Act,
        code: str,
        customer: Customer,
        key: str,
        route: Route,
        notes: Sequence[Note] = (),
        target_id: str = "",
    ) -> Action:
        return Action(
            act,
            code,
            key,
            customer.email,
            customer.id,
            route.source.id or customer.default_group,
            line=route.line,
            notes=tuple(notes),
            target_id=target_id,
        )


def before(found: Customer, fields: Sequence[str]) -> Before:
    """What the target holds in these fields."""
    values = {name: str(getattr(found, name)) for name in fields if name in PERSON}
    changes_groups = "groups" in fields
    return Before(
        groups=found.groups if changes_groups else (),
        loose_default=changes_groups and found.loose_default,
        values=values,
    )


# --- deciding again, in a run ---------------------------------------------------------------------------


class Step(Struct, frozen=True):
    """What a run does next about one action: send these fields, or nothing more."""

    send: bool
    kind: str = ""
    """"create" or "update", if something is sent."""
    customer: Customer | None = None
    fields: tuple[str, ...] = ()
    code: str = ""
    """Why, where that is not plain: the reason code of the end, or of the completion."""
    done: bool = False
    """If nothing is sent: whether the target is as wanted."""


def reconsider(action: Action, found: Sequence[Customer], *, was_sent: bool) -> Step:
    """Decide about a planned create or update against what the target holds right now.

    `was_sent` says that an earlier request for this customer may have been acted on, wholly or in part.
    """
    assert action.wanted is not None  # creates and updates always say what they want
    live = [customer for customer in found if not customer.deleted]
    if len(live) > 1:
        return Step(send=False, code="GM406" if was_sent else "GM215")
    if action.act is Act.CREATE:
        return _again_create(action.wanted, found, live, was_sent=was_sent)
    return _again_update(action, live, was_sent=was_sent)


def _again_create(
    wanted: Customer, found: Sequence[Customer], live: Sequence[Customer], *, was_sent: bool
) -> Step:
    if not live:
        return Step(send=False, code="GM217") if found else Step(send=True, kind="create", customer=wanted)
    there = live[0]
    if not was_sent or not same_person(wanted, there):
        return Step(send=False, code="GM404")
    fields = differing(wanted, there, EVERYTHING)
    if not fields:
        return Step(send=False, code="GM402", done=True)
    rest: tuple[Address, ...] = missing_addresses(wanted, there)
    customer = replace(wanted, id=there.id, addresses=rest)
    return Step(send=True, kind="update", customer=customer, fields=fields, code="GM409")


def _again_update(action: Action, live: Sequence[Customer], *, was_sent: bool) -> Step:
    assert action.wanted is not None and action.before is not None  # noqa: PT018 - updates hold both sides
    if not live or live[0].id != action.target_id:
        return Step(send=False, code="GM404")
    there = live[0]
    fields = differing(action.wanted, there, action.fields)
    if not fields:
        return Step(send=False, code="GM402" if was_sent else "GM204", done=True)
    now = before(there, fields)
    as_planned = all(action.before.values.get(name, "") == value for name, value in now.values.items()) and (
        "groups" not in fields or now.groups == action.before.groups
    )
    if not as_planned:
        return Step(send=False, code="GM404")
    return Step(send=True, kind="update", customer=replace(action.wanted, id=there.id), fields=fields)
