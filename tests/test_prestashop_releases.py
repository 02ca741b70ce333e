"""The practice PrestaShop in its versions and with several shops: what a client must not get wrong there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests

from groupmigrate.errors import UsageError
from groupmigrate.platforms.prestashop.sandbox import VERSIONS, serve
from support.prestashop_client import client, customer, stored

OLD = ("1.6", "1.7")
NEW = ("8", "9")
ROW = "SELECT * FROM ps_customer ORDER BY id_customer DESC LIMIT 1"

Asked = Callable[..., requests.Response]
"""Asks a shop of that version: method, address behind /api/, body."""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return tmp_path / "shop.db"


@pytest.fixture
def ask(shop: Path) -> Iterator[Callable[..., Asked]]:
    with ExitStack() as stack:

        def opened(version: str, **more: Any) -> Asked:
            practice = stack.enter_context(serve(shop, version=version, **more))
            session = stack.enter_context(client(practice))
            return lambda method, path, body="", **how: session.request(
                method, f"{practice.url}/api/{path}", data=body.encode(), **how
            )

        yield opened


def codes(answer: requests.Response) -> list[int]:
    return [error["code"] for error in answer.json()["errors"]]


# --- versions -------------------------------------------------------------------------------------------


def test_every_answer_names_the_version_that_was_asked_for(tmp_path: Path) -> None:
    named = []
    for version in VERSIONS:
        with serve(tmp_path / version, version=version) as practice, client(practice) as session:
            named.append(session.get(f"{practice.url}/api/customers").headers["PSWS-Version"])
    assert named == ["1.6.1.25", "1.7.6.2", "8.2.6", "9.1.4"]


def test_a_shop_keeps_the_version_it_was_made_in(shop: Path) -> None:
    with serve(shop, version="1.7"):
        pass
    with serve(shop) as practice, client(practice) as session:
        assert session.get(f"{practice.url}/api/customers").headers["PSWS-Version"] == "1.7.6.2"
    with pytest.raises(UsageError, match=r"is PrestaShop 1\.7, not 9"):
        serve(shop, version="9")
    with pytest.raises(UsageError, match="single shop"):
        serve(shop, multistore=True)


def test_a_version_that_there_is_not_makes_no_file(shop: Path) -> None:
    with pytest.raises(UsageError, match=r'"2\.0"'):
        serve(shop, version="2.0")
    assert not shop.exists()


@pytest.mark.parametrize("version", OLD)
def test_patch_is_unknown_before_8(version: str, ask: Callable[..., Asked]) -> None:
    refused = ask(version)("PATCH", "customers/1", "<prestashop/>")
    assert (refused.status_code, codes(refused)) == (405, [23])


@pytest.mark.parametrize("version", ["1.6", "1.7", "8"])
def test_reading_all_and_putting_it_back_changes_only_what_was_changed(
    version: str, ask: Callable[..., Asked], shop: Path
) -> None:
    asked = ask(version)
    asked("POST", "customers", customer("a@example.com", company="Acme", newsletter=1, note="kept"))
    before = stored(shop, ROW)[0]
    text = asked("GET", "customers/1", params={"output_format": "XML"}).text
    head, _, tail = text.partition("<date_add>")
    changed = f"{head}<date_add>2015-01-10 10:00:00{tail[tail.index('</date_add>') :]}"
    assert asked("PUT", "customers/1", changed).status_code == 200
    after = stored(shop, ROW)[0]
    columns = [column[1] for column in stored(shop, "PRAGMA table_info(ps_customer)")]
    unlike = {
        name: new for name, old, new in zip(columns, before, after, strict=True) if (old or "") != (new or "")
    }
    unlike.pop("date_upd", None)
    assert unlike == {"date_add": "2015-01-10 10:00:00"}
    assert stored(shop, "SELECT id_group FROM ps_customer_group") == [3]


def test_putting_all_back_is_refused_on_9_for_its_secure_key(ask: Callable[..., Asked]) -> None:
    asked = ask("9")
    asked("POST", "customers", customer("a@example.com"))
    text = asked("GET", "customers/1", params={"output_format": "XML"}).text
    assert codes(asked("PUT", "customers/1", text)) == [93]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_same_e_mail_twice_is_refused_since_8(
    version: str, ask: Callable[..., Asked], shop: Path
) -> None:
    asked = ask(version)
    statuses = [asked("POST", "customers", customer("a@example.com")).status_code for _ in range(2)]
    assert statuses == [201, 201 if version in OLD else 500]
    assert stored(shop, "SELECT count(*) FROM ps_customer") == [2 if version in OLD else 1]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_guest_with_a_registered_e_mail_is_refused_by_8_only(
    version: str, ask: Callable[..., Asked], shop: Path, tmp_path: Path
) -> None:
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps({"settings": {"PS_GUEST_CHECKOUT_ENABLED": "1"}}), encoding="utf-8")
    asked = ask(version, seed=seed)
    asked("POST", "customers", customer("a@example.com"))
    asked("POST", "customers", customer("a@example.com", is_guest=1))
    assert stored(shop, "SELECT is_guest FROM ps_customer") == ([0] if version == "8" else [0, 1])


@pytest.mark.parametrize("version", VERSIONS)
def test_json_is_texts_before_8_and_numbers_since(version: str, ask: Callable[..., Asked]) -> None:
    asked = ask(version)
    asked("POST", "customers", customer("a@example.com"))
    row = asked("GET", "customers?display=full").json()["customers"][0]
    groups = row["associations"]["groups"]
    old = version in OLD
    assert (row["id_default_group"], groups) == (("3", [{"id": "3"}]) if old else (3, [{"id": 3}]))
    # The detail view lacks what is empty since 8.
    assert ("company" in asked("GET", "customers/1").json()["customer"]) == old


@pytest.mark.parametrize("version", VERSIONS)
def test_wide_characters_are_lost_before_8(version: str, ask: Callable[..., Asked], shop: Path) -> None:
    assert ask(version)("POST", "customers", customer("a@example.com", company="😀 Ltd")).ok
    assert stored(shop, "SELECT company FROM ps_customer") == ["???? Ltd" if version in OLD else "😀 Ltd"]


@pytest.mark.parametrize(
    ("version", "field", "length", "kept"),
    [
        ("1.6", "lastname", 33, None),
        ("1.7", "lastname", 33, 33),
        ("1.6", "company", 65, 64),
        ("8", "company", 256, 255),
        ("9", "company", 256, None),
    ],
)
def test_what_is_too_long_is_refused_or_cut_without_a_word(
    version: str, field: str, length: int, kept: int | None, ask: Callable[..., Asked], shop: Path
) -> None:
    ask(version)("POST", "customers", customer("a@example.com", **{field: "x" * length}))
    assert stored(shop, f"SELECT length({field}) FROM ps_customer") == ([kept] if kept else [])


@pytest.mark.parametrize("version", VERSIONS)
def test_passwords_have_the_form_of_md5_on_1_6_and_of_bcrypt_since(
    version: str, ask: Callable[..., Asked], shop: Path
) -> None:
    ask(version)("POST", "customers", customer("a@example.com"))
    assert stored(shop, "SELECT length(passwd) FROM ps_customer") == [32 if version == "1.6" else 60]


@pytest.mark.parametrize("version", VERSIONS)
def test_spain_wants_an_identification_number_since_1_7(version: str, ask: Callable[..., Asked]) -> None:
    people = (
        "<firstname>Ana</firstname><lastname>Ruiz</lastname><alias>Casa</alias><id_country>6</id_country>"
    )
    address = f"<address>{people}<address1>1 Calle</address1><city>Madrid</city></address>"
    answer = ask(version)("POST", "addresses", f"<prestashop>{address}</prestashop>")
    assert answer.status_code == (201 if version == "1.6" else 400)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_query_that_cannot_be_understood_is_400_on_php_7(version: str, ask: Callable[..., Asked]) -> None:
    refused = ask(version)("GET", "customers?filter[nope]=1")
    assert (refused.status_code, codes(refused)[0]) == (400 if version in OLD else 500, 32)


def test_control_characters_break_the_json_of_1_6(ask: Callable[..., Asked], tmp_path: Path) -> None:
    person = {"email": "a@example.com", "firstname": "Ana", "lastname": "Ruiz", "note": "a\u000bb"}
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps({"customers": [person]}), encoding="utf-8")
    answer = ask("1.6", seed=seed)("GET", "customers?display=full")
    with pytest.raises(ValueError, match="control character"):
        json.loads(answer.text)
    assert json.loads(answer.text, strict=False)["customers"][0]["note"] == "a\u000bb"


@pytest.mark.parametrize(("version", "left"), [("1.6", [3]), ("1.7", [3]), ("8", [3]), ("9", [1, 2, 3])])
def test_only_9_keeps_every_built_in_group(
    version: str, left: list[int], ask: Callable[..., Asked], shop: Path
) -> None:
    asked = ask(version)
    for number in (1, 2, 3):
        asked("DELETE", f"groups/{number}")
    assert stored(shop, "SELECT id_group FROM ps_group") == left


# --- several shops --------------------------------------------------------------------------------------


def emails(answer: requests.Response) -> list[str]:
    return [row["email"] for row in answer.json()["customers"]] if answer.json() else []


def test_each_shop_lists_its_customers_and_a_sharing_group_lists_all_of_its_shops(
    ask: Callable[..., Asked],
) -> None:
    asked = ask("9", multistore=True)
    for number in (1, 2, 3, 4):
        assert asked("POST", f"customers?id_shop={number}", customer(f"{number}@example.com")).ok
    listed = {
        context: [
            email[0] for email in emails(asked("GET", f"customers?display=[email]&sort=[id_ASC]{context}"))
        ]
        for context in ("", "&id_shop=2", "&id_shop=3", "&id_shop_group=1", "&id_shop=all")
    }
    assert listed == {
        "": ["1"],
        "&id_shop=2": ["2"],
        "&id_shop=3": ["3", "4"],
        "&id_shop_group=1": ["1", "2"],
        "&id_shop=all": ["1", "2", "3", "4"],
    }


def test_an_e_mail_is_unique_in_a_shop_and_among_shops_that_share(ask: Callable[..., Asked]) -> None:
    asked = ask("9", multistore=True)
    shops = (1, 2, 3, 4)
    statuses = [
        asked("POST", f"customers?id_shop={number}", customer("a@example.com")).status_code
        for number in shops
    ]
    assert statuses == [201, 201, 201, 500]


def test_a_shop_in_the_body_alone_leaves_the_shop_group_of_the_context(
    ask: Callable[..., Asked], shop: Path
) -> None:
    ask("9", multistore=True)("POST", "customers", customer("a@example.com", id_shop=3))
    assert stored(shop, "SELECT id_shop, id_shop_group FROM ps_customer") == [(3, 1)]


def test_a_group_of_one_shop_is_hidden_in_the_others(ask: Callable[..., Asked], tmp_path: Path) -> None:
    people = {
        "email": "a@example.com",
        "firstname": "Ana",
        "lastname": "Ruiz",
        "groups": ["Customer", "Third"],
    }
    seed = tmp_path / "seed.json"
    groups = [{"name": "Third", "shops": [3]}]
    seed.write_text(json.dumps({"groups": groups, "customers": [people]}), encoding="utf-8")
    asked = ask("9", multistore=True, seed=seed)

    def memberships(context: str) -> list[int]:
        answer = asked("GET", f"customers/1?{context}").json()["customer"]
        return [group["id"] for group in answer["associations"]["groups"]]

    assert codes(asked("GET", "groups/4")) == [131]
    assert asked("GET", "groups/4?id_shop=3").ok
    assert memberships("id_shop=1") == [3]
    assert memberships("id_shop=3") == [3, 4]
    # With all shops a membership comes once for every shop that has the group.
    assert memberships("id_shop=all") == [3, 3, 3, 3, 4]


def test_a_new_group_belongs_to_all_shops_that_were_asked_about(
    ask: Callable[..., Asked], shop: Path
) -> None:
    asked = ask("9", multistore=True)
    name = '<name><language id="1">New</language><language id="2">Nuevo</language></name>'
    group = f"<prestashop><group><price_display_method>1</price_display_method>{name}</group></prestashop>"
    assert asked("POST", "groups?id_shop_group=2", group).status_code == 201
    assert stored(shop, "SELECT id_shop FROM ps_group_shop WHERE id_group = 4") == [3, 4]
    # A list has the groups of one shop only, whatever it is asked about: of the default shop.
    listed = asked("GET", "groups?id_shop_group=2").json()["groups"]
    assert [row["id"] for row in listed] == [1, 2, 3]
    assert asked("POST", "customers?id_shop_group=2", customer("a@example.com")).ok
    assert stored(shop, "SELECT id_shop FROM ps_customer") == [1]


def test_a_key_of_one_shop_is_refused_in_another(ask: Callable[..., Asked], tmp_path: Path) -> None:
    seed = tmp_path / "seed.json"
    key = "K" * 32
    rights = {"keys": {key: {"customers": ["GET"]}}, "key_shops": {key: [1]}}
    seed.write_text(json.dumps(rights), encoding="utf-8")
    asked = ask("9", multistore=True, seed=seed)
    contexts = ("id_shop=1", "id_shop=2", "id_shop=all", "id_shop_group=2")
    statuses = [asked("GET", f"customers?{context}", auth=(key, "")).status_code for context in contexts]
    assert statuses == [200, 403, 200, 403]


@pytest.mark.parametrize("version", OLD)
def test_all_shops_cannot_be_asked_before_8(version: str, ask: Callable[..., Asked]) -> None:
    asked = ask(version, multistore=True)
    refused = asked("GET", "customers?id_shop=all", allow_redirects=False)
    assert (refused.status_code, refused.headers["Location"].split("?")[0][-10:]) == (302, "/index.php")
    # And a group of shops is named otherwise.
    asked("POST", "customers?id_shop=4", customer("a@example.com"))
    assert asked("GET", "customers?id_shop_group=2").json() == []
    assert asked("GET", "customers?id_group_shop=2").json() == {"customers": [{"id": 1}]}
