"""Where a way to a platform is put to the test: a store that can be opened, and filled with known people.

Every way of every room has a ground in `ground_<platform>.py`; the suite itself names no platform.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from groupmigrate.model import Customer
from groupmigrate.platforms import cards
from groupmigrate.platforms.base import Rules, Source, Way


def _all_of(customer: Customer) -> Customer:
    return customer


@dataclass(frozen=True)
class Ground:
    """One way, ready to be tried."""

    name: str
    """ "platform via way"."""
    open: Callable[[Path, bool], Source]
    """Open the store whose data is in a folder, read-only or not."""
    fill: Callable[[Path, Sequence[Customer]], None]
    """Put a store with these customers, and with GROUPS, into a folder that is empty."""
    groups: tuple[str, ...]
    """Ids of two ordinary groups that a filled store has."""
    writes: bool
    holds: Callable[[Customer], Customer] = _all_of
    """The customer as the store can hold and tell them: without what it has no place for."""
    attributes: bool = False
    """The store takes attributes that a shop added, and a filled one has some."""
    move: Callable[[Path, str, str], None] | None = None
    """Where no call sets a group: put the customer of that id into a group, as a person does. The store in
    the folder is closed."""


def grounds() -> dict[str, Ground]:
    """All grounds by name; "platform via way, version" where a way is tried on several versions."""
    found = {}
    for platform in cards():
        module = import_module(f"contract.ground_{platform}")
        found.update({f"{platform} via {way}": ground for way, ground in module.GROUNDS.items()})
    return found


def username_for(email: str, rules: Rules) -> str:
    """A username made of the e-mail, where the store wants one."""
    return re.sub("[^a-z0-9]", "", email.lower())[:25] if rules.username else ""


def attributes_for(rules: Rules) -> dict[str, str]:
    """A value for every attribute that the store takes; of several options the first two."""
    return {
        code: "\n".join(rule.options[: 1 + rule.several]) or "0001 & é"
        for code, rule in rules.attributes.items()
    }


def way_of(name: str) -> Way:
    """The way on the card, of the name of a ground."""
    platform, _, way = name.partition(",")[0].partition(" via ")
    found = cards()[platform].way(way)
    assert found is not None
    return found
