"""What Magento holds, value by value as it was tried, and what the planner makes of it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from groupmigrate.model import Address, Customer
from groupmigrate.planning.fit import Fitting
from groupmigrate.platforms.base import CountryRule
from groupmigrate.platforms.magento import limits
from groupmigrate.platforms.magento.shop import Attribute, Shop
from groupmigrate.platforms.misfits import trouble

COUNTRIES = {
    "DE": CountryRule({"BER": "Berlin"}, all_regions=True, needs_postcode=True),
    "US": CountryRule({"TX": "Texas"}, needs_postcode=True),
    "GB": CountryRule(),
}
RULES = limits.rules(COUNTRIES)
HOME = Address(
    "Ann", "Oz", street=("Main 5",), postcode="10115", city="Berlin", country="DE", phone="+49 30 1"
)
ANN = Customer("", "ann@example.com", firstname="Ann", lastname="Oz", addresses=(HOME,))


@pytest.mark.parametrize(
    "name",
    [
        "Ann-Marie O'Neil",
        "Żaneta",
        "李小龍",
        "مريم",
        "Ελένη",
        "J. R., jr",
        "d’Arc",
        "A_b",
        "e\u0301",
        "R2D2",
        "`x&y",
    ],
)
def test_names_of_letters_marks_digits_and_some_signs_are_taken(name: str) -> None:
    assert trouble(name, RULES.customer["firstname"]) == ""


@pytest.mark.parametrize(
    "name", ["ACME (Berlin)", "Ann/Bob", "a@b", "a+b", 'a"b', "a;b", "<b>", "a:b", "😀", "²"]
)
def test_names_with_other_signs_are_not(name: str) -> None:
    assert trouble(name, RULES.customer["lastname"]) == "GM302"
    assert trouble(name, RULES.address["lastname"]) == ("GM302" if name == "😀" else "")


@pytest.mark.parametrize(
    "email",
    [
        "a@example.com",
        "ü@example.com",
        "a@müller.de",
        "a.b+c@xn--mller-kva.de",
        '"a"@example.com',
        "o'x@a-b.de",
    ],
)
def test_good_emails_are_taken(email: str) -> None:
    assert trouble(email, RULES.customer["email"]) == ""


@pytest.mark.parametrize(
    "email",
    [
        "a@b",
        "a@localhost",
        "a@127.0.0.1",
        "a..b@example.com",
        "a@ex_ample.com",
        "a@example.com.",
        "a b@example.com",
        "@example.com",
        "a@",
        f"{'a' * 65}@example.com",
        "a@-example.com",
        ".a@example.com",
        "a",
    ],
)
def test_bad_emails_are_not(email: str) -> None:
    assert trouble(email, RULES.customer["email"]) == "GM302"


@pytest.mark.parametrize(
    ("field", "longest"), [("prefix", 40), ("suffix", 40), ("tax_id", 50), ("firstname", 255)]
)
def test_what_would_be_cut_in_silence_is_too_long(field: str, longest: int) -> None:
    assert trouble("x" * longest, RULES.customer[field]) == ""
    assert trouble("x" * (longest + 1), RULES.customer[field]) == "GM303"


def misfits(home: Address) -> list[tuple[str, str]]:
    fitted = Fitting(RULES).fit(Customer("", ANN.email, firstname="A", lastname="B", addresses=(home,)))
    return [(note.code, note.field) for note in fitted.misfits]


def test_an_address_needs_street_city_phone_and_in_most_countries_a_post_code() -> None:
    assert misfits(HOME) == []
    assert misfits(Address("A", "B", country="GB")) == [
        ("GM301", "address 1: city"),
        ("GM301", "address 1: phone"),
        ("GM301", "address 1: street"),
    ]
    bare = Address("A", "B", street=("x",), city="x", phone="1", country="DE")
    assert misfits(bare) == [("GM301", "address 1: postcode")]


@pytest.mark.parametrize(
    ("country", "region", "kept"),
    [
        ("DE", "berlin", "Berlin"),
        ("DE", "Atlantis", ""),
        ("US", "Texas", "Texas"),
        ("US", "Atlantis", "Atlantis"),
        ("GB", "Kent", "Kent"),
    ],
)
def test_a_free_region_is_kept_unless_the_country_takes_its_own_only(
    country: str, region: str, kept: str
) -> None:
    home = Address("A", "B", street=("x",), postcode="1", city="x", phone="1", country=country, region=region)
    fitted = Fitting(RULES).fit(Customer("", ANN.email, firstname="A", lastname="B", addresses=(home,)))
    assert fitted.customer.addresses[0].region == kept
    assert [note.code for note in fitted.notes] == ([] if kept else ["GM312"])


def test_what_has_no_place_is_left_out_and_counted() -> None:
    rich = Customer(
        "",
        ANN.email,
        firstname="A",
        lastname="B",
        company="ACME",
        newsletter=True,
        language="ro",
        addresses=(replace(HOME, mobile="2"),),
    )
    fitted = Fitting(limits.rules(COUNTRIES, never=("newsletter", "language"))).fit(rich)
    assert {(note.code, note.field) for note in fitted.notes} >= {
        ("GM304", "company"),
        ("GM304", "newsletter"),
        ("GM304", "language"),
        ("GM304", "address.mobile"),
    }


def test_a_field_that_the_shop_demands_is_demanded_of_the_customer() -> None:
    rules = limits.rules(COUNTRIES, required=("tax_id", "gender"))
    found = Fitting(rules).fit(ANN).misfits
    assert {(note.code, note.field) for note in found} == {("GM301", "tax_id"), ("GM301", "gender")}


def test_attributes_that_texts_and_lists_can_fill_are_taken() -> None:
    shop = Shop(
        attributes={
            "card": Attribute(in_a_row=True),
            "remark": Attribute("textarea"),
            "tier": Attribute("select", {"4": "Gold", "5": "Silver", "6": "Gold"}),
            "likes": Attribute("multiselect", {"7": "Chess", "8": "Golf"}),
            "since": Attribute("date"),
        },
        demanded=frozenset({"tier", "firstname"}),
    )
    rules = limits.of_shop(shop, no_postcode=()).attributes
    assert list(rules) == ["card", "remark", "tier", "likes"]
    assert [trouble(value, rules["card"]) for value in ("A" * 255, "A" * 256, "😀")] == ["", "GM303", "GM302"]
    assert (trouble("A" * 256, rules["remark"]), rules["likes"].several) == ("", True)
    assert (rules["tier"].options, rules["tier"].required, rules["tier"].several) == (
        ("Silver",),
        True,
        False,
    )


def test_emails_that_differ_in_accents_only_are_one_for_the_shop() -> None:
    assert RULES.ignores_accents
