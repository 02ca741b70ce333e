"""Deciding again, in a run, about a customer of the plan: by what the target holds right now.

This covers lost answers and half-written customers alike. Who changed since the plan is left alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from groupmigrate.compare import differing, missing_addresses, same_person
from groupmigrate.model import Address, Customer
from groupmigrate.planning.action import Act, Action, before


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
    id: str = ""
    """The target's id of who is there after an earlier request, and is not the person that was sent."""


def reconsider(action: Action, found: Sequence[Customer], *, was_sent: bool) -> Step:
    """Decide about a planned create or update against what the target holds right now.

    `was_sent` says that an earlier request for this customer may have been acted on, wholly or in part.
    """
    assert action.wanted is not None  # creates and updates always say what they want
    live = action.counterparts(found)
    if len(live) > 1:
        return Step(send=False, code="GM406" if was_sent else "GM215")
    if action.act is Act.CREATE:
        return _again_create(action, action.wanted, found, live, was_sent=was_sent)
    return _again_update(action, live, was_sent=was_sent)


def _again_create(
    action: Action, wanted: Customer, found: Sequence[Customer], live: Sequence[Customer], *, was_sent: bool
) -> Step:
    if not live and any(one.deleted for one in found):
        return Step(send=False, code="GM217")
    if not live and wanted.guest and any(not one.guest for one in found):
        return Step(send=False, code="GM329")
    if not live:
        return Step(send=True, kind="create", customer=wanted)
    there = live[0]
    if not was_sent:
        return Step(send=False, code="GM404")
    if not same_person(wanted, there):
        return Step(send=False, code="GM404", id=there.id)
    fields = differing(wanted, there, action.promised)
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
    now = before(there, action.wanted, fields)
    as_planned = (
        all(action.before.values.get(name, "") == value for name, value in now.values.items())
        and ("groups" not in fields or now.groups == action.before.groups)
        and ("attributes" not in fields or now.attributes == action.before.attributes)
    )
    if not as_planned:
        return Step(send=False, code="GM404")
    return Step(send=True, kind="update", customer=replace(action.wanted, id=there.id), fields=fields)
