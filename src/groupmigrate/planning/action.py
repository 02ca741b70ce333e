"""What is planned for one customer: the action, with what the target held before."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from groupmigrate.compare import EVERYTHING, PERSON, most_alike
from groupmigrate.model import Customer
from groupmigrate.planning.fittext import Note


class Act(StrEnum):
    """What happens to a source customer."""

    CREATE = "create"
    UPDATE = "update"
    SAME = "same"
    SKIP = "skip"
    BLOCKED = "blocked"


BY_HAND = "GM327"
"""The code of everybody whom a person has to put into their group, because no call of the target does it."""
ASLEEP = "GM342"
"""The note about everybody who is in the target already and cannot log in there."""


class Before(Struct, frozen=True, omit_defaults=True):
    """What the target held, in the fields that an update changes."""

    groups: tuple[str, ...] = ()
    loose_default: bool = False
    values: dict[str, str] = {}
    attributes: dict[str, str] = {}
    """By code; "" for one that was empty."""


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
    """For a create everything, for an update the fields that change; for who is the same only a guest."""
    fields: tuple[str, ...] = ()
    before: Before | None = None

    @property
    def by_hand(self) -> bool:
        """Whether a person has to put the customer into the wanted group."""
        return self.code == BY_HAND or any(note.code == BY_HAND for note in self.notes)

    @property
    def promised(self) -> tuple[str, ...]:
        """The fields in which the target is as wanted once this is done: no group that is set by hand."""
        fields = EVERYTHING if self.act is Act.CREATE else self.fields or ("groups",)
        return tuple(name for name in fields if name != "groups") if self.by_hand else fields

    def counterparts(self, found: Sequence[Customer], stored_id: str = "") -> list[Customer]:
        """Who of those found under the e-mail can be this customer now: several are a double.

        An account is one among accounts. Guests share an e-mail by right: a guest is the one of the id that
        is known, `stored_id` for one who was created, else the same person, most like what is wanted.
        """
        live = [one for one in found if not one.deleted]
        id_ = self.target_id or stored_id
        if self.wanted is None or not self.wanted.guest:
            return [one for one in live if not one.guest]
        if id_:
            return [one for one in live if one.id == id_]
        return most_alike(self.wanted, (one for one in live if one.guest), self.promised)


def before(found: Customer, wanted: Customer, fields: Sequence[str]) -> Before:
    """What the target holds in these fields; of attributes in those that are wanted."""
    values = {name: str(getattr(found, name)) for name in fields if name in PERSON}
    changes_groups = "groups" in fields
    codes = wanted.attributes if "attributes" in fields else ()
    return Before(
        groups=found.groups if changes_groups else (),
        loose_default=changes_groups and found.loose_default,
        values=values,
        attributes={code: found.attributes.get(code, "") for code in codes},
    )
