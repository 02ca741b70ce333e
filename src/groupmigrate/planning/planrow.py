"""One action as a row of the plan file, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from groupmigrate.model import Customer
from groupmigrate.planning.action import Act, Action, Before
from groupmigrate.planning.fittext import Note


class Row(Struct, frozen=True):
    """One action with its number and what the journal says about it."""

    seq: int
    action: Action
    state: str = ""
    tries: int = 0
    ended: str = ""
    """The code of the outcome."""
    words: str = ""
    stored_id: str = ""
    """The target's id of the customer, as the outcome told it."""
    undoing: bool = False
    """An undo has sent something about this customer before."""


class _Change(Struct, frozen=True, omit_defaults=True):
    """The part of an action that only creates and updates have."""

    wanted: Customer | None = None
    fields: tuple[str, ...] = ()
    before: Before | None = None


groups_in = msgspec.json.Decoder(tuple[str, ...]).decode
"""The ids in the column `groups`."""
_encode = msgspec.json.Encoder().encode
_change = msgspec.json.Decoder(_Change).decode
_notes = msgspec.json.Decoder(tuple[Note, ...]).decode


def as_row(action: Action) -> tuple[object, ...]:
    """The values of an action, in the order of the columns behind `seq`."""
    change = b"" if action.wanted is None else _encode(_Change(action.wanted, action.fields, action.before))
    return (
        action.act.value,
        action.code,
        action.key,
        action.email,
        action.source_id,
        action.source_group,
        action.line,
        action.target_id,
        _encode(action.groups).decode(),
        _encode(action.notes).decode() if action.notes else "",
        change.decode(),
    )


def from_row(row: Sequence[Any]) -> Row:
    """The action of a row that has all columns, with state, tries, code, words and id of the journal."""
    seq, act, code, key, email, source_id, source_group, line, target_id, groups, notes, change = row[:12]
    state, tries, ended, words, stored_id, undoing = row[12:]
    parts = _change(change) if change else _Change()
    action = Action(
        Act(act),
        code,
        key,
        email,
        source_id,
        source_group,
        line,
        groups_in(groups),
        target_id,
        _notes(notes) if notes else (),
        parts.wanted,
        parts.fields,
        parts.before,
    )
    return Row(
        seq, action, state or "", tries or 0, ended or "", words or "", stored_id or "", undoing is not None
    )
