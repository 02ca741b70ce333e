"""What is in the practice shop at the start: a freshly installed shop, and then what a seed file adds.

A seed is a JSON object; every part may be left out:

    {"settings":   {"customer/create_account/confirm": "1", "sandbox/two_factor": "google"},
     "websites":   [{"code": "second", "name": "Second Website", "store_views": {"second_en": "Second EN"}}],
     "attributes": [{"code": "fav_color", "label": "Colour", "input": "select", "options": ["Red", "Green"]},
                    {"code": "door_code", "label": "Door code", "entity": "customer_address"}],
     "groups":     [{"code": "VIP", "excluded_websites": ["second"]}],
     "customers":  [{"email": "ana@example.com", "firstname": "Ana", "lastname": "Ionescu", "group": "VIP",
                     "subscribed": ["default"], "own": {"fav_color": "Red"},
                     "addresses": [{"country_id": "RO", "region": "B", "default_billing": true, …}]}],
     "tokens":     {"a token": ["Magento_Customer::customer", "Magento_Customer::group"]}}

Everything else in a customer or an address is a column by its Magento name; a group may be a number that
belongs to no group. Nothing is checked: a seed can hold what an import or an older version left behind.
A website of a code that is there gets further store views. An input is text, select, multiselect or date.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from groupmigrate.platforms.magento.sandbox.credentials import ADMIN, ADMIN_PASSWORD, TOKEN
from groupmigrate.platforms.magento.sandbox.release import NEWEST, Release
from groupmigrate.platforms.magento.sandbox.seedcustomers import Planting
from groupmigrate.platforms.magento.sandbox.shop import RELEASE, Shop, whole
from groupmigrate.platforms.practicefile import Row
from groupmigrate.platforms.seedfile import planting

SETTINGS = {
    # Off in a fresh shop since 2.4.4; on here, so that a token is all that a connector needs.
    "oauth/consumer/enable_integration_as_bearer": "1",
    "general/country/optional_zip_countries": "HK,IE,MO,PA,GB",
}
TAX_CLASSES = ((2, "Taxable Goods", "PRODUCT"), (3, "Retail Customer", "CUSTOMER"))
GROUPS = ("NOT LOGGED IN", "General", "Wholesale", "Retailer")
BACKENDS = {"select": "int", "boolean": "int", "multiselect": "varchar", "date": "datetime"}
FIRST_OPTION = 4
"""The options before it are the genders."""


def install(shop: Shop, release: Release = NEWEST) -> None:
    """Fill empty tables as the installer does; inside a transaction."""
    for path, value in {**SETTINGS, RELEASE: release.name}.items():
        shop.execute("INSERT INTO core_config_data VALUES (?, ?)", (path, value))
    shop.execute("INSERT INTO store_website VALUES (0, 'admin', 'Admin', 0), (1, 'base', 'Main Website', 1)")
    shop.execute(
        "INSERT INTO store_group VALUES (0, 0, 0, 0, 'Default', 'default'), "
        "(1, 1, 2, 1, 'Main Website Store', 'main_website_store')"
    )
    shop.execute(
        "INSERT INTO store (store_id, code, website_id, group_id, name) VALUES "
        "(1, 'default', 1, 1, 'Default Store View'), (0, 'admin', 0, 0, 'Admin')"
    )
    for tax_class in TAX_CLASSES:
        shop.execute("INSERT INTO tax_class VALUES (?, ?, ?)", tax_class)
    for number, code in enumerate(GROUPS):
        shop.execute("INSERT INTO customer_group VALUES (?, ?, 3)", (number, code))
    shop.execute("INSERT INTO token VALUES (?, 'integration', NULL, NULL)", (TOKEN,))
    shop.execute("INSERT INTO admin_user (username, password) VALUES (?, ?)", (ADMIN, ADMIN_PASSWORD))


def demo() -> dict[str, Any]:
    """The seed of a shop that is good for a demonstration."""
    content: dict[str, Any] = json.loads(files(__package__).joinpath("demo.json").read_text(encoding="utf-8"))
    return content


def plant(shop: Shop, content: Mapping[str, Any], place: str) -> None:
    """Add what a seed holds; inside a transaction. Raises UsageError, which names `place`."""
    with planting(place, sqlite3.Error):
        _plant(shop, content)


def _plant(shop: Shop, content: Mapping[str, Any]) -> None:
    for path, value in content.get("settings", {}).items():
        shop.execute("INSERT OR REPLACE INTO core_config_data VALUES (?, ?)", (path, str(value)))
    for website in content.get("websites", ()):
        _add_website(shop, website)
    for attribute in content.get("attributes", ()):
        _add_attribute(shop, attribute)
    for group in content.get("groups", ()):
        _add_group(shop, group)
    people = Planting(shop)
    for customer in content.get("customers", ()):
        people.add(customer)
    for token, rights in content.get("tokens", {}).items():
        shop.execute("INSERT INTO token VALUES (?, 'integration', ?, NULL)", (token, json.dumps(rights)))


def _add_website(shop: Shop, website: Mapping[str, Any]) -> None:
    sql = "SELECT website_id, default_group_id FROM store_website WHERE code = ?"
    there = shop.row(sql, (website["code"],))
    if there is None:
        number = whole(shop.value("SELECT max(website_id) FROM store_website")) + 1
        name = website["name"]
        shop.execute("INSERT INTO store_website VALUES (?, ?, ?, ?)", (number, website["code"], name, number))
        first = whole(shop.value("SELECT max(store_id) FROM store")) + 1
        store = (number, number, 2, first, website.get("store", name), f"{website['code']}_store")
        shop.execute("INSERT INTO store_group VALUES (?, ?, ?, ?, ?, ?)", store)
    else:
        number = whole(there["website_id"])
    for code, name in website["store_views"].items():
        view = whole(shop.value("SELECT max(store_id) FROM store")) + 1
        sql = "INSERT INTO store (store_id, code, website_id, group_id, name) VALUES (?, ?, ?, ?, ?)"
        shop.execute(sql, (view, code, number, number, name))


def _add_attribute(shop: Shop, attribute: Mapping[str, Any]) -> None:
    kind = attribute.get("input", "text")
    row: Row = {
        "entity_type": attribute.get("entity", "customer"),
        "attribute_code": attribute["code"],
        "frontend_input": kind,
        "frontend_label": attribute["label"],
        "backend_type": BACKENDS.get(kind, "varchar"),
        "is_required": int(attribute.get("required", False)),
    }
    number = shop.insert("eav_attribute", row)
    for label in attribute.get("options", ()):
        option = max(whole(shop.value("SELECT max(option_id) FROM eav_attribute_option")) + 1, FIRST_OPTION)
        shop.execute("INSERT INTO eav_attribute_option VALUES (?, ?, ?)", (option, number, label))


def _add_group(shop: Shop, group: Mapping[str, Any]) -> None:
    tax_class = group.get("tax_class_id", 3)
    number = shop.insert("customer_group", {"customer_group_code": group["code"], "tax_class_id": tax_class})
    for code in group.get("excluded_websites", ()):
        website = _one(shop, "SELECT website_id FROM store_website WHERE code = ?", code, "website")
        shop.execute("INSERT INTO customer_group_excluded_website VALUES (?, ?)", (number, website))


def _one(shop: Shop, sql: str, name: str, kind: str) -> int:
    found = shop.value(sql, (name,))
    if found is None:
        raise ValueError(f'there is no {kind} "{name}"')
    return whole(found)
