"""A mapping file held against the groups of two real stores: names become ids, and every mismatch is found.

Nothing here looks at customers, but for how many of them sit in which groups.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from groupmigrate.errors import FileProblems, Problem
from groupmigrate.files.groupnames import GroupNames
from groupmigrate.files.mapping import Destination, GroupLine
from groupmigrate.files.mapping import Mapping as MappingFile
from groupmigrate.files.route import Path, Remark, Resolution, Route
from groupmigrate.model import Group, Role
from groupmigrate.platforms.base import Rules
from groupmigrate.wording import quoted, suggestion

NOBODY = frozenset({Role.VISITOR, Role.GUEST})
"""Roles of groups in which no registered customer belongs."""


def resolve(
    mapping: MappingFile,
    source_groups: Sequence[Group],
    target_groups: Sequence[Group],
    rules: Rules,
    members: Mapping[tuple[str, ...], int],
) -> Resolution:
    """Resolve every name of the mapping; raise FileProblems with all that is wrong.

    `members` says how many source customers are in each set of source groups. A group that customers are in
    and that the source does not list, because it was deleted there, goes by "id:9".
    """
    listed = {group.id for group in source_groups}
    gone = sorted({group for groups in members for group in groups} - listed)
    every = (*source_groups, *(Group(id=group, name=f"id:{group}") for group in gone))
    work = _Resolving(mapping, every, target_groups, rules, members)
    resolution = work.resolution()
    if work.problems:
        raise FileProblems(work.problems)
    return resolution


class _Resolving:
    def __init__(
        self,
        mapping: MappingFile,
        source_groups: Sequence[Group],
        target_groups: Sequence[Group],
        rules: Rules,
        members: Mapping[tuple[str, ...], int],
    ) -> None:
        self._mapping = mapping
        self._source = source_groups
        self._target = target_groups
        self._source_names = GroupNames("source", source_groups, "GM120")
        self._target_names = GroupNames("target", target_groups, "GM121")
        self._rules = rules
        self._members = members
        self.problems: list[Problem] = []

    def resolution(self) -> Resolution:
        routes: dict[str, Route] = {}
        for priority, line in enumerate(self._mapping.groups):
            group = self._find(line.source, self._source_names, line.line, line.column)
            if group is None:
                continue
            if group.id in routes:
                self._wrong("GM102", f'the source group "{group.name}" has two lines', line.line, line.column)
                continue
            routes[group.id] = self._route(line, group, priority)
        fallback = self._fallback()
        remarks = [*self._unmapped(routes), *self._of_the_target()]
        self._policy()
        self._assertions()
        default = next((group.id for group in self._target if group.role is Role.DEFAULT), "")
        return Resolution(routes, fallback, self._managed(routes, fallback), tuple(remarks), default)

    # --- lines ---

    def _route(self, line: GroupLine, group: Group, priority: int) -> Route:
        if line.skip is not None:
            return Route(group, priority, line.line, skip=line.skip or "skipped")
        if line.same_as is not None:
            guests = self._for_guests(self._checked_same(line, group), line)
        elif (twin := self._twin(line, group)) is not None:
            return Route(group, priority, line.line, nobody=True, guests=self._for_guests(twin, line))
        else:
            guests = None
        paths = tuple(path for place in line.destinations if (path := self._path(place)) is not None)
        return Route(group, priority, line.line, paths, nobody=not line.destinations, guests=guests)

    @staticmethod
    def _for_guests(twin: Group | None, line: GroupLine) -> Path | None:
        return Path((twin.id,), None, line.line) if twin and twin.role is Role.GUEST else None

    def _twin(self, line: GroupLine, group: Group) -> Group | None:
        """The target's group, if the line says only that two built-in groups for nobody mean the same."""
        if group.role not in NOBODY or len(line.destinations) != 1 or len(line.destinations[0].groups) != 1:
            return None
        name = line.destinations[0].groups[0]
        twin = next((other for other in self._target if other.name == name), None)
        return twin if twin is not None and twin.role in NOBODY else None

    def _checked_same(self, line: GroupLine, group: Group) -> Group | None:
        twin = self._find(line.same_as or "", self._target_names, line.line, line.column)
        if twin is not None and (group.role not in NOBODY or twin.role not in NOBODY):
            which = f'"{group.name}"' if group.role not in NOBODY else f'"{twin.name}"'
            self._wrong(
                "GM132",
                f"`same_as` joins two built-in groups, and {which} is an ordinary one",
                line.line,
                line.column,
                hint="leave `same_as` out and write where the customers go",
            )
        return twin

    def _path(self, place: Destination) -> Path | None:
        found = [self._find(name, self._target_names, place.line, place.column) for name in place.groups]
        groups = [group for group in found if group is not None]
        for group in groups:
            self._refuse_builtin(group, place)
            if group.closed:
                message = f'no customer can be put into "{group.name}": {group.closed}'
                self._wrong("GM142", message, place.line, place.column, hint="name another group")
        if len(groups) > 1 and not self._rules.several_groups:
            self._wrong(
                "GM126",
                f"{len(groups)} groups are named, and the target holds one group per customer",
                place.line,
                place.column,
                hint=f'keep one, for example "{groups[0].name}"',
            )
        if not groups:
            return None
        also = self._with_also(group.id for group in groups)
        return Path(also, place.when, place.line, guests=(self._guest_group(groups[0]),))

    def _guest_group(self, group: Group) -> str:
        """Where guests go whose line names this group: the default group is for people with an account."""
        own = (other.id for other in self._target if other.role is Role.GUEST)
        return next(own, group.id) if group.role is Role.DEFAULT else group.id

    def _refuse_builtin(self, group: Group, place: Destination) -> None:
        if group.role not in NOBODY:
            return
        kind = "visitors" if group.role is Role.VISITOR else "guests"
        default = next((other.name for other in self._target if other.role is Role.DEFAULT), "")
        self._wrong(
            "GM124",
            f'customers would be put into "{group.name}", the target\'s group for {kind}',
            place.line,
            place.column,
            hint=f'map them onto a group for registered customers, for example "{default}"'
            if default
            else "",
        )

    def _with_also(self, groups: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*groups, *self._rules.also_in)))

    def _find(self, name: str, names: GroupNames, line: int, column: int) -> Group | None:
        found = names.find(name)
        if isinstance(found, Group):
            return found
        self._wrong(found.code, found.message, line, column, hint=found.hint)
        return None

    # --- what has no line ---

    def _fallback(self) -> Route | None:
        unmapped = self._mapping.unmapped
        nowhere = Group(id="", name="(unmapped)")
        if unmapped.kind == "skip":
            return Route(nowhere, 10**9, unmapped.line, skip="unmapped", fallback=True)
        if unmapped.kind == "to":
            path = self._path(Destination(unmapped.groups, None, unmapped.line, unmapped.column))
            return Route(nowhere, 10**9, unmapped.line, (path,) if path else (), fallback=True)
        return None

    def _unmapped(self, routes: Mapping[str, Route]) -> list[Remark]:
        """Problems for groups with customers and no line, a remark for empty ones."""
        if self._mapping.unmapped.kind != "error":
            return []
        lost: dict[str, int] = {}
        for groups, count in self._members.items():
            if not any(group in routes for group in groups):
                first = groups[0] if groups else ""
                lost[first] = lost.get(first, 0) + count
        names = {group.id: group.name for group in self._source}
        for group_id, count in lost.items():
            self._without_line(names.get(group_id, f"id:{group_id}") if group_id else "", count)
        tried = {line.source for line in self._mapping.groups}
        return [
            Remark("GM131", f'the source group "{group.name}" has no line, and nobody is in it')
            for group in self._source
            if group.id not in routes and group.id not in lost and group.name not in tried
        ]

    def _without_line(self, name: str, count: int) -> None:
        people = "1 customer is" if count == 1 else f"{count:,} customers are"
        unmapped = self._mapping.unmapped
        if not name:
            message, hint = f"{people} in no group at all", "say `unmapped: {to: GROUP}` or `unmapped: skip`"
        else:
            message = f'{people} in the source group "{name}", and the mapping has no line for it'
            hint = f"add below `groups:`  {_quoted(name)}: GROUP"
        self._wrong("GM125", message, unmapped.line, unmapped.column, hint=hint)

    def _managed(self, routes: Mapping[str, Route], fallback: Route | None) -> frozenset[str]:
        every = [*routes.values(), *([fallback] if fallback else [])]
        mapped = {group for route in every for path in route.paths for group in path.groups}
        builtin = {group.id for group in self._target if group.role is not None}
        return frozenset(mapped | builtin | set(self._rules.also_in))

    # --- the rest of the file ---

    def _policy(self) -> None:
        policy = self._mapping.policy
        if policy.passwords == "carry" and not self._rules.passwords:
            self._wrong("GM128", "the target takes no password hashes", hint="say `passwords: reset`")
        if policy.guests == "create" and not self._rules.guests:
            self._wrong("GM130", "guests cannot be created in the target", hint="say `guests: skip`")
        there = list(self._rules.attributes)
        for code, theirs in policy.attributes.items():
            if theirs not in there:
                line, column = self._mapping.attribute_places[code]
                hint = suggestion(theirs, there, "attributes of the target") if there else "it takes none"
                self._wrong("GM336", f"the target takes no attribute {quoted(theirs)}", line, column, hint)

    def _of_the_target(self) -> Iterator[Remark]:
        """Remarks about what the target is like."""
        if self._mapping.policy.usernames is not None and self._rules.username is None:
            yield Remark("GM143", "the target's customers have no usernames: `usernames:` is for nothing")
        if self._rules.unproven_groups:
            yield Remark(
                "GM562",
                "the target may put customers into another group without a word: the first customer of each"
                " group goes alone, and the others follow once the target holds that one as planned",
            )

    def _assertions(self) -> None:
        for claim in self._mapping.assertions:
            group = self._find(claim.group, self._source_names, claim.line, claim.column)
            if group is None:
                continue
            count = sum(number for groups, number in self._members.items() if group.id in groups)
            if count != claim.customers:
                self._wrong(
                    "GM127",
                    f'"{group.name}" should have {claim.customers:,} customers, and the source has {count:,}',
                    claim.line,
                    claim.column,
                )

    def _wrong(self, code: str, message: str, line: int = 1, column: int = 1, hint: str = "") -> None:
        self.problems.append(self._mapping.problem(code, message, line, column, hint))


def _quoted(name: str) -> str:
    plain = name.replace(" ", "").replace("-", "").isalnum()
    return name if plain else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
