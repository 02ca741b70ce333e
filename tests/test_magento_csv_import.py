"""The files for Magento's import: what stands in them, what a kill does, and who is in the shop already."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from pydantic import ValidationError

from groupmigrate.errors import StoreError
from groupmigrate.model import Address, Customer, PasswordHash, Role
from groupmigrate.planning.fit import Fitting
from groupmigrate.platforms.base import Change, Opening, Severity, State
from groupmigrate.platforms.http import WriteRefused
from groupmigrate.platforms.magento.csvimport import CsvImport
from groupmigrate.platforms.magento.csvoptions import CsvImportOptions
from support.import_files import everybody, send, update

HOME = Address(
    "Ana",
    "Pop",
    company='Pop & "Fiii", SRL',
    street=("Str. Lungă 5", "ap. 2, sc. B"),
    postcode="010101",
    city="București",
    country="RO",
    phone="+40 21 555 0101",
    default_billing=True,
)
SECOND = Address(
    "Ana", "Pop", street=("Main 7",), postcode="75001", city="Austin", region="Texas", region_code="TX",
    country="US", phone="=1+1", default_shipping=True,
)  # fmt: skip
ANA = Customer(
    id="",
    email="ana.pop@example.com",
    groups=("4",),
    firstname="Ana",
    lastname="Pop",
    gender="female",
    birthday="1980-02-29",
    tax_id="RO123",
    language="ro",
    created="2015-05-05 05:05:05",
    addresses=(HOME, SECOND),
)
DAN = Customer(id="", email="dan@example.com", groups=("1",), firstname="Dan", lastname="Oz")
GROUPS = {"0": "NOT LOGGED IN", "1": "General", "2": "Wholesale", "4": "Trade"}
EXPORT = """\
email,_website,_store,group_id,firstname,lastname,gender,taxvat,created_at,password_hash,disable_auto_group_change
Eva.Lang@example.org,base,default,1,Eva,Lang,Weiblich,AT1,2014-04-04 04:04:04,x:y:1,0
dan@example.com,second,default,2,Other,Dan,Male,,2014-04-04 04:04:04,,0
ion@example.com,base,default,9,Ion,Roșu,Male,,2014-04-04 04:04:04,,0
"""


def opened(folder: Path, *, read_only: bool = False, passwords: bool = False, **changes: Any) -> CsvImport:
    """The store in a folder."""
    options = {"folder": "out/files", "groups": GROUPS, "languages": {"default": "en", "ro": "ro"}, **changes}
    opening = Opening("shop", folder, folder, read_only, passwords)
    return CsvImport(CsvImportOptions.model_validate(options), opening)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CsvImport]:
    with closing(opened(tmp_path)) as store:
        yield store


@pytest.fixture
def known(tmp_path: Path) -> Iterator[CsvImport]:
    """A store that knows the shop by its export."""
    (tmp_path / "export.csv").write_text(EXPORT, encoding="utf-8")
    with closing(opened(tmp_path, existing="export.csv")) as store:
        yield store


def rows(folder: Path, name: str = "customers-0001.csv") -> list[dict[str, str]]:
    with (folder / "out/files" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "out/files").iterdir())


# --- what stands in the files ------------------------------------------------------------------------------


def test_the_single_file_holds_a_customer_and_each_further_address_on_a_row_without_email(
    store: CsvImport, tmp_path: Path
) -> None:
    send(store, ANA, DAN)
    assert rows(tmp_path) == [
        {
            "email": "ana.pop@example.com",
            "_website": "base",
            "_store": "ro",
            "group_id": "4",
            "firstname": "Ana",
            "lastname": "Pop",
            "dob": "1980-02-29",
            "gender": "Female",
            "taxvat": "RO123",
            "created_at": "2015-05-05 05:05:05",
            "disable_auto_group_change": "1",
            "_address_firstname": "Ana",
            "_address_lastname": "Pop",
            "_address_company": 'Pop & "Fiii", SRL',
            "_address_street": "Str. Lungă 5\nap. 2, sc. B",
            "_address_postcode": "010101",
            "_address_city": "București",
            "_address_region": "",
            "_address_country_id": "RO",
            "_address_telephone": "+40 21 555 0101",
            "_address_default_billing_": "1",
            "_address_default_shipping_": "",
        },
        {
            **dict.fromkeys(
                (
                    "email",
                    "_website",
                    "_store",
                    "group_id",
                    "firstname",
                    "lastname",
                    "dob",
                    "gender",
                    "taxvat",
                ),
                "",
            ),
            "created_at": "",
            "disable_auto_group_change": "",
            "_address_firstname": "Ana",
            "_address_lastname": "Pop",
            "_address_company": "",
            "_address_street": "Main 7",
            "_address_postcode": "75001",
            "_address_city": "Austin",
            "_address_region": "Texas",
            "_address_country_id": "US",
            "_address_telephone": "=1+1",
            "_address_default_billing_": "",
            "_address_default_shipping_": "1",
        },
        {
            **dict.fromkeys(rows(tmp_path)[0], ""),
            "email": "dan@example.com",
            "_website": "base",
            "_store": "default",
            "group_id": "1",
            "firstname": "Dan",
            "lastname": "Oz",
            "disable_auto_group_change": "1",
        },
    ]


def test_the_pair_of_files_names_the_customer_in_each_address(tmp_path: Path) -> None:
    with closing(opened(tmp_path, files="pair", website="eu")) as store:
        send(store, ANA, DAN)
        assert [len(one.addresses) for one in everybody(store)] == [2, 0]
    assert [row["email"] for row in rows(tmp_path)] == [ANA.email, DAN.email]
    homes = rows(tmp_path, "addresses-0001.csv")
    assert [(row["_website"], row["_email"], row["_entity_id"], row["city"]) for row in homes] == [
        ("eu", ANA.email, "", "București"),
        ("eu", ANA.email, "", "Austin"),
    ]


@pytest.mark.parametrize("files_", ["composite", "pair"])
def test_what_is_written_reads_back(files_: str, tmp_path: Path) -> None:
    with closing(opened(tmp_path, files=files_)) as store:
        (outcome,) = send(store, ANA)
    with closing(opened(tmp_path, files=files_)) as again:
        (there,) = everybody(again)
    assert outcome.stored == there
    expected = tuple(replace(home, region_code="") for home in ANA.addresses)
    assert there == replace(ANA, id="1-1", scope="base", addresses=expected)


def test_a_column_that_nobody_fills_is_left_out_and_the_switch_never_is(
    store: CsvImport, tmp_path: Path
) -> None:
    # An empty password would take the password of somebody who is in the shop; an empty switch breaks off
    # the whole batch (Magento 2.4.7, run).
    send(store, DAN)
    assert list(rows(tmp_path)[0]) == [
        "email",
        "_website",
        "_store",
        "group_id",
        "firstname",
        "lastname",
        "disable_auto_group_change",
    ]
    assert rows(tmp_path)[0]["disable_auto_group_change"] == "1"


def test_the_shop_may_move_customers_by_vat_number_if_the_connector_says_so(tmp_path: Path) -> None:
    with closing(opened(tmp_path, auto_group=True)) as store:
        send(store, DAN)
    assert rows(tmp_path)[0]["disable_auto_group_change"] == "0"


def test_a_carried_password_is_written_as_magento_stores_it(tmp_path: Path) -> None:
    carried = replace(DAN, password="md5", password_hash=PasswordHash("md5+salt", "a" * 32, "pepper"))
    with closing(opened(tmp_path, passwords=True)) as store:
        (outcome,) = send(store, carried)
        assert outcome.stored == replace(carried, id="1-1", scope="base", language="en")
    assert rows(tmp_path)[0]["password_hash"] == f"{'a' * 32}:pepper:0"
    with closing(opened(tmp_path)) as store:
        assert everybody(store)[0].password_hash is None


def test_a_hash_that_magento_cannot_hold_is_refused(store: CsvImport) -> None:
    (outcome,) = send(store, replace(DAN, password_hash=PasswordHash("bcrypt", "$2y$10$x")))
    assert (outcome.state, outcome.words) == (
        State.REJECTED,
        "the password's hash cannot be written as Magento's",
    )


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({}, ["customers-NNNN.csv | Customers and Addresses (single file) | Add/Update"]),
        (
            {"files": "pair", "existing": "export.csv"},
            [
                "customers-NNNN.csv | Customers Main File | Add/Update Complex Data",
                "addresses-NNNN.csv | Customer Addresses | Add/Update Complex Data",
                "groups-NNNN.csv | Customers Main File | Add/Update Complex Data",
                "persons-NNNN.csv | Customers Main File | Add/Update Complex Data",
            ],
        ),
    ],
)
def test_the_instructions_name_groups_files_and_choices(
    changes: dict[str, Any], kinds: list[str], tmp_path: Path
) -> None:
    (tmp_path / "export.csv").write_text(EXPORT, encoding="utf-8")
    with closing(opened(tmp_path, **changes)) as store:
        send(store, ANA)
    text = (tmp_path / "out/files/INSTRUCTIONS.md").read_text(encoding="utf-8")
    assert "   - 4: Trade\n" in text
    assert "| Validation Strategy | Skip error entries |" in text
    assert "customer_grid" in text
    assert [line for line in text.splitlines() if "-NNNN" in line] == [f"| {kind} |" for kind in kinds]


# --- what the import does not take -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("customer", "words"),
    [
        (replace(ANA, groups=("9",)), 'the connector names no group "9"'),
        (replace(ANA, groups=("0",)), "the import puts nobody into group 0"),
        (replace(ANA, email="no address"), "the import does not take: email"),
        (replace(ANA, lastname="Pop (Berlin)"), "the import does not take: lastname"),
        (replace(ANA, addresses=(replace(HOME, country="XX"),)), "does not take: address 1: country"),
        (replace(ANA, addresses=(replace(HOME, phone=""),)), "does not take: address 1: phone"),
    ],
)
def test_what_the_import_would_do_wrong_in_silence_is_refused(
    store: CsvImport, customer: Customer, words: str
) -> None:
    bad, good = send(store, customer, DAN)
    assert (bad.state, bad.code) == (State.REJECTED, "GM401")
    assert words in bad.words
    assert good.state is State.DONE
    assert [one.email for one in everybody(store)] == [DAN.email]


def test_regions_are_those_of_a_new_shop_where_it_keeps_a_list_and_free_elsewhere(store: CsvImport) -> None:
    def region(country: str, name: str) -> tuple[str, list[str]]:
        home = replace(HOME, country=country, region=name, region_code="")
        fitted = Fitting(store.rules()).fit(replace(ANA, addresses=(home,)))
        return fitted.customer.addresses[0].region, [note.code for note in fitted.notes]

    assert region("US", "texas") == ("Texas", [])
    assert region("US", "Atlantis") == ("", ["GM312"])  # the row would be refused: "enter a valid region"
    assert region("GB", "Kent") == ("Kent", [])


def test_a_post_code_is_demanded_but_where_the_connector_says(tmp_path: Path) -> None:
    def misfits(store: CsvImport, country: str) -> list[str]:
        bare = replace(ANA, addresses=(replace(HOME, postcode="", country=country),))
        return [note.field for note in Fitting(store.rules()).fit(bare).misfits]

    with closing(opened(tmp_path, no_postcode=["RO"])) as store:
        assert misfits(store, "RO") == []
        assert misfits(store, "GB") == ["address 1: postcode"]


def test_what_files_have_no_column_for_is_left_out_and_counted(tmp_path: Path) -> None:
    rich = replace(ANA, newsletter=True, company="Pop SRL", language="hu")
    with closing(opened(tmp_path)) as store:
        notes = Fitting(store.rules()).fit(rich).notes
        assert {(note.code, note.field) for note in notes} == {
            ("GM304", "newsletter"),
            ("GM304", "company"),
            ("GM316", "language"),
        }
    with closing(opened(tmp_path, languages={})) as store:
        notes = Fitting(store.rules()).fit(rich).notes
        assert ("GM304", "language") in {(note.code, note.field) for note in notes}


# --- changes, doubles --------------------------------------------------------------------------------------


def test_a_customer_in_the_files_is_changed_where_they_stand(store: CsvImport, tmp_path: Path) -> None:
    ana, _ = send(store, ANA, DAN)
    outcome = update(store, replace(ANA, id=ana.id, groups=("2",), firstname="Anna"), "groups", "firstname")
    assert (outcome.state, outcome.id) == (State.DONE, "1-1")
    assert [row["group_id"] for row in rows(tmp_path)] == ["2", "", "1"]
    assert [row["firstname"] for row in rows(tmp_path)] == ["Anna", "", "Dan"]
    assert files(tmp_path) == ["INSTRUCTIONS.md", "customers-0001.csv"]


def test_an_address_is_added_behind_the_others(store: CsvImport, tmp_path: Path) -> None:
    ana, _ = send(store, replace(ANA, addresses=(HOME,)), DAN)
    update(store, replace(ANA, id=ana.id, addresses=(SECOND,)), "addresses")
    assert [row["email"] for row in rows(tmp_path)] == [ANA.email, "", DAN.email]
    assert [home.city for home in everybody(store)[0].addresses] == ["București", "Austin"]


# --- attributes that the shop added ---

OWN = {"loyalty_no": [], "tier": ["Gold", "Silver"]}


@pytest.mark.parametrize("kind", ["composite", "pair"])
def test_attributes_have_columns_of_their_own_with_the_labels_of_options(tmp_path: Path, kind: str) -> None:
    rich = replace(ANA, attributes={"loyalty_no": "0001", "tier": "Gold"})
    with closing(opened(tmp_path, files=kind, attributes=OWN)) as store:
        assert [outcome.state for outcome in send(store, rich, DAN)] == [State.DONE, State.DONE]
        assert [one.attributes for one in everybody(store)] == [rich.attributes, {}]
    people = [row for row in rows(tmp_path) if row["email"]]
    assert [(row["loyalty_no"], row["tier"]) for row in people] == [("0001", "Gold"), ("", "")]


def test_a_label_that_the_shop_does_not_have_and_an_attribute_without_a_column_are_refused(
    tmp_path: Path,
) -> None:
    with closing(opened(tmp_path, attributes=OWN)) as store:
        for attributes, words in (({"tier": "Platinum"}, "attribute tier"), ({"x": "1"}, "attribute x")):
            (outcome,) = send(store, replace(ANA, attributes=attributes))
            assert (outcome.state, words in outcome.words) == (State.REJECTED, True)


def test_changed_attributes_are_a_file_of_their_own(tmp_path: Path) -> None:
    header, *people = EXPORT.splitlines()
    export = "\n".join([f"{header},loyalty_no,tier", *(f"{one},L-1,Gold" for one in people), ""])
    (tmp_path / "export.csv").write_text(export, encoding="utf-8")
    with closing(opened(tmp_path, existing="export.csv", attributes=OWN)) as store:
        (eva,) = store.find(["eva.lang@example.org"])["eva.lang@example.org"]
        assert eva.attributes == {"loyalty_no": "L-1", "tier": "Gold"}
        change = Change(1, "update", replace(eva, attributes={"tier": "Silver"}), ("attributes",))
        (outcome,) = store.apply([change])
        assert outcome.stored is not None
        assert outcome.stored.attributes == {"loyalty_no": "L-1", "tier": "Silver"}
        assert "attributes-NNNN.csv" in store.instructions()
    assert files(tmp_path) == ["INSTRUCTIONS.md", "attributes-0001.csv"]
    assert rows(tmp_path, "attributes-0001.csv") == [
        {"email": "Eva.Lang@example.org", "_website": "base", "loyalty_no": "L-1", "tier": "Silver"}
    ]


def test_an_attribute_cannot_be_a_column_of_every_shop() -> None:
    with pytest.raises(ValidationError, match="column of every shop"):
        CsvImportOptions.model_validate({"folder": "x", "attributes": {"password_hash": []}})


# --- who is in the shop ------------------------------------------------------------------------------------


def test_the_shops_export_tells_who_is_there_on_the_same_website(known: CsvImport) -> None:
    send(known, ANA)
    assert [(one.id, one.email, one.groups) for one in everybody(known)] == [
        ("0-1", "Eva.Lang@example.org", ("1",)),
        ("0-3", "ion@example.com", ("9",)),
        ("1-1", "ana.pop@example.com", ("4",)),
    ]
    assert known.find(["EVA.lang@example.org", "dan@example.com"])["eva.lang@example.org"][0].id == "0-1"
    assert ("9", "id:9") in {(group.id, group.name) for group in known.groups()}
    rest = [one.id for page in known.customers("0-1") for one in page.customers]
    assert rest == ["0-3", "1-1"]


def test_somebody_of_another_website_is_somebody_else(known: CsvImport) -> None:
    (outcome,) = send(known, DAN)
    assert outcome.state is State.DONE


def test_somebody_who_is_in_the_shop_is_not_created_again(known: CsvImport, tmp_path: Path) -> None:
    (outcome,) = send(known, replace(ANA, email="eva.lang@example.org"))
    assert (outcome.state, outcome.code) == (State.UNKNOWN, "GM408")
    assert files(tmp_path) == ["INSTRUCTIONS.md"]


def test_a_change_of_group_is_a_file_of_groups_and_nothing_else(known: CsvImport, tmp_path: Path) -> None:
    (eva,) = known.find(["eva.lang@example.org"])["eva.lang@example.org"]
    outcome = update(known, replace(eva, groups=("4",)), "groups")
    assert (outcome.state, outcome.id, outcome.stored) == (State.DONE, "0-1", replace(eva, groups=("4",)))
    assert rows(tmp_path, "groups-0001.csv") == [
        {"email": "Eva.Lang@example.org", "_website": "base", "group_id": "4"}
    ]
    assert files(tmp_path) == ["INSTRUCTIONS.md", "groups-0001.csv"]


def test_a_changed_person_is_a_file_of_persons_that_leaves_the_group_alone(
    known: CsvImport, tmp_path: Path
) -> None:
    (eva,) = known.find(["eva.lang@example.org"])["eva.lang@example.org"]
    update(known, replace(eva, lastname="Lang-Berg"), "lastname")
    assert rows(tmp_path, "persons-0001.csv") == [
        {
            "email": "Eva.Lang@example.org",
            "_website": "base",
            "firstname": "Eva",
            "lastname": "Lang-Berg",
            "gender": "Weiblich",  # a label of the shop's own stays as it is
            "taxvat": "AT1",
        }
    ]
    assert files(tmp_path) == ["INSTRUCTIONS.md", "persons-0001.csv"]


def test_changes_are_found_again_and_a_second_change_takes_the_place_of_the_first(
    known: CsvImport, tmp_path: Path
) -> None:
    (eva,) = known.find(["eva.lang@example.org"])["eva.lang@example.org"]
    (ion,) = known.find(["ion@example.com"])["ion@example.com"]
    update(known, replace(eva, groups=("4",), firstname="Ewa"), "groups", "firstname")
    update(known, replace(ion, groups=("4",)), "groups")
    update(known, replace(eva, groups=("2",)), "groups")
    with closing(opened(tmp_path, existing="export.csv")) as again:
        there = {one.email: (one.groups, one.firstname) for one in everybody(again)}
        assert there == {
            "Eva.Lang@example.org": (("2",), "Ewa"),
            "ion@example.com": (("4",), "Ion"),
        }
        update(again, replace(ion, groups=("1",)), "groups")
    assert [(row["email"], row["group_id"]) for row in rows(tmp_path, "groups-0001.csv")] == [
        ("Eva.Lang@example.org", "2"),
        ("ion@example.com", "1"),
    ]


def test_files_of_changes_come_in_parts_too(tmp_path: Path) -> None:
    people = "".join(f"p{number}@example.com,base,1,A,B\n" for number in range(5))
    (tmp_path / "export.csv").write_text(f"email,_website,group_id,firstname,lastname\n{people}", "utf-8")
    with closing(opened(tmp_path, existing="export.csv", rows_per_file=2)) as store:
        crowd = everybody(store)
        changes = [
            Change(number, "update", replace(one, groups=("4",)), ("groups",))
            for number, one in enumerate(crowd)
        ]
        assert {outcome.state for outcome in store.apply(changes)} == {State.DONE}
    assert files(tmp_path) == ["INSTRUCTIONS.md", *(f"groups-000{number}.csv" for number in (1, 2, 3))]


def test_who_was_imported_and_exported_again_is_one_customer(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as store:
        send(store, DAN, ANA)
    (tmp_path / "export.csv").write_text(EXPORT.replace("second", "base"), encoding="utf-8")
    with closing(opened(tmp_path, existing="export.csv")) as store:
        assert [one.id for one in store.find([DAN.email])[DAN.email]] == ["0-2"]
        assert [one.email for one in everybody(store)].count(DAN.email) == 1


@pytest.mark.parametrize(
    ("id_", "fields", "code", "words"),
    [
        ("0-2", ("groups",), "GM404", "no row of the export has this id"),  # of another website
        ("0-77", ("groups",), "GM404", "no row of the export has this id"),
        ("7-1", ("groups",), "GM404", "no row of the files has this id"),
        ("0-1", ("addresses",), "GM401", "files add no address to somebody who is in the shop"),
    ],
)
def test_what_files_cannot_change_is_said(
    known: CsvImport, id_: str, fields: tuple[str, ...], code: str, words: str
) -> None:
    outcome = update(known, replace(ANA, id=id_), *fields)
    assert (outcome.state, outcome.code, outcome.words) == (State.REJECTED, code, words)


def test_a_read_only_store_changes_nobody_in_the_shop(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text(EXPORT, encoding="utf-8")
    with closing(opened(tmp_path, existing="export.csv", read_only=True)) as store:
        (eva,) = store.find(["eva.lang@example.org"])["eva.lang@example.org"]
        with pytest.raises(WriteRefused):
            update(store, replace(eva, groups=("4",)), "groups")
    assert not (tmp_path / "out").exists()


# --- the check, and the connector --------------------------------------------------------------------------


def test_the_check_says_that_the_shop_is_not_known(store: CsvImport) -> None:
    (finding,) = store.check().findings
    assert (finding.code, finding.severity) == ("GM524", Severity.WARNING)
    assert "`existing:`" in finding.hint


def test_the_check_is_content_with_an_export_and_names_its_time(known: CsvImport) -> None:
    check = known.check()
    assert check.findings == ()
    assert "the shop of 20" in check.version


def test_a_store_view_of_another_website_is_warned_of(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text(EXPORT.replace("base,default", "base,main"), encoding="utf-8")
    with closing(opened(tmp_path, existing="export.csv")) as store:
        (finding,) = store.check().findings
    assert (finding.code, finding.severity) == ("GM529", Severity.WARNING)
    assert 'the store view "default" on another website than "base"' in finding.message


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("export.csv", "name,phone\nAna,1\n", "GM510"),
        ("export.csv", None, "GM520"),
        ("out/files/customers-0001.csv", "name,phone\nAna,1\n", "GM510"),
        ("out/files/groups-0001.csv", "name,phone\nAna,1\n", "GM510"),
    ],
)
def test_a_file_of_something_else_is_an_error_before_anything_is_written(
    tmp_path: Path, name: str, text: str | None, code: str
) -> None:
    (tmp_path / "export.csv").write_text(EXPORT, encoding="utf-8")
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if text is None:
        path.unlink()
    else:
        path.write_text(text, encoding="utf-8")
    with closing(opened(tmp_path, existing="export.csv")) as store:
        (error,) = [one for one in store.check().findings if one.severity is Severity.ERROR]
        assert error.code == code
        with pytest.raises(StoreError):
            send(store, ANA)


def test_groups_without_names_in_the_connector_are_those_of_a_new_shop(tmp_path: Path) -> None:
    with closing(opened(tmp_path, groups=None)) as store:
        assert [(group.id, group.role) for group in store.groups()] == [
            ("0", Role.VISITOR),
            ("1", Role.DEFAULT),
            ("2", None),
            ("3", None),
        ]
        assert [finding.code for finding in store.check().findings] == ["GM524", "GM516"]


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("website", "my shop", "a code is made of letters, digits and _"),
        ("store", "", "a code is made of letters"),
        ("no_postcode", ["gb"], "a country is two capital letters"),
        ("files", "zip", "'composite' or 'pair'"),
        ("groups", {"Trade": "4"}, "a group is listed by its number"),
        ("default_group", 7, "which `groups:` does not list"),
        ("rows_per_file", 0, "greater than or equal to 1"),
    ],
)
def test_a_wrong_option_is_said_in_words(tmp_path: Path, option: str, value: Any, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        opened(tmp_path, **{option: value})
