"""What is in the practice shop at the start: a freshly installed shop, and then what a seed file adds.

A seed is a JSON object; every part may be left out:

    {"settings":  {"config_timezone": "Europe/Paris"},
     "groups":    [{"name": {"en-gb": "Trade", "es-es": "Mayoristas"}, "approval": 1, "taxed": false}],
     "custom_fields": [{"name": "VAT number", "type": "text", "location": "account"}],
     "customers": [{"email": "ana@example.com", "firstname": "Ana", "lastname": "Ionescu", "group": "Trade",
                    "addresses": [{"country": "RO", "zone": "B", "city": "București", "default": true, …}]}]}

Texts are as people write them; they are stored as OpenCart's forms do, with & < > " escaped. Groups are named
in the default language, zones by their code, and a customer who is "pending" waits for approval. Everything
else in a group, a customer or an address is a column by its OpenCart name. A group is taxed as the default
group is, unless it says "taxed": false.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from groupmigrate.platforms.opencart.sandbox.places import countries, zones
from groupmigrate.platforms.opencart.sandbox.shop import Row, Shop, escaped
from groupmigrate.platforms.seedfile import planting, read_seed


def install(shop: Shop) -> None:
    """Fill empty tables as the release's installer does, without demo customers; inside a transaction."""
    install_shop(shop)
    install_countries(shop)


def install_shop(shop: Shop) -> None:
    """The rows of a new shop but for its countries and zones."""
    fresh = tomllib.loads(files(__package__).joinpath("fresh.toml").read_text(encoding="utf-8"))
    for name, setting in fresh.pop("settings").items():
        value, releases = (setting, "") if isinstance(setting, str) else (setting["value"], setting["in"])
        if shop.release.has(releases):
            shop.set(name, value)
    for table, rows in fresh.items():
        for row in rows:
            if shop.release.has(row.pop("in", "")):
                shop.insert(table, row)


def install_countries(shop: Shop) -> None:
    """All countries, and the zones of some."""
    ids = {country["iso_2"]: country["id"] for country in countries(shop.release)}
    _install_named(
        shop,
        "country",
        [
            {
                "country_id": country["id"],
                "name": country["name"],
                "iso_code_2": country["iso_2"],
                "iso_code_3": country["iso_3"],
                "postcode_required": country["postcode_required"],
                "status": 1,
            }
            for country in countries(shop.release)
        ],
    )
    _install_named(
        shop,
        "zone",
        [
            {
                "zone_id": zone["id"],
                "name": zone["name"],
                "country_id": ids[zone["country"]],
                "code": zone["code"],
                "status": 1,
            }
            for zone in zones(shop.release)
        ],
    )


def plant(shop: Shop, seed: Path) -> None:
    """Add what a seed file holds; inside a transaction. Raises UsageError if it cannot be used."""
    content = read_seed(seed)
    with planting(str(seed), SQLAlchemyError):
        _plant(shop, content)


def _plant(shop: Shop, content: Mapping[str, Any]) -> None:
    for name, value in content.get("settings", {}).items():
        shop.set(name, value)
    for group in content.get("groups", ()):
        _add_group(shop, escaped(group))
    for field in content.get("custom_fields", ()):
        _add_custom_field(shop, escaped(field))
    for customer in content.get("customers", ()):
        _add_customer(shop, escaped(customer))


def _add_group(shop: Shop, group: Row) -> None:
    columns = {name: value for name, value in group.items() if name not in ("name", "taxed")}
    id_ = shop.insert("customer_group", {"approval": 0, "sort_order": 5, **columns})
    for language, name in _in_all_languages(shop, group["name"]).items():
        description = {"customer_group_id": id_, "language_id": language, "name": name, "description": ""}
        shop.insert("customer_group_description", description)
    if group.get("taxed", True):
        rates = "SELECT tax_rate_id FROM {prefix}tax_rate_to_customer_group WHERE customer_group_id = 1"
        for rate in shop.column(rates):
            shop.insert("tax_rate_to_customer_group", {"tax_rate_id": rate, "customer_group_id": id_})


def _add_custom_field(shop: Shop, field: Row) -> None:
    columns = {name: value for name, value in field.items() if name not in ("name", "values")}
    id_ = shop.insert("custom_field", {"type": "text", "location": "account", "status": 1, **columns})
    for language, name in _in_all_languages(shop, field["name"]).items():
        shop.insert(
            "custom_field_description", {"custom_field_id": id_, "language_id": language, "name": name}
        )
    for group in shop.column("SELECT customer_group_id FROM {prefix}customer_group"):
        shop.insert(
            "custom_field_customer_group",
            {"custom_field_id": id_, "customer_group_id": group, "required": 0},
        )
    for label in field.get("values", ()):
        value = shop.insert("custom_field_value", {"custom_field_id": id_, "sort_order": 1})
        for language, name in _in_all_languages(shop, label).items():
            described = {"custom_field_value_id": value, "custom_field_id": id_}
            shop.insert(
                "custom_field_value_description", {**described, "language_id": language, "name": name}
            )


def _in_all_languages(shop: Shop, name: str | Mapping[str, str]) -> dict[int, str]:
    names = name if isinstance(name, Mapping) else {}
    found: dict[int, str] = {}
    for id_ in shop.column("SELECT language_id FROM {prefix}language ORDER BY language_id"):
        code = shop.value("SELECT code FROM {prefix}language WHERE language_id = :id", id=id_)
        found[id_] = names.get(code) or next(iter(names.values()), str(name))
    return found


def _add_customer(shop: Shop, customer: Row) -> None:
    columns = {
        name: value
        for name, value in customer.items()
        if name not in ("group", "addresses", "pending", "custom_field")
    }
    row = {
        "customer_group_id": _group_named(shop, customer.get("group", "Default")),
        "language_id": 1,
        "telephone": "",
        "status": 1,
        # What nobody can log in with, as "forgot password" then works (2.3.0.2 to 4.1.0.4, run).
        "password": "!",
        "custom_field": json.dumps(customer.get("custom_field", []), ensure_ascii=False),
        **({} if shop.release.waits_by_status else {"approved": 1}),
        **columns,
    }
    pending = customer.get("pending", False)
    if pending:
        row |= {"status": 0} if shop.release.waits_by_status else {"approved": 0}
    id_ = shop.insert("customer", row)
    if pending and shop.release.waits_by_status:
        shop.insert("customer_approval", {"customer_id": id_, "type": "customer"})
    _add_addresses(shop, id_, customer)


def _group_named(shop: Shop, name: str) -> int:
    sql = "SELECT customer_group_id FROM {prefix}customer_group_description WHERE name = :name"
    found = shop.value(f"{sql} AND language_id = 1", name=name)
    if found is None:
        raise ValueError(f'there is no group "{name}"')
    return int(found)


def _add_addresses(shop: Shop, customer: int, person: Row) -> None:
    homes = person.get("addresses", ())
    chosen = next((place for place, home in enumerate(homes) if home.get("default")), 0)
    # An upgraded shop has the choice of those who were there before only here (3.0.3.9 to 4.1.0.4, run).
    by_customer = "address_id" in shop.release.tables["customer"]
    for place, home in enumerate(homes):
        row = _address(shop, customer, person, home)
        if place == chosen and not by_customer:
            row["default"] = 1
        id_ = shop.insert("address", row)
        if place == chosen and by_customer:
            shop.choose_address(customer, id_)


def _address(shop: Shop, customer: int, person: Row, home: Row) -> dict[str, Any]:
    country = shop.value(
        "SELECT country_id FROM {prefix}country WHERE iso_code_2 = :iso", iso=home["country"]
    )
    sql = "SELECT zone_id FROM {prefix}zone WHERE country_id = :country AND code = :code"
    columns = {name: value for name, value in home.items() if name not in ("country", "zone", "default")}
    return {
        "customer_id": customer,
        "firstname": person["firstname"],
        "lastname": person["lastname"],
        "country_id": country,
        "zone_id": shop.value(sql, country=country, code=home.get("zone", "")) or 0,
        **dict.fromkeys(("company", "address_1", "address_2", "city", "postcode"), ""),
        "custom_field": "[]",
        **columns,
    }


def _install_named(shop: Shop, table: str, rows: Sequence[Row]) -> None:
    """Since 4.1 names of countries and zones stand in a table of their own, by language."""
    if "name" in shop.release.tables[table]:
        shop.insert_all(table, rows)
        return
    key = f"{table}_id"
    shop.insert_all(table, [{name: row[name] for name in row if name != "name"} for row in rows])
    for language in (1, 2):
        described = [{key: row[key], "language_id": language, "name": row["name"]} for row in rows]
        shop.insert_all(f"{table}_description", described)
