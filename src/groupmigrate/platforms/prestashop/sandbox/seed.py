"""What is in the practice shop at the start: a freshly installed shop, and then what a seed file adds.

A seed is a JSON object; every part may be left out:

    {"settings":  {"PS_TIMEZONE": "Europe/Paris"},
     "groups":    [{"name": {"en": "Trade", "es": "Mayoristas"}, "reduction": "12.5"}],
     "customers": [{"email": "ana@example.com", "firstname": "Ana", "lastname": "Ionescu",
                    "groups": ["Trade", "Customer"], "addresses": [{"country": "RO", "city": "Iași", …}]}],
     "keys":      {"A KEY OF 32 CHARACTERS": {"customers": ["GET"]}},
     "key_shops": {"A KEY OF 32 CHARACTERS": [1]},
     "required":  ["birthday"]}

Groups are named in the default language; the first one of a customer is the default group. A group belongs
to all shops unless it has a list of "shops", and a key is good for all shops without "key_shops". Everything
else in a group, a customer or an address is a column by its PrestaShop name.
"""

from __future__ import annotations

import csv
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from groupmigrate.platforms.practicefile import Value
from groupmigrate.platforms.prestashop.sandbox.release import Release
from groupmigrate.platforms.prestashop.sandbox.resources import Resource
from groupmigrate.platforms.prestashop.sandbox.save import hashed
from groupmigrate.platforms.prestashop.sandbox.shop import Shop, stored, whole
from groupmigrate.platforms.seedfile import planting, read_seed

KEY = "PRACTICEPRACTICEPRACTICEPRACTICE"
"""The key of every practice shop; it may do everything."""

LANGUAGES = (
    (1, "English (English)", "en", "en-US", "en-us", "m/d/Y", "m/d/Y H:i:s"),
    (2, "Español (Spanish)", "es", "es-ES", "es", "d/m/Y", "d/m/Y H:i:s"),
)
SETTINGS = {
    # The numbers are those of a fresh 9.1.4 where they were seen, and free ones elsewhere.
    1: ("PS_LANG_DEFAULT", "1"),
    7: ("PS_COUNTRY_DEFAULT", "21"),
    162: ("PS_UNIDENTIFIED_GROUP", "1"),
    163: ("PS_GUEST_GROUP", "2"),
    164: ("PS_CUSTOMER_GROUP", "3"),
    501: ("PS_WEBSERVICE", "1"),
    502: ("PS_SHOP_ENABLE", "1"),
    503: ("PS_PASSWD_TIME_FRONT", "360"),
    504: ("PS_CANONICAL_REDIRECT", "1"),
    505: ("PS_TIMEZONE", "Europe/Bucharest"),
    # The only host that is served; "" serves every host.
    506: ("PS_SHOP_DOMAIN", ""),
    508: ("PS_SHOP_DEFAULT", "1"),
}
SHOP_GROUPS = ((1, "Default", 0), (2, "Sharing", 1))
SHOPS = (
    (1, 1, "Practice shop", ""),
    (2, 1, "Second", "second/"),
    (3, 2, "Third", "third/"),
    (4, 2, "Fourth", "fourth/"),
)
BUILT_IN = (("Visitor", "Visitante"), ("Guest", "Invitado"), ("Customer", "Cliente"))


def install(shop: Shop, release: Release, *, multistore: bool = False) -> None:
    """Fill empty tables as the release's installer does, without demo customers; inside a transaction.

    With `multistore` there are four shops: 1 and 2 have their customers each, 3 and 4 share theirs.
    """
    for group in SHOP_GROUPS if multistore else SHOP_GROUPS[:1]:
        shop.execute(
            "INSERT INTO ps_shop_group (id_shop_group, name, share_customer) VALUES (?, ?, ?)", group
        )
    for one in SHOPS if multistore else SHOPS[:1]:
        shop.execute(
            "INSERT INTO ps_shop (id_shop, id_shop_group, name, virtual_uri) VALUES (?, ?, ?, ?)", one
        )
    for language in LANGUAGES:
        shop.execute("INSERT INTO ps_lang VALUES (?, ?, ?, ?, ?, 1, 0, ?, ?)", language)
    guests = "1" if release.guest_checkout else "0"
    of_release = {
        109: ("PS_GUEST_CHECKOUT_ENABLED", guests),
        507: ("PS_VERSION_DB", release.version),
        509: ("PS_MULTISHOP_FEATURE_ACTIVE", str(int(multistore))),
    }
    for number, (name, value) in {**SETTINGS, **of_release}.items():
        shop.execute(
            "INSERT INTO ps_configuration (id_configuration, name, value) VALUES (?, ?, ?)",
            (number, name, value),
        )
    _install_countries(shop)
    for english, spanish in BUILT_IN:
        _add_group(shop, {"name": {"en": english, "es": spanish}, "price_display_method": 1})
    _add_key(shop, KEY, dict.fromkeys(release.resources, release.methods))


def plant(shop: Shop, seed: Path) -> None:
    """Add what a seed file holds; inside a transaction. Raises UsageError if it cannot be used."""
    content = read_seed(seed)
    with planting(str(seed), sqlite3.Error):
        _plant(shop, content)


def _plant(shop: Shop, content: Mapping[str, Any]) -> None:
    for name, value in content.get("settings", {}).items():
        shop.execute("INSERT OR REPLACE INTO ps_configuration (name, value) VALUES (?, ?)", (name, value))
    for field in content.get("required", ()):
        shop.execute("INSERT INTO ps_required_field VALUES ('Customer', ?)", (field,))
    for key, rights in content.get("keys", {}).items():
        _add_key(shop, key, rights)
    for key, shops in content.get("key_shops", {}).items():
        for one in shops:
            shop.execute("INSERT INTO ps_webservice_account_shop VALUES (?, ?)", (key, one))
    for group in content.get("groups", ()):
        _add_group(shop, group)
    for customer in content.get("customers", ()):
        _add_customer(shop, customer)


def _add_key(shop: Shop, key: str, rights: Mapping[str, Iterable[str]]) -> None:
    shop.execute("INSERT INTO ps_webservice_account VALUES (?, 1)", (key,))
    for resource, methods in rights.items():
        for method in methods:
            shop.execute("INSERT INTO ps_webservice_permission VALUES (?, ?, ?)", (key, resource, method))


def _add_group(shop: Shop, group: Mapping[str, Any]) -> None:
    names = group["name"] if isinstance(group["name"], dict) else {"en": group["name"]}
    groups = shop.release.resources["groups"]
    number = shop.insert(groups, _row(shop, groups, {"show_prices": 1, **group}, "shops"))
    every = [whole(row["id_shop"]) for row in shop.rows("SELECT id_shop FROM ps_shop")]
    shop.set_shops(number, group.get("shops", every))
    codes = {str(row["iso_code"]): whole(row["id_lang"]) for row in shop.rows("SELECT * FROM ps_lang")}
    shop.set_names(groups, number, {codes[code]: name for code, name in names.items()})


def _add_customer(shop: Shop, customer: Mapping[str, Any]) -> None:
    groups = [_group_named(shop, name) for name in customer.get("groups", ["Customer"])]
    defaults = {
        "id_default_group": groups[0] if groups else 0,
        "id_lang": 1,
        "id_shop": 1,
        "id_shop_group": 1,
        "active": 1,
        "passwd": hashed(secrets.token_hex(8), md5=shop.release.md5),
        "secure_key": secrets.token_hex(16),
        "last_passwd_gen": shop.now(),
    }
    customers = shop.release.resources["customers"]
    number = shop.insert(customers, _row(shop, customers, {**defaults, **customer}, "groups", "addresses"))
    shop.set_groups(number, groups)
    for address in customer.get("addresses", ()):
        _add_address(shop, number, customer, address)


def _group_named(shop: Shop, name: str) -> int:
    sql = "SELECT id_group FROM ps_group_lang WHERE name = ? AND id_lang = 1"
    found = shop.value(sql, (name,))
    if found is None:
        raise ValueError(f'there is no group "{name}"')
    return int(found)


def _add_address(shop: Shop, number: int, customer: Mapping[str, Any], address: Mapping[str, Any]) -> None:
    country = shop.value("SELECT id_country FROM ps_country WHERE iso_code = ?", (address["country"],))
    sql = "SELECT id_state FROM ps_state WHERE id_country = ? AND iso_code = ?"
    state = shop.value(sql, (country, address.get("state", "")))
    people = {name: customer[name] for name in ("firstname", "lastname")}
    places: dict[str, Value] = {
        "id_customer": number,
        "id_country": country,
        "id_state": state,
        "alias": "Home",
    }
    addresses = shop.release.resources["addresses"]
    shop.insert(addresses, _row(shop, addresses, {**people, **places, **address}, "country", "state"))


def _row(shop: Shop, resource: Resource, values: Mapping[str, Any], *also: str) -> dict[str, Value]:
    unknown = values.keys() - {field.name for field in resource.fields} - set(also)
    if unknown:
        raise ValueError(f'a {resource.node} has no "{min(unknown)}"')
    now = shop.now()
    values = {"date_add": now, "date_upd": now, **values}
    return {field.name: stored(field, values.get(field.name)) for field in resource.fields if not field.i18n}


def _install_countries(shop: Shop) -> None:
    for country in _table("countries.csv"):
        number, flags = country["id"], country["flags"]
        shop.execute(
            "INSERT INTO ps_country VALUES (?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number,
                country["zone"] or 0,
                country["prefix"] or 0,
                country["iso"],
                *(letter in flags for letter in "asnz"),
                country["zip"],
                country["iso"] not in ("US", "CA"),
            ),
        )
        for language, name in ((1, country["name"]), (2, country["name_es"] or country["name"])):
            shop.execute("INSERT INTO ps_country_lang VALUES (?, ?, ?)", (number, language, name))
    for state in _table("states.csv"):
        shop.execute("INSERT INTO ps_state VALUES (?, 2, ?, ?, ?, 1)", tuple(state.values()))


def _table(name: str) -> Iterator[dict[str, str]]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())
