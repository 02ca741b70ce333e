"""What customers filled in, out of the column `custom_field`: JSON since 2.1, PHP's serialize() in 2.0.

OpenCart's upgrades turn the old form into JSON (upgrade scripts of 2.1 to 4.1, read); shops that were brought
over by hand keep it. The labels of fields and choices are not here, they are the shop's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

NOTHING = {"", "[]", '""', "null", "a:0:{}"}
"""How a form that was left empty is stored (2.3 to 4.1, run)."""
DEEPEST = 4
"""Fields, and what was ticked in one: nothing is nested deeper."""
# What a value begins with. Lengths of texts count bytes.
HEAD = re.compile(rb's:(?P<length>\d+):"|a:(?P<entries>\d+):\{|[ibd]:(?P<plain>[^;{}"]*);|(?P<null>N);')


def filled_in(written: str) -> dict[str, list[str]]:
    """The answers by the id of the field, escaped as they are stored; {} where nothing was filled in.

    Raises ValueError for what is neither form.

    >>> filled_in('a:2:{i:1;s:3:"Job";i:3;a:2:{i:0;s:1:"9";i:1;s:2:"10";}}')
    {'1': ['Job'], '3': ['9', '10']}
    """
    text = written.strip()
    if text in NOTHING:
        return {}
    try:
        found = _unserialized(text) if text.startswith("a:") else json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(found, dict):
        raise ValueError("no fields with their answers")
    answers = {str(id_): list(_answers(value)) for id_, value in found.items()}
    return {id_: several for id_, several in answers.items() if several}


def _answers(value: Any) -> Iterator[str]:
    """One answer, or those that were ticked: PHP writes a list with a gap as an object."""
    several = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
    return (str(one) for one in several if one not in ("", None))


def _unserialized(text: str) -> Any:
    stored = text.encode()
    value, end = _value(stored, 0, DEEPEST)
    if end != len(stored):
        raise ValueError("something behind the array")
    return value


def _value(stored: bytes, at: int, deeper: int) -> tuple[Any, int]:
    """The value that begins there, and where it ends."""
    head = HEAD.match(stored, at)
    if not head or not deeper:
        raise ValueError(f"no value at byte {at}")
    if head["entries"] is not None:
        return _array(stored, head.end(), int(head["entries"]), deeper)
    if head["length"] is None:
        return (None if head["null"] else head["plain"].decode()), head.end()
    end = head.end() + int(head["length"])
    if stored[end : end + 2] != b'";':
        raise ValueError(f"a text that does not end at byte {end}")
    return stored[head.end() : end].decode(), end + 2


def _array(stored: bytes, at: int, entries: int, deeper: int) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    for _ in range(entries):
        name, at = _value(stored, at, deeper - 1)
        found[str(name)], at = _value(stored, at, deeper - 1)
    if stored[at : at + 1] != b"}":
        raise ValueError(f"an array that does not end at byte {at}")
    return found, at + 1
