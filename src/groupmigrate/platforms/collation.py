"""How the databases of shops compare texts: no case, no accents, no blanks at the end."""

from __future__ import annotations

import unicodedata
from typing import TypeVar

Value = TypeVar("Value")


def fold(text: Value) -> Value | str:
    """What utf8_general_ci and utf8mb4_general_ci compare; anything but text stays as it is.

    A sharp s counts as one s (Magento 2.4.7 on MariaDB 10.11, run).
    """
    if not isinstance(text, str):
        return text
    if text.isascii():
        return text.rstrip(" ").lower()
    plain = unicodedata.normalize("NFD", text.rstrip(" ").lower().replace("ß", "s"))
    return "".join(character for character in plain if not unicodedata.combining(character))
