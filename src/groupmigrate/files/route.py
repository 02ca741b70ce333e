"""Where customers go: the mapping in ids, a route for each source group, and paths with their conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from msgspec import Struct

from groupmigrate.files.mapping import Condition
from groupmigrate.model import Customer, Group


@dataclass(frozen=True)
class Path:
    """One way out of a source group: where to, and for whom."""

    groups: tuple[str, ...]
    """Ids in the target, default group first, with the groups that everybody is put into."""
    when: Condition | None
    line: int
    guests: tuple[str, ...] = ()
    """The same for guests: one group, and the one for guests in the place of the default one."""


@dataclass(frozen=True)
class Route:
    """What the mapping says about one source group."""

    source: Group
    priority: int
    line: int
    paths: tuple[Path, ...] = ()
    skip: str = ""
    nobody: bool = False
    """The line only says that two built-in groups mean the same; it gives customers no place to go."""
    fallback: bool = False
    """The mapping does not name the group; `unmapped:` does."""
    guests: Path | None = None
    """Where guests go if that is another way: the line joins two groups for guests."""

    def path_for(self, customer: Customer) -> Path | None:
        """The first path whose condition is true of the customer, with the groups of an account or guest."""
        if customer.guest and self.guests:
            return self.guests
        fitting = (path for path in self.paths if path.when is None or path.when.matches(customer))
        path = next(fitting, None)
        return replace(path, groups=path.guests) if path and customer.guest else path


class Remark(Struct, frozen=True):
    """Something about the mapping that a person should know, though it stops nothing."""

    code: str
    message: str


@dataclass(frozen=True)
class Resolution:
    """The mapping in ids."""

    routes: Mapping[str, Route]
    """By source group id."""
    fallback: Route | None
    """For customers in no group that the mapping names; None if the mapping forbids that."""
    managed: frozenset[str]
    """The target groups that the mapping decides about. Memberships in any other group are left alone."""
    remarks: tuple[Remark, ...]
    default: str = ""
    """The target's group of everybody who registers; "" if it has none."""

    def route_for(self, groups: Sequence[str]) -> Route | None:
        """The route of a customer in these source groups: the line that stands first in the mapping wins."""
        if len(groups) == 1:
            return self.routes.get(groups[0], self.fallback)
        found = [self.routes[group] for group in groups if group in self.routes]
        return min(found, key=lambda route: route.priority) if found else self.fallback
