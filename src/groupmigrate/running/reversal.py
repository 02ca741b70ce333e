"""Deciding, in an undo, about a customer whom a run touched: by what the target holds right now.

Whoever is not as the run left them is left alone: somebody has worked with the account since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from groupmigrate.codes import title
from groupmigrate.compare import PERSON, differing, has_new_addresses
from groupmigrate.model import Customer
from groupmigrate.planning.action import Act, Action
from groupmigrate.planning.planrow import Row
from groupmigrate.platforms.base import Outcome, State
from groupmigrate.running.journal import OPEN, Ended, Entry

DOUBLED = "GM406"
"""The code of a run's customer whose e-mail was taken twice in the end: which one is ours is not certain."""


@dataclass(frozen=True)
class Reversal:
    """What to do about one customer: this entry says why nothing, else what the customer shall be."""

    entry: Entry
    customer: Customer | None = None
    """For a removal who goes, for a change of fields the state before the run."""
    fields: tuple[str, ...] = ()


def reversal(row: Row, found: Sequence[Customer], *, removes: bool) -> Reversal:
    """What to do about a customer of whom the store shows these; `removes` says whether it can remove any."""
    live = row.action.counterparts(found, row.stored_id)
    if row.action.act is Act.CREATE:
        return _unmake(row, found, live) if removes else _nothing(row, Ended.REJECTED, "GM618")
    return _restore(row, row.action, live)


def ended(outcome: Outcome, customer: Customer, fields: Sequence[str], found: Sequence[Customer]) -> Entry:
    """How the taking back of one customer ended, by what the store shows now."""
    there = next((one for one in found if one.id == customer.id and not one.deleted), None)
    if fields:
        as_before = there is not None and not differing(customer, there, fields)
    else:
        as_before = there is None or _was_switched_off(customer, there)
    if as_before:
        return Entry(outcome.seq, Ended.DONE, customer.id)
    if outcome.state is State.DONE and not fields and customer.active is False:
        # inactive before, and where nothing is deleted, after
        return Entry(outcome.seq, Ended.DONE, customer.id)
    if outcome.state is State.DONE:
        return Entry(outcome.seq, Ended.DIFFERS, customer.id, "GM405", outcome.words)
    code = outcome.code or "GM403"
    return Entry(outcome.seq, Ended(outcome.state.value), customer.id, code, outcome.words)


def _unmake(row: Row, found: Sequence[Customer], live: Sequence[Customer]) -> Reversal:
    """The removal of a customer whom the run created, if they are still as it left them."""
    wanted = row.action.wanted
    assert wanted is not None  # creates always say what they want
    ours = [one for one in live if row.stored_id in ("", one.id)]
    if not ours:
        return _nothing(row, Ended.DONE) if _is_gone(row, found) else _nothing(row, Ended.REJECTED, "GM617")
    if row.undoing and _was_switched_off(wanted, ours[0]):
        return _nothing(row, Ended.DONE)
    if len(ours) > 1 or row.ended == DOUBLED or not _is_as_left(row, wanted, ours[0]):
        return _nothing(row, Ended.REJECTED, "GM617")
    return Reversal(Entry(row.seq, Ended.SENT, ours[0].id), ours[0])


def _is_as_left(row: Row, wanted: Customer, there: Customer) -> bool:
    """Whether a customer is as the run left them, as far as its journal tells."""
    wrong = row.words.partition(":")[0].split(", ") if row.state == Ended.DIFFERS else []
    whole = row.action.promised if row.state != Ended.REJECTED else PERSON  # whoever was refused the rest
    if differing(wanted, there, (name for name in whole if name not in wrong)):
        return False
    return "addresses" in wrong or not has_new_addresses(wanted, there)


def _is_gone(row: Row, found: Sequence[Customer]) -> bool:
    """Whether nothing is left of a customer for certain: who was surely there may have another e-mail now."""
    deleted = any(one.deleted and one.id == row.stored_id for one in found)
    return deleted or row.undoing or row.state in OPEN


def _restore(row: Row, action: Action, live: Sequence[Customer]) -> Reversal:
    """The state before an update, if the customer is still as the run left them."""
    assert action.wanted is not None and action.before is not None  # noqa: PT018 - updates hold both sides
    there = next((one for one in live if one.id == action.target_id), None)
    if there is None:
        return _nothing(row, Ended.REJECTED, "GM617")
    was = action.before
    before = replace(there, groups=was.groups, loose_default=False, attributes=was.attributes, **was.values)
    if not differing(before, there, action.fields):
        return _nothing(row, Ended.DONE)
    if differing(action.wanted, there, action.fields):
        return _nothing(row, Ended.REJECTED, "GM617")
    return Reversal(Entry(row.seq, Ended.SENT, there.id), before, action.fields)


def _nothing(row: Row, state: Ended, code: str = "") -> Reversal:
    return Reversal(Entry(row.seq, state, row.stored_id, code, title(code) if code else ""))


def _was_switched_off(before: Customer, now: Customer) -> bool:
    """Whether a store that does not delete has done what it can."""
    return before.active is not False and now.active is False
