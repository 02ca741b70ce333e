"""What kind of password hash a store keeps. Says the kind and keeps neither the hash nor its salt."""

from __future__ import annotations

import re

PREFIXES = (
    ("$2", "bcrypt"),
    ("$argon2", "argon2"),
    ("$P$", "phpass"),
    ("$H$", "phpass"),
    ("$6$", "sha512-crypt"),
    ("$1$", "md5-crypt"),
)
LENGTHS = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}

_HEXADECIMAL = re.compile(r"[0-9a-fA-F]+")


def kind(password_hash: str) -> str:
    """The kind of a hash by its form: "bcrypt", "md5" …; "" for none, "unknown" for a form not known here."""
    text = password_hash.strip()
    if not text:
        return ""
    by_prefix = next((name for prefix, name in PREFIXES if text.startswith(prefix)), "")
    if by_prefix or not _HEXADECIMAL.fullmatch(text):
        return by_prefix or "unknown"
    return LENGTHS.get(len(text), "unknown")
