"""The groups of a store, saved beside its connector: what can be known offline. No customers, no counts.

`connectors/new-shop.groups.json` belongs to `connectors/new-shop.yaml`, and is made to be kept in git.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from groupmigrate.disk import disk_errors
from groupmigrate.errors import FileProblems, Problem
from groupmigrate.model import Group
from groupmigrate.platforms.base import Rules
from groupmigrate.wording import quoted
from groupmigrate.yamlfile import text

ENDING = ".groups.json"
FORMAT = "groupmigrate-groups/1"


class Limits(Struct, frozen=True):
    """What a target allows, as far as it decides whether a mapping can be right."""

    several_groups: bool = False
    also_in: tuple[str, ...] = ()
    """Ids of groups that every customer is put into besides the mapped ones."""
    guests: bool = False
    passwords: tuple[str, ...] = ()

    def rules(self) -> Rules:
        """The same as rules of a target about which nothing else is known."""
        return Rules(**msgspec.structs.asdict(self))


class Catalogue(Struct, frozen=True, omit_defaults=True):
    """The saved groups of one store."""

    format: str
    saved: Annotated[datetime, Meta(tz=True)]
    """When the store was asked, UTC."""
    store: str
    """The store by its own name or address."""
    version: str
    groups: tuple[Group, ...]
    target: Limits | None = None
    """None for a store that cannot be written the way its connector says."""
    formerly: dict[str, tuple[str, ...]] = {}
    """Names that a group had when it was saved before, by its id."""

    def renamed(self, name: str) -> Group | None:
        """The group that once had this name; None for a name that is a group's now."""
        return next((group for group in self.groups if name in self.formerly.get(group.id, ())), None)


def catalogue_path(connector: Path) -> Path:
    """Where the groups of the connector of that file are saved."""
    return connector.with_name(connector.stem + ENDING)


def read_catalogue(path: Path) -> Catalogue | None:
    """The saved groups; None where none are saved. Raises FileProblems if the file is not what was saved."""
    if not path.exists():
        return None
    raw = text.read(path)
    hint = f"save it again: `groupmigrate groups {path.name.removesuffix(ENDING)} --save`"
    try:
        found = msgspec.json.decode(raw, type=Catalogue)
    except msgspec.MsgspecError as error:
        message = f"these are no saved groups: {_words(error)}"
        raise FileProblems([Problem("GM105", message, path, hint=hint)]) from None
    if found.format != FORMAT:
        message = f"the groups were saved as {quoted(found.format)}, and this version reads {quoted(FORMAT)}"
        raise FileProblems([Problem("GM110", message, path, hint=hint)])
    return found


def catalogue_of(
    groups: Sequence[Group],
    *,
    store: str,
    version: str,
    rules: Rules | None,
    before: Catalogue | None,
    now: datetime,
) -> Catalogue:
    """What is worth saving about a store's groups; `before` is what was saved the last time."""
    return Catalogue(
        format=FORMAT,
        saved=now.astimezone(UTC).replace(microsecond=0),
        store=store,
        version=version,
        groups=tuple(_kept(group) for group in sorted(groups, key=_by_id)),
        target=None if rules is None else _limits(rules),
        formerly=_formerly(groups, before),
    )


def save_catalogue(catalogue: Catalogue, path: Path) -> None:
    """Write the file, replacing an older one at once: a reader never sees half of it. Raises DiskError."""
    encoded = msgspec.json.format(msgspec.json.encode(catalogue), indent=2)
    new = path.with_name(f".{path.name}.new")
    with disk_errors(path):
        new.write_bytes(encoded + b"\n")
        new.replace(path)


def _limits(rules: Rules) -> Limits:
    return Limits(rules.several_groups, rules.also_in, rules.guests, rules.passwords)


def _kept(group: Group) -> Group:
    """The group without its members, and in an order that does not change from day to day."""
    names, settings = dict(sorted(group.names.items())), dict(sorted(group.settings.items()))
    return replace(group, members=None, names=names, settings=settings)


def _formerly(groups: Sequence[Group], before: Catalogue | None) -> dict[str, tuple[str, ...]]:
    if before is None:
        return {}
    earlier = {group.id: (*before.formerly.get(group.id, ()), group.name) for group in before.groups}
    taken = {group.name for group in groups}
    found = {
        group.id: tuple(dict.fromkeys(name for name in earlier.get(group.id, ()) if name not in taken))
        for group in sorted(groups, key=_by_id)
    }
    return {identity: names for identity, names in found.items() if names}


def _by_id(group: Group) -> tuple[int, str]:
    """Numbers by their size, other ids behind them."""
    return (int(group.id), "") if group.id.isdecimal() else (2**63, group.id)


def _words(error: msgspec.MsgspecError) -> str:
    words = str(error)
    return words[:1].lower() + words[1:]
