"""Customers of a plan as a spreadsheet, CSV or XLSX. One customer is in memory at a time.

Names and e-mails come from shops, and so from anybody: no cell of these files is taken for a formula.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

from groupmigrate.errors import UsageError
from groupmigrate.report.draft import draft_of
from groupmigrate.report.lettering import counted, printable
from groupmigrate.report.people import Alteration, Person

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell as XlsxCell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

Cell = str | int

COLUMNS = {
    "no": 8,
    "customer": 32,
    "source_id": 12,
    "source_group": 20,
    "action": 10,
    "code": 8,
    "why": 36,
    "target_id": 12,
    "groups_before": 24,
    "groups_after": 24,
    "fields": 20,
    "notes": 40,
    "mapping_line": 12,
    "state": 12,
    "outcome": 36,
}
"""The columns, and how wide they are in a workbook, in letters."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""
SPECIAL = (*FORMULA, "#")
"""What openpyxl or somebody who edits a cell may take for more than text."""
SHEET_ROWS = 1_048_576
"""Rows of an XLSX sheet, by its standard."""


def write_csv(people: Iterable[Person], path: Path) -> int:
    """Write a CSV file and return how many customers are in it; raises DiskError.

    UTF-8 with a byte order mark, which Excel wants. Texts that would be formulas begin with an apostrophe.
    """
    count = 0
    with draft_of(path) as draft, draft.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for count, person in enumerate(people, start=1):  # noqa: B007 - the count is what is returned
            rows.writerow([harmless(cell) for cell in _cells(person)])
    return count


def write_xlsx(people: Iterable[Person], path: Path) -> int:
    """Write a workbook and return how many customers are in it; raises DiskError, and UsageError if too many.

    All texts are cells of the type text, so they need no apostrophe.
    """
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("customers")
    count = 0
    with draft_of(path) as draft:
        try:
            _begin(sheet)
            for count, person in enumerate(people, start=1):
                _refuse_too_many(count, path)
                sheet.append([_typed(sheet, cell) for cell in _cells(person)])
            sheet.auto_filter.ref = f"A1:O{count + 1}"
        finally:
            sheet.close()
        save(workbook, draft)
    return count


def save(workbook: Workbook, path: Path) -> None:
    """Write the workbook; openpyxl would leave an archive open on a full disk, which fails once more."""
    from openpyxl.writer.excel import ExcelWriter

    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        ExcelWriter(workbook, archive).save()


def _cells(person: Person) -> Iterator[Cell]:
    groups = next((change for change in person.changes if change.field == "groups"), Alteration("", "", ""))
    yield person.seq
    yield person.email
    yield person.source_id
    yield person.source_group
    yield person.action
    yield person.code
    yield person.why
    yield person.target_id
    yield groups.before
    yield groups.after
    yield ", ".join(change.field for change in person.changes)
    yield "; ".join(
        ": ".join(part for part in (f"{note.code} {note.title}", note.field, note.detail) if part)
        for note in person.notes
    )
    yield person.line
    yield person.state
    yield person.outcome


def harmless(cell: Cell) -> Cell:
    """The cell as a spreadsheet takes it for text and for nothing else."""
    if isinstance(cell, str):
        return f"'{printable(cell)}" if cell.startswith(FORMULA) else printable(cell)
    return cell


def _begin(sheet: WriteOnlyWorksheet) -> None:
    for place, width in enumerate(COLUMNS.values()):
        sheet.column_dimensions[chr(ord("A") + place)].width = width  # type: ignore[attr-defined]
    sheet.freeze_panes = "A2"
    sheet.append([_typed(sheet, name) for name in COLUMNS])


def _typed(sheet: WriteOnlyWorksheet, cell: Cell) -> Cell | XlsxCell:
    from openpyxl.cell import WriteOnlyCell

    if isinstance(cell, int):
        return cell
    if not cell.startswith(SPECIAL):
        return printable(cell)
    typed = WriteOnlyCell(sheet, printable(cell))
    typed.data_type = "s"  # openpyxl takes "=1" for a formula and "#N/A" for an error
    typed.number_format = "@"  # so that it stays a text when somebody edits it
    return typed


def _refuse_too_many(count: int, path: Path) -> None:
    if count >= SHEET_ROWS:
        raise UsageError(
            f"a workbook holds {counted(SHEET_ROWS - 1, 'customer')}, and the plan has more",
            place=str(path),
            hint="--csv has no limit; --action, --group and --code list fewer",
        )
