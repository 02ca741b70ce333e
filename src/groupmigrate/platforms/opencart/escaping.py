"""How OpenCart keeps text: HTML-escaped, in every column that people write into (2.3 to 4.1, run).

What is written is escaped exactly as its forms do it (htmlspecialchars with ENT_COMPAT), and what is read is
unescaped by the exact inverse: `html.unescape` would take "&copy" of a raw row for a sign of its own.
"""

from __future__ import annotations

ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"))
"""In this order when escaping; an apostrophe is kept as it is."""
TAKES = {character: len(escape) for character, escape in ESCAPES}
"""How many places of a column a character takes: lengths count the escaped text."""


def escaped(text: str) -> str:
    """The text as it is stored.

    >>> escaped('Tom & "Jerry"')
    'Tom &amp; &quot;Jerry&quot;'
    """
    for character, escape in ESCAPES:
        text = text.replace(character, escape)
    return text


def unescaped(stored: str) -> str:
    """The text as people wrote it; a row that was stored raw, as imports do, is left alone.

    >>> unescaped("Tom &amp; &quot;Jerry&quot;"), unescaped("A & B")
    ('Tom & "Jerry"', 'A & B')
    """
    if "&" not in stored:
        return stored
    text = stored.replace("&#039;", "'")
    for character, escape in reversed(ESCAPES):
        text = text.replace(escape, character)
    return text
