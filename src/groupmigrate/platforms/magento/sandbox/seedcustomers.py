"""The customers of a seed, and their addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from groupmigrate.platforms.collation import fold
from groupmigrate.platforms.magento.sandbox.attributes import own_attributes
from groupmigrate.platforms.magento.sandbox.directory import countries
from groupmigrate.platforms.magento.sandbox.passwords import hashed
from groupmigrate.platforms.magento.sandbox.shop import Shop, whole
from groupmigrate.platforms.practicefile import Row, Value

Named = TypeVar("Named")

CUSTOMER = (
    *("email", "created_at", "updated_at", "created_in", "prefix", "firstname", "middlename", "lastname"),
    *("suffix", "dob", "taxvat", "gender", "confirmation", "password_hash", "disable_auto_group_change"),
    "is_active",
)
ADDRESS = (
    *("prefix", "firstname", "middlename", "lastname", "suffix", "company", "city", "postcode", "country_id"),
    *("telephone", "fax", "vat_id"),
)
BESIDES_CUSTOMER = {"group", "store", "subscribed", "password", "own", "addresses"}
BESIDES_ADDRESS = {"region", "street", "default_billing", "default_shipping", "own"}


class Planting:
    """Adds customers to a shop whose groups, store views and attributes are there."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        groups = shop.rows("SELECT customer_group_code, customer_group_id FROM customer_group")
        self._groups = {str(row["customer_group_code"]): whole(row["customer_group_id"]) for row in groups}
        self._stores = {str(row["code"]): row for row in shop.rows("SELECT * FROM store")}
        self._own = {entity: own_attributes(shop, entity) for entity in ("customer", "customer_address")}

    def add(self, customer: Mapping[str, Any]) -> None:
        """Add one customer. Raises KeyError and ValueError for what cannot be understood."""
        _check_keys("a customer", customer, {*CUSTOMER, *BESIDES_CUSTOMER})
        shop, now = self._shop, self._shop.now()
        store = _named(self._stores, customer.get("store", "default"), "store view")
        row: Row = {name: customer[name] for name in CUSTOMER if name in customer}
        row |= {name: customer[name] for name in ("email", "firstname", "lastname")}
        row |= {"website_id": store["website_id"], "store_id": store["store_id"]}
        row |= {"group_id": self._group(customer.get("group", "General"))}
        row |= {"email_folded": fold(customer["email"])}
        if "password" in customer:
            row["password_hash"] = hashed(customer["password"])
        defaults = {"created_at": now, "updated_at": now, "created_in": store["name"]}
        number = shop.insert("customer_entity", {**defaults, **row})
        self._add_own("customer", number, customer)
        for address in customer.get("addresses", ()):
            self._add_address(number, customer, address)
        for code in customer.get("subscribed", ()):
            view = _named(self._stores, code, "store view")
            values = (view["store_id"], number, customer["email"], fold(customer["email"]))
            columns = "store_id, customer_id, subscriber_email, email_folded, subscriber_status"
            shop.execute(f"INSERT INTO newsletter_subscriber ({columns}) VALUES (?, ?, ?, ?, 1)", values)

    def _group(self, named: str | int) -> int:
        return named if isinstance(named, int) else _named(self._groups, named, "group")

    def _add_address(self, number: int, customer: Mapping[str, Any], address: Mapping[str, Any]) -> None:
        _check_keys("an address", address, {*ADDRESS, *BESIDES_ADDRESS})
        people = {name: customer[name] for name in ("firstname", "lastname")}
        needed = {"city": "", "telephone": "", **people}
        row: Row = {**needed, **{name: address[name] for name in ADDRESS if name in address}}
        row |= {"parent_id": number, "country_id": address["country_id"]}
        row |= {"street": "\n".join(address.get("street", [""]))}
        row |= _region(str(address["country_id"]), address.get("region"))
        home = self._shop.insert("customer_address_entity", row)
        self._add_own("customer_address", home, address)
        for name in ("default_billing", "default_shipping"):
            if address.get(name):
                self._shop.update("customer_entity", number, {name: home})

    def _add_own(self, entity: str, number: int, values: Mapping[str, Any]) -> None:
        for code, value in values.get("own", {}).items():
            attribute = _named(self._own[entity], code, "attribute")
            options = dict(attribute.options)
            several = [options.get(one, one) for one in str(value).split(",")] if options else [str(value)]
            sql = f"INSERT INTO {entity}_entity_value VALUES (?, ?, ?)"
            self._shop.execute(sql, (number, code, ",".join(several)))


def _region(country: str, named: str | None) -> dict[str, Value]:
    """The region of a country by its code or name; another name is kept as it is."""
    known = countries()[country].regions.values() if country in countries() else ()
    for region in known:
        if named in (region.code, region.name):
            return {"region_id": region.id, "region": region.name}
    return {"region_id": 0, "region": named}


def _named(known: Mapping[str, Named], name: str, kind: str) -> Named:
    if name not in known:
        raise ValueError(f'there is no {kind} "{name}"')
    return known[name]


def _check_keys(kind: str, values: Mapping[str, Any], known: set[str]) -> None:
    unknown = values.keys() - known
    if unknown:
        raise ValueError(f'{kind} has no "{min(unknown)}"')
