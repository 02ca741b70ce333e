"""What PrestaShop takes, value by value, and what a shop demands: declared, and as 9.1.4 answered."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest

from groupmigrate.model import Customer
from groupmigrate.planning.fit import Fitting
from groupmigrate.platforms.base import Rules
from groupmigrate.platforms.prestashop import limits
from groupmigrate.platforms.prestashop.inspection import required_fields
from groupmigrate.platforms.prestashop.settings import version_numbers
from groupmigrate.platforms.prestashop.shop import Country, Shop, State

SHOP = Shop(
    languages={"1": "en", "2": "es"},
    default_language="1",
    fallback_language="1",
    visitor_group="1",
    guest_group="2",
    customer_group="3",
    time_zone=ZoneInfo("Europe/Bucharest"),
    countries=(Country("21", "US"), Country("6", "ES", True), Country("36", "RO")),
    states=(State("12", "21", "FL", "Florida"), State("35", "21", "NY", "New York")),
)

Recorded = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def recorded(recordings: Path) -> Recorded:
    """Reads the exchanges of one scenario of a recorded PrestaShop."""

    def exchanges(scenario: str, version: str = "9.1.4") -> list[dict[str, Any]]:
        file = recordings / "prestashop" / version / f"{scenario}.json"
        found: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["exchanges"]
        return found

    return exchanges


def fits(rule: str, value: str, *, address: bool = False, version: str = "9.1.4") -> bool:
    shop = replace(SHOP, version=version_numbers(version))
    rules = limits.rules(shop, required=(), always_customer_group=True)
    found = (rules.address if address else rules.customer)[rule]
    too_long = bool(found.max_length) and len(value) > found.max_length
    return not too_long and re.search(found.pattern, value) is not None


@pytest.mark.parametrize(
    "name", ["Dr. Who", "A. B.", "O’Neil", "Müller & Co", "李小龍", "D'Angelo", "😀", "x" * 255, "Jean-Luc"]
)
def test_names_that_the_shop_takes(name: str) -> None:
    assert fits("lastname", name)


@pytest.mark.parametrize(
    "name",
    [
        "R2D2",
        "Smith, Jr.",
        "Dr.Who",
        "A/B",
        "Doe (x)",
        "Doe@home",
        "www.example.com",
        "   ",
        "",
        "A*B",
        "Doe_x",
        "x" * 256,
        "a\\b",
        "a:b",
        "a|b",
        "Dr. Who\n2",
    ],
)
def test_names_that_the_shop_refuses(name: str) -> None:
    assert not fits("lastname", name)


@pytest.mark.parametrize("email", ["plus+two@example.com", "UPPER@Example.COM", "o'b@xn--exmple-cua.com"])
def test_emails_that_the_shop_takes(email: str) -> None:
    assert fits("email", email)


@pytest.mark.parametrize(
    "email",
    [
        "not-an-email",
        "a@localhost",
        "a..b@example.com",
        "jösé@exämple.com",
        '"quoted x"@example.com',
        "",
        " space@example.com ",
        f"{'x' * 120}@example.com",
        f"{'x' * 250}@example.com",
        "a@example.com\n",
    ],
)
def test_emails_that_the_shop_refuses(email: str) -> None:
    assert not fits("email", email)


@pytest.mark.parametrize(
    ("field", "value", "fitting"),
    [
        ("lastname", "St.John & Co", True),
        ("lastname", "A/B", True),
        ("lastname", "R2D2", False),
        ("street", "Calle Ejemplo 5, 2º B", True),
        ("street", "1 Main!", False),
        ("street", "x" * 129, False),
        ("city", "a_b", False),
        ("city", "Sankt Gallen / Ost", True),
        ("postcode", "331/33", False),
        ("postcode", "SW1A 1AA", True),
        ("phone", "030/555", True),
        ("phone", "555-CALL", False),
        ("vat_number", "x" * 33, False),
        ("id_number", "12345678 Z", False),
        ("note", "a < b", False),
    ],
)
def test_parts_of_an_address(field: str, value: str, fitting: bool) -> None:
    assert fits(field, value, address=True) is fitting


def test_older_versions_take_less_in_companies_and_older_birthdays() -> None:
    old = Shop(version=(8, 2, 6))
    rules = limits.rules(old, required=("birthday",), always_customer_group=False)
    assert re.search(rules.customer["company"].pattern, "A=B") is None
    assert (rules.oldest_birthday_years, rules.also_in) == (200, ())
    assert rules.customer["birthday"].required


def test_countries_say_their_regions_and_whether_they_need_an_id_number() -> None:
    rules = limits.rules(SHOP, required=(), always_customer_group=True)
    assert rules.countries["US"].regions == {"FL": "Florida", "NY": "New York"}
    assert rules.countries["ES"].needs_id_number
    assert "XK" not in rules.countries
    assert rules.also_in == ("3",)


def test_demands_that_nobody_can_meet_are_told_from_those_that_are_always_met() -> None:
    demands = ("passwd", "email", "optin", "birthday", "siret", "website")
    assert limits.unmeetable(demands) == ["siret", "website"]


def test_recorded_schemas_name_the_fields_a_shop_demands(recorded: Recorded) -> None:
    first, *_ = recorded("10-required-fields-of-the-shop")
    schema = ET.fromstring(first["response"]["body"])[0]
    assert set(required_fields(schema)) == {
        "passwd",
        "lastname",
        "firstname",
        "email",
        "birthday",
        "optin",
    }


VERSIONS = ("9.1.4", "1.7.6.2", "1.6.1.25")
LOOSER = {"   "}
"""Taken by the shop, and refused here: blanks for a name, up to 1.7.6."""


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("scenario", "element"),
    [
        ("36-create-invalid-email", "email"),
        ("37-create-invalid-names", "lastname"),
        ("39-create-overlong", "lastname"),
        ("39-create-overlong", "firstname"),
        ("39-create-overlong", "email"),
    ],
)
def test_the_rules_agree_with_every_recorded_verdict(
    recorded: Recorded, scenario: str, element: str, version: str
) -> None:
    tried = [one for one in recorded(scenario, version) if one["note"].startswith(f"{element} ")]
    assert tried
    for one in tried:
        value = ET.fromstring(one["request"]["body"])[0].findtext(element, "")
        taken = one["response"]["status"] == 201
        assert fits(element, value, version=version) is (taken and value not in LOOSER), value


@pytest.mark.parametrize("version", VERSIONS)
def test_the_rules_of_addresses_agree_with_every_recorded_verdict(recorded: Recorded, version: str) -> None:
    elements = {"phone": "phone", "city": "city", "post": "postcode", "address1": "street"}
    tried = [
        one
        for one in recorded("56-address-create-refused", version)
        if one["note"].partition(" ")[0] in elements
    ]
    assert len(tried) == 6
    for one in tried:
        element = elements[one["note"].partition(" ")[0]]
        sent = {"street": "address1"}.get(element, element)
        value = ET.fromstring(one["request"]["body"])[0].findtext(sent, "")
        assert fits(element, value, address=True, version=version) is (one["response"]["status"] == 201)


@pytest.mark.parametrize(("version", "kept"), [("9.1.4", True), ("1.7.6.2", False), ("1.6.1.25", False)])
def test_emoji_are_for_shops_that_do_not_store_question_marks(
    recorded: Recorded, version: str, kept: bool
) -> None:
    sent, listed = recorded("40-create-emoji", version)
    entity, (stored,) = ET.fromstring(sent["request"]["body"])[0], listed["response"]["body"]["customers"]
    for name in ("lastname", "company"):
        value = entity.findtext(name, "")
        assert (value == stored[name]) is kept
        assert fits(name, value, version=version) is kept
    assert fits("note", "a 😀", address=True, version=version) is kept


@pytest.mark.parametrize(("version", "demanded"), [("9.1.4", False), ("1.7.6.2", False), ("1.6.1.25", True)])
def test_only_1_6_demands_more_of_addresses(recorded: Recorded, version: str, demanded: bool) -> None:
    *_, refused, schema = recorded("10-required-fields-of-the-shop", version)
    required = required_fields(ET.fromstring(schema["response"]["body"])[0])
    rules = limits.rules(SHOP, required=(), always_customer_group=True, of_address=required)
    assert rules.address["phone"].required is demanded
    assert not rules.address["mobile"].required
    assert (refused["response"]["status"] == 400) is demanded
    assert replace(SHOP, version=version_numbers(version)).demands_of_addresses is demanded


def test_old_versions_hold_less() -> None:
    assert fits("company", "x" * 255, version="1.7.6.2")
    assert not fits("company", "x" * 65, version="1.6.1.25")
    assert not fits("company", "A=B", address=True, version="9.0.2")
    assert fits("company", "A=B", address=True, version="9.0.3")
    assert not fits("lastname", "x" * 33, address=True, version="1.6.1.25")
    assert not fits("note", "x" * 301, address=True, version="1.7.8.10")
    assert fits("note", "x" * 301, address=True, version="8.0.0")
    needs = {
        version: limits.rules(
            replace(SHOP, version=version_numbers(version)), required=(), always_customer_group=True
        )
        for version in ("1.6.1.25", "1.7.6.2", "1.7.8.10", "9.0.3")
    }
    assert [rules.countries["ES"].needs_id_number for rules in needs.values()] == [False, True, True, True]
    assert [rules.oldest_birthday_years for rules in needs.values()] == [0, 0, 200, 120]


def test_doubles_are_refused_by_the_shop_itself_since_1_7_8() -> None:
    refusing = {version: Shop(version=version).refuses_doubles for version in ((1, 7, 7, 8), (1, 7, 8), (8,))}
    assert refusing == {(1, 7, 7, 8): False, (1, 7, 8): True, (8,): True}


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        ("ACME GmbH (Berlin)", "ACME GmbH Berlin"),
        ("Ann/Bob", "Ann Bob"),
        ("Smith, Jr.", "Smith Jr."),
        ("Dr.Who", "Dr. Who"),
        ("R2D2", "R D"),
        ("O’Neil-Müller & Co", "O’Neil-Müller & Co"),
    ],
)
def test_names_can_be_cleaned_for_the_shop_on_request(written: str, cleaned: str) -> None:
    rules = Rules(customer={"lastname": limits.CUSTOMER_NAME})
    customer = Customer("1", "a@example.com", lastname=written)
    fitted = Fitting(rules, misfits="clean").fit(customer)
    assert (fitted.customer.lastname, fitted.misfits) == (cleaned, ())
