"""The verbs of a Neto store, on practice stores of every reading of what nobody knows."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from groupmigrate.compare import EVERYTHING, differing
from groupmigrate.errors import AccessDenied, Unreachable, WrongAnswer
from groupmigrate.model import Role
from groupmigrate.platforms.base import Change, State
from groupmigrate.platforms.http import Answer, Request
from groupmigrate.platforms.neto.sandbox.readings import CHOICES
from groupmigrate.platforms.neto.shop import SEEN
from groupmigrate.platforms.neto.wire import NARROW
from groupmigrate.platforms.neto.writer import Writer
from support.neto_room import (
    ANA,
    BRIEF,
    HOME,
    creations,
    everybody,
    fitted,
    opened,
    outcomes,
    person,
    watched,
)

EVERY_READING = [
    f"{name}={value}" for name, values in CHOICES.items() for value in values if name != "filters"
]


@pytest.mark.parametrize("reading", EVERY_READING)
def test_under_every_reading_customers_are_created_changed_and_read_as_wanted(
    tmp_path: Path, reading: str
) -> None:
    people = [fitted(person(number)) for number in range(12)]
    with opened(tmp_path, reading, page_size=5, batch_size=5) as store:
        made = outcomes(store, creations(people))
        assert {outcome.state for outcome in made.values()} == {State.DONE}
        there = {one.email: one for one in everybody(store)}
        assert len(there) == 12
        for number, one in enumerate(people):
            assert differing(one, there[one.email], EVERYTHING) == ()
            assert made[number].stored == there[one.email]
        first = replace(there[people[0].email], groups=("A",))
        (changed,) = outcomes(store, [Change(0, "update", first, ("groups",))]).values()
        assert changed.state is State.DONE
        assert changed.stored is not None
        assert changed.stored.groups == ("A",)


# --- writing ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reading", ["partial=store", "partial=nothing", "partial=nothing,messages=top"])
def test_one_bad_customer_of_a_batch_is_found_with_words_of_their_own(tmp_path: Path, reading: str) -> None:
    people = [person(number) for number in range(20)]
    people[7] = replace(people[7], email="no address")
    people[13] = replace(people[13], tax_id="9" * 300)
    with opened(tmp_path, reading) as store:
        ended = outcomes(store, creations(people))
        assert [seq for seq, one in ended.items() if one.state is not State.DONE] == [7, 13]
        assert (ended[7].code, ended[7].words) == ("GM401", "EmailAddress is not valid")
        assert (ended[13].code, ended[13].words) == ("GM401", "ABN is longer than 255")
        assert len(everybody(store)) == 18


def test_nobody_is_sent_twice_when_a_batch_is_halved(tmp_path: Path) -> None:
    people = [person(number) for number in range(20)]
    people[7] = replace(people[7], email="no address")
    with opened(tmp_path, "partial=store,existing=overwrite") as store:
        calls = watched(store)
        outcomes(store, creations(people))
        sent = Counter(
            one["Username"] for action, body in calls if action == "AddCustomer" for one in body["Customer"]
        )
    assert sent == Counter([one.username for one in people] + ["c7"])


@pytest.mark.parametrize("reading", ["existing=refuse", "existing=overwrite", "existing=warn"])
def test_a_username_of_somebody_else_is_never_sent(tmp_path: Path, reading: str) -> None:
    seed = {"groups": ["Trade"], "customers": [{"email": "first@example.com", "username": "C17"}]}
    with opened(tmp_path, reading, seed=seed) as store:
        before = everybody(store)
        (ended,) = outcomes(store, creations([ANA])).values()
        assert (ended.state, ended.code) == (State.REJECTED, "GM230")
        assert everybody(store) == before


@pytest.mark.parametrize("reading", ["email=free", "email=unique"])
def test_an_email_of_somebody_else_is_never_sent(tmp_path: Path, reading: str) -> None:
    seed = {"groups": ["Trade"], "customers": [{"email": ANA.email.upper(), "username": "other"}]}
    with opened(tmp_path, reading, seed=seed) as store:
        (ended,) = outcomes(store, creations([ANA])).values()
        assert (ended.state, ended.code) == (State.UNKNOWN, "GM408")
        assert len(everybody(store)) == 1


def test_two_new_customers_with_one_email_or_username_are_not_both_made(tmp_path: Path) -> None:
    people = [ANA, replace(ANA, username="c18"), replace(ANA, email="b@example.com", username="C17")]
    with opened(tmp_path) as store:
        ended = outcomes(store, creations(people))
        assert [ended[seq].code for seq in range(3)] == ["", "GM408", "GM230"]
        assert len(everybody(store)) == 1


def test_the_key_of_a_customer_is_the_one_that_the_store_made(tmp_path: Path) -> None:
    with opened(tmp_path, "username=drop") as store:
        (ended,) = outcomes(store, creations([replace(ANA, username="c 17.old")])).values()
        assert (ended.state, ended.id) == (State.DONE, "c17old")


def test_a_store_that_cuts_usernames_is_believed(tmp_path: Path) -> None:
    with opened(tmp_path, "long=cut") as store:
        (ended,) = outcomes(store, creations([replace(ANA, username="c" * 40)])).values()
        assert (ended.state, ended.id) == (State.DONE, "c" * 25)
        assert len(everybody(store)) == 1


def test_a_customer_whom_the_email_filter_does_not_show_yet_is_known_by_the_answer(tmp_path: Path) -> None:
    with opened(tmp_path, "username=keep") as store:
        calls = watched(store)
        writer = Writer(store._api, 50, lambda _: {}, store._by_names)
        people = [person(1), replace(person(2), username="c 2.b")]
        ended = {one.seq: one for one in writer.apply(creations(people))}
    assert [(ended[seq].state, ended[seq].id) for seq in (0, 1)] == [
        (State.DONE, "c1"),
        (State.DONE, "c 2.b"),
    ]
    assert [action for action, _ in calls].count("AddCustomer") == 1


@pytest.mark.parametrize("fault", ["lost-before@1", "lost-after@1"])
def test_after_a_lost_answer_the_customers_are_unknown_and_found_or_not(tmp_path: Path, fault: str) -> None:
    with opened(tmp_path, faults=fault) as store:
        ended = outcomes(store, creations([person(1), person(2)]))
        assert all(one.state in (State.UNKNOWN, State.DONE) for one in ended.values())
        there = store.find([person(1).email, person(2).email])
        assert len(there) == (2 if "after" in fault else 0)
        assert len(everybody(store)) == len(there)


def test_who_is_lost_after_a_refused_batch_is_unknown_and_not_refused(tmp_path: Path) -> None:
    people = [replace(person(1), email="no address"), person(2), person(3)]
    with opened(tmp_path, "partial=nothing", faults="lost-before@2") as store:
        ended = outcomes(store, creations(people))
        states = Counter(one.state for one in ended.values())
        assert (states[State.UNKNOWN], ended[0].state) == (2, State.REJECTED)
        assert everybody(store) == []


def test_a_lost_change_is_unknown(tmp_path: Path) -> None:
    seed = {"groups": ["Trade"], "customers": [{"email": "a@example.com", "username": "a"}]}
    with opened(tmp_path, seed=seed, faults="lost-before@1") as store:
        (there,) = everybody(store)
        change = Change(0, "update", replace(there, groups=("Trade",)), ("groups",))
        (ended,) = outcomes(store, [change]).values()
        assert (ended.state, ended.code) == (State.UNKNOWN, "GM402")


@pytest.mark.parametrize("reading", ["unknown=warn", "unknown=refuse", "answer=silent", "partial=nothing"])
def test_a_change_of_nobody_is_told_and_the_others_are_done(tmp_path: Path, reading: str) -> None:
    seed = {"groups": ["Trade"], "customers": [{"email": f"{n}@example.com"} for n in range(5)]}
    with opened(tmp_path, reading, seed=seed) as store:
        people = [*everybody(store), replace(ANA, id="nobody")]
        changes = [
            Change(seq, "update", replace(one, groups=("Trade",)), ("groups",))
            for seq, one in enumerate(people)
        ]
        ended = outcomes(store, changes)
        assert [one.state for one in ended.values()].count(State.DONE) == 5
        assert (ended[5].state, ended[5].code) == (State.REJECTED, "GM404")
        assert {one.groups for one in everybody(store)} == {("Trade",)}


@pytest.mark.parametrize("partial", ["store", "nothing"])
def test_a_change_that_is_refused_says_why(tmp_path: Path, partial: str) -> None:
    seed = {"groups": ["Trade"], "customers": [{"email": f"{n}@example.com"} for n in range(5)]}
    with opened(tmp_path, f"group=refuse,partial={partial}", seed=seed) as store:
        changes = [
            Change(seq, "update", replace(one, groups=("Nowhere" if seq == 2 else "Trade",)), ("groups",))
            for seq, one in enumerate(everybody(store))
        ]
        ended = outcomes(store, changes)
        assert (ended[2].state, ended[2].words) == (State.REJECTED, "UserGroup is not valid")
        assert [one.groups for one in everybody(store)].count(("Trade",)) == 4


@pytest.mark.parametrize("reading", ["group=fallback", "group=empty"])
def test_a_group_that_the_store_does_not_take_shows_in_what_is_read_back(
    tmp_path: Path, reading: str
) -> None:
    with opened(tmp_path, reading) as store:
        (ended,) = outcomes(store, creations([replace(ANA, groups=("Nowhere",))])).values()
        assert ended.state is State.DONE
        assert ended.stored is not None
        assert ended.stored.groups == (() if "empty" in reading else ("A",))


def test_many_customers_go_in_batches(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        calls = watched(store)
        made = outcomes(store, creations([person(number) for number in range(130)]))
        assert {outcome.state for outcome in made.values()} == {State.DONE}
    assert [len(body["Customer"]) for action, body in calls if action == "AddCustomer"] == [50, 50, 30]
    assert len(calls) < 30


def test_who_was_created_is_read_though_everybody_was_read_before(tmp_path: Path) -> None:
    with opened(tmp_path, seed={"customers": [{"email": "a@example.com"}]}) as store:
        before = everybody(store)
        outcomes(store, creations([person(1)]))
        assert len(everybody(store)) == len(before) + 1


# --- removing --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reading", ["", "answer=silent", "partial=nothing,unknown=refuse"])
def test_removing_makes_inactive_and_deletes_nobody(tmp_path: Path, reading: str) -> None:
    seed = {"customers": [{"email": f"{n}@example.com", "username": f"n{n}"} for n in range(4)]}
    with opened(tmp_path, reading, seed=seed) as store:
        ended = list(store.remove(["n1", "n3", "nobody"]))
        assert [one.state for one in ended] == [State.DONE] * 3
        assert [one.active for one in everybody(store)] == [True, False, True, False]


# --- reading ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reading", ["", "pages=1", "pages=1-empty", "short=yes", "pages=1,short=yes,order=changed"]
)
@pytest.mark.parametrize("many", [0, 1, 4, 5, 6, 11])
def test_everybody_is_read_once_however_pages_are_counted(tmp_path: Path, reading: str, many: int) -> None:
    seed = {"customers": [{"email": f"{n}@example.com"} for n in range(many)]}
    with opened(tmp_path, reading, seed=seed, page_size=5, read_only=True) as store:
        assert len(everybody(store)) == many


def execute(folder: Path, sql: str, *values: object) -> None:
    """Change the practice store behind its API."""
    with closing(sqlite3.connect(folder / "practice.db")) as database, database:
        database.execute(sql, values)


@pytest.mark.parametrize("dates", ["utc", "ahead", "behind"])
def test_nobody_is_missed_who_moves_while_the_list_is_read(tmp_path: Path, dates: str) -> None:
    seed = {"customers": [{"email": f"{n}@example.com"} for n in range(15)]}
    readings = f"order=changed,dates={dates}"
    with opened(tmp_path, readings, seed=seed, page_size=5, read_only=True) as store:
        update = "UPDATE customer SET updated = ?, doc = json_set(doc, '$.DateUpdatedUTC', ?)"
        execute(tmp_path, update, *["2020-01-01 00:00:00"] * 2)
        now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
        send = store._session.send

        def moving(request: Request) -> Answer:
            """Right after the first page somebody on the last one is changed, and comes first from then."""
            answer = send(request)
            store._session.send = send  # type: ignore[method-assign]
            execute(tmp_path, f"{update} WHERE id = 15", now, now)
            return answer

        store._session.send = moving  # type: ignore[method-assign]
        assert len(everybody(store)) == 15


def test_a_customer_who_is_listed_and_not_given_is_an_error_and_not_left_out(tmp_path: Path) -> None:
    seed = {"customers": [{"email": f"{n}@example.com"} for n in range(3)]}
    with opened(tmp_path, seed=seed, read_only=True) as store:
        store.groups()
        execute(tmp_path, "DELETE FROM customer WHERE id = 2")
        with pytest.raises(WrongAnswer) as caught:
            everybody(store)
    assert (caught.value.code, '"n000002"' in caught.value.message) == ("GM561", True)


def test_prospects_and_inactive_customers_are_read_too(tmp_path: Path) -> None:
    people = [{"email": "a@example.com", "active": False}, {"email": "b@example.com", "type": "Prospect"}]
    with opened(tmp_path, seed={"customers": people}, read_only=True) as store:
        people_read = everybody(store)
    assert [one.active for one in people_read] == [False, True]
    assert [one.attributes for one in people_read] == [{}, {"Type": "Prospect"}]


@pytest.mark.parametrize("dates", ["utc", "ahead", "behind"])
def test_who_changed_since_is_found_whatever_zone_dates_are_in(tmp_path: Path, dates: str) -> None:
    with opened(tmp_path, f"dates={dates}") as store:
        assert list(store.changed("2100-01-01 00:00:00")) == []
        before = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
        outcomes(store, creations([person(1), person(2)]))
        changed = [one.username for page in store.changed(before) for one in page.customers]
        assert changed == ["c1", "c2"]


def test_a_list_in_which_nobody_moved_is_read_once(tmp_path: Path) -> None:
    seed = {"customers": [{"email": f"{n}@example.com"} for n in range(3)]}
    with opened(tmp_path, seed=seed, read_only=True) as store:
        hour_ago = f"{datetime.now(UTC) - timedelta(hours=1):%Y-%m-%d %H:%M:%S}"
        execute(
            tmp_path,
            "UPDATE customer SET updated = ?, doc = json_set(doc, '$.DateUpdatedUTC', ?)",
            *[hour_ago] * 2,
        )
        calls = watched(store)
        everybody(store)
    assert [body["Filter"]["OutputSelector"] for _, body in calls if "DateAddedFrom" in body["Filter"]].count(
        list(NARROW)
    ) == 2  # the customers, and the empty page behind them


def test_an_email_is_asked_for_in_every_form_that_a_store_may_hold(tmp_path: Path) -> None:
    seed = {"customers": [{"email": "Ana@exämple.com"}]}
    with opened(tmp_path, seed=seed, read_only=True) as store:
        calls = watched(store)
        (found,) = store.find(["ANA@xn--exmple-cua.com"])["ana@xn--exmple-cua.com"]
    assert found.email == "Ana@exämple.com"
    assert {"ANA@xn--exmple-cua.com", "ana@exämple.com"} <= set(calls[0][1]["Filter"]["Email"])


def test_groups_say_where_they_were_seen(tmp_path: Path) -> None:
    seed = {"groups": ["Trade"], "customers": [{"email": "a@example.com", "group": "Lost"}]}
    with opened(tmp_path, seed=seed, read_only=True, groups=["A", "Planned"]) as store:
        groups = {group.name: group for group in store.groups()}
    assert groups["A"].role is Role.DEFAULT
    assert groups["Trade"].settings == {SEEN: "prices of products", "number": "7"}
    assert groups["Planned"].settings == {SEEN: "the connector"}
    assert (groups["Lost"].settings[SEEN], groups["Lost"].members) == ("customers", 1)


def test_without_a_list_the_groups_of_a_new_store_are_taken_to_be_there(tmp_path: Path) -> None:
    with opened(tmp_path, seed={}, read_only=True) as store:
        groups = {group.name: group.settings[SEEN] for group in store.groups()}
    assert list(groups) == list("ABCDEF")


def test_a_group_whose_name_is_a_number_is_closed(tmp_path: Path) -> None:
    seed = {"customers": [{"email": "a@example.com", "group": "42"}]}
    with opened(tmp_path, seed=seed, read_only=True) as store:
        (group,) = [group for group in store.groups() if group.name == "42"]
    assert "number" in group.closed


def test_a_store_that_answers_numbers_is_read_by_the_names_of_its_prices(tmp_path: Path) -> None:
    seed = {"groups": ["Trade"], "customers": [{"email": "a@example.com", "group": "Trade"}]}
    with opened(tmp_path, "shown=number", seed=seed, read_only=True) as store:
        assert everybody(store)[0].groups == ("Trade",)
        assert {group.name: group.members for group in store.groups()}["Trade"] == 1


# --- patience --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("faults", ["429-bare@r2", "503@r2", "reset@r3", "429@1"])
def test_calls_that_did_nothing_are_made_again(tmp_path: Path, faults: str) -> None:
    with opened(tmp_path, faults=faults) as store:
        made = outcomes(store, creations([person(1)]))
        assert {outcome.state for outcome in made.values()} == {State.DONE}
        assert len(everybody(store)) == 1


def test_a_store_that_allows_no_more_calls_is_given_up_with_a_hint(tmp_path: Path) -> None:
    with (
        opened(tmp_path, "rate=3", read_only=True, patience=BRIEF) as store,
        pytest.raises(Unreachable) as caught,
    ):
        everybody(store)
    assert caught.value.code == "GM507"


def test_a_key_that_is_refused_in_the_middle_stops_the_run(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        store._api._headers["NETOAPI_KEY"] = "another"
        with pytest.raises(AccessDenied):
            list(store.apply(creations([ANA])))


def test_addresses_beyond_the_two_places_are_left_out_and_told(tmp_path: Path) -> None:
    homes = tuple(replace(HOME, city=f"City {number}", default_billing=number == 2) for number in range(4))
    wanted = fitted(replace(ANA, addresses=homes))
    with opened(tmp_path) as store:
        (ended,) = outcomes(store, creations([wanted])).values()
        assert ended.stored is not None
        assert [home.city for home in ended.stored.addresses] == ["City 2", "City 0"]
