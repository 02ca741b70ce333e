"""Rows that OpenCart's own forms wrote, read by the connector, and written again by it, in a real MariaDB."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from contract.ground_opencart import opened
from groupmigrate.model import Customer
from groupmigrate.platforms.base import Change, State, Target
from support.mariadb import server
from support.opencart_shops import RECORDED, Recorded, insert, planted, stored

FLAGGED = ("4.0", "4.1", "upgraded")
"""Releases in which a flag of the address says that it is the default one."""
NAMED = ("2.3", "3.0", "upgraded")
"""Releases in which the customer's row names the default address; an upgraded shop reads the flag only."""
NOT_OURS = {
    # made anew for each customer, or by each shop
    *("customer_id", "address_id", "default", "password", "salt", "date_added"),
    # what a log-in overwrites, and what is empty in several ways
    *("ip", "language_id", "custom_field", "token", "code", "cart", "wishlist"),
}
"""Columns in which a row that we wrote may differ from one that the shop's form wrote."""


@pytest.fixture(params=RECORDED, ids=lambda shop: shop.name)
def shop(request: pytest.FixtureRequest) -> Recorded:
    found: Recorded = request.param
    return found


@pytest.fixture
def as_saved(shop: Recorded, tmp_path: Path) -> list[Customer]:
    """Everybody in the recorded shop, as the connector reads them."""
    with opening(shop, tmp_path, _rows(shop.people())) as store:
        return [customer for page in store.customers() for customer in page.customers]


@contextmanager
def opening(shop: Recorded, folder: Path, rows: Mapping[str, list[Mapping[str, Any]]]) -> Iterator[Target]:
    """A writable store on the shop with the recorded groups, custom fields and these rows besides."""
    database = planted(shop)
    people = shop.people()
    with server().root(database) as connection:
        for group in people["groups"]:
            insert(connection, "customer_group", [group["customer_group"]])
            insert(connection, "customer_group_description", group["customer_group_description"])
        for table, fields in people["custom_fields"].items():
            insert(connection, table, fields)
        for table, some in rows.items():
            insert(connection, table, some)
    (folder / "dsn.txt").write_text(server().dsn(database), encoding="utf-8")
    with closing(opened(folder, False, {"dsn": "file:dsn.txt"})) as store:
        yield store  # type: ignore[misc]


def _rows(people: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for one in people["customers"]:
        for table, rows in one.get("rows_after_upgrade", one["rows_as_saved"]).items():
            found.setdefault(table, []).extend([rows] if isinstance(rows, dict) else rows)
    return found


def test_what_was_typed_is_what_is_read(shop: Recorded, as_saved: list[Customer]) -> None:
    people = shop.people()
    assert [one.id for one in as_saved] == [str(one["customer_id"]) for one in people["customers"]]
    groups = {
        str(one["customer_group"]["customer_group_id"]): one["typed"]["name"] for one in people["groups"]
    }
    for read, recorded in zip(as_saved, people["customers"], strict=True):
        typed = recorded["typed"]
        assert read.email.lower() == typed["email"].lower()
        if _is_whole(recorded):
            assert read.firstname == typed["firstname"].strip()
        assert read.lastname == typed["lastname"]
        wanted = typed.get("customer_group") or groups.get(typed["customer_group_id"], "Default")
        assert groups.get(read.default_group, "Default") == wanted
        assert read.newsletter is (str(typed["newsletter"]) == "1")
        # one of those who were waiting when they were saved was approved later, before the upgrade
        approved = "changed_by_approval" in recorded and "rows_after_upgrade" not in recorded
        assert read.active is not (approved or recorded["state"] in ("pending", "disabled"))
        assert read.created == recorded["rows_as_saved"]["customer"]["date_added"]
        assert not read.loose_default
        assert {home.phone for home in read.addresses} <= {typed["telephone"]}


def test_addresses_are_read_as_typed_with_the_default_one(shop: Recorded, as_saved: list[Customer]) -> None:
    seen = 0
    for read, recorded in zip(as_saved, shop.people()["customers"], strict=True):
        typed = recorded["typed"].get("addresses", ())
        seen += len(typed)
        for home, was in zip(read.addresses, typed, strict=False):
            assert (home.firstname, home.lastname, home.company) == (
                was["firstname"],
                was["lastname"],
                was["company"],
            )
            assert home.street == tuple(line for line in (was["address_1"], was["address_2"]) if line)
            assert (home.city, home.postcode) == (was["city"], was["postcode"])
            assert home.default_billing is home.default_shipping is bool(was["default"])
            assert home.country == {222: "GB", 81: "DE", 223: "US", 188: "SG"}[was["country_id"]]
            assert bool(home.region) is bool(was["zone_id"])
    assert seen == 11


def test_custom_fields_are_read_as_people_see_them(as_saved: list[Customer]) -> None:
    by_email = {one.email: one for one in as_saved}
    chosen = by_email["fields@example.com"].attributes
    assert chosen["VAT & tax number"] == 'GB "1" & 2 é'
    assert by_email["adminfields@example.com"].attributes["VAT & tax number"] == 'RO <1> & "2"'
    assert "9th & up" in by_email["adminfields@example.com"].attributes.values()
    assert by_email["ann@example.com"].attributes == {}


def test_password_hashes_are_known_by_their_kind(shop: Recorded, as_saved: list[Customer]) -> None:
    old = shop.release in ("2.3", "3.0", "upgraded")
    assert {one.password for one in as_saved} == {"sha1³" if old else "bcrypt"}
    assert all(one.password_hash is None for one in as_saved)


def test_rows_that_are_written_are_those_of_the_shops_own_forms(
    shop: Recorded, as_saved: list[Customer], tmp_path: Path
) -> None:
    recorded = {str(one["customer_id"]): one for one in shop.people()["customers"]}
    people = [one for one in as_saved if _is_whole(recorded[one.id])]
    with opening(shop, tmp_path, {}) as store:
        changes = [Change(int(one.id), "create", replace(one, id="", attributes={})) for one in people]
        outcomes = list(store.apply(changes))
    assert {outcome.state for outcome in outcomes} == {State.DONE}, outcomes
    with server().root(shop.database) as connection:
        customers = stored(connection, "customer", "customer_id")
        addresses = stored(connection, "address", "customer_id, address_id")
        approvals = stored(connection, "customer_approval", "customer_id") if shop.release != "2.3" else []
    by_email = {unescape(row["email"]).lower(): row for row in customers}
    for person in people:
        one = recorded[person.id]
        rows = one.get("rows_after_upgrade", one["rows_as_saved"])
        mine = by_email[one["typed"]["email"].lower()]
        # A telephone number is an address's with us: nobody without one brings it along.
        known: dict[str, object] = {} if rows["address"] else {"telephone": ""}
        if not person.active:
            # Who cannot log in waits for approval afterwards, whoever had been disabled, too.
            known |= {"status": 1, "approved": 0} if shop.release == "2.3" else {"status": 0}
        assert _ours(mine) == _ours(rows["customer"]) | known, one["typed"]["email"]
        homes = [row for row in addresses if row["customer_id"] == mine["customer_id"]]
        assert sorted(map(_ours, homes), key=str) == sorted(map(_ours, rows["address"]), key=str)
        waiting = [row for row in approvals if row["customer_id"] == mine["customer_id"]]
        assert len(waiting) == int(not person.active and shop.release != "2.3")
        chosen = [home.city for home in person.addresses if home.default_billing]
        flagged = [home["city"] for home in homes if home.get("default")]
        named = [home["city"] for home in homes if home["address_id"] == mine.get("address_id")]
        told = (shop.release in FLAGGED) + (shop.release in NAMED)
        assert flagged + named == chosen * told


def _is_whole(recorded: Mapping[str, Any]) -> bool:
    """Whether the form stored the name whole: old ones cut entities in the middle, and have no emoji."""
    saved = recorded["rows_as_saved"]["customer"]["firstname"]
    return unescape(saved).strip() == recorded["typed"]["firstname"].strip() and not saved.endswith("&gt")


def _ours(row: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that must be alike; the text of a name without the blanks that old forms kept around it."""
    kept = {name: value for name, value in row.items() if name not in NOT_OURS}
    return {name: value.strip() if isinstance(value, str) else value for name, value in kept.items()}
