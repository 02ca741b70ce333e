"""What the checks of several rooms find in the same way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from groupmigrate.errors import GroupmigrateError
from groupmigrate.platforms.base import Finding, Severity
from groupmigrate.platforms.http import LOOPBACK

SHOWN = 10
"""How many names a finding lists."""


def trouble(error: GroupmigrateError) -> Finding:
    """An error that ends the check, as its finding."""
    return Finding(error.code or "GM501", Severity.ERROR, error.message, error.hint)


def unencrypted(address: str) -> Iterator[Finding]:
    """A warning if whoever listens on the way to this address can read everything."""
    parts = urlsplit(address)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        yield Finding(
            "GM523",
            Severity.WARNING,
            f"the key and all customers travel to {address} unencrypted",
            "use https, if the shop has it",
        )


def no_time_zone(words: str) -> Finding:
    """A warning that a shop's local times count as UTC; `words` say who does not tell its time zone."""
    return Finding("GM508", Severity.WARNING, words, "set `timezone:` in the connector")


def unnamed_groups(members: Mapping[str, int]) -> Iterator[Finding]:
    """A warning of groups, by id, that customers are in and that nobody gave a name."""
    if members:
        ids = sorted(members, key=lambda id_: (len(id_), id_))
        yield Finding(
            "GM516",
            Severity.WARNING,
            f"customers are in groups without a name: {listed({id_: members[id_] for id_ in ids})}",
            f'list them in `groups:`, or name them in the mapping as "id:{ids[0]}"',
        )


def listed(counts: Mapping[str, int]) -> str:
    """Names with how many customers each is about, in their order: '"5" (3 customers) and 4 more'."""
    shown = ", ".join(f'"{name[:40]}" ({customers(count)})' for name, count in list(counts.items())[:SHOWN])
    more = len(counts) - SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def customers(count: int) -> str:
    """The number with its noun: "1 customer", "1,200 customers"."""
    return "1 customer" if count == 1 else f"{count:,} customers"
