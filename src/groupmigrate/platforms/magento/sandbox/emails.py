"""Which e-mail addresses the shop takes; nearly as Laminas' validator does."""

from __future__ import annotations

import ipaddress
import re

from groupmigrate.platforms.magento.sandbox.answer import refused

ATEXT = r"[\w!#$%&'*+/=?^`{|}~-]+"
LOCAL = re.compile(rf"{ATEXT}(\.{ATEXT})*")
QUOTED = re.compile(r'"[^"\r\n]+"')
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
LONGEST_LOCAL = 64
INTERNATIONAL = frozenset(
    (
        *("ac", "ar", "as", "at", "biz", "br", "cat", "ch", "cl", "cn", "com", "de", "dk", "es", "eu", "fi"),
        *("gr", "hu", "info", "io", "is", "it", "jp", "kr", "li", "lt", "md", "museum", "net", "no", "nu"),
        *("org", "pe", "pl", "pr", "pt", "ro", "ru", "sa", "se", "sh", "sj", "th", "tm", "tr", "ua", "ve"),
        *("vn", "ws"),
    )
)
"""Top level domains below which a host may have other letters than a to z."""


def check(email: str) -> None:
    """Raise Refusal for an address that the shop does not take."""
    local, at, host = email.rpartition("@")
    if not at or not _is_local(local):
        raise refused("this is no e-mail address")
    if len(local) > LONGEST_LOCAL:
        raise refused("this e-mail address is too long")
    if not _is_host(host):
        raise refused("this is no host of an e-mail address")


def _is_local(local: str) -> bool:
    if any(ord(character) > 0xFFFF for character in local):
        return False
    return bool(LOCAL.fullmatch(local) or QUOTED.fullmatch(local))


def _is_host(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return False
    labels = host.lower().split(".")
    international = labels[-1] in INTERNATIONAL
    return len(labels) > 1 and all(_is_label(label, international=international) for label in labels)


def _is_label(label: str, *, international: bool) -> bool:
    if not label.isascii() or label.startswith("xn--"):
        letters = re.sub(r"[^a-z0-9-]", "x", label) if label.isalnum() or "-" in label else ""
        return international and LABEL.fullmatch(letters) is not None
    return LABEL.fullmatch(label) is not None
