"""fields=: the parts of an answer that a client wants, as "items[id,email],total_count"."""

from __future__ import annotations

import re
from typing import Any

Wanted = dict[str, Any]
"""The names that are wanted; True, or what is wanted inside."""


def cut(answer: Any, text: str | None) -> Any:
    """The answer with nothing but what is wanted; all of it where nothing is said.

    Brackets that do not close want nothing. Where nothing is left of an object it is an empty list, and of
    an empty list nothing is null, because PHP says so (2.4.7, run).
    """
    if text is None or not isinstance(answer, (dict, list)):
        return answer
    wanted = _read(text)
    return [] if wanted is None else _within(answer, wanted) or []


def _within(value: Any, wanted: Wanted) -> Any:
    if isinstance(value, list):
        return [_of(one, wanted) for one in value] if value and isinstance(value[0], dict) else None
    return _of(value, wanted)


def _of(value: dict[str, Any], wanted: Wanted) -> Any:
    found = {}
    for name, part in value.items():
        if name in wanted:
            inner = wanted[name]
            nested = isinstance(inner, dict) and isinstance(part, (dict, list))
            found[name] = _within(part, inner) if nested else part
    return found or []


def _read(text: str) -> Wanted | None:
    whole: Wanted = {}
    open_: list[Wanted] = [whole]
    last = ""
    for part in re.findall(r"[^\[\],]+|[\[\],]", text):
        if part == "[":
            inner: Wanted = {}
            open_[-1][last] = inner
            open_.append(inner)
        elif part == "]":
            open_.pop()
            if not open_:
                return None
        elif part != ",":
            last = part.strip()
            open_[-1][last] = True
    return whole if len(open_) == 1 else None
