"""The catalogue of reason codes (`codes.toml`), as `explain`, the reports and the documentation read it."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Code(NamedTuple):
    """What a code means: in a few words, why it happens, what to do about it, and an example."""

    title: str
    cause: str
    cure: str
    example: str = ""


@cache
def catalogue() -> dict[str, Code]:
    """All codes, in order of their numbers."""
    text = files("groupmigrate").joinpath("codes.toml").read_text(encoding="utf-8")
    return {name: Code(**entry) for name, entry in tomllib.loads(text).items()}


def title(code: str) -> str:
    """The title of a code; the code itself if the catalogue does not have it."""
    entry = catalogue().get(code)
    return entry.title if entry else code


def spelled(text: str) -> str:
    """The code that the text means ("gm301", "301"), or "" if there is none."""
    wanted = text.strip().upper()
    wanted = wanted if wanted.startswith("GM") else f"GM{wanted}"
    return wanted if wanted in catalogue() else ""
