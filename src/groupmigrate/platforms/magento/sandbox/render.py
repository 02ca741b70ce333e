"""Customers and addresses as the shop tells them: what is empty is left out."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from groupmigrate.platforms.collation import fold
from groupmigrate.platforms.magento.sandbox import newsletter
from groupmigrate.platforms.magento.sandbox.attributes import own_attributes
from groupmigrate.platforms.magento.sandbox.call import StoreView
from groupmigrate.platforms.magento.sandbox.directory import countries
from groupmigrate.platforms.magento.sandbox.shop import Shop, whole
from groupmigrate.platforms.practicefile import Row, Value

CUSTOMER_FIELDS = (
    *("confirmation", "created_at", "updated_at", "created_in", "dob", "email", "firstname", "lastname"),
    *("middlename", "prefix", "suffix", "gender", "store_id", "taxvat", "website_id"),
)
ADDRESS_FIELDS = (
    *("company", "fax", "postcode", "city", "firstname", "lastname", "middlename", "prefix", "suffix"),
    "vat_id",
)


def customer(shop: Shop, row: Row, store: StoreView) -> dict[str, Any]:
    """One customer as seen from a store view."""
    return _customers(shop, [row], [newsletter.subscribed(shop, row, store)])[0]


def customers(shop: Shop, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Customers as a search shows them: their subscription is found by e-mail alone (2.4.7, run)."""
    subscribed = newsletter.subscribed_by_email(shop, [str(row["email"]) for row in rows])
    return _customers(shop, rows, [fold(row["email"]) in subscribed for row in rows])


def address(shop: Shop, row: Row) -> dict[str, Any]:
    """One address."""
    sql = "SELECT * FROM customer_entity WHERE entity_id = ?"
    owner = shop.row(sql, (row["parent_id"],)) or {}
    own = _own_values(shop, "customer_address", [whole(row["entity_id"])])
    return _address(row, owner, own[whole(row["entity_id"])])


def _customers(shop: Shop, rows: Sequence[Row], subscribed: Iterable[bool]) -> list[dict[str, Any]]:
    ids = [whole(row["entity_id"]) for row in rows]
    own = _own_values(shop, "customer", ids)
    homes = _homes(shop, ids)
    home_ids = [whole(home["entity_id"]) for several in homes.values() for home in several]
    home_values = _own_values(shop, "customer_address", home_ids)
    told = []
    for row, is_subscribed in zip(rows, subscribed, strict=True):
        number = whole(row["entity_id"])
        one = _customer(row, own[number], is_subscribed=is_subscribed)
        one["addresses"] = [
            _address(home, row, home_values[whole(home["entity_id"])]) for home in homes[number]
        ]
        told.append(one)
    return told


def _customer(row: Row, own: list[dict[str, str]], *, is_subscribed: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"id": row["entity_id"], "group_id": row["group_id"]}
    told |= {name: str(row[name]) for name in ("default_billing", "default_shipping") if row[name]}
    told |= {name: row[name] for name in CUSTOMER_FIELDS if row[name] not in (None, "")}
    told["disable_auto_group_change"] = row["disable_auto_group_change"]
    told["extension_attributes"] = {"is_subscribed": is_subscribed}
    return told | ({"custom_attributes": own} if own else {})


def _address(row: Row, owner: Row, own: list[dict[str, str]]) -> dict[str, Any]:
    told: dict[str, Any] = {"id": row["entity_id"], "customer_id": row["parent_id"], "region": _region(row)}
    if row["region_id"] is not None:
        told["region_id"] = row["region_id"]
    told |= {"country_id": row["country_id"], "street": str(row["street"]).split("\n")}
    told |= {"telephone": row["telephone"]}
    told |= {name: row[name] for name in ADDRESS_FIELDS if row[name] not in (None, "")}
    for name in ("default_shipping", "default_billing"):
        if owner.get(name) == row["entity_id"]:
            told[name] = True
    return told | ({"custom_attributes": own} if own else {})


def _region(row: Row) -> dict[str, Value]:
    number, name = whole(row["region_id"]), row["region"]
    country = countries().get(str(row["country_id"]))
    if number and country and number in country.regions:
        region = country.regions[number]
        return {"region_code": region.code, "region": region.name, "region_id": number}
    # A name that is no region's stands for its code, too, but not beside an id of another country (run).
    return {"region_code": None if number else name, "region": name, "region_id": number}


def _homes(shop: Shop, ids: Sequence[int]) -> defaultdict[int, list[Row]]:
    among = "parent_id IN (SELECT value FROM json_each(?)) ORDER BY entity_id"
    homes: defaultdict[int, list[Row]] = defaultdict(list)
    for row in shop.rows(f"SELECT * FROM customer_address_entity WHERE {among}", (json.dumps(ids),)):
        homes[whole(row["parent_id"])].append(row)
    return homes


def _own_values(shop: Shop, entity: str, ids: Sequence[int]) -> defaultdict[int, list[dict[str, str]]]:
    known = own_attributes(shop, entity)
    sql = f"SELECT * FROM {entity}_entity_value WHERE entity_id IN (SELECT value FROM json_each(?))"
    values: defaultdict[int, list[dict[str, str]]] = defaultdict(list)
    for row in shop.rows(sql, (json.dumps(ids),)):
        if row["attribute_code"] in known:
            one = {"attribute_code": str(row["attribute_code"]), "value": str(row["value"])}
            values[whole(row["entity_id"])].append(one)
    return values
