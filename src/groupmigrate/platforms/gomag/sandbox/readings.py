"""How the practice shop is where the vendor's text is silent or contradicts itself."""

from __future__ import annotations

from groupmigrate.platforms import readings

CHOICES = {
    "customers": ("object", "list"),
    "order": ("oldest", "newest"),
    "limit": ("ignored", "kept"),
    "email": ("any-case", "by-letter", "part", "ignored"),
    "group": ("kept", "ignored"),
    "ids": ("kept", "ignored"),
    "saved": ("plain", "wrapped"),
    "shop": ("any", "host"),
    "failure": ("body", "status"),
    "full": ("status", "body"),
}
"""Every doubt with its readings; the first is the usual one. The Gomag page explains them."""
QUICK = 1000
"""Reads a second, and as many writes, that a practice shop takes; real ones take 1."""


class Readings(readings.Readings):
    """A choice such as "group=ignored,customers=list,rate=1"; raises UsageError if it cannot be read."""

    def __init__(self, specification: str = "") -> None:
        super().__init__(CHOICES, specification, rate=QUICK)
