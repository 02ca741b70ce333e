"""A file that a person wrote, read as text: found, small enough, UTF-8. Not what the text says."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from groupmigrate.errors import FileProblems, Problem
from groupmigrate.wording import quoted

LARGEST = 1024 * 1024
UNREADABLE = "GM106"
# What YAML does not allow in a file, whatever the quotes (YAML 1.1, "c-printable"), and stray BOMs.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")


def read(path: Path) -> bytes:
    """The bytes of a regular file of at most 1 MiB that is not empty. Raises FileProblems (GM106)."""
    try:
        if path.exists() and not path.is_file():
            kind = "a folder" if path.is_dir() else "no regular file"
            raise problem(path, f"this is {kind}, not a YAML file", hint="name a file")
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise problem(path, "there is no such file", hint=_beside(path)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise problem(path, f"the file cannot be read: {reason}", hint="check its rights") from None
    if len(raw) > LARGEST:
        raise problem(path, "the file is larger than 1 MiB", hint="this is no file that a person wrote")
    if not raw.strip():
        raise problem(path, "the file is empty")
    return raw


def decode(raw: bytes, path: Path) -> str:
    """UTF-8 text, a BOM taken off. Raises FileProblems (GM106) that says what the bytes look like instead."""
    look = _other_encoding(raw)
    if look:
        raise problem(path, f"the file is not UTF-8 but {look}", hint="save it as UTF-8 text")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = place(raw[: error.start].decode("utf-8"), error.start)
        looks = f"it looks like {_single_byte_encoding(raw)}"
        raise problem(
            path,
            f"the file is not UTF-8: byte 0x{raw[error.start]:02X} cannot stand here; {looks}",
            line=line,
            column=column,
            hint="save it as UTF-8 text",
        ) from None
    forbidden = FORBIDDEN.search(text)
    if forbidden:
        line, column = place(text, forbidden.start())
        raise problem(
            path,
            f"the unprintable character U+{ord(forbidden[0]):04X} cannot stand in a YAML file",
            line=line,
            column=column,
            hint="remove it",
        )
    return text


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column (from 1, in characters) of an offset."""
    before = text[:offset]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def problem(path: Path, message: str, *, line: int = 1, column: int = 1, hint: str = "") -> FileProblems:
    """The one problem of a file that cannot be read."""
    return FileProblems([Problem(UNREADABLE, message, path, line, column, hint)])


def _beside(path: Path) -> str:
    """The YAML files that lie where the missing one was looked for."""
    from groupmigrate.wording import suggestion

    try:
        names = sorted(other.name for other in path.parent.glob("*.y*ml"))
    except OSError:
        return ""
    return suggestion(path.name, names, f"in {quoted(str(path.parent))}")


def _other_encoding(raw: bytes) -> str:
    if raw.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "UTF-32"
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "UTF-16"
    if b"\0" not in raw:
        return ""
    halves = raw[::2].count(0), raw[1::2].count(0)
    return "UTF-16 without a mark" if max(halves) > len(raw) * 0.3 and not min(halves) else "binary data"


def _single_byte_encoding(raw: bytes) -> str:
    if re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", raw):
        return "binary data"
    try:
        raw.decode("cp1252")
    except UnicodeDecodeError:
        return "ISO 8859"
    return "Windows-1252 (cp1252)"
