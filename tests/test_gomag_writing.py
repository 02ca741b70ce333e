"""Writing to a Gomag shop: one customer a request, nobody twice, and no group."""

from __future__ import annotations

import time

import pytest
from msgspec.structs import replace

from groupmigrate.errors import AccessDenied, Unreachable
from groupmigrate.model import Address
from groupmigrate.planning.fit import Fitting
from groupmigrate.platforms.base import Change, State
from groupmigrate.platforms.http import Answer, Patience, Request, WriteRefused
from support.gomag_room import ANA, Ask, Opener, created, everybody, person, seeded, sent

pytest_plugins = ["support.gomag_fixtures"]


def test_a_created_customer_is_in_the_default_group_with_names_and_nothing_else(
    open_gomag: Opener, ask_gomag: Ask
) -> None:
    store = open_gomag()
    (outcome,) = created(store, person(1, firstname="Zoë", lastname="D'Ångelo & 李"))
    assert (outcome.state, outcome.id) == (State.DONE, "14001")
    assert outcome.stored is not None
    assert (outcome.stored.groups, outcome.stored.lastname) == (("1",), "D'Ångelo & 李")
    assert ask_gomag("SELECT email, firstname, lastname, group_id, phone, addresses FROM customer") == [
        ("new1@example.com", "Zoë", "D'Ångelo & 李", 1, "", "[]")
    ]


def test_what_no_call_writes_is_left_out_and_noted(open_gomag: Opener) -> None:
    fitted = Fitting(open_gomag().rules()).fit(
        replace(
            ANA,
            middlename="Maria",
            birthday="1980-02-29",
            created="2019-01-02 03:04:05",
            newsletter=True,
            addresses=(Address("Ana"),),
        )
    )
    assert fitted.misfits == ()
    assert {(note.code, note.field) for note in fitted.notes} == {
        ("GM304", name) for name in ("birthday", "newsletter", "created", "addresses", "company")
    } | {("GM310", "middlename")}
    assert fitted.customer.firstname == "Ana Maria"


@pytest.mark.parametrize(
    "readings",
    [
        "",
        "email=ignored,ids=ignored",
        "email=by-letter",
        "saved=wrapped,customers=list",
        "order=newest",
    ],
)
def test_an_email_that_is_there_is_not_created_again(
    open_gomag: Opener, ask_gomag: Ask, readings: str
) -> None:
    crowd = [seeded(number) for number in range(1, 131)]
    store = open_gomag(crowd, readings=readings)
    first, taken = created(store, person(1), person(2, email="PERSON129@example.com"))
    assert (first.state, taken.state, taken.code) == (State.DONE, State.UNKNOWN, "GM408")
    assert ask_gomag("SELECT count(*) FROM customer") == [(131,)]


def test_a_lead_takes_no_email(open_gomag: Opener) -> None:
    store = open_gomag([seeded(1, type="lead")])
    (outcome,) = created(store, person(1, email="person1@example.com"))
    assert outcome.state is State.DONE
    assert [one.guest for one in everybody(store)] == [True, False]


@pytest.mark.parametrize(("fault", "there"), [("lost-after@2", 3), ("lost-before@2", 2)])
def test_a_lost_answer_is_unknown_and_nothing_is_sent_twice(
    open_gomag: Opener, ask_gomag: Ask, fault: str, there: int
) -> None:
    store = open_gomag(faults=fault)
    states = [outcome.state for outcome in created(store, *map(person, (1, 2, 3)))]
    assert states == [State.DONE, State.UNKNOWN, State.DONE]
    assert sent(store)["add"] == 3
    assert ask_gomag("SELECT count(*) FROM customer") == [(there,)]


@pytest.mark.parametrize("readings", ["", "failure=status"])
def test_a_refusal_is_told_by_the_body_without_what_was_sent(open_gomag: Opener, readings: str) -> None:
    bad, good = created(open_gomag(readings=readings), person(1, lastname=""), person(2))
    assert (bad.state, bad.code, bad.words) == (State.REJECTED, "GM401", "Missing lastname")
    assert good.state is State.DONE


def test_a_change_repeats_email_and_phone_and_touches_no_group(open_gomag: Opener, ask_gomag: Ask) -> None:
    store = open_gomag([seeded(1, phone="0700", group="Trade")])
    (there,) = everybody(store)
    change = Change(1, "update", replace(there, lastname="Nou", groups=("3",)), ("lastname", "groups"))
    (outcome,) = store.apply([change])
    assert outcome.state is State.DONE
    assert ask_gomag("SELECT firstname, lastname, email, phone, group_id FROM customer") == [
        ("Ion", "Nou", "person1@example.com", "0700", 2)
    ]


def test_a_change_of_groups_alone_sends_nothing(open_gomag: Opener) -> None:
    store = open_gomag([seeded(1)])
    (there,) = everybody(store)
    (outcome,) = store.apply([Change(1, "update", replace(there, groups=("3",)), ("groups",))])
    assert outcome.stored == there
    assert "update" not in sent(store)


def test_somebody_who_is_gone_is_told(open_gomag: Opener) -> None:
    gone = replace(person(1), id="99")
    (outcome,) = open_gomag([seeded(1)]).apply([Change(1, "update", gone, ("lastname",))])
    assert (outcome.state, outcome.code) == (State.REJECTED, "GM404")


def test_a_store_that_was_opened_to_read_writes_nothing(open_gomag: Opener, ask_gomag: Ask) -> None:
    with pytest.raises(WriteRefused):
        created(open_gomag(read_only=True), person(1))
    assert ask_gomag("SELECT count(*) FROM customer") == [(0,)]


@pytest.mark.parametrize("readings", ["", "failure=status"])
def test_a_wrong_key_is_told_without_the_key(
    open_gomag: Opener, monkeypatch: pytest.MonkeyPatch, readings: str
) -> None:
    monkeypatch.setenv("KEY", "NOT-THE-KEY")
    url = open_gomag(readings=readings).address
    store = open_gomag(url=url, key="env:KEY")
    with pytest.raises(AccessDenied) as caught:
        everybody(store)
    assert caught.value.code == "GM502"
    assert "NOT-THE-KEY" not in caught.value.message
    assert [finding.code for finding in store.check().findings] == ["GM502"]


def test_a_key_that_is_refused_stops_everything(open_gomag: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_gomag()
    monkeypatch.setattr(store._api, "_key", "withdrawn")
    with pytest.raises(AccessDenied):
        created(store, person(1))


def test_an_answer_that_names_nobody_is_unknown(open_gomag: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_gomag()
    send = store._session.send

    def silent(request: Request) -> Answer:
        answer = send(request)
        return answer if request.method == "GET" else Answer(200, answer.headers, b"<html>")

    monkeypatch.setattr(store._session, "send", silent)
    (outcome,) = created(store, person(1))
    assert (outcome.state, outcome.code) == (State.UNKNOWN, "GM402")


def test_the_pace_is_that_of_the_shop(open_gomag: Opener) -> None:
    store = open_gomag(readings="rate=1")
    started = time.monotonic()
    assert {outcome.state for outcome in created(store, *map(person, range(12)))} == {State.DONE}
    # ten fit into the bucket at once
    assert time.monotonic() - started >= 1.5


@pytest.mark.parametrize("readings", ["rate=1", "rate=1,full=body"])
def test_a_full_bucket_is_waited_for_and_not_taken_for_a_refusal(
    open_gomag: Opener, monkeypatch: pytest.MonkeyPatch, readings: str
) -> None:
    brief = Patience(attempts=2, total=0.2, first_wait=0.001, longest_wait=0.02)
    store = open_gomag(readings=readings, patience=brief)
    monkeypatch.setattr(store._session, "_allowance", None)
    with pytest.raises(Unreachable) as caught:
        created(store, *map(person, range(12)))
    assert caught.value.code == "GM507"
    assert len(everybody(store)) == 10
