"""How text and numbers look on a screen: printable, counted, with thousands separators."""

from __future__ import annotations


def printable(text: str) -> str:
    """The text without characters that steer a terminal; names come from shops, and so from anybody."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else "�" if letter != "\n" else " " for letter in text)


def counted(number: int, noun: str, several: str = "") -> str:
    """The number with its noun: "1 customer", "1,200 customers"."""
    return f"{number:,} {noun if number == 1 else several or f'{noun}s'}"
