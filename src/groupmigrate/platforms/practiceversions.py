"""Which versions of a platform can be practised, and whether a file holds the one that is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from groupmigrate.errors import UsageError
from groupmigrate.wording import quoted


def check_offered(platform: str, version: str | None, versions: Sequence[str]) -> None:
    """Raise UsageError for a version that cannot be practised; None is no wish."""
    if version is not None and version not in versions:
        hint = f"there are {', '.join(versions)}"
        raise UsageError(f"there is no practice shop of {platform} {quoted(version)}", hint=hint)


def check_kept(platform: str, version: str | None, kept: str, data: Path) -> None:
    """Raise UsageError if the shop in a file has another version than the one that is asked for."""
    if version not in (None, kept):
        words = f"the practice shop in this file is {platform} {kept}, not {version}"
        raise UsageError(words, place=str(data), hint="take another file, or leave the version out")
