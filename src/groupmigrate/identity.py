"""Who is the same person: e-mail addresses brought to one form, compared here and never by a database.

Two forms. `key` decides: equal keys are one customer. `lookalike` warns: stores whose database ignores
accents take customers with equal look-alikes for one, though their keys differ.
"""

from __future__ import annotations

import re
import unicodedata


def key(email: str) -> str:
    """The identity of an e-mail address: trimmed, NFC, without case, the host as IDNA.

    A sharp s is no double s: jo.grieß and jo.griess are two people.

    >>> key(" José@Exämple.com ")
    'josé@xn--exmple-cua.com'

    Returns "" for text that holds no address at all. Plain ASCII addresses take the short way.
    """
    text = email.strip()
    if text.isascii():
        return text.lower() if "@" in text else ""
    text = unicodedata.normalize("NFC", "".join(map(_without_case, unicodedata.normalize("NFC", text))))
    local, at, host = text.rpartition("@")
    return f"{local}@{ascii_host(host)}" if at else ""


def _without_case(character: str) -> str:
    folded = character.casefold()
    return folded if len(folded) == 1 else character.lower()


def ascii_host(host: str) -> str:
    """A host name in its ASCII form ("exämple.com" is "xn--exmple-cua.com"); unchanged if it has none."""
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def lookalike(email_key: str) -> str:
    """The key without accents and compatibility forms: what an accent-blind database compares."""
    if email_key.isascii():
        return email_key
    decomposed = unicodedata.normalize("NFKD", email_key.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def mask(email: str) -> str:
    """An e-mail address that can be shown: "ana.ionescu@example.com" becomes "a…u@e….com".

    Enough to recognise somebody you know, not enough to write to them.
    """
    local, at, host = email.strip().rpartition("@")
    if not at:
        return "…" if email.strip() else ""
    name, dot, ending = host.rpartition(".")
    shown = local if len(local) < 2 else f"{local[0]}…{local[-1]}" if len(local) > 2 else f"{local[0]}…"
    return f"{shown}@{name[:1]}…{dot}{ending}"


def mask_within(text: str) -> str:
    """The text with every e-mail address in it masked: stores repeat them in their messages."""
    return _ADDRESSES.sub(lambda found: mask(found[0]), text)


_ADDRESSES = re.compile(r"[^\s\"'<>(),;]+@[^\s\"'<>(),;]+")
