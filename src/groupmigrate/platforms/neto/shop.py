"""What is known of one store besides its customers: its groups, as far as they show. Plain data."""

from __future__ import annotations

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
        return self.priced.get(written, written)

    def groups(self, members: dict[str, int]) -> list[Group]:
        """Every group, with where it was seen; `members` are the customers of each by what they name it."""
        counts: dict[str, int] = {}
        for written, count in members.items():
            counts[self.group_name(written)] = counts.get(self.group_name(written), 0) + count
        names = dict.fromkeys(
            (self.default_group, *self.listed, *self.factory, *self.priced.values(), *sorted(counts))
        )
        return [self._group(name, counts.get(name, 0)) for name in names if name]

    def _group(self, name: str, members: int) -> Group:
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
