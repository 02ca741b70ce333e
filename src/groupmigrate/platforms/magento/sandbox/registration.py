"""POST customers, as the shop's own form does it: everybody may, and each time a mail goes out."""

from __future__ import annotations

import secrets
from typing import Any

from groupmigrate.platforms.magento.sandbox import addresses, outbox, render
from groupmigrate.platforms.magento.sandbox.answer import Problem, Refusal, no_such, refused, unauthorized
from groupmigrate.platforms.magento.sandbox.body import CUSTOMER
from groupmigrate.platforms.magento.sandbox.call import Call, store_view
from groupmigrate.platforms.magento.sandbox.columns import Customer
from groupmigrate.platforms.magento.sandbox.customers import by_email
from groupmigrate.platforms.magento.sandbox.passwords import check_strength, hashed
from groupmigrate.platforms.magento.sandbox.save import SHARED, Wanted, save
from groupmigrate.platforms.magento.sandbox.shop import Shop, whole
from groupmigrate.platforms.practicefile import Row

MANAGE = "Magento_Customer::manage"


def post(call: Call) -> dict[str, Any]:
    """POST customers."""
    sent = call.object("customer", CUSTOMER)
    password = call.text("password")
    if "group_id" in sent and not call.caller.may(MANAGE):
        raise unauthorized(MANAGE)
    if password:
        check_strength(password, sent.get("email", ""))
    if sent.get("id"):
        # Even the id of a customer who is there: it is looked for by the e-mail (2.4.7, run).
        raise no_such("email", sent.get("email"), "websiteId", "1")
    sent |= _placed(call.shop, sent)
    if "addresses" in sent:
        sent["addresses"] = [one for one in sent["addresses"] if addresses.is_taken_by_post(call.shop, one)]
    row = save(call.shop, Wanted(sent, hashed(password) if password else ""), call.store)
    call.shop.update("customer_entity", whole(row["entity_id"]), {"rp_token": secrets.token_urlsafe(24)})
    _post_mail(call.shop, row, password)
    with call.shop.reading():
        told = render.customer(call.shop, row, call.store)
    # The key is in the mail, and not in this answer (2.4.7, run).
    told.pop("confirmation", None)
    return told


def is_email_available(call: Call) -> bool:
    """POST customers/isEmailAvailable: true for everybody, unless guests are asked to log in (2.4.7, run)."""
    if not call.shop.switched("checkout/options/enable_guest_checkout_login"):
        return True
    website = whole(call.text("websiteId")) or call.store.website
    return by_email(call.shop, call.text("customerEmail"), website) is None


def _placed(shop: Shop, sent: Customer) -> Customer:
    """Website, store view and its name; the address of the request says nothing about them (2.4.7, run)."""
    website = sent.get("website_id") or None
    store = sent.get("store_id")
    if website is not None and not shop.value("SELECT 1 FROM store_website WHERE website_id = ?", (website,)):
        raise Refusal(404, Problem(f"the website {website} that was asked for is not there"))
    view = store_view(shop, "store_id", _default_store(shop, website or 1) if store is None else store)
    website = website or (view.website if view else 1)
    shared = shop.setting(SHARED, "1") == "0"
    if view is None or (view.website != website and not shared):
        raise refused("the store view is not one of the website's")
    return {"website_id": website, "store_id": view.id, "created_in": view.name}


def _default_store(shop: Shop, website: int) -> int:
    sql = (
        "SELECT default_store_id FROM store_website JOIN store_group "
        "ON store_group.group_id = default_group_id WHERE store_website.website_id = ?"
    )
    return whole(shop.value(sql, (website,)))


def _post_mail(shop: Shop, row: Row, password: str) -> None:
    template = outbox.WELCOME if password else outbox.WELCOME_WITHOUT_PASSWORD
    if row["confirmation"]:
        template = outbox.CONFIRM
    outbox.post(shop, template, str(row["email"]), whole(row["store_id"]))
