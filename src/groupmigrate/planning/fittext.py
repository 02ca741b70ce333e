"""Does a text fit the target? One field at a time; whatever is done to it is noted with a code."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from msgspec import Struct

from groupmigrate.platforms.base import FieldRule, Rules
from groupmigrate.platforms.misfits import compiled, length, trouble

Misfits = Literal["block", "leave_out", "clean"]
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")


class Note(Struct, frozen=True, omit_defaults=True):
    """One remark about one customer: a code, the field it is about, and a word more where that helps."""

    code: str
    field: str = ""
    detail: str = ""


@dataclass
class Notes:
    """What is noted about one customer, and what stands in the way."""

    notes: list[Note] = field(default_factory=list)
    misfits: list[Note] = field(default_factory=list)


class TextFitting:
    """What the mapping says about misfits, applied to texts."""

    def __init__(self, rules: Rules, misfits: Misfits) -> None:
        self.leave_out = misfits != "block"
        self._clean = misfits == "clean"
        self._joins_middlename = rules.joins_middlename

    def join_middlename(self, texts: dict[str, object], field: str, seen: Notes) -> None:
        """Write the middle name behind the first name, where the target has no place for it."""
        middle = str(texts["middlename"])
        if self._joins_middlename and middle:
            texts["firstname"] = f"{texts['firstname']} {middle}".strip()
            texts["middlename"] = ""
            seen.notes.append(Note("GM310", field))

    def held(self, value: str, rule: FieldRule | None, names: tuple[str, str], seen: Notes) -> str:
        """The value, or what becomes of it if it does not fit. `names` are for a note and for a misfit."""
        if rule is None or not (code := trouble(value, rule)):
            return value
        cleaned = _cleaned(value, rule) if self._clean else ""
        if cleaned and not trouble(cleaned, rule):
            seen.notes.append(Note("GM317", names[0]))
            return cleaned
        if rule.required or not self.leave_out:
            seen.misfits.append(Note(code, names[1], rule.says))
            return value
        seen.notes.append(Note("GM305", names[0], rule.says))
        return ""

    @staticmethod
    def printable(value: str, name: str, seen: Notes) -> str:
        """The text without outer blanks and without control characters, which no wire can carry."""
        if value.isprintable():
            return value.strip()
        cleaned = CONTROL.sub("", value.replace("\r\n", "\n"))
        if cleaned != value.replace("\r\n", "\n"):
            seen.notes.append(Note("GM311", name))
        return cleaned.strip()


def _cleaned(value: str, rule: FieldRule) -> str:
    """The value as the rule's cleaning leaves it; "" if the rule has none."""
    if not rule.cleans:
        return ""
    for pattern, replacement in rule.cleans:
        value = compiled(pattern).sub(replacement, value)
    value = " ".join(value.split())
    while rule.max_length and length(value, rule) > rule.max_length:
        value = value[: rule.max_length] if len(value) > rule.max_length else value[:-1]
    return value.strip()
