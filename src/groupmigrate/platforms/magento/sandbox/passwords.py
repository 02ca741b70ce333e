"""Passwords of customers: which are strong enough, how the practice shop hashes them, and who may log in."""

from __future__ import annotations

import hashlib
import secrets

from groupmigrate.platforms.magento.sandbox.answer import refused

ALGORITHMS = {"0": "md5", "1": "sha256"}
"""The versions of hashes that can be checked here. Magento's newest, argon2id, is not in Python's library."""
SHORTEST, LONGEST = 8, 256
CLASSES = 3


def check_strength(password: str, email: str) -> None:
    """Raise Refusal for a password that the shop does not take."""
    if len(password) > LONGEST:
        raise refused("a password has at most %1 characters", [LONGEST])
    # These two numbers come as text (2.4.7, run).
    if len(password) < SHORTEST:
        raise refused("a password has at least %1 characters", [str(SHORTEST)])
    if password != password.strip():
        raise refused("a password neither begins nor ends with a blank")
    tests = (str.islower, str.isupper, str.isdigit, lambda one: not one.isalnum())
    if sum(any(test(one) for one in password) for test in tests) < CLASSES:
        raise refused("a password has at least %1 kinds of characters", [str(CLASSES)])
    if password.lower() == email.lower():
        raise refused("a password is not the e-mail address")


def hashed(password: str) -> str:
    """The hash of a password as Magento 2.0 made it: sha256 with a salt."""
    salt = secrets.token_hex(16)
    return f"{hashlib.sha256((salt + password).encode()).hexdigest()}:{salt}:1"


def fits(password: str, kept: str) -> bool:
    """Whether a password is the one of a hash; a hash without a version fits nothing (2.4.7, run).

    A hash that was upgraded names several versions, each of which hashes what the one before gave (read).
    """
    digest, _, rest = kept.partition(":")
    salt, *versions = rest.split(":")
    if not versions or not ALGORITHMS.keys() >= set(versions):
        return False
    for version in versions:
        data = (salt + password).encode()
        password = hashlib.new(ALGORITHMS[version], data, usedforsecurity=False).hexdigest()
    return password == digest
