"""A workbook as a shop exported it or imports it: worksheets read row by row, and parts that are workbooks.

It knows no platform: a room declares the columns. Rows are streamed, but openpyxl keeps the distinct texts of
a workbook in memory while it reads it, because the format stores them apart from the cells.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import InvalidFileException

from groupmigrate.errors import StoreError
from groupmigrate.platforms.csvfile import Sheet
from groupmigrate.platforms.parts import Cells, PartFolder, Rows

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.workbook.workbook import Workbook as Opened
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

MISREAD = ("=", "#")
"""What openpyxl would take for a formula or an error at the start of a text."""


@dataclass(frozen=True)
class WorkbookFile:
    """One worksheet of a workbook on disk."""

    path: Path
    worksheet: str
    sheet: Sheet

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """Yield each row with its number: the text of every declared column, "" for absent ones.

        Empty rows are passed over. Raises StoreError with file, worksheet and row for what cannot be read.
        """
        with self._opened() as book:
            if self.worksheet not in book.sheetnames:
                raise self._error(f'the workbook has no sheet "{self.worksheet}"', "GM512")
            rows = book[self.worksheet]
            # Some programs write a wrong size into the sheet, and openpyxl would stop there.
            rows.reset_dimensions()
            yield from self._cells(rows.iter_rows(values_only=True))

    def _cells(self, rows: Iterator[Sequence[object]]) -> Iterator[tuple[int, Cells]]:
        header = [text(value).strip() for value in next(rows, ())]
        self._check(header)
        places = {column.name: _place(column.name, header) for column in self.sheet.columns}
        for number, row in enumerate(rows, start=2):
            if any(value not in (None, "") for value in row):
                yield number, {name: _at(row, place) for name, place in places.items()}

    def _check(self, header: Sequence[str]) -> None:
        needed = [column.name for column in self.sheet.columns if column.needed]
        missing = [name for name in needed if name not in header]
        if missing:
            named = ", ".join(f'"{name}"' for name in missing)
            raise self._error(f"{'column' if len(missing) == 1 else 'columns'} {named} not found", "GM510")

    @contextmanager
    def _opened(self) -> Iterator[Opened]:
        try:
            with warnings.catch_warnings():
                # openpyxl warns of styles and extensions that it does not know; only the values are wanted
                warnings.simplefilter("ignore", UserWarning)
                book = load_workbook(self.path, read_only=True, data_only=True)
            with closing(book):
                yield book
        except (BadZipFile, InvalidFileException, KeyError, ParseError, ValueError, EOFError) as error:
            raise self._error("the file is no Excel workbook (.xlsx), or is damaged", "GM512") from error
        except OSError as error:
            message = f"{self.sheet.title} cannot be read: {error.strerror or error}"
            hint = "check the path; it is relative to the folder of the connector file"
            raise StoreError(message, place=str(self.path), hint=hint, code="GM520") from error

    def _error(self, message: str, code: str) -> StoreError:
        return StoreError(message, place=self.place(1), hint=self.sheet.origin, code=code)

    def place(self, row: int) -> str:
        """Where a row stands, for messages."""
        return f"{self.path}, {self.worksheet}, row {row}"


class WorkbookFolder(PartFolder):
    """Parts that are one workbook each, with a worksheet for every kind of row."""

    suffix = "xlsx"

    def _load(self, number: int) -> Rows:
        path = self._path(self._first, number)
        return {
            kind: [cells for _, cells in WorkbookFile(path, kind.capitalize(), sheet).rows()]
            for kind, sheet in self._layout.sheets.items()
        }

    def _save(self, number: int, rows: Rows) -> None:
        book = Workbook(write_only=True)
        for kind, sheet in self._layout.sheets.items():
            names = [column.name for column in sheet.columns]
            page = book.create_sheet(kind.capitalize())
            page.append(names)
            for cells in rows[kind]:
                page.append([_cell(page, cells[name]) for name in names])
        content = BytesIO()
        book.save(content)
        self._replace(self._path(self._first, number), content.getvalue())


def text(value: object) -> str:
    """The value of a cell as text, whatever a program made of it: 7.0 is "7", and a date is in ISO form."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%S}"
    return str(value)


def _place(name: str, header: Sequence[str]) -> int:
    return header.index(name) if name in header else len(header)


def _at(row: Sequence[object], place: int) -> str:
    return text(row[place]) if place < len(row) else ""


def _cell(page: WriteOnlyWorksheet, value: str) -> str | Cell:
    if not value.startswith(MISREAD):
        return value
    cell = WriteOnlyCell(page, value)
    cell.data_type = "s"
    return cell
