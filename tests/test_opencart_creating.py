"""Customers that are created in an OpenCart, whole or cut off in the middle, as its tables then hold them."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from groupmigrate.model import PasswordHash
from groupmigrate.planning.action import Act, Action
from groupmigrate.platforms.base import State
from groupmigrate.platforms.opencart.store import DatabaseStore
from groupmigrate.running.reconsider import reconsider
from support.opencart_room import (
    ANA,
    HOME,
    columns_of,
    create,
    everybody,
    row,
    shop,
    sql,
    update,
)

pytest_plugins = ["support.opencart_fixtures"]


# --- creating --------------------------------------------------------------------------------------------


def test_a_created_customer_stands_in_the_tables_as_the_shops_own_forms_write_it(
    any_opencart: DatabaseStore, tmp_path: Path
) -> None:
    (outcome,) = create(any_opencart, replace(ANA, firstname="A & B"))
    assert (outcome.state, outcome.code, outcome.words) == (State.DONE, "", "")
    columns = "firstname, email, telephone, status, newsletter, ip, password, customer_group_id, store_id"
    assert sql(tmp_path, f"SELECT {columns} FROM oc_customer") == [
        ("A &amp; B", "ana@example.com", "020 7946 0000", 1, 1, "", "!", 1, 0)
    ]
    assert sql(tmp_path, "SELECT customer_id, company, address_2, country_id FROM oc_address") == [
        (1, "R&amp;D &lt;Lab&gt;", "Floor 2", 222)
    ]
    assert outcome.stored is not None
    assert [home.default_billing for home in outcome.stored.addresses] == [True]
    nulls = [name for name, value in row(tmp_path).items() if value is None]
    assert set(nulls) <= {"cart", "wishlist"}


def test_who_has_no_address_leaves_none(any_opencart: DatabaseStore, tmp_path: Path) -> None:
    (outcome,) = create(any_opencart, replace(ANA, addresses=()))
    assert outcome.state is State.DONE
    assert sql(tmp_path, "SELECT count(*) FROM oc_address") == [0]


def test_the_default_address_is_named_in_both_ways_of_keeping_it(
    any_opencart: DatabaseStore, tmp_path: Path
) -> None:
    homes = (replace(HOME, city="First"), replace(HOME, city="Chosen", default_billing=True))
    (outcome,) = create(any_opencart, replace(ANA, addresses=homes))
    assert outcome.stored is not None
    assert [home.city for home in outcome.stored.addresses if home.default_billing] == ["Chosen"]
    (chosen,) = sql(tmp_path, "SELECT address_id FROM oc_address WHERE city = 'Chosen'")
    if "address_id" in row(tmp_path):
        assert row(tmp_path)["address_id"] == chosen
    if "default" in columns_of(tmp_path, "address"):
        assert sql(tmp_path, 'SELECT address_id FROM oc_address WHERE "default" = 1') == [chosen]


def test_who_is_not_active_waits_for_approval(any_opencart: DatabaseStore, tmp_path: Path) -> None:
    (outcome,) = create(any_opencart, replace(ANA, active=False))
    assert outcome.stored is not None
    assert outcome.stored.active is False
    there = row(tmp_path)
    if "approved" in there:
        assert (there["status"], there["approved"]) == (1, 0)
    else:
        assert there["status"] == 0
        assert sql(tmp_path, "SELECT customer_id, type FROM oc_customer_approval") == [(1, "customer")]


def test_a_carried_password_is_stored_and_everybody_elses_is_locked(tmp_path: Path) -> None:
    carried = PasswordHash("sha1³", "605f2240ff6d5b7f176337ca520320a71d49434c", "AbCdEfGhI")
    with closing(shop(tmp_path, "3.0")) as store:
        create(store, replace(ANA, password_hash=carried), replace(ANA, email="bea@example.com"))
    assert sql(tmp_path, "SELECT password, salt FROM oc_customer") == [
        (carried.digest, "AbCdEfGhI"),
        ("!", ""),
    ]


def test_an_email_that_is_taken_or_comes_twice_is_no_second_customer(
    opencart: DatabaseStore, tmp_path: Path
) -> None:
    outcomes = create(opencart, ANA, replace(ANA, email="ANA@example.com"))
    outcomes += create(opencart, ANA)
    assert [(one.state, one.code) for one in outcomes] == [
        (State.DONE, ""),
        (State.UNKNOWN, "GM408"),
        (State.UNKNOWN, "GM408"),
    ]
    assert sql(tmp_path, "SELECT count(*) FROM oc_customer") == [1]


def test_somebody_who_registers_in_the_very_moment_is_told_and_nobody_is_removed(
    opencart: DatabaseStore, tmp_path: Path
) -> None:
    everybody(opencart)
    columns = [name for name in columns_of(tmp_path, "customer") if name != "customer_id"]
    names = ", ".join(columns)
    copied = ", ".join("''" if name == "ip" else f"NEW.{name}" for name in columns)
    # what the shop does between our two looks
    sql(
        tmp_path,
        "CREATE TRIGGER meanwhile AFTER UPDATE OF ip ON oc_customer BEGIN"
        f" INSERT INTO oc_customer ({names}) VALUES ({copied}); END",
    )
    (outcome,) = create(opencart, ANA)
    assert (outcome.state, outcome.code) == (State.REJECTED, "GM406")
    assert "1, 2" in outcome.words
    assert sql(tmp_path, "SELECT count(*) FROM oc_customer") == [2]


def test_a_row_that_the_database_refuses_does_not_stop_the_others(
    opencart: DatabaseStore, tmp_path: Path
) -> None:
    sql(
        tmp_path,
        "CREATE TRIGGER picky BEFORE INSERT ON oc_customer WHEN NEW.firstname = 'Bad' BEGIN"
        " SELECT RAISE(ABORT, 'no such people here'); END",
    )
    people = [replace(ANA, email=f"{name}@example.com", firstname=name) for name in ("Good", "Bad", "Better")]
    outcomes = create(opencart, *people)
    assert [(one.state, one.code) for one in outcomes] == [
        (State.DONE, ""),
        (State.REJECTED, "GM401"),
        (State.DONE, ""),
    ]
    assert "no such people here" in outcomes[1].words
    assert sql(tmp_path, "SELECT firstname FROM oc_customer ORDER BY 1") == ["Better", "Good"]
    assert sql(tmp_path, "SELECT count(*) FROM oc_address") == [2]
    assert sql(tmp_path, "SELECT DISTINCT ip FROM oc_customer") == [""]


def test_an_address_that_the_database_refuses_is_told_and_the_others_are_there_once(
    opencart: DatabaseStore, tmp_path: Path
) -> None:
    sql(
        tmp_path,
        "CREATE TRIGGER picky BEFORE INSERT ON oc_address WHEN NEW.city = 'Bad' BEGIN"
        " SELECT RAISE(ABORT, 'no such place'); END",
    )
    homes = tuple(replace(HOME, city=city) for city in ("Good", "Bad", "Better"))
    outcomes = create(opencart, replace(ANA, addresses=homes), replace(ANA, email="bea@example.com"))
    assert outcomes[0].words.startswith("address 2: ")
    assert sql(tmp_path, "SELECT customer_id, city FROM oc_address ORDER BY address_id") == [
        (1, "Good"),
        (1, "Better"),
        (2, "London"),
    ]


def test_a_batch_that_the_database_refuses_as_a_whole_leaves_nobody_and_is_open(
    opencart: DatabaseStore, tmp_path: Path
) -> None:
    sql(
        tmp_path,
        "CREATE TRIGGER picky BEFORE UPDATE ON oc_customer BEGIN SELECT RAISE(ABORT, 'no updates'); END",
    )
    outcomes = create(opencart, ANA, replace(ANA, email="bea@example.com"))
    assert {(one.state, one.words) for one in outcomes} == {(State.UNKNOWN, "no updates")}
    assert sql(tmp_path, "SELECT count(*) FROM oc_customer") == [0]


# --- half-written customers ------------------------------------------------------------------------------


def cut_off(folder: Path, *, addresses: int) -> None:
    """Leave customer 1 as a kill in the middle of a batch without transactions does."""
    sql(folder, "UPDATE oc_customer SET ip = 'gm-pending-' || status, status = 0")
    if "address_id" in columns_of(folder, "customer"):
        sql(folder, "UPDATE oc_customer SET address_id = 0")
    sql(folder, "DELETE FROM oc_address WHERE address_id > ?", addresses)


@pytest.mark.parametrize("addresses", [0, 1, 2])
@pytest.mark.parametrize("active", [True, False])
def test_a_customer_who_was_cut_off_is_completed_by_the_run_that_goes_on(
    any_opencart: DatabaseStore, tmp_path: Path, addresses: int, active: bool
) -> None:
    homes = (replace(HOME, city="Other"), replace(HOME, city="Chosen", default_billing=True))
    wanted = replace(ANA, active=active, addresses=homes)
    (before,) = create(any_opencart, wanted)
    cut_off(tmp_path, addresses=addresses)
    (half,) = any_opencart.find([ANA.email])[ANA.email]
    assert half.active is False
    action = Action(Act.CREATE, "GM201", ANA.email, ANA.email, "1", "1", groups=("1",), wanted=wanted)
    step = reconsider(action, [half], was_sent=True)
    assert (step.send, step.code) == (True, "GM409")
    assert step.customer is not None
    outcome = update(any_opencart, step.customer, step.fields)
    assert (outcome.state, outcome.words) == (State.DONE, "")
    assert outcome.stored is not None
    assert before.stored is not None
    assert replace(outcome.stored, addresses=()) == replace(before.stored, addresses=())
    assert sorted(home.city for home in outcome.stored.addresses) == ["Chosen", "Other"]
    assert [home.city for home in outcome.stored.addresses if home.default_billing] == ["Chosen"]
    assert sql(tmp_path, "SELECT ip FROM oc_customer") == [""]
    again = reconsider(action, [outcome.stored], was_sent=True)
    assert (again.send, again.done) == (False, True)


def test_doctor_tells_of_half_written_customers(opencart: DatabaseStore, tmp_path: Path) -> None:
    create(opencart, ANA)
    assert "GM549" not in {one.code for one in opencart.check().findings}
    cut_off(tmp_path, addresses=0)
    assert "GM549" in {one.code for one in opencart.check().findings}
