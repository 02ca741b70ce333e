"""What `doctor` tells of an OpenCart."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from groupmigrate.platforms.opencart.store import DatabaseStore
from support.opencart_room import (
    ANA,
    create,
    everybody,
    opened,
    shop,
    sql,
)

pytest_plugins = ["support.opencart_fixtures"]


def codes(store: DatabaseStore) -> dict[str, str]:
    return {one.code: one.message for one in store.check().findings}


def test_a_new_shop_has_nothing_to_complain_of(tmp_path: Path) -> None:
    with closing(shop(tmp_path, "4.0")) as store:
        assert store.check().findings == ()


@pytest.mark.parametrize(
    ("release", "version"),
    [("2.3", "2.x"), ("3.0", "3.0"), ("4.0", "4.0"), ("4.1", "4.1"), ("upgraded", "4.1 (upgraded)")],
)
def test_a_shop_is_recognised_by_its_tables(release: str, version: str, tmp_path: Path) -> None:
    with closing(shop(tmp_path, release)) as store:
        assert store.check().version == version


def test_a_shop_that_does_not_say_its_time_zone_is_told(tmp_path: Path) -> None:
    with closing(shop(tmp_path, "2.3")) as store:
        assert "GM508" in codes(store)
    with closing(opened(tmp_path, timezone="Europe/Bucharest")) as store:
        assert "GM508" not in codes(store)


def test_a_wrong_prefix_and_a_database_without_a_shop_are_told(tmp_path: Path) -> None:
    shop(tmp_path).close()
    with closing(opened(tmp_path, prefix="shop_")) as store:
        found = codes(store)
    assert list(found) == ["GM541"]
    assert '"oc_"' in found["GM541"]
    sql(tmp_path, "ALTER TABLE oc_zone RENAME TO elsewhere")
    with closing(opened(tmp_path)) as store:
        assert "oc_zone" in codes(store)["GM541"]
    sql(tmp_path, "ALTER TABLE oc_customer_group_description RENAME TO elsewhere_too")
    with closing(opened(tmp_path)) as store:
        assert "no tables of an OpenCart" in codes(store)["GM541"]


def test_two_shops_in_one_database_are_told_apart_by_the_prefix(tmp_path: Path) -> None:
    shop(tmp_path, "4.0").close()
    sql(tmp_path, "CREATE TABLE old_customer_group_description (customer_group_id INTEGER)")
    with closing(opened(tmp_path)) as store:
        assert '"oc_", "old_"' in codes(store)["GM542"]
    with closing(opened(tmp_path, prefix="oc_")) as store:
        assert codes(store) == {}


def test_groups_that_hide_their_customers_or_pay_no_tax_are_told(
    opencart: DatabaseStore, tmp_path: Path
) -> None:
    assert "Untaxed" in codes(opencart)["GM548"]
    sql(tmp_path, "DELETE FROM oc_customer_group_description WHERE customer_group_id = 4 AND language_id = 1")
    assert codes(opencart)["GM547"].endswith("back office: 4")
    create(opencart, replace(ANA, groups=("5",)))
    sql(tmp_path, "DELETE FROM oc_customer_group WHERE customer_group_id = 5")
    assert "GM547" in codes(opencart)


def test_groups_whose_customers_would_lose_their_special_prices_are_told(
    opencart: DatabaseStore, tmp_path: Path
) -> None:
    assert "GM571" not in codes(opencart)
    for group in (1, 4):
        sql(
            tmp_path,
            "INSERT INTO oc_product_discount (product_id, customer_group_id, special, date_start, date_end)"
            " VALUES (1, ?, 1, '2026-01-01', '2036-01-01')",
            group,
        )
    assert codes(opencart)["GM571"].endswith("(1), these have none: Retail, Wholesale, Untaxed")


def test_a_store_that_the_shop_does_not_have_is_told(tmp_path: Path) -> None:
    with closing(shop(tmp_path, store=3)) as store:
        assert codes(store)["GM105"] == "the shop has no store 3, only: 0"
    sql(tmp_path, "INSERT INTO oc_store (store_id, name, url) VALUES (3, 'Outlet', '')")
    with closing(opened(tmp_path, store=3)) as store:
        assert "GM105" not in codes(store)
        create(store, ANA)
        assert [one.scope for one in everybody(store)] == ["3"]


def test_a_language_that_the_shop_does_not_have_is_told(tmp_path: Path) -> None:
    with closing(shop(tmp_path, language="hu")) as store:
        assert '"hu", only: en, es' in codes(store)["GM105"]
