"""What a plan was made of, and its totals: small beside the actions, and all that an overview needs."""

from __future__ import annotations

from msgspec import Struct

from groupmigrate import __version__
from groupmigrate.model import Group
from groupmigrate.planning.action import Act


class Header(Struct, frozen=True, omit_defaults=True):
    """What a plan was made of, and for which world. Times are UTC."""

    name: str
    """The mapping's name."""
    mapping: str
    """The mapping file, as it was named."""
    made: str
    source: str
    """The source connector's name."""
    target: str
    source_store: str
    """The store's own name or address."""
    target_store: str
    fingerprints: dict[str, str]
    """Of the mapping, both connectors and both snapshots."""
    source_groups: tuple[Group, ...]
    target_groups: tuple[Group, ...]
    read: int
    """Source customers that were read; every one has an action."""
    in_target: int
    """Customers that the target had."""
    max_failures: int
    max_updates_percent: int
    managed: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    """Remarks about the mapping as a whole, in words."""
    mails: int = 0
    """Mails that the target will send to customers whom the plan creates."""
    batch: int = 0
    """How many customers are sent together, if the target says so."""
    unproven_groups: bool = False
    """The target may fall back to another group silently: see running/canary.py."""
    by_hand: dict[str, int] = {}
    """How many customers a person has to put into their group, by the target group's id."""
    tool: str = __version__


class Tally(Struct, frozen=True):
    """How many customers of one source group go one way."""

    source_group: str
    target_group: str
    act: Act
    code: str
    customers: int
