"""Changing customers of a practice PrestaShop, and what the answers of a real one mean."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from groupmigrate.platforms.base import Change, State
from groupmigrate.platforms.http import Answer, Request
from groupmigrate.platforms.prestashop.api import Refused
from support.prestashop_room import ADDRESS, ANA, Ask, Opener, create, creations, outcomes, person

pytest_plugins = ["support.prestashop_fixtures"]


def test_a_customer_is_regrouped_and_everything_else_stays(opened: Opener, ask: Ask) -> None:
    store = opened()
    (stored,) = create(store, ANA)
    before = ask("SELECT * FROM ps_customer")
    wanted = replace(stored, groups=("5", "3"), firstname="Somebody", company="Else")
    (outcome,) = outcomes(store, [Change(7, "update", wanted, ("groups",))]).values()
    assert (outcome.state, outcome.id) == (State.DONE, "1")
    assert outcome.stored is not None
    assert outcome.stored.groups == ("5", "3")
    after = ask("SELECT * FROM ps_customer")
    changed = [index for index, value in enumerate(after[0]) if value != before[0][index]]
    names = [row[1] for row in ask("PRAGMA table_info(ps_customer)")]
    assert {names[index] for index in changed} <= {"id_default_group", "date_upd"}
    assert ask("SELECT id_group FROM ps_customer_group") == [(3,), (5,)]


def test_a_default_group_without_membership_is_mended(opened: Opener, ask: Ask) -> None:
    store = opened()
    create(store, ANA)
    ask("DELETE FROM ps_customer_group WHERE id_group = 4")
    (there,) = store.find([ANA.email])[ANA.email]
    assert (there.groups, there.loose_default) == (("4", "3"), True)
    (outcome,) = outcomes(
        store, [Change(0, "update", replace(there, loose_default=False), ("groups",))]
    ).values()
    assert outcome.stored is not None
    assert not outcome.stored.loose_default


def test_one_customer_who_is_gone_does_not_stop_the_others(opened: Opener, ask: Ask) -> None:
    store = opened()
    made = create(store, *(person(number) for number in range(9)))
    ask("DELETE FROM ps_customer WHERE id_customer = ?", made[4].id)
    changes = [
        Change(n, "update", replace(one, groups=("5", "3")), ("groups",)) for n, one in enumerate(made)
    ]
    found = outcomes(store, changes)
    assert (found[4].state, found[4].code) == (State.REJECTED, "GM404")
    assert {found[seq].state for seq in found if seq != 4} == {State.DONE}
    assert ask("SELECT count(*) FROM ps_customer WHERE id_default_group = 5") == [(8,)]


def test_several_fields_are_changed_at_once(opened: Opener, ask: Ask) -> None:
    store = opened()
    (stored,) = create(store, ANA)
    fields = ("firstname", "lastname", "company", "birthday", "gender", "language", "active", "newsletter")
    wanted = replace(
        stored,
        firstname="Ann",
        lastname="Lee",
        company="",
        birthday="",
        gender="male",
        language="en",
        active=False,
        newsletter=False,
        created="2001-01-01 01:01:01",
    )
    (outcome,) = outcomes(store, [Change(0, "update", wanted, (*fields, "created"))]).values()
    assert outcome.stored is not None
    assert replace(outcome.stored, updated="") == replace(wanted, updated="")
    assert store.find([ANA.email])[ANA.email] == (outcome.stored,)


def test_addresses_are_added_and_none_is_changed(opened: Opener, ask: Ask) -> None:
    store = opened()
    (stored,) = create(store, ANA)
    new = replace(ADDRESS, city="Iași")
    bad = replace(ADDRESS, city="a_b")
    wanted = replace(stored, addresses=(new, bad, replace(new, city="Cluj")))
    (outcome,) = outcomes(store, [Change(0, "update", wanted, ("addresses",))]).values()
    assert outcome.state is State.DONE
    assert "address 2" in outcome.words
    cities = [city for (city,) in ask("SELECT city FROM ps_address ORDER BY id_address")]
    assert cities == ["București", "Iași", "Cluj"]


def test_a_lost_change_is_unknown(opened: Opener) -> None:
    store = opened(connections=1, faults="lost-after@4")
    (stored,) = create(store, ANA)
    (outcome,) = outcomes(store, [Change(0, "update", replace(stored, groups=("5",)), ("groups",))]).values()
    assert (outcome.state, outcome.id, outcome.code) == (State.UNKNOWN, "1", "GM402")
    assert store.find([ANA.email])[ANA.email][0].groups == ("5",)


@pytest.mark.parametrize(
    "scenario",
    [
        "36-create-invalid-email",
        "37-create-invalid-names",
        "38-create-invalid-values",
        "39-create-overlong",
        "41-create-missing-required",
        "42-create-refused-fields",
        "43-create-duplicate-email",
        "45-create-multi-one-bad",
        "52-patch",
        "56-address-create-refused",
        "57-address-batch",
    ],
)
def test_recorded_refusals_are_surely_not_saved_and_never_lost(
    opened: Opener, recordings: Path, monkeypatch: pytest.MonkeyPatch, scenario: str
) -> None:
    """Every error of a real 9.1.4, whatever its status, is told apart from a lost answer by its code."""
    api = opened()._api
    file = recordings / "prestashop" / "9.1.4" / f"{scenario}.json"
    answers = [
        said(one["response"])
        for one in json.loads(file.read_text(encoding="utf-8"))["exchanges"]
        if one["request"]["method"] in {"POST", "PATCH"} and one["response"]["status"] >= 400
    ]
    assert answers
    for answer in answers:
        monkeypatch.setattr(api._session, "send", lambda _, answer=answer: answer)
        with pytest.raises(Refused) as caught:
            api.save("POST", "customers", [])
        assert caught.value.words
        assert "/var/www" not in caught.value.words
        assert not re.search(r"\w@\w+\.", caught.value.words)


def said(response: dict[str, Any]) -> Answer:
    body = response["body"]
    text = body if isinstance(body, str) else json.dumps(body)
    return Answer(response["status"], response["headers"], text.encode())


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"<p><errors><error><code>3</code><message>PHP Warning</message></error></errors></p>"),
        (500, b"<p><errors><error><code>999</code><message>?</message></error></errors></p>"),
        (201, b"<p><customer><id>5</id>"),
        (201, b""),
        (200, b"<html>"),
        (201, b"<p/>"),
        (403, b"<html>a firewall</html>"),
    ],
)
def test_an_answer_without_a_reason_may_hide_a_success(opened: Opener, status: int, body: bytes) -> None:
    store = opened(connections=1)
    store.rules()
    answer = store._session.send

    def send(request: Request) -> Answer:
        if request.method != "POST":
            return answer(request)
        return Answer(status, {"PSWS-Version": "9.1.4"}, body)

    store._session.send = send  # type: ignore[method-assign]
    (outcome,) = outcomes(store, creations([ANA])).values()
    assert (outcome.state, outcome.code) == (State.UNKNOWN, "GM402")
