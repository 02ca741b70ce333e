"""Which e-mail addresses the shop takes, as laminas-validator does (2.4.7, run; its tables read)."""

from __future__ import annotations

import re

from groupmigrate.platforms.magento.sandbox.answer import refused

ATEXT = r"[\w!#$%&'*+/=?^`{|}~-]+"
LOCAL = re.compile(rf"{ATEXT}(\.{ATEXT})*")
QUOTED = re.compile(r'"[^"\r\n]+"')
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
LONGEST_LOCAL = 64
INTERNATIONAL = frozenset(
    (
        *("ac", "ar", "as", "at", "biz", "br", "bv", "cat", "ch", "cl", "cn", "com", "de", "dk", "ee", "es"),
        *("eu", "fi", "gr", "hk", "hr", "hu", "il", "info", "io", "is", "it", "jp", "kr", "li", "lt", "md"),
        *("museum", "net", "no", "nu", "org", "pe", "pl", "pr", "pt", "rs", "ru", "sa", "se", "sh", "si"),
        *("sj", "th", "tm", "tr", "tw", "ua", "ve", "vn"),
    )
)
"""Top level domains below which a host may have other letters than a to z; which ones is not looked at."""


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
    labels = host.lower().split(".")
    # Neither an IP address nor a top level domain of one letter.
    if len(labels) < 2 or len(labels[-1]) < 2 or re.fullmatch(r"[\d.]+", host):
        return False
    international = labels[-1] in INTERNATIONAL
    return all(_is_label(label, international=international) for label in labels)


def _is_label(label: str, *, international: bool) -> bool:
    if not label.isascii() or label.startswith("xn--"):
        letters = re.sub(r"[^a-z0-9-]", "x", label) if label.isalnum() or "-" in label else ""
        return international and LABEL.fullmatch(letters) is not None
    return LABEL.fullmatch(label) is not None and label[2:4] != "--"
