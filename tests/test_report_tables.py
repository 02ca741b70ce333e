"""Spreadsheets of customers: whole, complete, and without formulas."""

from __future__ import annotations

import csv
import gc
import stat
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from msgspec.structs import replace

from groupmigrate.errors import DiskError, UsageError
from groupmigrate.report import tables
from groupmigrate.report.lettering import printable
from groupmigrate.report.people import People, Person
from groupmigrate.report.tables import COLUMNS, save, write_csv, write_xlsx
from support.report_plans import made

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1")


@pytest.fixture
def people(tmp_path: Path) -> list[Person]:
    """The customers of a small plan."""
    with made(tmp_path) as plan:
        maker = People(plan.header, show_pii=True)
        return [maker.person(row) for row in plan.rows()]


def csv_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file by column."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def xlsx_rows(path: Path) -> list[list[Any]]:
    """The cells of a workbook, its columns' names first."""
    book = openpyxl.load_workbook(path)
    try:
        assert book.active is not None
        return [list(row) for row in book.active.iter_rows()]
    finally:
        book.close()


def test_every_customer_is_a_row_of_either_file(people: list[Person], tmp_path: Path) -> None:
    assert write_csv(people, tmp_path / "a.csv") == 7
    assert write_xlsx(people, tmp_path / "a.xlsx") == 7
    rows = csv_rows(tmp_path / "a.csv")
    assert [row["customer"] for row in rows] == [f"person{number}@example.com" for number in range(1, 8)]
    assert (rows[1]["source_group"], rows[1]["groups_after"], rows[1]["action"]) == (
        "Wholesale",
        "Trade",
        "create",
    )
    names, *cells = xlsx_rows(tmp_path / "a.xlsx")
    assert [cell.value for cell in names] == list(COLUMNS)
    assert [["" if cell.value is None else str(cell.value) for cell in row] for row in cells] == [
        list(row.values()) for row in rows
    ]
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_is_a_formula(people: list[Person], tmp_path: Path, formula: str) -> None:
    bad = [replace(people[0], source_group=formula, why=formula)]
    write_csv(bad, tmp_path / "a.csv")
    row = csv_rows(tmp_path / "a.csv")[0]
    assert row["source_group"].startswith("'")
    assert row["why"].startswith("'")
    write_xlsx(bad, tmp_path / "a.xlsx")
    cells = xlsx_rows(tmp_path / "a.xlsx")[1]
    assert "f" not in {cell.data_type for cell in cells}
    assert (cells[3].data_type, cells[3].value) == ("s", printable(formula))
    assert cells[3].number_format == "@"


def test_an_error_of_a_spreadsheet_is_a_text(people: list[Person], tmp_path: Path) -> None:
    write_xlsx([replace(people[0], source_group="#N/A")], tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert 't="e"' not in sheet
    assert "#N/A" in sheet


def test_letters_that_no_workbook_takes_do_not_stop_it(people: list[Person], tmp_path: Path) -> None:
    assert write_xlsx([replace(people[0], why="bell \x07 and null \x00")], tmp_path / "a.xlsx") == 1
    assert xlsx_rows(tmp_path / "a.xlsx")[1][6].value == "bell � and null �"


def test_a_workbook_that_would_be_too_long_is_refused_and_leaves_the_old_one(
    people: list[Person], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "SHEET_ROWS", 4)
    (tmp_path / "a.xlsx").write_bytes(b"old")
    with pytest.raises(UsageError, match="a workbook holds 3 customers"):
        write_xlsx(people, tmp_path / "a.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == b"old"
    assert list(tmp_path.glob("*.part")) == []
    assert write_xlsx(people[:3], tmp_path / "a.xlsx") == 3


def test_files_are_their_owners_and_folders_are_made(people: list[Person], tmp_path: Path) -> None:
    write_csv(people, tmp_path / "new" / "a.csv")
    write_xlsx(people, tmp_path / "new" / "a.xlsx")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()}
    assert modes == {0o600}


def test_a_place_that_cannot_be_written_is_told(people: list[Person], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(DiskError):
        write_csv(people, tmp_path / "file" / "a.csv")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_workbook_on_a_full_disk_fails_once_and_leaves_nothing_open() -> None:
    workbook = openpyxl.Workbook()
    with pytest.raises(OSError, match="No space left"):
        save(workbook, Path("/dev/full"))
    gc.collect()  # what was left open would complain now, and the test fail
