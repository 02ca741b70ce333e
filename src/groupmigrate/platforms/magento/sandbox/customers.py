"""Customers: searched, read, stored, deleted; and their single addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from groupmigrate.platforms.collation import fold
from groupmigrate.platforms.magento.sandbox import addresses, newsletter, outbox, render, search
from groupmigrate.platforms.magento.sandbox.answer import Refusal, broken, no_such, refused
from groupmigrate.platforms.magento.sandbox.attributes import own_attributes
from groupmigrate.platforms.magento.sandbox.body import CUSTOMER
from groupmigrate.platforms.magento.sandbox.call import Call
from groupmigrate.platforms.magento.sandbox.save import Wanted, load, merged, save
from groupmigrate.platforms.magento.sandbox.search import Column, Criteria
from groupmigrate.platforms.magento.sandbox.shop import Shop, whole
from groupmigrate.platforms.practicefile import Row

NUMBERS = (
    *("entity_id", "website_id", "store_id", "group_id", "gender", "default_billing", "default_shipping"),
    *("disable_auto_group_change", "failures_num", "is_active"),
)
TEXTS = (
    *("created_in", "prefix", "firstname", "middlename", "lastname", "suffix", "dob", "taxvat"),
    "confirmation",
)
BILLING = ("postcode", "city", "telephone", "region", "country_id", "company", "firstname", "lastname")
NO_NEW_ONES = "sandbox/put_makes_nobody"
"""PUT changes customers and makes none: how Adobe Commerce as a Cloud Service may be, for all we know."""
TEMPLATES = {"email_reminder": outbox.REMINDER, "email_reset": outbox.RESET}


def find(call: Call) -> dict[str, Any]:
    """GET customers/search; the store view of the address narrows nothing."""
    columns = _columns(call.shop)
    criteria = _known_orders(search.read(call.shop, call.request.parameters), columns)
    unknown = criteria.fields - columns.keys()
    if unknown:
        raise refused('there is no attribute "%1"', [min(unknown)])
    with call.shop.reading():
        rows, total = search.found(call.shop, "customer_entity", criteria, columns, "entity_id")
        if call.shop.release.breaks_on_doubles and newsletter.has_doubles(call.shop, rows):
            raise broken()
        items = render.customers(call.shop, rows)
    return {"items": items, "search_criteria": criteria.echo(), "total_count": total}


def get(call: Call) -> dict[str, Any]:
    """GET customers/:id."""
    with call.shop.reading():
        return render.customer(call.shop, load(call.shop, call.number()), call.store)


def put(call: Call) -> dict[str, Any]:
    """PUT customers/:id: change that customer; with 0, or with no number, make one. Sends no mail for that.

    With 0 in the address an id in the body counts, and that customer is overwritten (2.4.7, run).
    """
    sent = call.object("customer", CUSTOMER)
    number, password_hash = whole(call.named[0]), call.text("passwordHash")
    if not number and call.shop.switched(NO_NEW_ONES):
        raise no_such("customerId", number)
    wanted = merged(call.shop, number, sent, password_hash) if number else Wanted(sent, password_hash)
    row = save(call.shop, wanted, call.store)
    with call.shop.reading():
        return render.customer(call.shop, row, call.store)


def delete(call: Call) -> bool:
    """DELETE customers/:id, with their addresses."""
    number = whole(load(call.shop, call.number())["entity_id"])
    with call.shop.writing():
        for row in addresses.of_customer(call.shop, number):
            addresses.delete(call.shop, whole(row["entity_id"]))
        for table, column in (
            ("customer_entity", "entity_id"),
            ("customer_entity_value", "entity_id"),
            ("newsletter_subscriber", "customer_id"),
        ):
            call.shop.execute(f"DELETE FROM {table} WHERE {column} = ?", (number,))
    return True


def address(call: Call) -> dict[str, Any]:
    """GET customers/addresses/:id."""
    return render.address(call.shop, addresses.load(call.shop, call.number()))


def billing_address(call: Call) -> dict[str, Any] | list[object]:
    """GET customers/:id/billingAddress; an empty list if there is none."""
    return _default_address(call, "default_billing")


def shipping_address(call: Call) -> dict[str, Any] | list[object]:
    """GET customers/:id/shippingAddress; an empty list if there is none."""
    return _default_address(call, "default_shipping")


def delete_address(call: Call) -> bool:
    """DELETE addresses/:id."""
    row = addresses.load(call.shop, call.number())
    with call.shop.writing():
        addresses.delete(call.shop, whole(row["entity_id"]))
        call.shop.update("customer_entity", whole(row["parent_id"]), {"updated_at": call.shop.now()})
    return True


def confirmation(call: Call) -> str:
    """GET customers/:id/confirm: whether the customer still has to confirm their account."""
    if load(call.shop, call.number())["confirmation"]:
        return "account_confirmation_required"
    needed = call.shop.switched("customer/create_account/confirm")
    return "account_confirmed" if needed else "account_confirmation_not_required"


def reset_password(call: Call) -> bool:
    """PUT customers/password: mail a link for a new password."""
    email, website = call.text("email"), whole(call.text("websiteId")) or call.store.website
    template = call.text("template")
    if template not in TEMPLATES:
        parameters = {"value": template, "fieldName": "template"}
        named = {f"template{place}": name for place, name in enumerate(TEMPLATES, start=1)}
        raise refused('"%value" is no %fieldName, but %template1 or %template2 is', {**parameters, **named})
    row = by_email(call.shop, email, website)
    if row is None:
        raise no_such("email", email, "websiteId", website)
    outbox.post(call.shop, TEMPLATES[template], email, whole(row["store_id"]))
    return True


def by_email(shop: Shop, email: str, website: int) -> Row | None:
    """The customer of a website with this e-mail, whatever its case and accents."""
    sql = "SELECT * FROM customer_entity WHERE email_folded = ? AND website_id = ?"
    return shop.row(sql, (fold(email), website))


def _default_address(call: Call, name: str) -> dict[str, Any] | list[object]:
    number = load(call.shop, call.number())[name]
    try:
        return render.address(call.shop, addresses.load(call.shop, whole(number)))
    except Refusal:
        return []


def _columns(shop: Shop) -> Mapping[str, Column]:
    columns = {name: Column(name, "number") for name in NUMBERS}
    columns |= {name: Column(name) for name in TEXTS}
    columns |= {name: Column(name, "moment") for name in ("created_at", "updated_at")}
    columns["email"] = Column("email_folded", "folded")
    home = "(SELECT {} FROM customer_address_entity AS home WHERE home.entity_id = default_billing)"
    columns |= {f"billing_{name}": Column(home.format(f"home.{name}")) for name in BILLING}
    value = "(SELECT value FROM customer_entity_value AS own WHERE own.entity_id = customer_entity.entity_id"
    for code in own_attributes(shop, "customer"):
        if re.fullmatch(r"[a-z][a-z0-9_]*", code):
            columns[code] = Column(f"{value} AND attribute_code = '{code}')")
    return columns


def _known_orders(criteria: Criteria, columns: Mapping[str, Column]) -> Criteria:
    # An order by something unknown is ignored; a filter is not (2.4.7, run).
    orders = tuple(one for one in criteria.orders if one[0] in columns)
    return replace(criteria, orders=orders)
