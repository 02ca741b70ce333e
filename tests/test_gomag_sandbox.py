"""The practice Gomag speaks as the vendor's collection of calls has it, and otherwise where it is told to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import requests

from groupmigrate.errors import UsageError
from groupmigrate.platforms.gomag.sandbox import serve
from groupmigrate.platforms.gomag.sandbox.seed import KEY
from groupmigrate.platforms.sandbox import Practice
from support.gomag_room import GROUPS, seeded

CROWD = [seeded(number, group=GROUPS[str(1 + number % 3)]) for number in range(1, 121)]
NEW = {
    "email": "new@example.com",
    "password": "Example-1",
    "confirmPassword": "Example-1",
    "firstname": "Ana",
    "lastname": "Pop",
}


class Client:
    """The least client of a practice shop."""

    def __init__(self, practice: Practice, session: requests.Session) -> None:
        self.practice = practice
        self.session = session
        session.headers.update({"ApiShop": practice.url, "Apikey": KEY, "User-Agent": "test"})

    def get(self, **filters: str) -> requests.Response:
        return self.session.get(f"{self.practice.url}/api/v1/customer/read/json", params=filters)

    def read(self, **filters: str) -> Any:
        return self.get(**filters).json()

    def post(self, verb: str, content: dict[str, Any], *, multipart: bool = False) -> requests.Response:
        field = json.dumps(content)
        form: dict[str, Any] = {"files": {"data": (None, field)}} if multipart else {"data": {"data": field}}
        return self.session.post(f"{self.practice.url}/api/v1/customer/{verb}/json", **form)


Served = Callable[..., Client]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """Serves practice shops and closes them at the end."""
    clients: list[Client] = []

    def make(customers: Sequence[Any] = (), readings: str = "") -> Client:
        seed = tmp_path / "seed.json"
        seed.write_text(json.dumps({"groups": GROUPS, "customers": list(customers)}), encoding="utf-8")
        practice = serve(tmp_path / "shop.db", seed=seed, readings=readings)
        clients.append(Client(practice, requests.Session()))
        return clients[-1]

    yield make
    for client in clients:
        client.session.close()
        client.practice.close()


# --- reading -----------------------------------------------------------------------------------------------


def test_customers_are_an_object_by_id_and_the_total_is_a_text(served: Served) -> None:
    found = served(CROWD).read()
    assert (found["total"], found["page"], found["pages"]) == ("120", 1, 2)
    assert list(found["customers"])[:2] == ["14001", "14002"]
    row = found["customers"]["14001"]
    assert {"id", "group", "group_id"} & row.keys() == set()
    assert (row["active"], row["password"], row["registration"]) == ("1", None, "2022-12-07 17:13:23")


def test_nobody_is_a_list(served: Served) -> None:
    client = served(CROWD)
    assert client.read(email="nobody@example.com") == {"total": "0", "page": 1, "pages": 0, "customers": []}
    assert client.read(page="3")["customers"] == []


@pytest.mark.parametrize(
    ("filters", "total"),
    [
        ({"group": "2"}, "40"),
        ({"group": "999"}, "0"),
        ({"email": "PERSON7@example.com"}, "1"),
        ({"email": "person7"}, "0"),
        ({"customer": "14003"}, "1"),
        ({"customers": "14003,14004,99"}, "2"),
        ({"lastname": "Pop", "group": "3"}, "40"),
        ({"updated": "2026-01-01", "id": "14003"}, "120"),
        ({"limit": "5"}, "120"),
    ],
)
def test_filters_narrow_the_list_and_unknown_ones_do_not(
    served: Served, filters: dict[str, str], total: str
) -> None:
    found = served(CROWD).read(**filters)
    assert found["total"] == total
    assert len(found["customers"]) == min(int(total), 100)


@pytest.mark.parametrize(
    ("reading", "filters", "total"),
    [
        ("group=ignored", {"group": "999"}, "120"),
        ("email=ignored", {"email": "person7@example.com"}, "120"),
        ("email=by-letter", {"email": "PERSON7@example.com"}, "0"),
        ("email=part", {"email": "person7"}, "11"),
        ("ids=ignored", {"customers": "14003"}, "120"),
    ],
)
def test_a_filter_can_be_otherwise(served: Served, reading: str, filters: dict[str, str], total: str) -> None:
    assert served(CROWD, reading).read(**filters)["total"] == total


def test_a_list_can_be_otherwise(served: Served) -> None:
    found = served(CROWD, "customers=list,limit=kept,order=newest").read(limit="2")
    assert [row["id"] for row in found["customers"]] == ["14120", "14119"]
    assert found["pages"] == 60


def test_addresses_come_by_odd_names_and_can_be_left_out(served: Served) -> None:
    client = served([seeded(1, addresses=[{"address_type": "billing", "city_name": "Iași"}])])
    row = client.read()["customers"]["14001"]
    assert row["addresses"]["adress 1"]["city_name"] == row["defaultAdress"]["billing"]["city_name"] == "Iași"
    assert row["defaultAdress"]["shipping"] == {}
    assert "addresses" not in client.read(skipAdresses="1")["customers"]["14001"]


# --- writing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("multipart", [True, False])
def test_a_customer_is_added_by_a_form_in_either_encoding(served: Served, multipart: bool) -> None:
    client = served()
    answer = client.post("add", {**NEW, "group": "2", "phone": "0700"}, multipart=multipart).json()
    assert answer == {"id": 14001, "email": "new@example.com", "firstname": "Ana", "lastname": "Pop"}
    assert client.read(group="1")["customers"]["14001"]["phone"] == ""


def test_a_json_body_is_not_looked_at(served: Served) -> None:
    client = served()
    answer = client.session.post(f"{client.practice.url}/api/v1/customer/add/json", json=NEW)
    assert answer.json()["message"] == ["Missing data"]


def test_a_second_customer_with_the_same_email_is_welcome(served: Served) -> None:
    client = served()
    assert [client.post("add", NEW).json()["id"] for _ in range(2)] == [14001, 14002]


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"email": ""}, 406, "Missing email"),
        ({"password": ""}, 406, "Missing password"),
        ({"confirmPassword": "other"}, 413, "The passwords are not the same"),
        ({"email": "none"}, 406, "The e-mail is not valid"),
    ],
)
def test_a_bad_creation_is_told_in_the_body_with_what_was_sent(
    served: Served, changes: dict[str, str], code: int, words: str
) -> None:
    client = served()
    answer = client.post("add", NEW | changes)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.json() == {"status": code, "message": [words], "data": [NEW | changes]}
    assert client.read()["total"] == "0"


def test_a_change_takes_names_and_phone_and_never_another_email(served: Served) -> None:
    client = served([seeded(1, phone="1")])
    same = {"id": "14001", "email": "person1@example.com", "firstname": "Zoë", "lastname": "Nou"}
    assert client.post("update", same).json()["firstname"] == "Zoë"
    row = client.read()["customers"]["14001"]
    assert (row["firstname"], row["lastname"], row["phone"]) == ("Zoë", "Nou", "1")
    assert client.post("update", {**same, "email": "x@example.com"}).json()["status"] == 414
    assert client.post("update", {**same, "id": "9"}).json()["status"] == 404
    assert client.post("update", {**same, "id": ""}).json()["message"] == ["Missing customer id"]


def test_what_was_saved_can_be_told_inside_data(served: Served) -> None:
    assert served(readings="saved=wrapped").post("add", NEW).json()["data"]["id"] == 14001


# --- access and limits -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Apikey": "other"}, "401"),
        ({"ApiShop": "https://other.example.com"}, "401"),
        ({"User-Agent": "PostmanRuntime/7.1"}, "403"),
    ],
)
def test_who_is_not_known_is_refused_by_the_body(served: Served, headers: dict[str, str], code: str) -> None:
    client = served(CROWD)
    client.session.headers.update(headers)
    answer = client.get()
    assert (answer.status_code, answer.json()["status"]) == (200, code)


def test_a_failure_can_have_its_code_as_the_status(served: Served) -> None:
    client = served(readings="failure=status")
    assert client.post("add", {}).status_code == 406
    client.session.headers["Apikey"] = "other"
    assert client.get().status_code == 401


def test_the_bare_host_name_is_taken_too_and_can_be_the_only_one(served: Served) -> None:
    client = served(CROWD)
    host = client.practice.url.removeprefix("http://")
    for shop in (client, served(readings="shop=host")):
        shop.session.headers["ApiShop"] = shop.practice.url.removeprefix("http://")
        assert shop.read()["total"] == "120"
    shop.session.headers["ApiShop"] = shop.practice.url
    assert shop.read()["status"] == "401"
    assert host != shop.practice.url


def test_calls_that_are_not_practised_are_told(served: Served) -> None:
    assert served().post("passwordrecovery", {"email": "a@example.com"}).json()["status"] == "404"


@pytest.mark.parametrize(("readings", "status"), [("rate=1", 429), ("rate=1,full=body", 200)])
def test_reads_and_writes_have_a_bucket_each_and_its_level_is_told(
    served: Served, readings: str, status: int
) -> None:
    client = served(readings=readings)
    first = client.get()
    assert first.headers["Api-RateLimit-Read-Burst"] == "40"
    assert first.headers["Api-RateLimit-Read-Remaining"] == "39"
    answers = [client.post("add", NEW) for _ in range(12)]
    assert answers[9].headers["Api-RateLimit-Write-Remaining"] == "0"
    assert answers[11].status_code == status
    assert answers[11].json()["status"] == "429"
    assert client.read()["total"] == "10"


def test_a_reading_that_there_is_not_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match='cannot read the reading "odd"'):
        serve(tmp_path / "shop.db", readings="customers=list,odd")
    assert not (tmp_path / "shop.db").exists()


def test_a_shop_that_is_there_is_served_as_it_is(served: Served) -> None:
    served(CROWD[:1]).practice.close()
    assert served(CROWD).read()["total"] == "1"
