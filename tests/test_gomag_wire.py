"""Gomag's rows as the canonical records: the samples of the vendor's collection, and what differs."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from groupmigrate.model import Address, Customer
from groupmigrate.platforms.gomag import wire
from groupmigrate.platforms.gomag.countries import iso_code

BUCHAREST = ZoneInfo("Europe/Bucharest")
SAMPLE: dict[str, Any] = {
    "type": "client",
    "firstname": "Ana",
    "lastname": "Ionescu",
    "active": "1",
    "password": None,
    "phone": "0700000000",
    "fax": "",
    "email": "ana@example.com",
    "registration": "2022-12-07 17:13:23",
    "countOrderAll": "0",
    "tagsNames": "",
}
HOME: dict[str, Any] = {
    "address_type": "billing",
    "type": "PJ",
    "firstname": "Ana",
    "lastname": "Ionescu",
    "company_name": "Ionescu & Fiica SRL",
    "company_code": "RO123",
    "address": "Strada Exemplului",
    "numar": 7,
    "bloc": "A2",
    "scara": None,
    "apartament": "12",
    "zip_code": "010101",
    "country": "177",
    "country_name": "România",
    "region_name": "București",
    "city_name": "București",
    "phone": "0700000001",
    "phone_2": "0700000002",
    "fax": "1",
}
READ = Address(
    firstname="Ana",
    lastname="Ionescu",
    company="Ionescu & Fiica SRL",
    street=("Strada Exemplului", "nr. 7, bl. A2, ap. 12"),
    postcode="010101",
    city="București",
    region="București",
    country="RO",
    phone="0700000001",
    mobile="0700000002",
    fax="1",
    vat_number="RO123",
)


def read(**fields: Any) -> Customer:
    return wire.customer("14666", {**SAMPLE, **fields}, ("2",), BUCHAREST)


def test_the_sample_of_the_vendor_is_read() -> None:
    assert read() == Customer(
        "14666",
        "ana@example.com",
        ("2",),
        firstname="Ana",
        lastname="Ionescu",
        active=True,
        created="2022-12-07 15:13:23",
    )


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"type": "lead"}, {"guest": True}),
        ({"type": "customer"}, {"guest": False}),
        ({"active": "0"}, {"active": False}),
        ({"active": 1}, {"active": True}),
        ({"registration": "0000-00-00 00:00:00"}, {"created": ""}),
        ({"registration": None}, {"created": ""}),
        ({"firstname": None}, {"firstname": ""}),
    ],
)
def test_what_differs_from_the_sample_is_read_too(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    found = read(**fields)
    assert {name: getattr(found, name) for name in expected} == expected


def test_an_address_is_read_with_its_romanian_parts() -> None:
    assert wire.address(HOME) == READ


@pytest.mark.parametrize("homes", [{"adress 1": HOME, "adress 2": {}}, [HOME]])
def test_addresses_come_as_an_object_or_as_a_list(homes: Any) -> None:
    assert read(addresses=homes).addresses == (READ,)


@pytest.mark.parametrize("homes", [None, [], {}, "", 0])
def test_no_addresses_come_in_many_shapes(homes: Any) -> None:
    assert read(addresses=homes, defaultAdress=homes).addresses == ()


def test_the_default_addresses_are_marked_and_those_that_stand_nowhere_else_are_read_too() -> None:
    other = {**HOME, "city_name": "Iași"}
    defaults = {"billing": HOME, "shipping": other}
    marked = read(addresses={"adress 1": HOME, "adress 2": HOME}, defaultAdress=defaults).addresses
    assert [(one.city, one.default_billing, one.default_shipping) for one in marked] == [
        ("București", True, False),
        ("București", False, False),
        ("Iași", False, True),
    ]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("România", "RO"),
        ("romania", "RO"),
        ("Republica Moldova", "MD"),
        ("Marea Britanie", "GB"),
        ("United Kingdom", "GB"),
        ("Côte d’Ivoire", "CI"),
        ("Bosnia & Herzegovina", "BA"),
        ("Bosnia and Herzegovina", "BA"),
        ("Țările de Jos", "NL"),
        ("HU", "HU"),
        ("Atlantida", ""),
        ("", ""),
    ],
)
def test_countries_are_known_by_their_names(name: str, code: str) -> None:
    assert iso_code(name) == code


def test_a_creation_says_the_password_twice() -> None:
    assert wire.new_customer(Customer("", "a@example.com", firstname="Ana", lastname="Pop"), "x") == {
        "email": "a@example.com",
        "password": "x",
        "confirmPassword": "x",
        "firstname": "Ana",
        "lastname": "Pop",
    }


def test_a_change_repeats_what_stays() -> None:
    wanted = Customer("14666", "ana@example.com", firstname="Ioana", lastname="Other")
    assert wire.changed_customer("14666", SAMPLE, wanted, ("firstname", "groups")) == {
        "id": "14666",
        "email": "ana@example.com",
        "firstname": "Ioana",
        "lastname": "Ionescu",
        "phone": "0700000000",
    }
    assert "phone" not in wire.changed_customer("14666", {**SAMPLE, "phone": ""}, wanted, ("firstname",))
