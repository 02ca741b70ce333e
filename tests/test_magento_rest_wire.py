"""Magento's JSON translated, held against recorded exchanges with a real shop of 2.4.7."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from groupmigrate.compare import EVERYTHING, differing
from groupmigrate.errors import Unreachable
from groupmigrate.model import Address, Customer, PasswordHash
from groupmigrate.platforms.http import Answer, Session
from groupmigrate.platforms.magento import wire
from groupmigrate.platforms.magento.answers import content, missing_right, page_error, speaks, words
from groupmigrate.platforms.magento.limits import of_shop
from groupmigrate.platforms.magento.restoptions import RestOptions
from groupmigrate.platforms.magento.settings import read_shop
from groupmigrate.platforms.magento.shop import Attribute, Region, Shop, StoreView, Website

SHOP = Shop(
    websites=(Website(1, "base", 1), Website(2, "second", 2)),
    stores=(
        StoreView(1, "default", 1, "en"),
        StoreView(2, "second_en", 2, "en"),
        StoreView(3, "default_de", 1, "de"),
    ),
    website=Website(1, "base", 1),
    attributes={
        "fav_color": Attribute(options={"4": "Red", "5": "Green"}),
        "hobbies": Attribute("multiselect", options={"6": "Chess", "7": "Golf"}),
    },
    regions={
        "DE": {
            "BER": Region(82, "Berlin"),
            "BAY": Region(81, "Bayern"),
            "NRW": Region(88, "Nordrhein-Westfalen"),
        },
        "GB": {},
        "RO": {"B": Region(287, "Bucureşti"), "CJ": Region(291, "Cluj")},
        "US": {"TX": Region(57, "Texas"), "CA": Region(12, "California")},
    },
)


@pytest.fixture(scope="module")
def exchanges(recordings: Path) -> list[dict[str, Any]]:
    """Every recorded exchange."""
    files = sorted((recordings / "magento").glob("[0-9]*.json"))
    return [one for file in files for one in json.loads(file.read_text(encoding="utf-8"))["exchanges"]]


def customers(exchanges: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every whole customer that the shop told."""
    for one in exchanges:
        body = one["response"].get("body")
        items = body.get("items") or [] if isinstance(body, dict) and "items" in body else [body]
        yield from (row for row in items if isinstance(row, dict) and row.keys() >= {"addresses", "email"})


def answer(recorded: dict[str, Any]) -> Answer:
    body = recorded.get("body", "")
    text = body if recorded["headers"]["content-type"].startswith("text") else json.dumps(body)
    return Answer(recorded["status"], {"Content-Type": recorded["headers"]["content-type"]}, text.encode())


# --- from the shop ---


def test_every_recorded_customer_is_read(exchanges: list[dict[str, Any]]) -> None:
    rows = list(customers(exchanges))
    assert len(rows) > 250
    for row in rows:
        read = wire.customer(row, SHOP)
        assert (read.id, read.email, read.groups) == (str(row["id"]), row["email"], (str(row["group_id"]),))
        assert len(read.addresses) == len(row["addresses"])
        assert (read.active is False) == bool(row.get("confirmation"))
        assert read.newsletter == row["extension_attributes"]["is_subscribed"]


def test_a_customer_with_everything_is_read_as_a_person_would(exchanges: list[dict[str, Any]]) -> None:
    row = next(row for row in customers(exchanges) if row["email"] == "full@example.com")
    read = wire.customer(row, SHOP)
    assert read.addresses[0] == Address(
        "Ann", "Lee", "Café Élodie", ("Hauptstr. 1",), "10115", "Berlin", "Berlin", "BER", "DE",
        phone="030 5550100", default_billing=True,
    )  # fmt: skip
    assert replace(read, id="", updated="", addresses=()) == Customer(
        id="",
        email="full@example.com",
        groups=("5",),
        firstname="Élodie",
        lastname="d'Arc-Ngô",
        middlename="B.",
        prefix="Mrs.",
        suffix="Jr.",
        gender="female",
        birthday="1990-12-31",
        tax_id="FR12345678901",
        language="en",
        scope="base",
        attributes={"loyalty_no": "ÄÖ-1", "fav_color": "Green", "hobbies": "Golf"},
        newsletter=False,
        created="2019-07-08 09:10:11",
    )


def test_a_free_region_has_no_code(exchanges: list[dict[str, Any]]) -> None:
    row = next(row for row in customers(exchanges) if row["email"] == "okaddr7@example.com")
    (home,) = wire.customer(row, SHOP).addresses
    assert (home.region, home.region_code) == ("Kent", "")


# --- to the shop ---


def test_what_was_read_can_be_written_and_is_the_same(exchanges: list[dict[str, Any]]) -> None:
    """Every recorded customer, as a reply to our own request would show them."""
    for row in customers(exchanges):
        read = replace(wire.customer(row, SHOP), newsletter=None, active=None)
        sent = wire.new_customer(read, SHOP)["customer"]
        assert "id" not in sent
        echo = {**sent, "id": 1, "created_at": sent.get("created_at", ""), "addresses": []}
        echo["addresses"] = [_echoed(home) for home in sent.get("addresses", ())]
        assert differing(read, wire.customer(echo, SHOP), EVERYTHING) == (), row["email"]


def _echoed(home: dict[str, Any]) -> dict[str, Any]:
    """An address that was sent, as the shop tells it: a region by its id has its name."""
    region = home.get("region", {})
    names = {one.id: one.name for many in SHOP.regions.values() for one in many.values()}
    return {**home, "region": {"region": names.get(region.get("region_id"), region.get("region"))}}


def test_no_key_is_sent_that_the_shop_was_not_seen_to_take(exchanges: list[dict[str, Any]]) -> None:
    """A key that Magento does not know makes it refuse everything."""
    taken: dict[str, set[str]] = {"body": set(), "customer": set(), "address": set()}
    for one in exchanges:
        body = one["request"].get("body")
        if one["request"]["method"] == "PUT" and one["response"]["status"] == 200 and isinstance(body, dict):
            whole = body.get("customer") or {}
            taken["body"] |= body.keys()
            taken["customer"] |= whole.keys()
            homes = whole.get("addresses") or ()
            taken["address"] |= {key for home in homes if isinstance(home, dict) for key in home}
    home = Address(
        firstname="A", lastname="B", company="C", street=("S",), postcode="E", city="F", region="G",
        country="GB", phone="J", vat_number="V", prefix="P", middlename="M", suffix="S", fax="F",
        default_billing=True, default_shipping=True,
    )  # fmt: skip
    ana = Customer(
        "7", "a@example.com", ("2",), firstname="A", lastname="B", middlename="C", prefix="D", suffix="E",
        gender="male", birthday="1980-02-29", tax_id="T", created="2015-05-05 05:05:05", newsletter=True,
        addresses=(home,), password_hash=PasswordHash("md5", "ab" * 16),
    )  # fmt: skip
    shop = replace_shop(subscribes=True)
    for body in (
        wire.new_customer(ana, shop),
        wire.changed_customer(ana, EVERYTHING, shop, {"id": 7, "addresses": [{"id": 3}]}),
    ):
        assert body.keys() <= taken["body"]
        assert body["customer"].keys() <= taken["customer"]
        # a middle name, prefix and suffix of an address were recorded in answers only
        known = taken["address"] | {"middlename", "prefix", "suffix", "fax", "vat_id"}
        assert {key for one in body["customer"]["addresses"] for key in one} <= known


def replace_shop(**changes: Any) -> Shop:
    return Shop(**{**{name: getattr(SHOP, name) for name in Shop.__dataclass_fields__}, **changes})


@pytest.mark.parametrize(
    ("language", "store"), [("de", 3), ("en", 1), ("fr", 1), ("", 1)]
)  # the website's default store view is the English one
def test_a_customer_belongs_to_the_store_view_of_their_language(language: str, store: int) -> None:
    assert SHOP.store_for(language) == store
    assert replace_shop(store=StoreView(2, "second_en", 2, "en")).store_for(language) == 2


def test_nobody_is_put_into_a_store_view_that_is_switched_off() -> None:
    stores = (StoreView(1, "default", 1, "en"), StoreView(3, "default_de", 1, "de", active=False))
    shop = replace_shop(stores=stores)
    assert shop.store_for("de") == 1
    assert of_shop(shop, no_postcode=()).languages == ("en",)
    assert shop.languages[3] == "de"


def test_a_group_with_a_number_that_no_customer_has_room_for_is_closed() -> None:
    last, beyond = ({"id": number, "code": "VIP"} for number in (65_535, 65_536))
    assert (wire.group(last, SHOP).closed, wire.group(beyond, SHOP).closed != "") == ("", True)


# --- what the shop says ---


def test_the_words_of_every_refusal_are_whole(exchanges: list[dict[str, Any]]) -> None:
    refusals = [one["response"] for one in exchanges if one["response"]["status"] >= 400]
    said = [content(answer(one)) for one in refusals if "json" in one["headers"]["content-type"]]
    assert len(said) > 200
    for one in filter(bool, said):
        assert words(one)
        assert not re.search(r"%[a-zA-Z]\w*|%\d", words(one)), one


def test_the_missing_right_of_every_401_is_named(exchanges: list[dict[str, Any]]) -> None:
    denied = [one["response"]["body"] for one in exchanges if one["response"]["status"] == 401]
    named = [missing_right(one) for one in denied if "resources" in one.get("parameters", {})]
    assert len(named) > 15
    assert all(re.fullmatch(r"Magento_\w+::\w+", one) for one in named), named


def test_maintenance_is_the_shops_own_word_and_is_not_asked_again(exchanges: list[dict[str, Any]]) -> None:
    pages = [answer(one["response"]) for one in exchanges if one["response"]["status"] == 503]
    assert pages
    with closing(Session("https://shop.example.com")) as session:
        for page in pages:
            assert speaks(page)
            error = page_error(session, page)
            assert (type(error), error.code) == (Unreachable, "GM526")


def test_a_500_of_magento_itself_is_not_asked_again(exchanges: list[dict[str, Any]]) -> None:
    broken = [one["response"] for one in exchanges if one["response"]["status"] == 500]
    own = [speaks(answer(one)) for one in broken]
    assert own == ["json" in one["headers"]["content-type"] for one in broken]


# --- what the shop has ---


class Recorded:
    """Answers as the recorded shop did."""

    def __init__(self, exchanges: list[dict[str, Any]]) -> None:
        good = (one for one in exchanges if one["response"]["status"] == 200)
        asked = [one for one in good if one["request"]["method"] == "GET"]
        paths = [one["request"]["path"].partition("/V1/")[2] for one in asked]
        self._answers = dict(zip(paths, (one["response"]["body"] for one in asked), strict=True))
        self._answers["customerGroups/default/1"] = self._answers["customerGroups/default"]
        self._answers["store/storeConfigs"] = [{"id": 1, "locale": "en_US"}, {"id": 3, "locale": "de_DE"}]
        self._answers["attributeMetadata/customerAddress"] = [
            {"attribute_code": "street", "multiline_count": 3, "required": True},
            {"attribute_code": "telephone", "required": True},
        ]

    def get(self, path: str, _: object = ()) -> Any:
        return self._answers[path]

    def version(self) -> str:
        return "2.4 (Community)"


def test_the_recorded_shop_is_understood(exchanges: list[dict[str, Any]]) -> None:
    options = RestOptions.model_validate({"url": "sandbox", "website": "base"})
    shop = read_shop(Recorded(exchanges), options)  # type: ignore[arg-type]
    assert shop.websites == (Website(1, "base", 1), Website(2, "second", 2))
    assert shop.languages == {1: "en", 3: "de"}
    assert shop.attributes["hobbies"].options == {"6": "Chess", "7": "Golf"}
    assert shop.regions["US"]["TX"] == Region(57, "Texas")
    assert {name for name in shop.regions["US"] if name.startswith("AE")} == {"AE:6", "AE:8", "AE:9", "AE:10"}
    assert (shop.regions["GB"], len(shop.regions)) == ({}, 249)
    rules = of_shop(shop, no_postcode=["GB"])
    assert (rules.street_lines, rules.languages, rules.several_groups) == (3, ("de", "en"), False)
    assert rules.address["phone"].required
    assert (rules.countries["GB"].needs_postcode, rules.countries["DE"].needs_postcode) == (False, True)
