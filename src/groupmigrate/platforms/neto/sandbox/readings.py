"""How the practice store is where nobody knows how Neto is: a doubt can be read in several ways."""

from __future__ import annotations

from groupmigrate.errors import UsageError
from groupmigrate.wording import quoted, suggestion

CHOICES = {
    "lists": ("collapse", "always", "absent"),
    "flags": ("text", "real", "number", "yes"),
    "messages": ("object", "list", "top"),
    "wrapped": ("no", "yes"),
    "pages": ("0", "1", "1-empty"),
    "short": ("no", "yes"),
    "order": ("added", "changed"),
    "existing": ("refuse", "warn", "overwrite"),
    "email": ("free", "unique"),
    "group": ("fallback", "empty", "refuse", "keep"),
    "shown": ("name", "number"),
    "username": ("drop", "keep", "refuse"),
    "partial": ("store", "nothing"),
    "answer": ("names", "silent"),
    "unknown": ("warn", "refuse"),
    "long": ("refuse", "cut"),
    "book": ("with", "without"),
    "shipping": ("replace", "add"),
    "empty": ("ignore", "clear"),
    "filters": ("honoured", "ignored"),
    "badkey": ("200", "401"),
}
"""Every doubt with its readings; the first is the usual one. The Neto page explains them."""
CALLS_A_MINUTE = 500


class Readings:
    """A choice such as "group=refuse,lists=always,rate=60"; raises UsageError if it cannot be read."""

    def __init__(self, specification: str = "") -> None:
        self._chosen = {name: choices[0] for name, choices in CHOICES.items()}
        self.rate = CALLS_A_MINUTE
        """Calls a minute, for everybody together."""
        for part in filter(None, (part.strip() for part in specification.split(","))):
            self._read(part)

    def __getitem__(self, name: str) -> str:
        return self._chosen[name]

    def _read(self, part: str) -> None:
        name, _, value = part.partition("=")
        if name == "rate" and value.isdigit() and int(value):
            self.rate = int(value)
        elif value in CHOICES.get(name, ()):
            self._chosen[name] = value
        else:
            hint = (
                suggestion(value, list(CHOICES[name]))
                if name in CHOICES
                else suggestion(name, [*CHOICES, "rate"])
            )
            raise UsageError(f"cannot read the reading {quoted(part)}", hint=hint)
