"""What is opened is closed, also when the work with it fails before anybody else can close it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Closable(Protocol):
    """Something that holds files or connections."""

    def close(self) -> None:
        """Let go of them."""


@contextmanager
def closed_on_error(thing: Closable) -> Iterator[None]:
    """Close the thing if what is done in the meantime fails; else it stays open for whoever has it then."""
    try:
        yield
    except BaseException:
        thing.close()
        raise
