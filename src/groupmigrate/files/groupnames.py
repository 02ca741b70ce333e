"""Finds the groups that a mapping names among those of a store: by exact name or `id:…`, nothing is guessed.

Who is not found is told with the nearest name, so that a person can mend the mapping.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from groupmigrate.model import Group

SHOWN = 12
"""How many names of a store a hint lists."""


@dataclass(frozen=True)
class NotFound:
    """Why a name means no group, with a code."""

    code: str
    message: str
    hint: str


class GroupNames:
    """The groups of one side ("source" or "target") by name; `code` tells a name that is unknown there."""

    def __init__(self, side: str, groups: Sequence[Group], code: str) -> None:
        self._side = side
        self._groups = groups
        self._code = code

    def find(self, name: str) -> Group | NotFound:
        """The group of that exact name, or of `id:…`."""
        exact = [group for group in self._groups if group.name == name]
        if len(exact) == 1:
            return exact[0]
        if len(exact) > 1:
            return self._ambiguous(name, exact)
        by_id = (group for group in self._groups if name == f"id:{group.id}")
        return next(by_id, None) or self._missing(name)

    def _ambiguous(self, name: str, groups: Sequence[Group]) -> NotFound:
        ids = ", ".join(f"id:{group.id}" for group in groups)
        message = f'{len(groups)} groups of the {self._side} are called "{name}"'
        return NotFound("GM122", message, f"name one by id: {ids}")

    def _missing(self, name: str) -> NotFound:
        names = [group.name for group in self._groups]
        cased = [other for other in names if other.casefold().strip() == name.casefold().strip()]
        if cased:
            message = f'the {self._side} writes the group "{cased[0]}", the mapping "{name}"'
            return NotFound("GM123", message, f'write "{cased[0]}"')
        translated = [group.name for group in self._groups if name in group.names.values()]
        near = translated or get_close_matches(name, names, n=1, cutoff=0.6)
        hint = f'did you mean "{near[0]}"? ' if near else ""
        shown = ", ".join(f'"{other}"' for other in names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
        message = f'the {self._side} has no group "{name}"'
        return NotFound(self._code, message, f"{hint}it has {shown or 'none'}")
