"""How text and numbers look on a screen: printable, counted, with thousands separators."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from groupmigrate.running.forecast import Logins


def printable(text: str) -> str:
    """The text without characters that steer a terminal; names come from shops, and so from anybody."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else "�" if letter != "\n" else " " for letter in text)


def counted(number: int, noun: str, several: str = "") -> str:
    """The number with its noun: "1 customer", "1,200 customers"."""
    return f"{number:,} {noun if number == 1 else several or f'{noun}s'}"


def mails_in_words(mails: int) -> str:
    """How many mails a run may bring; whether a shop sends them is not always known."""
    return f"up to {counted(mails, 'mail')} to customers" if mails else "no mail to customers"


def outbox_in_words(mails: int) -> str:
    """What a practice store would have mailed: "a real shop would have sent 0 mails to customers so far"."""
    return f"a real shop would have sent {counted(mails, 'mail')} to customers so far"


def field_in_words(name: str) -> str:
    """A field of a customer as people say it: "address.postcode" is "post code of an address"."""
    place, _, field = name.rpartition(".")
    words = _FIELDS.get(field, field.replace("_", " "))
    return f"{words} of an address" if place == "address" else words


_FIELDS = {
    "firstname": "first name",
    "middlename": "middle name",
    "lastname": "last name",
    "prefix": "title before the name",
    "suffix": "title after the name",
    "postcode": "post code",
    "tax_id": "tax number",
    "id_number": "identification number",
    "created": "date of registration",
    "username": "user name",
}


def lasting(seconds: float) -> str:
    """How long something takes, as exactly as anybody wants to know: "45 s", "12 min", "2 h 5 min"."""
    if seconds < 100:
        return f"{seconds:,.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60:,} h {minutes % 60} min"


def logins_in_words(logins: Logins) -> str:
    """Who can log in: "56 as before, 1,123 after \"forgot password\" (1,100 sha256, 23 unknown)"."""
    parts = [
        f"{logins.unchanged:,} as before" if logins.unchanged else "",
        _by_kind("with the old password", logins.carried),
        _by_kind('after "forgot password"', logins.reset),
        f"{logins.inactive:,} of these not before they are activated" if logins.inactive else "",
    ]
    return ", ".join(filter(None, parts)) or "nobody"


def _by_kind(how: str, customers: dict[str, int]) -> str:
    if not customers:
        return ""
    kinds = ", ".join(f"{count:,} {printable(kind) or 'without one'}" for kind, count in customers.items())
    return f"{sum(customers.values()):,} {how} ({kinds})"
