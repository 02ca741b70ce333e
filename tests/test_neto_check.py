"""What `doctor` says about a Neto store, and what happens when something else answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import responses

from groupmigrate.errors import LostAnswer, WrongAnswer
from groupmigrate.platforms.base import Opening, Severity
from groupmigrate.platforms.neto import PATH, ApiOptions
from groupmigrate.platforms.neto.sandbox import serve
from groupmigrate.platforms.neto.sandbox.seed import CLIENT, STAFF, STAFF_KEY, TOKEN
from groupmigrate.platforms.neto.store import ApiStore
from groupmigrate.platforms.sandbox import Practice
from support.neto_room import ANA, QUICK, creations, opened

URL = "https://www.example.com"
CUSTOMER = {"email": "a@example.com"}


def codes(store: ApiStore) -> list[tuple[str, str]]:
    return [(finding.code, finding.severity.value) for finding in store.check().findings]


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    with serve(tmp_path / "store.db") as served:
        yield served


def remote(
    folder: Path, url: str, key: str = "secret-key", *, read_only: bool = True, **more: Any
) -> ApiStore:
    """A store at an address, with a key or with what `more` says."""
    (folder / "key").write_text(key, encoding="utf-8")
    options = {"url": url, "key": "file:key", "calls_per_minute": 60000, **more}
    if "token" in more:
        del options["key"]
    opening = Opening("remote", folder, folder, read_only)
    return ApiStore(ApiOptions.model_validate(options), opening, QUICK)


# --- a store of its own ------------------------------------------------------------------------------------


def test_a_good_store_has_a_note_about_its_groups_at_most(tmp_path: Path) -> None:
    with opened(tmp_path, seed={"customers": [CUSTOMER]}, read_only=True) as store:
        assert codes(store) == [("GM558", "note")]
    with opened(tmp_path, read_only=True, groups=["A"]) as store:
        assert codes(store) == []


def test_a_filter_that_is_not_honoured_is_an_error(tmp_path: Path) -> None:
    with opened(tmp_path, "filters=ignored", seed={"customers": [CUSTOMER]}, groups=["A"]) as store:
        assert codes(store) == [("GM555", "error")] * 2


def test_an_empty_store_is_not_suspected(tmp_path: Path) -> None:
    with opened(tmp_path, "filters=ignored", seed={}, groups=["A"]) as store:
        assert codes(store) == []


def test_groups_that_are_named_by_numbers_are_told(tmp_path: Path) -> None:
    seed = {"customers": [CUSTOMER]}
    with opened(tmp_path, "shown=number", seed=seed, groups=["A"], read_only=True) as store:
        assert codes(store) == [("GM557", "warning")]


# --- logging in --------------------------------------------------------------------------------------------


def test_the_key_of_the_store_needs_no_user_and_that_of_a_user_does(
    tmp_path: Path, practice: Practice
) -> None:
    ways: list[tuple[str, dict[str, Any], bool]] = [
        (practice.key, {}, True),
        (STAFF_KEY, {"username": STAFF}, True),
        (STAFF_KEY, {}, False),
        (STAFF_KEY, {"username": "somebody"}, False),
        ("wrong", {}, False),
    ]
    for key, more, good in ways:
        with closing(remote(tmp_path, practice.url, key, groups=["A"], **more)) as store:
            assert codes(store) == ([] if good else [("GM502", "error")])


def test_an_app_logs_in_by_its_pair(tmp_path: Path, practice: Practice) -> None:
    (tmp_path / "token").write_text(TOKEN, encoding="utf-8")
    with closing(remote(tmp_path, practice.url, token="file:token", client_id=CLIENT)) as store:
        assert codes(store) == [("GM558", "note")]
    with closing(remote(tmp_path, practice.url, token="file:token", client_id="another")) as store:
        (finding,) = store.check().findings
    assert (finding.code, "client_id" in finding.hint, "username" in finding.hint) == ("GM590", True, False)
    assert TOKEN not in finding.message + finding.hint


@pytest.mark.parametrize("reading", ["badkey=200", "badkey=401", "messages=list", "wrapped=yes"])
def test_a_wrong_key_is_told_with_all_that_it_may_be(tmp_path: Path, reading: str) -> None:
    with (
        serve(tmp_path / "other.db", readings=reading) as practice,
        closing(remote(tmp_path, practice.url, "a-wrong-key")) as store,
    ):
        (finding,) = store.check().findings
    assert (finding.code, finding.severity) == ("GM502", Severity.ERROR)
    assert all(word in finding.hint for word in ("username", "permission group", "url"))
    assert "a-wrong-key" not in finding.message + finding.hint


# --- something else answers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"body": "<html>log in</html>", "content_type": "text/html"}, "GM504"),
        ({"body": "<html>gone</html>", "status": 404}, "GM504"),
        ({"body": "", "status": 302, "headers": {"Location": "https://live.example.com/"}}, "GM504"),
        ({"json": ["no", "object"]}, "GM504"),
        ({"json": {"hello": "world"}}, "GM504"),
        ({"json": {"Ack": "Error", "Messages": {"Error": {"Message": "out of order"}}}}, "GM504"),
        ({"json": {"Ack": "Error", "Messages": ""}}, "GM504"),
        ({"body": "", "status": 403}, "GM502"),
        ({"json": {"Ack": "Success", "Customer": {"EmailAddress": "a@example.com"}}}, "GM556"),
    ],
)
@responses.activate
def test_what_is_no_neto_is_told_apart(tmp_path: Path, answer: dict[str, object], code: str) -> None:
    responses.post(URL + PATH, **answer)
    with closing(remote(tmp_path, URL)) as store:
        assert (code, "error") in codes(store)


@responses.activate
def test_a_redirect_names_the_right_host(tmp_path: Path) -> None:
    responses.post(URL + PATH, status=301, headers={"Location": "https://live.example.com/x"})
    with closing(remote(tmp_path, URL)) as store:
        (finding,) = store.check().findings
    assert "live.example.com" in finding.hint


@responses.activate
def test_words_of_the_store_hold_neither_e_mails_nor_the_key(tmp_path: Path) -> None:
    said = {"Ack": "Error", "Messages": {"Error": {"Message": "secret-key: ana.pop@example.com is odd"}}}
    responses.post(URL + PATH, json=said)
    with closing(remote(tmp_path, URL)) as store:
        (finding,) = store.check().findings
    assert "secret-key" not in finding.message
    assert "ana.pop" not in finding.message
    assert "a…p@e….com is odd" in finding.message


@responses.activate
def test_a_list_that_never_ends_is_given_up_where_it_repeats(tmp_path: Path) -> None:
    page = {"Ack": "Success", "Customer": [{"Username": f"n{number}"} for number in range(3)]}
    responses.post(URL + PATH, json=page)
    with closing(remote(tmp_path, URL)) as store:
        pages = list(store._api.customers(("Username",), 3))
    assert [len(one) for one in pages] == [3]
    assert len(responses.calls) == 3


@responses.activate
def test_a_web_page_instead_of_the_answer_to_a_write_stops_the_run(tmp_path: Path) -> None:
    responses.post(URL + PATH, json={"Ack": "Success", "Customer": ""}, match=[reading()])
    responses.post(URL + PATH, body="<html>maintenance</html>")
    with closing(remote(tmp_path, URL, read_only=False)) as store, pytest.raises(WrongAnswer):
        list(store.apply(creations([ANA])))


@responses.activate
def test_an_answer_without_a_word_to_a_write_is_lost(tmp_path: Path) -> None:
    responses.post(URL + PATH, body="")
    with closing(remote(tmp_path, URL, read_only=False)) as store, pytest.raises(LostAnswer):
        store._api.save("AddCustomer", [{"Username": "a"}])


def reading() -> object:
    """Matches requests that only read."""
    return lambda request: (request.headers["NETOAPI_ACTION"].startswith("Get"), "not a read")
