"""The practice Neto answers as the vendor's pages and the tests of other clients say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import requests

from groupmigrate.errors import DiskError, UsageError
from groupmigrate.platforms.neto import PATH
from groupmigrate.platforms.neto.sandbox import serve
from groupmigrate.platforms.sandbox import Practice

HEADERS = {"Accept": "application/json"}
EVERYBODY = {
    "DateAddedFrom": "1970-01-01 00:00:00",
    "OutputSelector": ["Username", "UserGroup", "DateOfBirth"],
}
SEED = {"groups": ["Trade"], "customers": [{"email": "a@example.com"}, {"email": "b@example.com"}]}


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    path = tmp_path / "seed.json"
    path.write_text(json.dumps(SEED), encoding="utf-8")
    return path


@pytest.fixture
def practice(tmp_path: Path, seed: Path) -> Iterator[Practice]:
    with serve(tmp_path / "store.db", seed=seed) as served:
        yield served


def post(practice: Practice, action: str, body: dict[str, Any], **headers: str) -> requests.Response:
    sent = {**HEADERS, "NETOAPI_ACTION": action, "NETOAPI_KEY": practice.key, **headers}
    return requests.post(practice.url + PATH, json=body, headers=sent, timeout=5)


def said(practice: Practice, action: str, body: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = post(practice, action, body).json()
    return answer


def add(practice: Practice, **fields: object) -> dict[str, Any]:
    return said(practice, "AddCustomer", {"Customer": [{"Username": "new", **fields}]})


def get(practice: Practice, **filter_: object) -> dict[str, Any]:
    return said(practice, "GetCustomer", {"Filter": {**EVERYBODY, **filter_}})


def test_several_are_a_list_one_is_an_object_and_none_is_an_empty_text(practice: Practice) -> None:
    assert len(get(practice)["Customer"]) == 2
    assert get(practice, Email="a@example.com")["Customer"]["UserGroup"] == "A"
    assert get(practice, Email="nobody@example.com")["Customer"] == ""
    assert get(practice)["Ack"] == "Success"


def test_dates_that_are_none_are_zero(practice: Practice) -> None:
    assert get(practice, Email="a@example.com")["Customer"]["DateOfBirth"] == "0000-00-00"


@pytest.mark.parametrize("missing", ["OutputSelector", "DateAddedFrom"])
def test_a_filter_and_a_selector_are_demanded_with_status_200(practice: Practice, missing: str) -> None:
    filter_ = {name: value for name, value in EVERYBODY.items() if name != missing}
    answer = post(practice, "GetCustomer", {"Filter": filter_})
    assert (answer.status_code, answer.json()["Ack"]) == (200, "Error")
    assert "at least one" in answer.json()["Messages"]["Error"]["Message"]


def test_without_accept_the_answer_is_xml(practice: Practice) -> None:
    answer = post(practice, "GetCustomer", {"Filter": EVERYBODY}, Accept="*/*")
    root = ET.fromstring(answer.content)
    assert root.tag == "GetCustomerResponse"
    assert len(root.findall("Customer")) == 2


def test_a_wrong_key_is_an_error_with_status_200_and_anything_else_a_web_page(practice: Practice) -> None:
    answer = post(practice, "GetCustomer", {"Filter": EVERYBODY}, NETOAPI_KEY="wrong")
    assert (answer.status_code, answer.json()["Ack"]) == (200, "Error")
    assert "<html>" in requests.get(practice.url, timeout=5).text


@pytest.mark.parametrize("body", [{}, {"Customer": [7]}, {"Filter": 3}])
def test_a_request_that_cannot_be_read_is_an_error(practice: Practice, body: dict[str, Any]) -> None:
    for action in ("GetCustomer", "AddCustomer", "DeleteCustomer"):
        assert said(practice, action, body)["Ack"] == "Error"


def test_more_calls_than_allowed_are_429(tmp_path: Path) -> None:
    with serve(tmp_path / "store.db", readings="rate=2") as practice:
        found = [post(practice, "GetCustomer", {"Filter": EVERYBODY}) for _ in range(3)]
    assert [answer.status_code for answer in found] == [200, 200, 429]
    assert "Retry-After" not in found[2].headers


@pytest.mark.parametrize(
    ("reading", "group"),
    [("group=fallback", "A"), ("group=empty", ""), ("group=keep", "Nowhere"), ("group=refuse", None)],
)
def test_a_group_that_is_not_there_is_read_in_four_ways(
    tmp_path: Path, reading: str, group: str | None
) -> None:
    with serve(tmp_path / "store.db", readings=reading) as practice:
        answer = add(practice, UserGroup="Nowhere")
        assert answer["Ack"] == ("Error" if group is None else "Success")
        if group is not None:
            assert get(practice, Username="new")["Customer"]["UserGroup"] == group


def test_a_group_is_taken_by_its_name_or_its_number(practice: Practice) -> None:
    add(practice, UserGroup="7")
    assert get(practice, Username="new")["Customer"]["UserGroup"] == "Trade"


def test_what_an_update_does_not_say_stays(practice: Practice) -> None:
    add(practice, BillingAddress={"BillCity": "X", "BillPhone": "1"}, Active="False", UserGroup="Trade")
    body = {"Customer": {"Username": "NEW", "BillingAddress": {"BillCity": "Y"}}}
    assert said(practice, "UpdateCustomer", body)["Customer"] == {"Username": "new"}
    found = get(practice, Username="new", OutputSelector=["BillingAddress", "Active", "UserGroup"])[
        "Customer"
    ]
    assert (found["BillingAddress"]["BillCity"], found["BillingAddress"]["BillPhone"]) == ("Y", "1")
    assert (found["Active"], found["UserGroup"]) == ("False", "Trade")


def test_what_was_stored_is_there_when_the_file_is_served_again(tmp_path: Path, seed: Path) -> None:
    with serve(tmp_path / "kept.db", seed=seed) as practice:
        add(practice, EmailAddress="new@example.com")
    with serve(tmp_path / "kept.db", seed=seed) as practice:
        assert len(get(practice)["Customer"]) == 3


@pytest.mark.parametrize("reading", ["group", "group=often", "groups=fallback", "rate=0", "rate=x"])
def test_a_reading_that_there_is_not_is_refused(tmp_path: Path, reading: str) -> None:
    with pytest.raises(UsageError, match="reading"):
        serve(tmp_path / "store.db", readings=reading)


def test_a_seed_or_a_file_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text('{"customers": [{"name": "no e-mail"}]}', encoding="utf-8")
    with pytest.raises(UsageError, match="seed"):
        serve(tmp_path / "store.db", seed=tmp_path / "bad.json")
    with pytest.raises(DiskError):
        serve(tmp_path / "bad.json")
