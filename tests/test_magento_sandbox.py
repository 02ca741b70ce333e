"""The practice Magento over real connections: seeds, restarts, older versions, threads."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests

from groupmigrate.errors import DiskError, UsageError
from groupmigrate.platforms import magento
from groupmigrate.platforms.magento.sandbox import serve
from groupmigrate.platforms.sandbox import OUTBOX
from support.magento_client import client, person, stored
from support.magento_seed import EMPTY, SEED, Serve

pytest_plugins = ["support.magento_practice"]


# --- the shop at the start ------------------------------------------------------------------------------


def test_a_shop_without_a_seed_has_people_for_a_demonstration(shop: Path) -> None:
    with serve(shop) as practice, client(practice) as visitor:
        groups = visitor.get("customerGroups/search", searchCriteria="")["items"]
        people = visitor.customers()
    codes = [group["code"] for group in groups]
    assert codes[:4] == ["NOT LOGGED IN", "General", "Wholesale", "Retailer"]
    assert len(people) == 40
    hosts = {one["email"].rpartition("@")[2].lower() for one in people}
    assert hosts == {"example.com", "example.org"}
    assert {one["group_id"] for one in people} == {group["id"] for group in groups} | {555}


def test_a_seed_makes_websites_attributes_groups_and_customers(seeded: Serve) -> None:
    with client(seeded(SEED)) as visitor:
        websites = [one["code"] for one in visitor.get("store/websites")]
        views = {one["code"]: one["website_id"] for one in visitor.get("store/storeViews")}
        group = visitor.get("customerGroups/4")
        ana, left = visitor.customers()
        colour = visitor.get("attributeMetadata/customer/custom")[0]
    assert websites == ["admin", "base", "second"]
    assert views == {"default": 1, "admin": 0, "second_en": 2, "default_de": 1}
    assert (group["code"], group["extension_attributes"]) == ("VIP", {"exclude_website_ids": [2]})
    assert (ana["group_id"], ana["website_id"], ana["created_in"]) == (4, 2, "Second EN")
    assert ana["extension_attributes"] == {"is_subscribed": True}
    assert colour["options"][2] == {"label": "Green", "value": "5"}
    assert ana["custom_attributes"] == [{"attribute_code": "fav_color", "value": "5"}]
    home = ana["addresses"][0]
    assert home["region"] == {"region_code": "CJ", "region": "Cluj", "region_id": 291}
    assert home["custom_attributes"] == [{"attribute_code": "door_code", "value": "42#"}]
    assert ana["default_billing"] == str(home["id"])
    assert (left["firstname"], left["group_id"]) == ("A/B", 555)


def test_the_seed_of_the_room_s_page_can_be_planted(seeded: Serve) -> None:
    page = Path(magento.__file__).with_name("README.md").read_text(encoding="utf-8")
    (seed,) = re.findall(r"```json\n(.*?)```", page, flags=re.DOTALL)
    with client(seeded(json.loads(seed)), "a-token-that-may-only-read") as visitor:
        assert [one["email"] for one in visitor.customers()] == ["ana@example.com"]


def test_a_later_start_keeps_the_data_and_leaves_the_seed_alone(seeded: Serve) -> None:
    with client(seeded(SEED)) as visitor:
        visitor.create("later@example.com")
    with client(seeded(SEED)) as visitor:
        assert [one["id"] for one in visitor.customers()] == [1, 2, 3]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("not json", "cannot read the seed"),
        ("[]", "a seed is a JSON object"),
        ('{"groups": [{"name": "Trade"}]}', "lacks 'code'"),
        ('{"groups": [{"code": "A", "excluded_websites": ["x"]}]}', 'there is no website "x"'),
        ('{"customers": [{"email": "a@example.com"}]}', "lacks 'firstname'"),
    ],
)
def test_a_seed_that_cannot_be_used_says_why_and_leaves_no_half_shop(
    shop: Path, tmp_path: Path, content: str, words: str
) -> None:
    seed = tmp_path / "seed.json"
    seed.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        serve(shop, seed=seed)
    assert words in caught.value.message
    assert caught.value.place == str(seed)
    if shop.exists():
        assert stored(shop, "SELECT count(*) FROM store") == [0]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("group", "Nobody", 'there is no group "Nobody"'),
        ("store", "nowhere", 'there is no store view "nowhere"'),
        ("shoe_size", 45, 'a customer has no "shoe_size"'),
        ("own", {"shoe_size": 45}, 'there is no attribute "shoe_size"'),
        ("addresses", [{"country_id": "RO", "planet": "Earth"}], 'an address has no "planet"'),
    ],
)
def test_a_customer_of_a_seed_that_cannot_be_understood_is_told(
    seeded: Serve, field: str, value: object, words: str
) -> None:
    customer = {"email": "a@example.com", "firstname": "A", "lastname": "B", field: value}
    with pytest.raises(UsageError, match=words):
        seeded({"customers": [customer]})


def test_a_file_that_is_no_shop_is_an_error_for_people(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    path.write_bytes(b"this is not a database, and long enough to be seen as something else" * 20)
    with pytest.raises(DiskError, match="cannot open the practice shop"):
        serve(path)


def test_a_file_of_another_layout_is_told(shop: Path) -> None:
    serve(shop).close()
    with closing(sqlite3.connect(shop)) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(DiskError, match="another version of groupmigrate; delete the file"):
        serve(shop)


# --- older versions -------------------------------------------------------------------------------------


def test_a_version_that_there_is_not_is_told(shop: Path) -> None:
    with pytest.raises(UsageError, match=r'no practice shop of Magento "1\.9"'):
        serve(shop, version="1.9")
    assert not shop.exists()


def test_a_file_is_not_served_as_another_version(shop: Path) -> None:
    serve(shop, version="2.3").close()
    with pytest.raises(UsageError, match=r"is Magento 2\.3, not 2\.4\.7"):
        serve(shop, version="2.4.7")


def test_before_2_4_a_change_needs_the_whole_customer_and_loses_what_is_not_sent(seeded: Serve) -> None:
    with client(seeded(SEED, version="2.3")) as visitor:
        before = visitor.get("customers/1")
        assert visitor.put("customers/1", {"customer": {"id": 1, "group_id": 2}})["status"] == 400
        names = {name: before[name] for name in ("email", "firstname", "lastname", "website_id")}
        after = visitor.put("customers/1", {"customer": {"id": 1, **names}})
        assert visitor.put("customers/1", {"customer": {**before, "group_id": 2}})["group_id"] == 2
        whole = visitor.get("customers/1")
    assert after["group_id"] == 1
    assert "default_billing" not in after
    assert "custom_attributes" not in after
    assert len(after["addresses"]) == 1
    assert whole["custom_attributes"] == before["custom_attributes"]
    assert whole["default_billing"] == before["default_billing"]


@pytest.mark.parametrize(("version", "expected"), [("2.3", [1, 2]), ("2.4.7", [])])
def test_before_2_4_a_page_behind_the_last_is_the_last_again(
    seeded: Serve, version: str, expected: list[int]
) -> None:
    page = {"searchCriteria[pageSize]": 2, "searchCriteria[currentPage]": 7}
    with client(seeded(SEED, version=version)) as visitor:
        found = visitor.get("customers/search", **page)["items"]
    assert [one["id"] for one in found] == expected


def test_in_2_4_1_a_search_breaks_on_a_customer_with_two_subscriptions(seeded: Serve) -> None:
    twice = {**SEED["customers"][0], "subscribed": ["default", "second_en"]}
    seed = {**SEED, "customers": [twice, SEED["customers"][1]]}
    with client(seeded(seed, version="2.4.1")) as visitor:
        everybody = visitor.get("customers/search", searchCriteria="")
        other = _searched(visitor.get, "entity_id", 1, "gt")
        alone = visitor.get("customers/1")
    assert (everybody["status"], "parameters" in everybody) == (500, False)
    assert [one["id"] for one in other["items"]] == [2]
    assert alone["id"] == 1


# --- what bites -----------------------------------------------------------------------------------------


def test_nobody_gets_a_mail_but_by_post_and_by_subscribing(seeded: Serve) -> None:
    shop = seeded(EMPTY)
    with client(shop) as visitor:
        visitor.create("silent@example.com")
        visitor.put("customers/1", {"customer": {"group_id": 2}})
        assert visitor.mails() == []
        visitor.post("customers", {"customer": person("loud@example.com")})
        visitor.create("reader@example.com", extension_attributes={"is_subscribed": True})
        assert visitor.mails() == [
            ("loud@example.com", "customer_create_account_email_no_password_template"),
            ("reader@example.com", "newsletter_subscription_success_email_template"),
        ]
    assert not any(OUTBOX in path for path in shop.requests)
    assert shop.mails == 2


def test_who_has_not_confirmed_yet_is_subscribed_without_a_mail_and_not_active(
    seeded: Serve, shop: Path
) -> None:
    with client(seeded({"settings": {"customer/create_account/confirm": "1"}})) as visitor:
        told = visitor.create("reader@example.com", extension_attributes={"is_subscribed": True})
        assert visitor.mails() == []
    assert told["extension_attributes"] == {"is_subscribed": False}
    assert stored(shop, "SELECT subscriber_status FROM newsletter_subscriber") == [4]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "customers/0", '{"customer": NaN}', 400),
        ("PUT", "customers/0", '{"customer": []}', 400),
        ("POST", "taxClasses", '{"taxClass": {"class_type": "CUSTOMER"}}', 400),
        ("GET", "taxClasses/search?searchCriteria[sortOrders][0][field]=x", "", 500),
        ("GET", "attributeMetadata/product", "", 404),
        ("GET", "customers/1?fields=id]", "", 200),
    ],
)
def test_what_is_wrong_is_told_with_its_status(
    seeded: Serve, method: str, path: str, body: str, status: int
) -> None:
    practice = seeded(SEED)
    headers = {"Authorization": f"Bearer {practice.key}", "Content-Type": "application/json"}
    with requests.Session() as session:
        answer = session.request(
            method, f"{practice.url}/rest/V1/{path}", data=body, headers=headers, timeout=5
        )
    assert answer.status_code == status
    assert answer.json() == [] if status == 200 else "message" in answer.json()


def test_everything_but_the_rest_way_is_a_web_page(shop: Path) -> None:
    with serve(shop) as practice, requests.Session() as session:
        answer = session.get(practice.url, timeout=5)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=UTF-8")


def test_an_own_attribute_that_is_required_blocks_even_a_change_of_group(seeded: Serve) -> None:
    needed = [{"code": "loyalty_no", "label": "Loyalty number", "required": True}]
    people = [{"email": "a@example.com", "firstname": "A", "lastname": "B"}]
    with client(seeded({"attributes": needed, "customers": people})) as visitor:
        refused = visitor.put("customers/1", {"customer": {"group_id": 2}})
        own = [{"attribute_code": "loyalty_no", "value": "7"}]
        taken = visitor.put("customers/1", {"customer": {"group_id": 2, "custom_attributes": own}})
    assert refused["status"] == 400
    assert (taken["group_id"], taken["custom_attributes"]) == (2, own)


def test_an_id_that_was_rolled_back_is_not_given_again(seeded: Serve) -> None:
    with client(seeded(EMPTY)) as visitor:
        lost = visitor.put("all/V1/customers/0", {"customer": _without_place("lost@example.com")})
        assert lost["status"] == 404
        assert visitor.create("kept@example.com")["id"] == 2


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("a_b@%", ["a.b@example.com", "a_b@example.com"]), (r"a\_b@%", ["a_b@example.com"])],
)
def test_like_knows_wild_cards_and_how_to_escape_them(
    seeded: Serve, pattern: str, expected: list[str]
) -> None:
    with client(seeded(EMPTY)) as visitor:
        for email in ("a_b@example.com", "a.b@example.com"):
            visitor.create(email)
        found = _searched(visitor.get, "email", pattern, "like")
    assert sorted(one["email"] for one in found["items"]) == expected


def test_as_many_addresses_are_taken_as_the_limit_says(seeded: Serve) -> None:
    limits = {"input_limit_enabled": "1", "complex_array_limit": "2"}
    home = SEED["customers"][0]["addresses"][0]
    address = {name: home[name] for name in ("country_id", "city", "street", "postcode", "telephone")}
    several = [{**address, "firstname": "Ann", "lastname": "Lee"}] * 3
    settings = {f"webapi/validation/{name}": value for name, value in limits.items()}
    with client(seeded({"settings": settings})) as visitor:
        refused = visitor.create("three@example.com", addresses=several)
        taken = visitor.create("two@example.com", addresses=several[:2])
    assert (refused["status"], refused["parameters"]["max"]) == (400, 2)
    assert len(taken["addresses"]) == 2


def test_every_store_view_tells_its_settings(seeded: Serve) -> None:
    with client(seeded(SEED)) as visitor:
        configs = visitor.get("store/storeConfigs")
    assert [(one["code"], one["website_id"]) for one in configs] == [
        ("default", 1),
        ("second_en", 2),
        ("default_de", 1),
    ]
    assert {one["timezone"] for one in configs} == {"UTC"}


def test_the_last_page_for_ever_is_a_fault_that_can_be_asked_for(seeded: Serve) -> None:
    with client(seeded(SEED, faults="endless=1")) as visitor:
        first = _searched(visitor.get, "entity_id", 0, "gt")["items"]
        assert _searched(visitor.get, "entity_id", 2, "gt")["items"] == first


def test_four_threads_lose_nothing_and_make_no_customer_twice(seeded: Serve, shop: Path) -> None:
    practice = seeded(EMPTY)

    def create(thread: int) -> list[bool]:
        own = [f"{thread}.{number}@example.com" for number in range(20)]
        shared = [f"shared.{number}@example.com" for number in range(20)]
        with client(practice) as visitor:
            return ["id" in visitor.create(email) for email in own + shared]

    with ThreadPoolExecutor(4) as pool:
        created = [one for several in pool.map(create, range(4)) for one in several]
    assert created.count(True) == 4 * 20 + 20
    sql = "SELECT count(*), count(DISTINCT email_folded) FROM customer_entity"
    assert stored(shop, sql) == [(100, 100)]


def test_two_servers_may_have_the_same_file_open(seeded: Serve) -> None:
    with client(seeded(EMPTY)) as one, client(seeded(EMPTY)) as other:
        ids = [(one if number % 2 else other).create(f"{number}@example.com")["id"] for number in range(10)]
    assert ids == list(range(1, 11))


def test_a_body_that_was_refused_does_not_spoil_the_connection(shop: Path) -> None:
    with serve(shop) as practice, requests.Session() as session:
        address = f"{practice.url}/rest/V1/customers/1"
        assert session.patch(address, data=b"x" * 5000, timeout=5).status_code == 405
        assert session.head(address, timeout=5).status_code == 405
        assert session.get(address, timeout=5).status_code == 401


def test_an_address_that_no_web_server_lets_through_is_refused(seeded: Serve) -> None:
    with requests.Session() as session:
        address = f"{seeded(EMPTY).url}/rest/V1/customers/search?searchCriteria="
        answer = session.get(f"{address}{'x' * 9000}", timeout=5)
    assert (answer.status_code, answer.headers["Content-Type"]) == (414, "text/html; charset=UTF-8")


def _without_place(email: str) -> dict[str, object]:
    return {name: value for name, value in person(email).items() if not name.endswith("_id")}


def _searched(get: Callable[..., Any], field: str, value: object, condition: str) -> Any:
    place = "searchCriteria[filter_groups][0][filters][0]"
    criteria = {f"{place}[field]": field, f"{place}[value]": value}
    return get("customers/search", **criteria, **{f"{place}[condition_type]": condition})
