"""How the practice store is where nobody knows how Neto is: a doubt can be read in several ways."""

from __future__ import annotations

from groupmigrate.platforms import readings

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
    "dates": ("utc", "ahead", "behind"),
    "badkey": ("200", "401"),
}
"""Every doubt with its readings; the first is the usual one. The Neto page explains them."""
CALLS_A_MINUTE = 500
"""For everybody together."""


class Readings(readings.Readings):
    """A choice such as "group=refuse,lists=always,rate=60"; raises UsageError if it cannot be read."""

    def __init__(self, specification: str = "") -> None:
        super().__init__(CHOICES, specification, rate=CALLS_A_MINUTE)
