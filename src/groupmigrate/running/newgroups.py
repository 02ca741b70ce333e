"""Makes the groups that a mapping names and the target lacks: on request only, and one at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from groupmigrate.errors import GroupmigrateError, LostAnswer, UsageError
from groupmigrate.files.mapping import Mapping
from groupmigrate.model import Group
from groupmigrate.platforms.base import GroupMaker
from groupmigrate.wording import quoted


def missing_groups(mapping: Mapping, there: Sequence[Group]) -> tuple[str, ...]:
    """The target groups that the mapping names and nobody has made, in the order of the mapping.

    A name that differs from an existing one only by case or outer blanks is a mistake and no new group.
    """
    alike = {group.name.strip().casefold() for group in there}
    lines = [place.groups for line in mapping.groups for place in line.destinations]
    wanted = dict.fromkeys(name for names in (*lines, mapping.unmapped.groups) for name in names)
    return tuple(
        name for name in wanted if not name.startswith("id:") and name.strip().casefold() not in alike
    )


def make_groups(target: GroupMaker, names: Sequence[str], made: Callable[[Group], None]) -> None:
    """Make the groups, one at a time; `made` is told of each once the store shows it.

    A group whose answer was lost is looked for, never made again blindly. Raises UsageError (GM149) if the
    target cannot make groups, GroupmigrateError if one is not there, or is there twice, afterwards.
    """
    if names and not target.rules().makes_groups:
        raise UsageError(
            f"the target cannot make groups, and lacks {', '.join(map(quoted, names))}",
            hint="make them in the shop's back office",
            code="GM149",
        )
    for name in names:
        with suppress(LostAnswer):  # what counts is what the store shows
            target.make_group(name)
        found = [group for group in target.groups() if group.name == name]
        if len(found) != 1:
            raise GroupmigrateError(
                f"the group {quoted(name)} was made, and the target shows {len(found)} of that name",
                hint="look at the groups in the shop's back office, then run again",
                code="GM410",
            )
        made(found[0])
