"""What is known of one store besides its customers: its groups, as far as they show. Plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from groupmigrate.model import Group, Role

SEEN = "seen"
"""The name of a group's setting that says where the group was found."""


@dataclass(frozen=True)
class Shop:
    """The groups of a store, from everywhere. Customers name their group in words; prices know its number."""

    default_group: str = "A"
    listed: tuple[str, ...] = ()
    """The names that the connector gives."""
    factory: tuple[str, ...] = ()
    """The names that a new store has, where the connector gives none."""
    priced: dict[str, str] = field(default_factory=dict)
    """The names of groups that products have prices for, by number."""

    def group_name(self, written: str) -> str:
        """The name of a customer's group, which may be written as its number (unsure: both are read)."""
        is_name = written in self.listed or written in self.priced.values()
        return written if is_name else self.priced.get(written, written)

    def groups(self, members: Mapping[str, int] | None) -> list[Group]:
        """Every group, with where it was seen; `members` are the customers of each by what they name it.

        None where the customers of the store are not known.
        """
        counts: Counter[str] = Counter()
        for written, count in (members or {}).items():
            counts[self.group_name(written)] += count
        names = dict.fromkeys(
            (self.default_group, *self.listed, *self.factory, *self.priced.values(), *sorted(counts))
        )
        counted = {name: counts[name] if members is not None else None for name in names if name}
        return [self._group(name, many) for name, many in counted.items()]

    def _group(self, name: str, members: int | None) -> Group:
        numbers = [number for number, priced in self.priced.items() if priced == name]
        seen = [
            words
            for words, there in (
                ("customers", members),
                ("prices of products", numbers),
                ("the connector", name in self.listed),
            )
            if there
        ]
        settings = {SEEN: ", ".join(seen) or "nowhere: a new store has it"}
        if numbers:
            settings["number"] = numbers[0]
        return Group(
            id=name,
            name=name,
            role=Role.DEFAULT if name == self.default_group else None,
            settings=settings,
            members=members,
            closed="its name is a number, and the store may take it for that of another group"
            if name.strip().isdigit()
            else "",
        )
