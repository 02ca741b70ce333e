"""The header of a plan, for tests in which little of it matters."""

from __future__ import annotations

from typing import Any

from groupmigrate.model import Group
from groupmigrate.planning.planheader import Header

USUAL: dict[str, Any] = {
    "name": "move",
    "mapping": "mappings/move.yaml",
    "made": "2026-01-02 03:04:05",
    "source": "old",
    "target": "new",
    "source_store": "Old shop",
    "target_store": "New shop",
    "fingerprints": {},
    "source_groups": (Group("2", "Wholesale"),),
    "target_groups": (Group("3", "Customer"), Group("4", "Trade")),
    "read": 1,
    "in_target": 0,
    "max_failures": 1,
    "max_updates_percent": 1,
}


def header(**changes: Any) -> Header:
    """A header with these fields; all others are the usual ones."""
    return Header(**{**USUAL, **changes})
