"""A CSV file as a shop exported it, read row by row. It knows no platform: a room declares the columns.

Read with Python's csv module and not with pandas, which fills up a short row in silence, guesses types, and
does not know on which line a row stands.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from groupmigrate.errors import StoreError
from groupmigrate.platforms.csvformat import HEAD, first_undecodable, misfit

if TYPE_CHECKING:
    from _csv import Reader

LONGEST_CELL = 4 * 1024 * 1024
"""In characters. A longer cell is taken for a quote that was never closed."""

DELIMITERS = {",": "a comma", ";": "a semicolon", "|": "a bar", "\t": "a tab"}


@dataclass(frozen=True)
class Column:
    """A column that is read; all other columns of a file are never looked at."""

    name: str
    meaning: str
    needed: bool = False


@dataclass(frozen=True)
class Sheet:
    """What a file should hold."""

    title: str
    """What the file is, for messages: "Magento's customer export"."""
    columns: tuple[Column, ...]
    origin: str
    """How a person gets such a file."""
    mistaken: Mapping[str, str] = field(default_factory=dict)
    """A column that gives another file away -> what that file is."""
    by_place: bool = False
    """The columns are known by their places, because the header is in the language of who exported."""


@dataclass(frozen=True)
class CsvFile:
    """One file on disk and how it is written."""

    path: Path
    sheet: Sheet
    encoding: str = "utf-8"
    delimiter: str = ","
    optional: bool = False
    """The connector can name another delimiter."""

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield each row with the line it starts on: the text of every declared column, "" for absent ones.

        Lines are counted as an editor does, from 1, line ends inside cells included. Empty lines are passed
        over. Raises StoreError with file and line for anything that cannot be read completely.
        """
        csv.field_size_limit(LONGEST_CELL)
        try:
            self._check_format()
            with self.path.open(encoding=self._codec, newline="") as file:
                yield from self._cells(csv.reader(file, delimiter=self.delimiter, strict=True))
        except UnicodeError as error:
            raise self._undecodable() from error
        except OSError as error:
            raise self._unavailable(error.strerror or str(error)) from error

    def place(self, line: int) -> str:
        """Where a line is, for messages."""
        return f"{self.path}:{line}"

    def header(self) -> list[str]:
        """The names of all columns; none for a file that cannot be read, as `rows` will say."""
        try:
            with self.path.open(encoding=self._codec, newline="") as file:
                return next(csv.reader(file, delimiter=self.delimiter), [])
        except (OSError, UnicodeError, csv.Error):
            return []

    def ends_with_a_line_end(self) -> bool:
        """Whether the last line is complete; exports always are, cut files seldom."""
        with self.path.open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - 2))
            return file.read().rstrip(b"\0")[-1:] in (b"\n", b"\r")

    @property
    def _codec(self) -> str:
        utf8 = codecs.lookup(self.encoding).name == "utf-8"
        return "utf-8-sig" if utf8 else self.encoding

    def _cells(self, reader: Reader) -> Iterator[tuple[int, dict[str, str]]]:
        rows = self._numbered(reader)
        _, header = next(rows, (1, []))
        self._check_header(header)
        names = [column.name for column in self.sheet.columns]
        width = len(header)
        found = names if self.sheet.by_place else header
        pick = itemgetter(*(found.index(name) if name in found else width for name in names))
        for line, row in rows:
            if len(row) != width:
                raise self._wrong_width(line, len(row), width, last=_is_at_end(reader))
            row.append("")
            yield line, dict(zip(names, pick(row), strict=True))

    def _numbered(self, reader: Reader) -> Iterator[tuple[int, list[str]]]:
        while True:
            line = reader.line_num + 1
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise self._unreadable(line, str(error)) from error
            if row:
                yield line, row

    def _check_format(self) -> None:
        if self.path.exists() and not self.path.is_file():
            raise self._unavailable("this is no regular file")
        with self.path.open("rb") as file:
            found = misfit(file.read(HEAD), self.encoding)
        if found is not None:
            raise self._error(1, found.message, found.hint or self.sheet.origin, found.code)

    def _check_header(self, header: Sequence[str]) -> None:
        other = self._other_delimiter(header)
        if other:
            message = f"the columns are separated by {DELIMITERS[other]}, not by {DELIMITERS[self.delimiter]}"
            written = other.replace("\t", "\\t")
            option = f'set `delimiter: "{written}"` in the connector'
            raise self._error(1, message, option if self.optional else self.sheet.origin, "GM512")
        for column, kind in self.sheet.mistaken.items():
            if column in header:
                message = f"this is {kind}, but {self.sheet.title} is expected"
                raise self._error(1, message, self.sheet.origin, "GM512")
        if self.sheet.by_place:
            self._check_count(header)
        else:
            self._check_columns(header)

    def _check_count(self, header: Sequence[str]) -> None:
        if len(header) != len(self.sheet.columns):
            message = f"the file has {len(header)} columns, {self.sheet.title} has {len(self.sheet.columns)}"
            raise self._error(1, message, self.sheet.origin, "GM510")

    def _check_columns(self, header: Sequence[str]) -> None:
        missing = [c.name for c in self.sheet.columns if c.needed and c.name not in header]
        if missing:
            named = ", ".join(f'"{name}"{_nearest(name, header)}' for name in missing)
            columns = "column" if len(missing) == 1 else "columns"
            raise self._error(1, f"{columns} {named} not found", self.sheet.origin, "GM510")
        twice = [column.name for column in self.sheet.columns if header.count(column.name) > 1]
        if twice:
            raise self._error(1, f'column "{twice[0]}" stands twice', self.sheet.origin, "GM512")

    def _other_delimiter(self, header: Sequence[str]) -> str:
        counts = {mark: header[0].count(mark) for mark in DELIMITERS} if len(header) == 1 else {}
        best = max(counts, key=lambda mark: counts[mark], default="")
        return best if counts.get(best) else ""

    def _wrong_width(self, line: int, found: int, width: int, *, last: bool) -> StoreError:
        message = f"the row has {found} {'cell' if found == 1 else 'cells'}, the header {width}"
        if last and found < width:
            return self._cut_short(line, message)
        hint = "an unquoted delimiter or quote in a cell is the usual reason; export again"
        return self._error(line, message, hint, "GM514")

    def _unreadable(self, line: int, words: str) -> StoreError:
        if "unexpected end" in words:
            return self._cut_short(line, "a quote is opened in this row and never closed")
        if "field limit" in words:
            message = f"a cell is longer than {LONGEST_CELL:,} characters; a quote may be missing before it"
            return self._error(line, message, self.sheet.origin, "GM514")
        return self._error(line, f"the row is not CSV: {words}", "a quote inside a cell is doubled", "GM514")

    def _cut_short(self, line: int, message: str) -> StoreError:
        return self._error(line, message, "the file seems to be cut short; export it again", "GM512")

    def _undecodable(self) -> StoreError:
        line, bad = first_undecodable(self.path, self._codec)
        if bad is not None and bad.reason == "unexpected end of data" and bad.end == len(bad.object):
            return self._cut_short(line, "the last character is incomplete")
        byte = f": byte 0x{bad.object[bad.start]:02X}" if bad is not None else ""
        hint = (
            "export again as UTF-8, or say how the file is written: `encoding: cp1252` (Western Europe; "
            "Latin-1, too), `encoding: cp1250` (Central Europe)"
        )
        return self._error(line, f"the text is not {self.encoding}{byte}", hint, "GM511")

    def _unavailable(self, reason: str) -> StoreError:
        return StoreError(
            f"{self.sheet.title} cannot be read: {reason}",
            place=str(self.path),
            hint="check the path; it is relative to the folder of the connector file",
            code="GM520",
        )

    def _error(self, line: int, message: str, hint: str, code: str) -> StoreError:
        return StoreError(message, place=self.place(line), hint=hint, code=code)


def _is_at_end(reader: Reader) -> bool:
    try:
        return next(reader, None) is None
    except (csv.Error, UnicodeError):
        return False


def _nearest(name: str, header: Sequence[str]) -> str:
    # A file without a header line starts with a customer: an e-mail must not get into a message.
    names = [cell for cell in header if "@" not in cell and len(cell) < 64]
    near = get_close_matches(name, names, n=1, cutoff=0.75) or [
        n for n in names if n.strip().lower() == name.lower()
    ]
    return f' (found "{near[0]}")' if near else ""
