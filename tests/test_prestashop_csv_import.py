"""The files for PrestaShop's import page: what stands in them, what a kill does, what cannot be held."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from pydantic import ValidationError

from groupmigrate.model import Address, Customer, Role
from groupmigrate.planning.fit import Fitting
from groupmigrate.platforms.base import Opening, Severity, State
from groupmigrate.platforms.parts import PartFolder
from groupmigrate.platforms.prestashop.csvimport import LAYOUT, CsvImport
from groupmigrate.platforms.prestashop.csvoptions import CsvImportOptions
from support.import_files import everybody, send, update

HOME = Address(
    "Ana",
    "Pop",
    company='Pop & "Fiii"; SRL',
    street=("Str. Lungă 5", "ap. 2; sc. B"),
    postcode="010101",
    city="București",
    country="RO",
    phone="+40 21 555 0101",
    note="ring twice\nthen wait",
)
ANA = Customer(
    id="",
    email="ana.pop@example.com",
    groups=("4", "3"),
    firstname="Ana",
    lastname="Pop",
    gender="female",
    birthday="1980-02-29",
    newsletter=True,
    created="2015-05-05 05:05:05",
    addresses=(HOME,),
)
DAN = Customer(id="", email="dan@example.com", groups=("3",), firstname="Dan", lastname="Oz", active=False)


def opened(folder: Path, *, read_only: bool = False, **changes: Any) -> CsvImport:
    """The store in a folder."""
    options = {"folder": "out/files", "shop_version": "9.1.4", "groups": {"4": "Trade"}, **changes}
    return CsvImport(CsvImportOptions.model_validate(options), Opening("shop", folder, folder, read_only))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CsvImport]:
    with closing(opened(tmp_path)) as store:
        yield store


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";", strict=True))


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "out/files").iterdir())


# --- what stands in the files ------------------------------------------------------------------------------


def test_the_columns_are_those_of_the_import_page_in_its_order(store: CsvImport, tmp_path: Path) -> None:
    send(store, ANA)
    head = (tmp_path / "out/files/customers-0001.csv").read_text(encoding="utf-8").splitlines()[0]
    assert head == (
        "id;active;id_gender;email;passwd;birthday;lastname;firstname;newsletter;optin;date_add;group;"
        "id_default_group"
    )
    head = (tmp_path / "out/files/addresses-0001.csv").read_text(encoding="utf-8").splitlines()[0]
    assert head == (
        "id;alias;active;customer_email;id_customer;manufacturer;supplier;company;lastname;firstname;"
        "address1;address2;postcode;city;country;state;other;phone;phone_mobile;vat_number;dni"
    )


def test_a_customer_is_written_as_the_import_page_reads_one(tmp_path: Path) -> None:
    with closing(opened(tmp_path, timezone="Europe/Bucharest")) as store:
        send(store, ANA, DAN)
    ana, dan = rows(tmp_path / "out/files/customers-0001.csv")
    assert len(ana.pop("passwd")) >= 24
    assert ana == {
        "id": "",
        "active": "1",
        "id_gender": "2",
        "email": "ana.pop@example.com",
        "birthday": "1980-02-29",
        "lastname": "Pop",
        "firstname": "Ana",
        "newsletter": "1",
        "optin": "0",
        "date_add": "2015-05-05 08:05:05",
        "group": "4,3",
        "id_default_group": "4",
    }
    assert (dan["active"], dan["group"], dan["id_default_group"], dan["date_add"]) == ("0", "3", "3", "")


def test_an_address_is_written_as_the_import_page_reads_one(store: CsvImport, tmp_path: Path) -> None:
    send(store, ANA)
    (home,) = rows(tmp_path / "out/files/addresses-0001.csv")
    assert {name: text for name, text in home.items() if text} == {
        "alias": "Address",
        "active": "1",
        "customer_email": "ana.pop@example.com",
        "company": 'Pop & "Fiii"; SRL',
        "lastname": "Pop",
        "firstname": "Ana",
        "address1": "Str. Lungă 5",
        "address2": "ap. 2; sc. B",
        "postcode": "010101",
        "city": "București",
        "country": "Romania",
        "other": "ring twice\nthen wait",
        "phone": "+40 21 555 0101",
    }


def test_every_customer_gets_another_password_and_keeps_it(store: CsvImport, tmp_path: Path) -> None:
    ana, _ = send(store, ANA, DAN)
    before = [row["passwd"] for row in rows(tmp_path / "out/files/customers-0001.csv")]
    assert len(set(before)) == 2
    update(store, replace(ANA, id=ana.id, groups=("3",)), "groups")
    assert [row["passwd"] for row in rows(tmp_path / "out/files/customers-0001.csv")] == before


def test_countries_are_written_by_the_names_that_the_connector_gives(tmp_path: Path) -> None:
    hungary = replace(HOME, country="HU")
    with closing(opened(tmp_path, countries={"RO": "Roumanie"})) as store:
        send(store, replace(ANA, addresses=(HOME, hungary)))
        (there,) = everybody(store)
    # Never by number: Hungary is 143 in a new 1.7.6 and 142 in a new 9.1.4.
    assert [row["country"] for row in rows(tmp_path / "out/files/addresses-0001.csv")] == [
        "Roumanie",
        "Hungary",
    ]
    assert [home.country for home in there.addresses] == ["RO", "HU"]


def test_states_are_written_by_name_and_read_with_their_code(store: CsvImport, tmp_path: Path) -> None:
    texas = replace(HOME, country="US", region_code="TX", region="Texas")
    send(store, replace(ANA, addresses=(texas,)))
    assert rows(tmp_path / "out/files/addresses-0001.csv")[0]["state"] == "Texas"
    assert everybody(store)[0].addresses[0].region_code == "TX"


def test_states_are_left_out_and_counted_where_the_connector_says_so(tmp_path: Path) -> None:
    texas = replace(ANA, addresses=(replace(HOME, country="US", region_code="TX", region="Texas"),))
    with closing(opened(tmp_path, states=False)) as store:
        fitted = Fitting(store.rules()).fit(texas)
        assert [note.code for note in fitted.notes] == ["GM312"]
        send(store, fitted.customer)
    assert rows(tmp_path / "out/files/addresses-0001.csv")[0]["state"] == ""


def test_the_instructions_name_the_groups_and_the_dangers(store: CsvImport, tmp_path: Path) -> None:
    send(store, ANA)
    text = (tmp_path / "out/files/INSTRUCTIONS.md").read_text(encoding="utf-8")
    assert "   - 4: Trade\n" in text
    assert "| Delete all customers before import? | **No** |" in text
    assert "| Field separator | ; |" in text


# --- what the files cannot hold ----------------------------------------------------------------------------


def php_rows(text: str) -> list[list[str]]:
    """The cells as PHP's fgetcsv reads them: a backslash keeps the quote behind it from ending a cell."""
    read: list[list[str]] = [[]]
    cell, quoted, position = "", False, 0
    while position < len(text):
        sign = text[position]
        if quoted and sign == "\\" and position + 1 < len(text):
            cell += text[position : position + 2]
            position += 1
        elif quoted and text[position : position + 2] == '""':
            cell += '"'
            position += 1
        elif sign == '"' and (quoted or not cell):
            quoted = not quoted
        elif sign in ";\n" and not quoted:
            read[-1].append(cell)
            cell = ""
            if sign == "\n":
                read.append([])
        else:
            cell += sign
        position += 1
    return read[:-1]


def test_a_backslash_is_not_taken_because_php_would_misread_the_rest(store: CsvImport) -> None:
    note = replace(ANA, addresses=(replace(HOME, note='back\\slash" here'),))
    fitted = Fitting(store.rules()).fit(note)
    assert [(one.code, one.field) for one in fitted.misfits] == [("GM302", "address 1: note")]
    (outcome,) = send(store, note)
    assert (outcome.state, outcome.code) == (State.REJECTED, "GM401")
    assert outcome.words == "the import page does not take: address 1: note"
    assert everybody(store) == []


def test_a_backslash_in_a_street_is_cleaned_on_request(store: CsvImport) -> None:
    street = replace(ANA, addresses=(replace(HOME, street=("Main 5\\7",)),))
    fitted = Fitting(store.rules(), misfits="clean").fit(street)
    assert [note.code for note in fitted.notes] == ["GM317"]
    assert fitted.customer.addresses[0].street == ("Main 5 7",)


NOTES = st.text(st.characters(codec="utf-8", min_codepoint=32) | st.sampled_from('";,\n\\'), max_size=12)


@settings(max_examples=60)
@given(note=NOTES, company=NOTES)
def test_php_reads_every_cell_that_the_rules_let_through(
    tmp_path_factory: pytest.TempPathFactory, note: str, company: str
) -> None:
    folder = tmp_path_factory.mktemp("files")
    with closing(opened(folder)) as store:
        home = replace(HOME, note=note, company=company)
        fitted = Fitting(store.rules(), misfits="leave_out").fit(replace(ANA, addresses=(home,)))
        send(store, fitted.customer, DAN, replace(DAN, email="second@example.com", addresses=(HOME,)))
        assert everybody(store)[0].addresses[0].note == fitted.customer.addresses[0].note
    text = (folder / "out/files/addresses-0001.csv").read_bytes().decode()
    read = php_rows(text)
    assert [len(row) for row in read] == [21, 21, 21]
    assert read[1][16] == fitted.customer.addresses[0].note
    assert read[1][7] == fitted.customer.addresses[0].company


def test_a_post_code_is_demanded_because_the_page_would_invent_one(store: CsvImport) -> None:
    nowhere = replace(ANA, addresses=(replace(HOME, postcode=""),))
    misfits = Fitting(store.rules()).fit(nowhere).misfits
    assert [(one.code, one.field) for one in misfits] == [("GM301", "address 1: postcode")]
    assert send(store, nowhere)[0].state is State.REJECTED


def test_company_and_other_languages_are_left_out_and_counted(store: CsvImport) -> None:
    fitted = Fitting(store.rules()).fit(replace(ANA, company="Pop SRL", language="ro"))
    assert [(note.code, note.field) for note in fitted.notes] == [("GM304", "company"), ("GM316", "language")]
    send(store, fitted.customer)
    assert everybody(store)[0].language == "en"


@pytest.mark.parametrize(
    ("customer", "words"),
    [
        (replace(ANA, groups=("9",)), 'the connector names no group "9"'),
        (replace(ANA, email="no address"), "the import page does not take: email"),
        (replace(ANA, addresses=(replace(HOME, country="XX"),)), "does not take: address 1: country"),
    ],
)
def test_what_the_page_would_do_wrong_in_silence_is_refused(
    store: CsvImport, customer: Customer, words: str
) -> None:
    bad, good = send(store, customer, DAN)
    assert (bad.state, bad.code) == (State.REJECTED, "GM401")
    assert words in bad.words
    assert good.state is State.DONE
    assert [one.email for one in everybody(store)] == [DAN.email]


# --- changes, doubles --------------------------------------------------------------------------------------


def test_a_double_in_the_files_is_found_as_a_double(store: CsvImport, tmp_path: Path) -> None:
    send(store, DAN)
    path = tmp_path / "out/files/customers-0001.csv"
    line = path.read_text(encoding="utf-8").splitlines(keepends=True)[1]
    path.write_text(path.read_text(encoding="utf-8") + line, encoding="utf-8")
    with closing(opened(tmp_path)) as again:
        assert [one.id for one in again.find([DAN.email])[DAN.email]] == ["1-1", "1-2"]


def test_addresses_of_nobody_are_not_carried_on(store: CsvImport, tmp_path: Path) -> None:
    send(store, ANA)
    folder = PartFolder(tmp_path / "out/files", LAYOUT)
    part = folder.read(1)
    path = tmp_path / "out/files/addresses-0001.csv"
    text = path.read_text(encoding="utf-8").replace("ana.pop@", "somebody.else@")
    path.write_text(text, encoding="utf-8")
    assert everybody(store)[0].addresses == ()
    folder.write(part)
    assert len(everybody(store)[0].addresses) == 1


# --- the check, and the connector --------------------------------------------------------------------------


def test_the_check_says_what_a_folder_of_files_is_not(store: CsvImport) -> None:
    findings = {one.code: one for one in store.check().findings}
    assert set(findings) == {"GM524", "GM525", "GM508"}
    assert all(one.severity is Severity.WARNING for one in findings.values())


def test_the_check_is_content_with_countries_and_time_zone(tmp_path: Path) -> None:
    with closing(opened(tmp_path, countries={"RO": "Romania"}, timezone="UTC")) as store:
        assert [one.code for one in store.check().findings] == ["GM524"]


def test_built_in_groups_are_known_by_number(tmp_path: Path) -> None:
    with closing(opened(tmp_path, groups={"3": "Kunde", "7": "Handel"}, guest_group=8)) as store:
        groups = [(group.id, group.name, group.role) for group in store.groups()]
    assert groups == [
        ("1", "Visitor", Role.VISITOR),
        ("8", "Guest", Role.GUEST),
        ("3", "Kunde", Role.DEFAULT),
        ("7", "Handel", None),
    ]


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("shop_version", "1.6", "this should be a version of PrestaShop 8 or 9, as 9.1.4"),
        ("groups", {"Trade": "4"}, "this is listed by its number"),
        ("countries", {"Romania": "RO"}, "a country is listed by two capital letters"),
        ("timezone", "Nowhere", "this should be a time zone"),
        ("rows_per_file", 0, "greater than or equal to 1"),
    ],
)
def test_a_wrong_option_is_said_in_words(tmp_path: Path, option: str, value: Any, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        opened(tmp_path, **{option: value})
