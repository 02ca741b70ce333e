"""E-mail addresses in lists that fit into a web address, each in every form that a store may hold it in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from groupmigrate.identity import key

LONGEST_EMAIL = 255
LONGEST_LIST = 6000
"""Bytes as they are sent: with the address they stay below the 8 KB that web servers take."""


def batches(emails: Iterable[str], most: int, *, separator: str, special: str = "") -> Iterator[list[str]]:
    """Lists of at most `most`. An e-mail that is too long for any store is left out.

    One stands alone that has the separator in it, or another character that is `special` in a list.
    """
    apart = {separator, *special}
    batch: list[str] = []
    length = 0
    for email in dict.fromkeys(form for written in emails for form in forms(written)):
        if len(email) > LONGEST_EMAIL:
            continue
        if not apart.isdisjoint(email):
            yield [email]
            continue
        size = len(quote(email, safe="@")) + len(quote(separator, safe=""))
        if len(batch) == most or length + size > LONGEST_LIST:
            yield batch
            batch, length = [], 0
        batch.append(email)
        length += size
    if batch:
        yield batch


def forms(email: str) -> Iterator[str]:
    """The e-mail as a store may hold it, once for each that differs by more than case.

    As written, with its host as people read it, and its key, which has the host in ASCII.
    """
    if identity := key(email):
        found = {form.lower(): form for form in (email.strip(), readable(identity), identity)}
        yield from found.values()


def readable(email: str) -> str:
    """The e-mail with its host as people read it: "a@xn--exmple-cua.com" is "a@exämple.com"."""
    local, _, host = email.rpartition("@")
    try:
        return f"{local}@{host.encode('ascii').decode('idna')}"
    except UnicodeError:
        return email
