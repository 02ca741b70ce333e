"""What the checks of several rooms find in the same way."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from groupmigrate.errors import GroupmigrateError
from groupmigrate.platforms.base import Finding, Severity
from groupmigrate.platforms.http import LOOPBACK


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
