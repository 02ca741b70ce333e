"""Password hashes: the schemes by name, and which of them made a hash, as far as its form shows it.

A room says what its platform's forms mean, names the schemes that its platform takes in `Rules.passwords`,
and writes the hash of such a scheme in its own form.
"""

from __future__ import annotations

import re

from groupmigrate.model import PasswordHash

SCHEMES = {
    "md5": "md5(password), 32 hexadecimal digits",
    "md5+salt": "md5(salt followed by password)",
    "sha1": "sha1(password), 40 hexadecimal digits",
    "sha1³": "sha1(salt + sha1(salt + sha1(password)))",
    "sha256": "sha256(password), 64 hexadecimal digits",
    "sha256+salt": "sha256(salt followed by password)",
    "sha512": "sha512(password), 128 hexadecimal digits",
    "sha512+salt": "sha512(salt followed by password)",
    "bcrypt": "$2a$, $2b$ or $2y$, salt and costs in it",
    "argon2": "$argon2id$ or $argon2i$, salt and costs in it",
    "phpass": "$P$ or $H$, salt and costs in it",
    "md5-crypt": "$1$, salt in it",
    "sha256-crypt": "$5$, salt and costs in it",
    "sha512-crypt": "$6$, salt and costs in it",
    "magento": "any form that Magento 2 checks, whole: digest, salt and the chain of steps that made it",
}
"""What `PasswordHash.scheme` can be. Digests are lower-case hexadecimal; other hashes are kept whole."""

PREFIXES = (
    ("$2", "bcrypt"),
    ("$argon2", "argon2"),
    ("$P$", "phpass"),
    ("$H$", "phpass"),
    ("$6$", "sha512-crypt"),
    ("$5$", "sha256-crypt"),
    ("$1$", "md5-crypt"),
)
LENGTHS = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}

_HEXADECIMAL = re.compile(r"[0-9a-fA-F]+")


def kind(password_hash: str) -> str:
    """The kind of a hash by its form: "bcrypt", "md5" …; "" for none, "unknown" for a form not known here."""
    text = password_hash.strip()
    if not text:
        return ""
    if text[0] == "$":
        return next((name for prefix, name in PREFIXES if text.startswith(prefix)), "unknown")
    return LENGTHS.get(len(text), "unknown") if _HEXADECIMAL.fullmatch(text) else "unknown"


def of(text: str, salt: str = "") -> PasswordHash | None:
    """The hash that a shop stores as this text, None for no hash and for a form that is not known here.

    `salt` is what the shop puts before the password, for plain digests; other forms hold their own.
    """
    text = text.strip()
    scheme = kind(text)
    if scheme in LENGTHS.values():
        scheme = f"{scheme}+salt" if salt else scheme
        return PasswordHash(scheme, text.lower(), salt) if scheme in SCHEMES else None
    return PasswordHash(scheme, text) if scheme in SCHEMES else None
