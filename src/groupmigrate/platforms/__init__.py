"""The rooms, found by looking: every folder here whose `__init__` holds a `CARD`. Nothing is registered."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from groupmigrate.errors import UsageError
from groupmigrate.platforms.base import Card, Opening, Source, Target, Way

if TYPE_CHECKING:
    from pydantic import BaseModel


class Reachable(Protocol):
    """What opening a store needs to know of a connector."""

    @property
    def name(self) -> str: ...
    @property
    def path(self) -> Path: ...
    @property
    def platform(self) -> str: ...
    @property
    def via(self) -> str: ...
    @property
    def options(self) -> BaseModel: ...


def names() -> tuple[str, ...]:
    """The names of the folders beside this file, in alphabetical order; imports none of them."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg))


def card(name: str) -> Card | None:
    """The card of one platform, importing no other room; None if there is no such platform."""
    if name not in names():
        return None
    found = getattr(import_module(f"{__name__}.{name}"), "CARD", None)
    return found if isinstance(found, Card) else None


def cards() -> dict[str, Card]:
    """The cards of all platforms by name, in alphabetical order."""
    return {name: found for name in names() if (found := card(name))}


def way_of(connector: Reachable) -> Way:
    """The way that a connector names; one that was loaded names one that there is. Else ValueError."""
    found = card(connector.platform)
    way = found.way(connector.via) if found else None
    if way is None:
        raise ValueError(f"no way {connector.via!r} to platform {connector.platform!r}")
    return way


def open_store(
    connector: Reachable, *, folder_state: Path, read_only: bool = True, passwords: bool = False
) -> Source:
    """Open the store that a connector names, for reading; password hashes are read only if `passwords`.

    `folder_state` is a private folder where a practice store keeps its data. Raises UsageError if a secret
    is not where its reference says, and StoreError if the store cannot be opened.
    """
    module, _, maker = way_of(connector).store.partition(":")
    opening = Opening(connector.name, connector.path.parent, folder_state, read_only, passwords)
    try:
        return cast("Source", getattr(import_module(module), maker)(connector.options, opening))
    except UsageError as error:
        error.place = error.place or str(connector.path)
        raise


def open_target(connector: Reachable, *, folder_state: Path, read_only: bool) -> Target:
    """Open a store whose way can write, as `open_store` does; read-only when planning."""
    return cast("Target", open_store(connector, folder_state=folder_state, read_only=read_only))
