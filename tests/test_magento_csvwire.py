"""Magento's cells and the canonical records: a table of quirks; no text is ever refused or changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupmigrate.model import Customer
from groupmigrate.platforms.magento import csvwire, sheets

NO_CUSTOMER = {column.name: "" for column in sheets.CUSTOMERS.columns}
NO_ADDRESS = {column.name: "" for column in sheets.ADDRESSES.columns}


def customer(cells: dict[str, str]) -> Customer:
    return csvwire.customer(NO_CUSTOMER | cells, "17", {"de": "de", "second_en": "en"})


def test_a_full_row_becomes_a_full_customer() -> None:
    assert customer(
        {
            "email": "Amélie.Berg@example.com",
            "_website": "base",
            "_store": "de",
            "group_id": "4",
            "prefix": "Dr.",
            "firstname": "Amélie",
            "middlename": "van den",
            "lastname": "O'Berg & <Söhne>",
            "suffix": "MBA",
            "dob": "1980-02-29",
            "gender": "Female",
            "taxvat": "DE123456789",
            "created_at": "2015-05-05 05:05:05",
            "updated_at": "2020-01-31 23:59:59",
        }
    ) == Customer(
        id="17",
        email="Amélie.Berg@example.com",
        groups=("4",),
        firstname="Amélie",
        lastname="O'Berg & <Söhne>",
        middlename="van den",
        prefix="Dr.",
        suffix="MBA",
        gender="female",
        birthday="1980-02-29",
        tax_id="DE123456789",
        language="de",
        scope="base",
        created="2015-05-05 05:05:05",
        updated="2020-01-31 23:59:59",
    )


@pytest.mark.parametrize(
    ("column", "cell", "name", "expected"),
    [
        ("group_id", "1", "groups", ("1",)),
        ("group_id", " 3 ", "groups", ("3",)),
        ("group_id", "007", "groups", ("7",)),
        ("group_id", "0", "groups", ("0",)),
        ("group_id", "000", "groups", ("0",)),
        ("group_id", "", "groups", ()),
        ("group_id", "Wholesale", "groups", ("Wholesale",)),
        ("group_id", "1.0", "groups", ("1.0",)),
        ("group_id", "٣", "groups", ("٣",)),
        ("gender", "Male", "gender", "male"),
        ("gender", "FEMALE", "gender", "female"),
        ("gender", "Not Specified", "gender", ""),
        ("gender", "1", "gender", "male"),
        ("gender", "2", "gender", "female"),
        ("gender", "3", "gender", ""),
        ("gender", "Herr", "gender", ""),
        ("dob", "1980-02-29 00:00:00", "birthday", "1980-02-29"),
        ("dob", "0000-00-00", "birthday", ""),
        ("dob", "0000-00-00 00:00:00", "birthday", ""),
        ("dob", "2/29/1980", "birthday", "2/29/1980"),
        ("dob", "1981-02-30", "birthday", "1981-02-30"),
        ("created_at", "0000-00-00 00:00:00", "created", ""),
        ("created_at", "05.05.2015 05:05", "created", ""),
        ("confirmation", "key-of-the-mail", "active", False),
        ("confirmation", "", "active", None),
        ("confirmation", " ", "active", None),
        ("_store", "second_en", "language", "en"),
        ("_store", "unknown", "language", ""),
        ("taxvat", " -12345", "tax_id", "-12345"),
        ("email", "José@Exämple.com", "email", "José@Exämple.com"),
        ("firstname", "NA", "firstname", "NA"),
        ("firstname", "null", "firstname", "null"),
        ("lastname", " Weiß  Groß ", "lastname", " Weiß  Groß "),
    ],
)
def test_a_cell_of_a_customer_becomes(column: str, cell: str, name: str, expected: object) -> None:
    assert getattr(customer({column: cell}), name) == expected


@pytest.mark.parametrize(
    ("column", "cell", "name", "expected"),
    [
        ("street", "Flat 4\nThe Old Mill\n7 Mill Lane", "street", ("Flat 4", "The Old Mill", "7 Mill Lane")),
        ("street", "1 Quay\r\nDublin", "street", ("1 Quay", "Dublin")),
        ("street", "Room 5\n\n7 Mill Lane\n", "street", ("Room 5", "7 Mill Lane")),
        ("street", "1 Dock\x0bStreet\u2028x", "street", ("1 Dock\x0bStreet\u2028x",)),
        ("street", " -1 Basement\n+2", "street", ("-1 Basement", "+2")),
        ("street", "", "street", ()),
        ("country_id", "RO", "country", "RO"),
        ("country_id", "ro", "country", "RO"),
        ("postcode", "01103", "postcode", "01103"),
        ("region", "Texas", "region", "Texas"),
        ("telephone", " +40 722 000 001", "phone", "+40 722 000 001"),
        ("telephone", " 020 7946 0001", "phone", " 020 7946 0001"),
        ("company", " =SUM(A1)", "company", "=SUM(A1)"),
        ("company", "M&amp;S", "company", "M&amp;S"),
        ("vat_id", "RO12345678", "vat_number", "RO12345678"),
        ("_address_default_billing_", "1", "default_billing", True),
        ("_address_default_billing_", "", "default_billing", False),
        ("_address_default_shipping_", "1", "default_shipping", True),
        ("_address_default_shipping_", "0", "default_shipping", False),
    ],
)
def test_a_cell_of_an_address_becomes(column: str, cell: str, name: str, expected: object) -> None:
    assert getattr(csvwire.address(NO_ADDRESS | {column: cell}), name) == expected


def test_words_without_a_meaning_are_told() -> None:
    cells = {"gender": "Herr", "created_at": "5.5.2015", "updated_at": "2015-05-05 05:05:05"}
    assert csvwire.unread(NO_CUSTOMER | cells) == ("gender", "created_at")
    assert csvwire.unread(NO_CUSTOMER | {"gender": "Male", "created_at": "0000-00-00 00:00:00"}) == ()


def test_the_owner_of_an_address_is_found_though_the_export_put_a_blank_before_the_email() -> None:
    assert csvwire.owner("base", " -dash@example.com") == csvwire.owner("base", "-dash@example.com")
    assert csvwire.owner("base", "a@example.com") != csvwire.owner("second", "a@example.com")
    assert csvwire.owner("base", "A@example.com") != csvwire.owner("base", "a@example.com")


def test_no_column_with_a_secret_is_read() -> None:
    read = {column.name for sheet in (sheets.CUSTOMERS, sheets.ADDRESSES) for column in sheet.columns}
    assert not read & {"rp_token", "rp_token_created_at", "password"}


any_customer = st.fixed_dictionaries({column.name: st.text() for column in sheets.CUSTOMERS.columns})
any_address = st.fixed_dictionaries({column.name: st.text() for column in sheets.ADDRESSES.columns})


@given(any_customer)
def test_any_text_becomes_a_customer_and_names_are_unchanged(cells: dict[str, str]) -> None:
    person = csvwire.customer(cells, "1", {})
    for column in ("firstname", "middlename", "lastname", "prefix", "suffix", "email"):
        assert getattr(person, column) in (cells[column], cells[column][1:])
        assert getattr(person, column) == cells[column] or cells[column][1] in "=+-"
    assert person.groups in ((), (csvwire.group_id(cells["group_id"]),))
    assert csvwire.group_id(csvwire.group_id(cells["group_id"])) == csvwire.group_id(cells["group_id"])
    csvwire.unread(cells)


@given(any_address)
def test_any_text_becomes_an_address_and_streets_are_unchanged(cells: dict[str, str]) -> None:
    home = csvwire.address(cells)
    assert home.company in (cells["company"], cells["company"][1:])
    assert all(line in cells["street"] for line in home.street)
    kept = "".join("".join(home.street).split())
    assert kept == "".join(csvwire.written(cells["street"]).split())


@given(st.text())
def test_only_the_blank_before_a_formula_is_taken_away(text: str) -> None:
    exported = f" {text}" if text[:1] in ("=", "+", "-") else text
    assert csvwire.written(exported) == text or text[:2] in (" =", " +", " -")


@pytest.mark.parametrize(
    ("password_hash", "kind"),
    [
        ("", ""),
        ("0f" * 32 + ":salt:1", "sha256"),
        ("0f" * 16 + ":salt:0", "md5"),
        ("0f" * 32 + ":salt:2", "argon2id"),
        ("0f" * 32 + ":salt:3_32_2_67108864", "argon2id"),
        ("0f" * 32 + ":salt:0:1", "sha256"),
        ("0f" * 16 + ":salt", "md5"),
        ("0f" * 32 + ":salt", "sha256"),
        ("$2y$10$abcdefghijklmnopqrstuv", "bcrypt"),
        ("something else", "unknown"),
        ("0f:salt:9", "unknown"),
    ],
)
def test_of_a_password_only_the_kind_is_taken(password_hash: str, kind: str) -> None:
    customer = csvwire.customer(NO_CUSTOMER | {"password_hash": password_hash}, "1", {})
    assert customer.password == kind
    assert not password_hash or password_hash not in repr(customer)
