"""A customer's addresses: what is refused of them, and how they are stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groupmigrate.platforms.magento.sandbox.answer import Problem, Refusal, invalid, missing, no_such, refused
from groupmigrate.platforms.magento.sandbox.attributes import attributes
from groupmigrate.platforms.magento.sandbox.directory import allowed, countries, needs_postcode
from groupmigrate.platforms.magento.sandbox.shop import Shop, narrow, whole
from groupmigrate.platforms.magento.sandbox.values import store_own
from groupmigrate.platforms.practicefile import Row

Address = dict[str, Any]
"""As it was sent: typed values by the names of the REST way."""

WIDTHS = (
    {"prefix": 40, "suffix": 40}
    | dict.fromkeys(
        ("firstname", "middlename", "lastname", "company", "city", "region", "postcode", "telephone", "fax"),
        255,
    )
    | {"vat_id": 255, "country_id": 255}
)
"""How many characters the columns hold; the rest is cut without a word (2.4.7, run)."""
EMPTY: Row = dict.fromkeys(("street", "region_id", *WIDTHS))
ALWAYS = ("firstname", "lastname", "street", "city")
BY_CONFIGURATION = ("telephone", "fax", "company")
STREET_LINES = "customer/address/street_lines"


def load(shop: Shop, number: int) -> Row:
    """One address. Raises Refusal where there is none."""
    row = shop.row("SELECT * FROM customer_address_entity WHERE entity_id = ?", (number,))
    if row is None:
        raise no_such("addressId", number)
    return row


def of_customer(shop: Shop, customer: int) -> list[Row]:
    """The addresses of a customer in the order of their ids."""
    sql = "SELECT * FROM customer_address_entity WHERE parent_id = ? ORDER BY entity_id"
    return shop.rows(sql, (customer,))


def replace_all(shop: Shop, customer: int, sent: list[Address]) -> None:
    """Make these the addresses of a customer: those without an id are new, those not among them go.

    Raises Refusal for the first that cannot be stored; then the caller undoes what was done.
    """
    before = {whole(row["entity_id"]) for row in of_customer(shop, customer)}
    kept = {_save(shop, customer, address) for address in sent}
    for number in sorted(before - kept):
        delete(shop, number)


def resave(shop: Shop, customer: int) -> None:
    """Store the addresses of a customer again, as every saving of the customer does. Raises Refusal.

    What was stored once and would not be taken today blocks the customer (2.4.7, run).
    """
    for row in of_customer(shop, customer):
        empty = [label for field, label in _needed(shop).items() if not row[field]]
        if empty:
            raise refused("\n".join(f'"{label}" is required and empty' for label in empty))
        problems = list(_place_problems(shop, row))
        if problems:
            raise Refusal(400, *problems)
        if row["region_id"] is None:
            shop.update("customer_address_entity", whole(row["entity_id"]), {"region_id": 0})


def delete(shop: Shop, number: int) -> None:
    """Delete an address, and let go of it where it was a default."""
    shop.execute("DELETE FROM customer_address_entity WHERE entity_id = ?", (number,))
    shop.execute("DELETE FROM customer_address_entity_value WHERE entity_id = ?", (number,))
    for name in ("default_billing", "default_shipping"):
        shop.execute(f"UPDATE customer_entity SET {name} = NULL WHERE {name} = ?", (number,))


def is_taken_by_post(shop: Shop, address: Mapping[str, Any]) -> bool:
    """Whether POST keeps an address; those of unknown countries it drops without a word (2.4.7, run)."""
    return address.get("country_id") in allowed(shop)


def _save(shop: Shop, customer: int, sent: Address) -> int:
    number = sent.get("id")
    row = {**load(shop, number), **_row(sent)} if number else {**EMPTY, **_row(sent)}
    problems = list(_problems(shop, row))
    if number and row["parent_id"] != customer:
        words = 'the customer "%customer_id" has not this address'
        problems.append(Problem(words, {"customer_id": customer}))
    if problems:
        raise Refusal(400, *problems)
    _check_street(shop, str(row["street"]))
    row = _stored({**row, "parent_id": customer})
    if number:
        shop.update("customer_address_entity", number, row)
    else:
        number = shop.insert("customer_address_entity", row)
    store_own(shop, "customer_address", number, sent.get("custom_attributes", {}))
    for name in ("default_billing", "default_shipping"):
        if sent.get(name):
            shop.update("customer_entity", customer, {name: number})
    return number


def _row(sent: Address) -> Row:
    """The columns that an address as it was sent fills."""
    row: Row = {
        name: value for name, value in sent.items() if name in EMPTY and name not in ("street", "region")
    }
    if "street" in sent:
        row["street"] = "\n".join(sent["street"])
    region = sent.get("region")
    if region is not None:
        # The id counts, and then the name; the code alone is lost (2.4.7, run).
        row["region_id"] = sent.get("region_id") or region.get("region_id", 0)
        row["region"] = region.get("region")
    return row


def _problems(shop: Shop, row: Row) -> Iterator[Problem]:
    needed = _needed(shop)
    for field in (*ALWAYS, *BY_CONFIGURATION):
        if field in needed and not str(row[field] or "").strip():
            yield missing(field)
    if not row["postcode"] and needs_postcode(shop, str(row["country_id"] or "")):
        yield missing("postcode")
    yield from _place_problems(shop, row)


def _place_problems(shop: Shop, row: Row) -> Iterator[Problem]:
    code, region = row["country_id"], whole(row["region_id"])
    if not code:
        yield missing("countryId")
        return
    country = allowed(shop).get(str(code))
    if country is None:
        yield invalid("countryId", code)
    elif region and region not in country.regions:
        yield invalid("regionId", str(region))


def _needed(shop: Shop) -> dict[str, str]:
    """What every address must have, with its label."""
    known = attributes(shop, "customer_address")
    fields = (*ALWAYS, *BY_CONFIGURATION)
    return {field: known[field].label for field in fields if known[field].required}


def _check_street(shop: Shop, street: str) -> None:
    most = whole(shop.setting(STREET_LINES, "2"))
    if len(street.split("\n")) > most:
        raise refused(f"a street has at most {most} lines")


def _stored(row: Row) -> Row:
    """The row as the columns hold it."""
    number = whole(row["region_id"])
    country = countries().get(str(row["country_id"]))
    if country and number in country.regions:
        row["region"] = country.regions[number].name
    kept: Row = {}
    for name, value in row.items():
        text = narrow(value) if isinstance(value, str) else value
        kept[name] = text[: WIDTHS[name]] if isinstance(text, str) and name in WIDTHS else text
    return kept | {"telephone": kept["telephone"] or ""}
