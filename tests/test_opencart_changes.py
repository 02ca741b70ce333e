"""What is changed in an OpenCart: groups of customers, their data, new groups, and customers taken back."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine, event, make_url, text

from groupmigrate.errors import GroupmigrateError
from groupmigrate.platforms.base import Change, State
from groupmigrate.platforms.http import WriteRefused
from groupmigrate.platforms.opencart.database import Database
from groupmigrate.platforms.opencart.location import Location
from groupmigrate.platforms.opencart.store import DatabaseStore
from support.opencart_room import (
    ANA,
    SEED,
    create,
    everybody,
    opened,
    row,
    shop,
    sql,
    update,
)

pytest_plugins = ["support.opencart_fixtures"]


# --- changing --------------------------------------------------------------------------------------------


def test_a_group_changes_only_if_it_is_still_the_one_that_was_found(
    opencart: DatabaseStore, tmp_path: Path
) -> None:
    create(opencart, ANA, replace(ANA, email="bea@example.com"))
    ana, bea = everybody(opencart)
    opencart.find([ana.email, bea.email])
    sql(tmp_path, "UPDATE oc_customer SET customer_group_id = 5 WHERE customer_id = 2")
    moved = update(opencart, replace(ana, groups=("4",)), ["groups"])
    lost = update(opencart, replace(bea, groups=("4",)), ["groups"])
    assert (moved.state, lost.state, lost.code) == (State.DONE, State.REJECTED, "GM404")
    assert sql(tmp_path, "SELECT customer_group_id FROM oc_customer ORDER BY customer_id") == [4, 5]


def test_many_changes_of_group_are_one_statement(opencart: DatabaseStore) -> None:
    create(opencart, *(replace(ANA, email=f"p{number}@example.com") for number in range(20)))
    people = [replace(one, groups=("4",)) for one in everybody(opencart)]
    sent: list[str] = []

    def keep(*seen: object) -> None:
        sent.append(str(seen[2]))

    event.listen(Engine, "before_cursor_execute", keep)
    try:
        outcomes = list(opencart.apply([Change(int(one.id), "update", one, ("groups",)) for one in people]))
    finally:
        event.remove(Engine, "before_cursor_execute", keep)
    assert {one.state for one in outcomes} == {State.DONE}
    assert len([statement for statement in sent if statement.startswith("UPDATE")]) == 1
    assert len(sent) < len(people)


def test_a_change_of_some_fields_leaves_all_else(opencart: DatabaseStore, tmp_path: Path) -> None:
    create(opencart, ANA)
    before = row(tmp_path)
    (ana,) = everybody(opencart)
    outcome = update(opencart, replace(ana, firstname="Anna & co", lastname="New"), ["firstname", "lastname"])
    assert outcome.state is State.DONE
    changed = {name for name, value in row(tmp_path).items() if value != before[name]}
    assert changed == {"firstname", "lastname"}
    assert row(tmp_path)["firstname"] == "Anna &amp; co"


def test_who_is_gone_is_not_changed(opencart: DatabaseStore) -> None:
    outcome = update(opencart, replace(ANA, id="999", groups=("4",)), ["groups"])
    assert (outcome.state, outcome.code) == (State.REJECTED, "GM404")


def test_a_store_that_is_only_read_sends_no_statement_that_writes(tmp_path: Path) -> None:
    with closing(shop(tmp_path, seed=SEED)) as store:
        create(store, ANA)
    with closing(opened(tmp_path, read_only=True)) as store:
        for attempt in (
            lambda: create(store, replace(ANA, email="bea@example.com")),
            lambda: store.make_group("New"),
            lambda: list(store.remove(["1"])),
        ):
            with pytest.raises(WriteRefused):
                attempt()
    assert sql(tmp_path, "SELECT count(*) FROM oc_customer") == [1]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM oc_customer",
        "/* SELECT */ DELETE FROM oc_customer",
        "UPDATE oc_customer SET status = 0",
        "REPLACE INTO oc_customer (customer_id) VALUES (1)",
        "CREATE TABLE more (id INTEGER)",
        "PRAGMA user_version = 3",
        "SET GLOBAL read_only = 0",
        "CALL procedure()",
        "SELECT * FROM oc_customer INTO OUTFILE '/tmp/x'",
    ],
)
def test_the_session_itself_refuses_whatever_is_no_reading(statement: str, tmp_path: Path) -> None:
    shop(tmp_path).close()
    location = Location(make_url(f"sqlite:///{tmp_path}/shop.db"))
    with closing(Database(location, read_only=True)) as database:
        with pytest.raises(WriteRefused):
            database.rows(text(statement))
        assert database.value(text("SELECT count(*) AS number FROM oc_customer")) == 0


# --- groups ----------------------------------------------------------------------------------------------


def test_a_new_group_has_a_name_in_every_language_and_pays_as_the_default_group(
    any_opencart: DatabaseStore, tmp_path: Path
) -> None:
    any_opencart.make_group("R&D")
    (made,) = [group for group in any_opencart.groups() if group.name == "R&D"]
    named = "SELECT language_id, name FROM oc_customer_group_description WHERE customer_group_id = ?"
    assert sql(tmp_path, named, made.id) == [(1, "R&amp;D"), (2, "R&amp;D")]
    for table, column in (
        ("tax_rate_to_customer_group", "tax_rate_id"),
        ("custom_field_customer_group", "custom_field_id"),
    ):
        links = f"SELECT {column} FROM oc_{table} WHERE customer_group_id = ? ORDER BY 1"
        assert sql(tmp_path, links, made.id) == sql(tmp_path, links, 1) != []
    assert made.settings == next(group.settings for group in any_opencart.groups() if group.role)


def test_a_new_group_pays_no_tax_if_the_connector_says_so(tmp_path: Path) -> None:
    with closing(shop(tmp_path, copy_tax_rates=False)) as store:
        store.make_group("Bare")
        assert {group.name: group.settings["taxes"] for group in store.groups()}["Bare"] == "none"


def test_a_name_that_is_too_long_when_escaped_is_refused_before_anything_is_written(
    opencart: DatabaseStore, tmp_path: Path
) -> None:
    with pytest.raises(GroupmigrateError, match="takes 35 places, and the shop has 32"):
        opencart.make_group("&" * 7)
    assert sql(tmp_path, "SELECT count(*) FROM oc_customer_group") == [5]


# --- removing --------------------------------------------------------------------------------------------


def test_who_cannot_be_removed_does_not_keep_the_others(opencart: DatabaseStore, tmp_path: Path) -> None:
    create(opencart, *(replace(ANA, email=f"p{number}@example.com") for number in range(3)))
    sql(
        tmp_path,
        "CREATE TRIGGER holds BEFORE DELETE ON oc_customer WHEN OLD.customer_id = 2 BEGIN"
        " SELECT RAISE(ABORT, 'a module needs this customer'); END",
    )
    outcomes = sorted(opencart.remove(["1", "2", "3"]), key=lambda outcome: outcome.seq)
    assert [one.state for one in outcomes] == [State.DONE, State.REJECTED, State.DONE]
    assert (outcomes[1].code, outcomes[1].words) == ("GM401", "a module needs this customer")
    assert sql(tmp_path, "SELECT customer_id FROM oc_customer") == [2]
    assert sql(tmp_path, "SELECT customer_id FROM oc_address") == [2]


def test_a_removed_customer_takes_along_what_is_theirs_and_nothing_else(
    opencart: DatabaseStore, tmp_path: Path
) -> None:
    create(opencart, replace(ANA, active=False), replace(ANA, email="bea@example.com", active=False))
    (outcome,) = opencart.remove(["1"])
    assert (outcome.seq, outcome.state, outcome.id) == (0, State.DONE, "1")
    for table in ("customer", "address", "customer_approval"):
        assert sql(tmp_path, f"SELECT customer_id FROM oc_{table}") == [2], table
    assert opencart.find([ANA.email]) == {}
    assert create(opencart, ANA)[0].state is State.DONE
