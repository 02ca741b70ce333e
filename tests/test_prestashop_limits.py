"""What PrestaShop takes, value by value, and what a shop demands: declared, and as 9.1.4 answered."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest

from groupmigrate.platforms.prestashop import limits
from groupmigrate.platforms.prestashop.inspection import required_fields
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

Recorded = Callable[[str], list[dict[str, Any]]]


@pytest.fixture
def recorded(recordings: Path) -> Recorded:
    """Reads the exchanges of one scenario of the recorded PrestaShop 9.1.4."""

    def exchanges(scenario: str) -> list[dict[str, Any]]:
        file = recordings / "prestashop" / "9.1.4" / f"{scenario}.json"
        found: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["exchanges"]
        return found

    return exchanges


def fits(rule: str, value: str, *, address: bool = False) -> bool:
    rules = limits.rules(SHOP, required=(), always_customer_group=True)
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


@pytest.mark.parametrize(
    ("scenario", "element", "field"),
    [("36-create-invalid-email", "email", "email"), ("37-create-invalid-names", "lastname", "lastname")],
)
def test_the_rules_agree_with_every_recorded_verdict(
    recorded: Recorded, scenario: str, element: str, field: str
) -> None:
    for one in recorded(scenario):
        value = ET.fromstring(one["request"]["body"])[0].findtext(element, "")
        assert fits(field, value) is (one["response"]["status"] == 201), value
