"""Neto's answers in all their shapes: XML that was turned into JSON. Pure functions.

What occurs once is an object, what occurs more often a list, and what does not occur an empty text, an empty
list, null, or nothing at all. Every scalar is a text in one store and a number or a flag in another (clients
of others, read).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Row = Mapping[str, Any]

TRUE = frozenset({"true", "1", "yes", "y"})


def content(answer: object) -> Row | None:
    """The named parts of an answer, without a wrapping `<Action>Response`; None if it is no such answer."""
    if not isinstance(answer, Mapping):
        return None
    if len(answer) == 1:
        (name, inner) = next(iter(answer.items()))
        if str(name).endswith("Response") and isinstance(inner, Mapping):
            return inner
    return answer


def rows(value: object, inner: str = "") -> list[Row]:
    """The objects in a value that may be one, a list, or nothing; `inner` names a wrapping element."""
    if inner and isinstance(value, Mapping) and inner in value:
        value = value[inner]
    if isinstance(value, Mapping):
        return [value] if value else []
    if not isinstance(value, list):
        return []
    if inner and any(isinstance(one, Mapping) and inner in one for one in value):
        return [row for one in value if isinstance(one, Mapping) for row in rows(one, inner)]
    return [one for one in value if isinstance(one, Mapping)]


def errors(answer: Row) -> list[str]:
    """The words of all errors."""
    return [*_words(answer, "Error"), *(_text_of(one) for one in _entries(answer.get("Error")))]


def warnings(answer: Row) -> list[str]:
    """The words of all warnings."""
    return list(_words(answer, "Warning"))


def text(row: Row, name: str) -> str:
    """A scalar as text; "" where there is none."""
    value = row.get(name)
    return "" if value is None or isinstance(value, Mapping | list) else str(value).strip()


def truth(row: Row, name: str) -> bool | None:
    """A flag, however it is written; None if the row has no such thing."""
    written = text(row, name).casefold()
    return None if not written else written in TRUE


def _words(answer: Row, kind: str) -> Iterator[str]:
    messages = answer.get("Messages")
    for group in messages if isinstance(messages, list) else [messages]:
        if isinstance(group, Mapping):
            yield from (_text_of(one) for one in _entries(group.get(kind)))


def _entries(value: object) -> list[object]:
    if isinstance(value, list):
        return [one for one in value if one]
    return [value] if value else []


def _text_of(entry: object) -> str:
    if not isinstance(entry, Mapping):
        return str(entry)
    parts = (text(entry, "Message"), text(entry, "Description"))
    return ": ".join(dict.fromkeys(part for part in parts if part)) or "no words"
