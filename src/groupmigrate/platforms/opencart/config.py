"""The shop's own config.php, read as text: where its database is. Nothing of it is executed."""

from __future__ import annotations

import re
from pathlib import Path

from groupmigrate.errors import UsageError
from groupmigrate.wording import quoted

STRING = r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\""
COMMENT = r"//[^\n]*|\#[^\n]*|/\*.*?\*/"
DEFINITION = re.compile(
    rf"define\s*\(\s*(?P<name>{STRING})\s*,\s*(?:(?P<text>{STRING})|(?P<other>[^)]*))\s*\)", re.DOTALL
)
LONGEST = 256 * 1024
NEEDED = ("DB_HOSTNAME", "DB_USERNAME", "DB_PASSWORD", "DB_DATABASE")


def read_config(path: Path) -> dict[str, str]:
    """The constants DB_… of a config.php, by name. Raises UsageError if one that is needed is not there."""
    constants = constants_of(_text(path))
    if missing := [name for name in NEEDED if name not in constants]:
        raise UsageError(
            f"{', '.join(missing)} cannot be read from {quoted(str(path))}",
            hint="is it the config.php of the shop's main folder, with plain texts in it? Else use `dsn`",
            code="GM520",
        )
    return constants


def constants_of(php: str) -> dict[str, str]:
    """Every constant DB_… that is defined as a plain text; of two definitions the first, as in PHP."""
    found: dict[str, str] = {}
    for definition in DEFINITION.finditer(_without_comments(php)):
        name = _value(definition["name"])
        if name.startswith("DB_") and definition["text"]:
            found.setdefault(name, _value(definition["text"]))
    return found


def _text(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(LONGEST)
    except OSError as error:
        raise UsageError(
            f"the shop's config.php cannot be read: {error.strerror}", place=str(path), code="GM520"
        ) from error


def _without_comments(php: str) -> str:
    """A password may hold // or #, so texts are told from comments."""
    parts = re.compile(f"(?P<string>{STRING})|{COMMENT}", re.DOTALL)
    return parts.sub(lambda part: part["string"] or " ", php)


def _value(literal: str) -> str:
    r"""What PHP makes of a literal: in '…' only \' and \\ mean something else, in "…" \" and \$, too."""
    escapes = r"\\([\\'])" if literal[0] == "'" else r'\\([\\"$])'
    return re.sub(escapes, r"\1", literal[1:-1])
