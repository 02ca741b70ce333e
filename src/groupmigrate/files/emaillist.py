"""A file with e-mail addresses: whom a rule of a mapping is for (`when: {in_file: vips.csv}`).

Made for what shops export: a customer segment's grid, a list of a newsletter tool. Kept in 16 bytes an
address, so that a list may be as long as the store.
"""

from __future__ import annotations

import csv
import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from groupmigrate.identity import key

TITLES = frozenset({"email", "e-mail", "email address", "e-mail address", "customer email", "emailaddress"})
"""What a column of addresses is called, in small letters."""
DELIMITERS = ",;\t"
SIZE = 16


class NoList(ValueError):
    """The file is no list of e-mail addresses; the message says why, the hint what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True)
class EmailList:
    """The addresses of a file. Two lists are equal if they come from one file with the same addresses."""

    path: Path
    digests: bytes = field(repr=False)
    """One after the other, sorted."""

    def __contains__(self, email: str) -> bool:
        wanted = _digest(key(email))
        place = bisect_left(range(len(self)), wanted, key=self._at)
        return place < len(self) and self._at(place) == wanted

    def __len__(self) -> int:
        return len(self.digests) // SIZE

    def _at(self, place: int) -> bytes:
        return self.digests[place * SIZE : (place + 1) * SIZE]


def read_list(path: Path) -> EmailList:
    """Read a list: UTF-8 text, one address a line, or a CSV file with a column "Email".

    Separated by comma, semicolon or tab. Raises NoList if it is not there, or if a line has no address.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            digests = sorted({_digest(key(email)) for email in _emails(file)})
    except FileNotFoundError:
        raise NoList("the file is not there", "the path starts in the mapping's folder") from None
    except OSError as error:
        raise NoList(f"the file cannot be read: {error.strerror}") from None
    except (UnicodeError, csv.Error):
        raise NoList("the file is no CSV file in UTF-8", "save it again as CSV UTF-8") from None
    if not digests:
        raise NoList("the file holds no e-mail address")
    return EmailList(path, b"".join(digests))


def _emails(lines: Iterable[str]) -> Iterator[str]:
    lines = iter(lines)
    start = next(lines, "")
    delimiter = next((mark for mark in DELIMITERS if mark in start), ",")
    rows = csv.reader(chain([start], lines), delimiter=delimiter, strict=True)
    titles = next(rows, [])
    column = _column(titles)
    if titles and key(titles[column]):
        yield titles[column]  # a list without a header line
    for row in rows:
        email = row[column] if column < len(row) else ""
        if key(email):
            yield email
        elif any(cell.strip() for cell in row):
            raise NoList(f"line {rows.line_num} holds no e-mail address", "write one, or remove the line")


def _column(titles: Sequence[str]) -> int:
    """Where the addresses stand, by the first line."""
    titled = [place for place, cell in enumerate(titles) if cell.strip().casefold() in TITLES]
    if titled or not titles or (len(titles) == 1 and key(titles[0])):
        return titled[0] if titled else 0
    raise NoList("no column is called Email", 'the first line should name the columns, one of them "Email"')


def _digest(identity: str) -> bytes:
    return hashlib.blake2b(identity.encode(), digest_size=SIZE).digest()
