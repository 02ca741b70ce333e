"""How names and values look in messages: quoted, cut short, with the nearest name. Not the messages."""

from __future__ import annotations

import difflib
import json
import re
import shlex
from collections.abc import Iterable, Sequence

LONGEST = 60
MOST_NAMES = 30


def quoted(text: str) -> str:
    """The text in double quotes on one line, cut after 60 characters; passwords in addresses are hidden."""
    shown = re.sub(r"//[^/@\s]*@", "//…@", text[: LONGEST * 4])
    cut = shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"
    return json.dumps(cut, ensure_ascii=False)


def command(verb: str, path: object, *options: str) -> str:
    """A command of this program as a shell takes it, whatever is in the path."""
    return shlex.join(["groupmigrate", verb, str(path), *options])


def found(value: object) -> str:
    """What a file holds in a place, in words: text as it is, everything larger by its kind."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, dict):
        return "a block of keys"
    return "a list" if isinstance(value, Sequence) else "nothing"


def nearest(name: str, allowed: Iterable[str]) -> str:
    """The allowed name that is most like this one, whatever the case; "" if none is near."""
    by_fold = {other.casefold(): other for other in allowed}
    matches = difflib.get_close_matches(name[: LONGEST * 2].casefold(), by_fold, n=1, cutoff=0.6)
    return by_fold[matches[0]] if matches else ""


def suggestion(name: str, allowed: Sequence[str], label: str = "allowed") -> str:
    """A hint: the nearest name if there is one, then the names that are allowed."""
    near = nearest(name, allowed)
    listed = ", ".join(quoted(other) for other in allowed[:MOST_NAMES])
    more = f" and {len(allowed) - MOST_NAMES} more" if len(allowed) > MOST_NAMES else ""
    question = f"did you mean {quoted(near)}? " if near else ""
    return f"{question}{label}: {listed}{more}" if allowed else question.strip()
