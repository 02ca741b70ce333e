"""Which password hashes an OpenCart takes, and how they stand in its columns (2.3 to 4.1.0.4, run)."""

from __future__ import annotations

from groupmigrate.model import PasswordHash
from groupmigrate.platforms import hashes
from groupmigrate.platforms.opencart.tables import Tables

NOBODYS = "!"
"""No hash at all: nobody can log in, and "forgotten password" works (2.3 to 4.1.0.4, run)."""
SALTED = "sha1³"
BCRYPT_LENGTH = 60
MODERN = ("bcrypt", "md5-crypt", "sha256-crypt", "sha512-crypt")
"""What PHP's password_verify takes; argon2 only where PHP was built with it, which nobody can see."""


def accepted(tables: Tables) -> tuple[str, ...]:
    """The schemes that customers of this shop can log in with.

    2.3 and 3.0 know salted SHA-1 and MD5; their column has no room for more. 4.x knows salted SHA-1 only in a
    shop that kept the column of the salt from before.
    """
    salted = (SALTED,) if tables.has("customer", "salt") else ()
    length = tables.length("customer", "password")
    modern = MODERN if not length or length >= BCRYPT_LENGTH else ()
    return (*salted, "md5", *modern)


def read(password: str, salt: str | None) -> PasswordHash | None:
    """The hash in a row; None where there is none. `salt` is None where the table has no such column."""
    text = password.strip()
    if salt is not None and hashes.kind(text) == "sha1":
        return PasswordHash(SALTED, text.lower(), salt)
    return hashes.of(text)


def columns(wanted: PasswordHash | None) -> dict[str, str]:
    """What is stored for a new customer: the hash that is carried, or one that nobody can log in with."""
    if wanted is None:
        return {"password": NOBODYS, "salt": ""}
    return {"password": wanted.digest, "salt": wanted.salt if wanted.scheme == SALTED else ""}
