"""Lists in pieces: batches of a size, and halves in which the one is looked for who stops all others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def in_batches(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """The items in their order, at most so many at once."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def in_halves(items: Sequence[Item]) -> list[Sequence[Item]]:
    """The items in two pieces, of one item in one."""
    middle = len(items) // 2
    return [half for half in (items[:middle], items[middle:]) if half]
