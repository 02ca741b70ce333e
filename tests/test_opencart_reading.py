"""What is read from an OpenCart, on the practice store: groups, customers, guests, and who is found."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Executable, column

from groupmigrate.model import PasswordHash, Role
from groupmigrate.platforms.opencart.ids import ByIds, Column
from groupmigrate.platforms.opencart.store import DatabaseStore
from support.opencart_room import (
    ANA,
    PEOPLE,
    columns_of,
    create,
    everybody,
    opened,
    shop,
    sql,
)

pytest_plugins = ["support.opencart_fixtures"]


# --- reading ---------------------------------------------------------------------------------------------


def test_groups_tell_names_taxes_role_and_members(opencart: DatabaseStore) -> None:
    create(opencart, ANA, replace(ANA, email="bea@example.com", groups=("4",)))
    groups = {group.id: group for group in opencart.groups()}
    assert groups["1"].role is Role.DEFAULT
    assert (groups["4"].name, groups["4"].names) == ("Trade & Co", {"en": "Trade & Co", "es": "Mayoristas"})
    assert groups["4"].settings["taxes"] == groups["1"].settings["taxes"] != "none"
    assert groups["5"].settings["taxes"] == "none"
    assert {groups[id_].settings["prices of its own"] for id_ in ("1", "4")} == {"none"}
    assert (groups["1"].members, groups["4"].members, groups["5"].members) == (1, 1, 0)


@pytest.mark.parametrize(("release", "prices"), [("4.0", "2"), ("4.1", "1"), ("upgraded", "1")])
def test_prices_of_a_group_are_counted_where_the_shop_looks_for_them(
    release: str, prices: str, tmp_path: Path
) -> None:
    with closing(shop(tmp_path, release)) as store:
        store.groups()
        columns = "product_id, customer_group_id, quantity, priority, price, date_start, date_end"
        for table in ("product_discount", "product_special"):
            there = [name for name in columns.split(", ") if name in columns_of(tmp_path, table)]
            if there:
                values = ", ".join("1" for _ in there)
                sql(tmp_path, f"INSERT INTO oc_{table} ({', '.join(there)}) VALUES ({values})")
        assert store.groups()[0].settings["prices of its own"] == prices


def test_nobody_is_lost_because_the_group_or_its_name_is_gone(
    opencart: DatabaseStore, tmp_path: Path
) -> None:
    create(opencart, replace(ANA, groups=("5",)))
    sql(tmp_path, "DELETE FROM oc_customer_group WHERE customer_group_id = 5")
    sql(tmp_path, "DELETE FROM oc_customer_group_description")
    assert [one.groups for one in everybody(opencart)] == [("5",)]
    groups = {group.id: group for group in opencart.groups()}
    assert (groups["5"].name, groups["5"].members) == ("(group 5: gone)", 1)
    assert groups["1"].name == "(group 1: no name)"


def test_who_waits_or_is_disabled_is_not_active(tmp_path: Path) -> None:
    people = [{**PEOPLE[0], "pending": True}, {**PEOPLE[1], "status": 0}, PEOPLE[2]]
    for release in ("2.3", "4.1"):
        folder = tmp_path / release
        folder.mkdir()
        with closing(shop(folder, release, seed={"customers": people})) as store:
            assert [one.active for one in everybody(store)] == [False, False, True]


def test_two_custom_fields_of_one_label_do_not_hide_each_other(tmp_path: Path) -> None:
    labels = ("Note", "Note", "Job", "")
    filled_in = {"1": "first", "2": "second", "3": "baker", "4": "nameless"}
    person = {"email": "ana@example.com", "firstname": "Ana", "lastname": "Pop", "custom_field": filled_in}
    seed = {"custom_fields": [{"name": label} for label in labels], "customers": [person]}
    with closing(shop(tmp_path, "4.0", seed=seed)) as store:
        (ana,) = everybody(store)
    assert ana.attributes == {
        "Note 1": "first",
        "Note 2": "second",
        "Job": "baker",
        "custom field 4": "nameless",
    }


def test_a_hash_is_read_only_where_it_is_asked_for(tmp_path: Path) -> None:
    hashed = {**PEOPLE[0], "password": "605f2240ff6d5b7f176337ca520320a71d49434c", "salt": "AbCdEfGhI"}
    with closing(shop(tmp_path, "3.0", seed={"customers": [hashed]})) as store:
        (silent,) = everybody(store)
    with closing(opened(tmp_path, passwords=True)) as store:
        (told,) = everybody(store)
    assert (silent.password, silent.password_hash) == ("sha1³", None)
    assert told.password_hash == PasswordHash("sha1³", hashed["password"], "AbCdEfGhI")


def test_reading_goes_on_behind_a_cursor(tmp_path: Path) -> None:
    with closing(shop(tmp_path, seed={"customers": PEOPLE}, page_size=2)) as store:
        pages = list(store.customers())
        assert [(len(page.customers), page.cursor, page.total) for page in pages] == [
            (2, "2", 5),
            (2, "4", 5),
            (1, "5", 5),
        ]
        assert [one.id for page in store.customers("3") for one in page.customers] == ["4", "5"]


# --- guests ----------------------------------------------------------------------------------------------


def order(folder: Path, number: int, **values: Any) -> None:
    """Place an order without an account."""
    columns = dict(sql(folder, "SELECT name, type FROM pragma_table_info('oc_order')"))
    row: dict[str, Any] = {
        name: 0 if "int" in kind or "decimal" in kind else "" for name, kind in columns.items()
    }
    row |= {
        "order_id": number,
        "order_status_id": 1,
        "customer_group_id": 1,
        "date_added": "2020-01-01 10:00:00",
    }
    row |= {"firstname": "Gus", "lastname": "Guest", "telephone": "1", "payment_country_id": 222, **values}
    names = ", ".join(f"`{name}`" for name in row)
    sql(folder, f"INSERT INTO oc_order ({names}) VALUES ({', '.join('?' * len(row))})", *row.values())


def test_guests_come_once_each_from_their_newest_order_if_asked_for(tmp_path: Path) -> None:
    with closing(shop(tmp_path, seed={"customers": PEOPLE[:1]}, page_size=2)) as store:
        everybody(store)
    order(tmp_path, 1, email="gus@example.com", payment_city="Old")
    order(tmp_path, 2, email="GUS@example.com", payment_city="New &amp; nice")
    order(tmp_path, 3, email="unfinished@example.com", order_status_id=0)
    order(tmp_path, 4, email=PEOPLE[0]["email"])
    order(tmp_path, 5, email="account@example.com", customer_id=1)
    order(
        tmp_path,
        6,
        email="eve@example.com",
        customer_group_id=99,
        shipping_city="Elsewhere",
        shipping_country_id=222,
    )
    with closing(opened(tmp_path, page_size=2)) as store:
        assert len(everybody(store)) == 1
    with closing(opened(tmp_path, page_size=2, guests_from_orders=True)) as store:
        account, eve, gus = everybody(store)
        assert [page.cursor for page in store.customers("order:6")] == ["order:1"]
    assert not account.guest
    assert eve.groups == ("1",)
    assert (eve.guest, eve.id, [home.city for home in eve.addresses]) == (True, "order:6", ["", "Elsewhere"])
    assert (gus.guest, gus.id, gus.groups, gus.created) == (True, "order:2", ("1",), "2020-01-01 10:00:00")
    assert [(home.city, home.country, home.phone) for home in gus.addresses] == [("New & nice", "GB", "1")]


# --- finding ---------------------------------------------------------------------------------------------


def test_an_accent_makes_another_customer_though_the_database_does_not_see_it(tmp_path: Path) -> None:
    jose = {**PEOPLE[0], "email": " José@Example.com "}
    with closing(shop(tmp_path, "3.0", seed={"customers": [jose]})) as store:
        assert store.find(["jose@example.com"]) == {}
        assert [one.email for one in store.find(["JOSÉ@example.com"])["josé@example.com"]] == [
            "José@Example.com"
        ]
        assert store.rules().ignores_accents


def test_who_came_or_changed_the_email_since_the_last_look_is_seen(
    opencart: DatabaseStore, tmp_path: Path
) -> None:
    create(opencart, ANA)
    assert list(opencart.find(["ana@example.com"])) == ["ana@example.com"]
    sql(tmp_path, "UPDATE oc_customer SET email = 'other@example.com'")
    assert opencart.find(["ana@example.com"]) == {}
    columns = [name for name in columns_of(tmp_path, "customer") if name != "customer_id"]
    names = ", ".join(columns)
    copied = names.replace("email", "'new@example.com'")
    sql(tmp_path, f"INSERT INTO oc_customer ({names}) SELECT {copied} FROM oc_customer")
    assert len(opencart.find(["new@example.com"])["new@example.com"]) == 1


def test_a_key_with_several_customers_is_a_double(tmp_path: Path) -> None:
    twice = [PEOPLE[0], {**PEOPLE[0], "email": "P0@Example.com"}]
    with closing(shop(tmp_path, seed={"customers": twice})) as store:
        assert [one.id for one in store.find(["p0@example.com"])["p0@example.com"]] == ["1", "2"]


@pytest.mark.parametrize(
    ("ids", "asked"),
    [([2, 3, 1], {"first": 1, "last": 3}), ([1, 900_000], {"ids": [1, 900_000]}), ([], {"ids": []})],
)
def test_ids_that_are_not_in_a_row_bring_nobody_who_is_between_them(
    ids: list[int], asked: dict[str, object]
) -> None:
    sent: list[object] = []

    def ask(statement: Executable, values: Mapping[str, object] | None = None) -> list[Mapping[str, object]]:
        sent.append(values)
        return []

    customer_id: Column = column("customer_id")
    ByIds([customer_id], customer_id).of(ask, ids)
    assert sent == [asked]
