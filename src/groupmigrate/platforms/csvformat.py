"""What the bytes of a file give away: that it is no CSV file, or in another encoding than was said."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import NamedTuple

HEAD = 64 * 1024
"""How many bytes from the start are enough to judge."""

_SIGNATURES = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x1f\x8b": "a gzip archive",
    b"%PDF": "a PDF",
    b"SQLite format 3": "a database",
}


class Misfit(NamedTuple):
    """Why a file cannot be what it should be, and what to do; an empty hint means "export it again"."""

    code: str
    message: str
    hint: str = ""


def misfit(head: bytes, encoding: str) -> Misfit | None:
    """What is wrong with a file that starts like this, or None. `encoding` is a codec that Python knows."""
    if not head.removeprefix(codecs.BOM_UTF8).strip():
        return Misfit("GM513", "the file is empty; even a shop without customers gives a header line")
    for start, kind in _SIGNATURES.items():
        if head.startswith(start):
            return Misfit("GM512", f"the file is {kind}, not a CSV file")
    codec = codecs.lookup(encoding).name
    if not codec.startswith("utf-16"):
        if _is_utf16(head):
            hint = "export again as UTF-8, or set `encoding: utf-16` in the connector"
            return Misfit("GM511", f"the file is UTF-16, not {encoding}", hint)
        if b"\0" in head:
            return Misfit("GM512", "the file is binary, not a CSV file")
    if codec != "utf-8" and _is_utf8_beyond_ascii(head):
        message = f'the file is UTF-8, but the connector says `encoding: "{encoding}"`'
        return Misfit("GM511", message, "leave `encoding:` out")
    return None


def first_undecodable(path: Path, encoding: str) -> tuple[int, UnicodeDecodeError | None]:
    """The line that is not in the encoding, and why; line 1 and None where lines cannot be told apart."""
    if codecs.lookup(encoding).name.startswith("utf-16"):
        return 1, None
    with path.open("rb") as file:
        for line, raw in enumerate(file, 1):
            try:
                raw.decode(encoding)
            except UnicodeDecodeError as error:
                return line, error
    return 1, None


def _is_utf16(head: bytes) -> bool:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    zeros = sorted((head[::2].count(0), head[1::2].count(0)))
    return zeros[1] > len(head) * 0.3 and zeros[0] < len(head) * 0.05


def _is_utf8_beyond_ascii(head: bytes) -> bool:
    try:
        return not codecs.getincrementaldecoder("utf-8")().decode(head).isascii()
    except UnicodeDecodeError:
        return False
