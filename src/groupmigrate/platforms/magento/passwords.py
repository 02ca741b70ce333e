"""Password hashes as Magento stores them, and which foreign ones can be written so. Pure functions.

A hash of Magento 2 is "digest:salt:versions"; each version is one step that was made of the result of the one
before. Magento 1 wrote no version.
"""

from __future__ import annotations

import re

from groupmigrate.model import PasswordHash
from groupmigrate.platforms import hashes

# Magento 2.4.7: log-ins with versions 0 and 1, plain and salted, and with a copied argon2id were run.
VERSIONS = {"md5": "0", "md5+salt": "0", "sha256": "1", "sha256+salt": "1"}
SCHEMES = (*VERSIONS, "magento")
"""What customers of Magento 2 can log in with."""
LONGEST = 128
"""The column's width; what is longer is cut (Magento 2.4.7, read)."""

_STEPS = {"0": "md5", "1": "sha256", "2": "argon2id"}
_OF_MAGENTO_2 = re.compile(r"[0-9a-fA-F]+:[^:]*(:[0-9_]+)+")
_OF_MAGENTO_1 = re.compile(r"[0-9a-fA-F]+:[^:]+")


def kind(stored: str) -> str:
    """The kind of a hash by its last step: "sha256", "argon2id" …; "" for none."""
    parts = stored.strip().split(":")
    if len(parts) < 3:
        return hashes.kind(parts[0])
    # argon2id of 2.4 writes its costs as the version: 3_32_2_67108864.
    return _STEPS.get(parts[-1]) or ("argon2id" if parts[-1].startswith("3_") else "unknown")


def of(stored: str) -> PasswordHash | None:
    """The hash in a column `password_hash` of Magento 2 or 1; None for none and for no form of either."""
    stored = stored.strip()
    if _OF_MAGENTO_2.fullmatch(stored):
        digest, salt, *steps = stored.split(":")
        if len(steps) > 1 or steps[0] not in VERSIONS.values():
            return PasswordHash("magento", stored)
        plain = hashes.of(digest, salt)
        return plain if plain and VERSIONS.get(plain.scheme) == steps[0] else None
    if _OF_MAGENTO_1.fullmatch(stored):
        digest, _, salt = stored.partition(":")
        return hashes.of(digest, salt)
    return hashes.of(stored)


def stored(password: PasswordHash) -> str:
    """The hash as Magento 2 stores it; "" for one that it cannot check, or has no room for."""
    if password.scheme == "magento":
        return password.digest
    version = VERSIONS.get(password.scheme)
    if version is None or ":" in password.salt:
        return ""
    text = f"{password.digest}:{password.salt}:{version}"
    return text if len(text) <= LONGEST else ""
