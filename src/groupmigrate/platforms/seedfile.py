"""What a practice shop starts with: a JSON file, read and planted with messages that name it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from groupmigrate.errors import UsageError


def read_seed(path: Path) -> dict[str, Any]:
    """The JSON object in a file, UTF-8. Raises UsageError if it is not there or is none."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot read the seed: {error}", place=str(path)) from error
    if not isinstance(content, dict):
        raise UsageError("a seed is a JSON object", place=str(path))
    return content


@contextmanager
def planting(place: str, *stumbles: type[Exception]) -> Iterator[None]:
    """Turn what goes wrong while a seed is planted into a UsageError that names its place.

    `stumbles` are the errors of the shop's database.
    """
    stumbling: tuple[type[Exception], ...] = (TypeError, AttributeError, ValueError, *stumbles)
    try:
        yield
    except KeyError as error:
        raise UsageError(f"something in the seed lacks {error}", place=place) from error
    except stumbling as error:
        raise UsageError(f"cannot use the seed: {error}", place=place) from error
