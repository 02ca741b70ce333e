"""When two records of one customer are the same, field by field."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from groupmigrate.compare import EVERYTHING, differing, missing_addresses, surplus_addresses
from groupmigrate.model import Address, Customer

HOME = Address("Ana", "Pop", street=("1 Example Street",), city="Exampleville", country="RO")
WORK = replace(HOME, street=("2 Example Street",))
ANA = Customer(
    "1", "a@example.com", ("4", "3"), firstname="Ana", created="2019-10-27 01:30:00", addresses=(HOME, WORK)
)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"id": "9", "email": "A@EXAMPLE.com", "scope": "x", "updated": "2020-01-01 00:00:00"},
        {"groups": ("4", "3")},
        {"created": "2019-10-27 00:30:00"},
        {"language": "en"},
        {"active": True},
        {"newsletter": False},
        {"addresses": (WORK, HOME)},
        {"addresses": (replace(WORK, alias="Office"), replace(HOME, default_billing=True))},
    ],
)
def test_what_does_not_matter_is_no_difference(changes: dict[str, object]) -> None:
    assert differing(ANA, replace(ANA, **changes), EVERYTHING) == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"groups": ("3", "4")}, "groups"),
        ({"groups": ("4",)}, "groups"),
        ({"groups": ("4", "3", "5")}, "groups"),
        ({"loose_default": True}, "groups"),
        ({"firstname": "Anna"}, "firstname"),
        ({"created": "2019-10-27 03:30:00"}, "created"),
        ({"created": ""}, "created"),
        ({"active": False}, "active"),
        ({"newsletter": True}, "newsletter"),
        ({"addresses": (HOME,)}, "addresses"),
        ({"addresses": (HOME, HOME)}, "addresses"),
        ({"addresses": (HOME, replace(WORK, city="Elsewhere"))}, "addresses"),
    ],
)
def test_what_matters_is_a_difference(changes: dict[str, object], field: str) -> None:
    assert differing(ANA, replace(ANA, **changes), EVERYTHING) == (field,)


def test_a_language_that_was_asked_for_matters() -> None:
    assert differing(replace(ANA, language="ro"), replace(ANA, language="en"), ("language",)) == ("language",)


def test_addresses_are_counted_not_only_compared() -> None:
    twice = replace(ANA, addresses=(HOME, HOME))
    assert missing_addresses(twice, replace(ANA, addresses=(HOME,))) == (HOME,)
    assert surplus_addresses(replace(ANA, addresses=(HOME,)), twice) == 1
    assert surplus_addresses(twice, twice) == 0
