"""The files of Neto's wizard, both ways: its own columns, one row for each address for parcels."""

from __future__ import annotations

import csv
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from groupmigrate.errors import StoreError
from groupmigrate.files.migration import check_files
from groupmigrate.model import Customer
from groupmigrate.platforms.base import Change, Opening, Outcome, State
from groupmigrate.platforms.neto import sheets
from groupmigrate.platforms.neto.csvexport import CsvExport
from groupmigrate.platforms.neto.csvimport import CsvImport
from groupmigrate.platforms.neto.csvoptions import CsvExportOptions, CsvImportOptions
from support.neto_room import ANA, HOME, creations, person

WORK = replace(HOME, city="Cairns", default_billing=False, default_shipping=True)
BEACH = replace(HOME, city="Noosa", default_billing=False)
HEAD = (
    "Username,Bill First Name,Email Address,User Group,Active,Ship Address Line 1,Ship City,"
    "Default Ship Address\n"
)


def importing(folder: Path, **more: object) -> CsvImport:
    options = {"folder": "files", "groups": ["A", "Trade"], **more}
    return CsvImport(CsvImportOptions.model_validate(options), Opening("files", folder, folder, False))


def exporting(folder: Path, text: str) -> CsvExport:
    (folder / "customers.csv").write_text(text, encoding="utf-8")
    options = CsvExportOptions.model_validate({"customers": "customers.csv"})
    return CsvExport(options, Opening("export", folder, folder))


def create(store: CsvImport, *customers: Customer) -> list[Outcome]:
    return list(store.apply(creations(customers)))


def rows(folder: Path, number: int = 1) -> list[dict[str, str]]:
    with (folder / "files" / f"customers-{number:04d}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def people(store: CsvExport | CsvImport) -> list[Customer]:
    return [customer for page in store.customers() for customer in page.customers]


# --- writing -----------------------------------------------------------------------------------------------


def test_a_row_for_each_address_for_parcels_repeats_the_customer(tmp_path: Path) -> None:
    with closing(importing(tmp_path)) as store:
        (ended,) = create(store, replace(ANA, addresses=(HOME, WORK, BEACH)))
    assert ended.state is State.DONE
    first, second = rows(tmp_path)
    shared = [name for name in first if name not in sheets.OF_PARCELS]
    assert all(first[name] == second[name] for name in shared)
    assert (first["Username"], first["User Group"], first["Gender"]) == ("c17", "Trade", "F")
    assert (first["Active"], first["Newsletter Subscriber"], first["Type"]) == ("Yes", "Yes", "Customer")
    assert [row["Ship City"] for row in (first, second)] == ["Cairns", "Noosa"]
    assert [row["Default Ship Address"] for row in (first, second)] == ["Yes", "No"]
    assert [row["Ship Address Book Title"] for row in (first, second)] == ["c17-1", "c17-2"]


def test_a_customer_without_parcels_has_one_row(tmp_path: Path) -> None:
    with closing(importing(tmp_path)) as store:
        create(store, ANA, replace(person(2), addresses=()))
    assert [(row["Username"], row["Ship City"], row["Bill City"]) for row in rows(tmp_path)] == [
        ("c17", "", "Brisbane"),
        ("c2", "", ""),
    ]


def test_the_columns_are_those_of_the_wizard_in_its_order(tmp_path: Path) -> None:
    with closing(importing(tmp_path)) as store:
        create(store, ANA)
    text = (tmp_path / "files" / "customers-0001.csv").read_text(encoding="utf-8")
    assert text.startswith(
        "Username,Bill Company,Bill First Name,Bill Last Name,Email Address,Bill Phone,Bill Fax,"
    )
    assert "Ship Address Line 1,Ship Address Line2,Ship City" in text
    assert "Password" not in text


def test_what_the_wizard_would_not_take_is_not_written(tmp_path: Path) -> None:
    with closing(importing(tmp_path)) as store:
        ended = create(
            store,
            replace(ANA, groups=("Nowhere",)),
            replace(person(2), firstname="x" * 31),
            replace(person(3), username=""),
            person(4),
        )
    assert [one.state for one in sorted(ended, key=lambda one: one.seq)] == [
        *[State.REJECTED] * 3,
        State.DONE,
    ]
    assert [row["Username"] for row in rows(tmp_path)] == ["c4"]


def test_changes_stay_in_their_rows_and_the_instructions_lie_beside(tmp_path: Path) -> None:
    with closing(importing(tmp_path, rows_per_file=2)) as store:
        made = create(store, person(1), person(2), person(3))
        second = next(one for one in made if one.seq == 1)
        wanted = replace(person(2), id=second.id, groups=("A",), addresses=(BEACH,))
        (ended,) = store.apply([Change(0, "update", wanted, ("groups", "addresses"))])
    assert ended.stored is not None
    assert (ended.stored.groups, len(ended.stored.addresses)) == (("A",), 2)
    assert [row["User Group"] for row in rows(tmp_path)] == ["Trade", "A"]
    assert [row["Username"] for row in rows(tmp_path, 2)] == ["c3"]
    assert "- Trade" in (tmp_path / "files" / "INSTRUCTIONS.md").read_text(encoding="utf-8")


def test_a_folder_of_files_says_that_it_is_no_store(tmp_path: Path) -> None:
    with closing(importing(tmp_path)) as store:
        assert [finding.code for finding in store.check().findings] == ["GM559"]
        username = store.rules().username
    assert username is not None
    assert username.max_length == 15


# --- reading -----------------------------------------------------------------------------------------------


def test_the_rows_of_a_customer_are_one_customer(tmp_path: Path) -> None:
    text = (
        HEAD + "a,Ana,a@example.com,Trade,Yes,1 Street,X,Yes\na,Ana,a@example.com,Trade,Yes,2 Street,Y,No\n"
    )
    text += "b,Ion,b@example.com,A,No,,,\n"
    with closing(exporting(tmp_path, text)) as store:
        first, second = people(store)
        groups = {group.name: group.members for group in store.groups()}
        assert [finding.code for finding in store.check().findings] == []
    assert (first.id, first.active, [home.city for home in first.addresses]) == ("a", True, ["X", "Y"])
    assert (second.active, second.addresses) == (False, ())
    assert groups == {"A": 1, "Trade": 1}


def test_reading_goes_on_behind_a_cursor(tmp_path: Path) -> None:
    text = HEAD + "".join(f"n{n},Ana,n{n}@example.com,A,Yes,,,\n" for n in range(2500))
    with closing(exporting(tmp_path, text)) as store:
        first = next(iter(store.customers()))
        rest = [customer.id for page in store.customers(first.cursor) for customer in page.customers]
    assert len(first.customers) == 1000
    assert rest == [f"n{n}" for n in range(1000, 2500)]


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ("a,,a@example.com,A,,,,\nb,,b@example.com,A,,,,\nA,,a@example.com,A,,,,\n", 4),
        ("a,,a@example.com,A,,,,\n,,b@example.com,A,,,,\n", 3),
    ],
)
def test_rows_that_cannot_be_put_together_are_named(tmp_path: Path, rows: str, line: int) -> None:
    with closing(exporting(tmp_path, HEAD + rows)) as store:
        (finding,) = store.check().findings
        assert (finding.code, f"customers.csv:{line}" in finding.message) == ("GM514", True)
        with pytest.raises(StoreError):
            store.groups()


def test_customers_without_a_group_are_told(tmp_path: Path) -> None:
    with closing(exporting(tmp_path, HEAD + "a,,a@example.com,,,,,\n")) as store:
        assert [finding.code for finding in store.check().findings] == ["GM560"]
        assert people(store)[0].groups == ()


def test_a_full_name_is_parted_and_letters_are_genders(tmp_path: Path) -> None:
    head = "Username,Email Address,User Group,Bill Full Name,Gender,Date Of Birth,Classification 1,Type\n"
    with closing(
        exporting(tmp_path, head + "a,a@example.com,A,Ana Maria Pop,Female,1980/02/29,Gold,Prospect\n")
    ) as store:
        (ana,) = people(store)
    assert (ana.firstname, ana.lastname, ana.gender, ana.birthday) == (
        "Ana",
        "Maria Pop",
        "female",
        "1980-02-29",
    )
    assert ana.attributes == {"Classification1": "Gold", "Type": "Prospect"}


# --- connectors --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "via: api\nurl: https://x.example.com\n",
        "via: api\nurl: ftp://x.example.com\nkey: env:X\n",
        "via: api\nurl: https://x.example.com\nkey: env:X\nclient_id: app\n",
        "via: api\nurl: https://x.example.com\nkey: env:X\nclient_id: app\ntoken: env:Y\n",
        "via: api\nurl: https://x.example.com\nkey: env:X\nreadings: group=keep\n",
        "via: csv-import\nfolder: x\ngroups: ['2']\n",
        "via: csv-import\nfolder: x\nusername_length: 26\n",
    ],
)
def test_a_connector_that_cannot_be_right_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(f"version: 1\nplatform: neto\n{text}", encoding="utf-8")
    (problem,) = check_files([path]).problems
    assert problem.code in ("GM104", "GM105")
    assert problem.message[0].islower() or problem.message.startswith(("`", '"'))
