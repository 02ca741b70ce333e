"""How a customer is stored, new or changed: what is filled in, refused, cut, and done besides."""

from __future__ import annotations

import secrets
import string
from typing import Any

from groupmigrate.platforms.collation import fold
from groupmigrate.platforms.magento.sandbox import addresses, groups, newsletter, validation
from groupmigrate.platforms.magento.sandbox.answer import Problem, Refusal, broken, no_such, refused
from groupmigrate.platforms.magento.sandbox.call import StoreView, store_view
from groupmigrate.platforms.magento.sandbox.shop import Shop, narrow, whole
from groupmigrate.platforms.magento.sandbox.values import own_values, store_own
from groupmigrate.platforms.magento.sandbox.vat import grouped_by_vat
from groupmigrate.platforms.practicefile import Row

Customer = dict[str, Any]
"""As it was sent: typed values by the names of the REST way."""

TAKEN = "a customer of this website has this e-mail address already"
SHARED = "customer/account_share/scope"
CONFIRM = "customer/create_account/confirm"
WIDTHS = {"prefix": 40, "suffix": 40, "taxvat": 50, "confirmation": 64, "password_hash": 128} | dict.fromkeys(
    ("email", "firstname", "middlename", "lastname", "created_in"), 255
)
"""How many characters the columns hold; the rest is cut without a word (2.4.7, run)."""
COLUMNS = (
    *("website_id", "store_id", "group_id", "email", "created_in", "prefix", "firstname", "middlename"),
    *("lastname", "suffix", "dob", "taxvat", "gender", "default_billing", "default_shipping"),
    *("confirmation", "disable_auto_group_change"),
)
WHEN_EMPTY: dict[str, Any] = {"confirmation": None, "disable_auto_group_change": 0}
"""What a customer gets who is changed by an id in the body alone and does not say it (2.4.7, run)."""


def load(shop: Shop, number: int) -> Row:
    """One customer. Raises Refusal where there is none."""
    row = shop.row("SELECT * FROM customer_entity WHERE entity_id = ?", (number,))
    if row is None:
        raise no_such("customerId", number)
    return row


def merged(shop: Shop, number: int, sent: Customer) -> Customer:
    """The customer of the address with what was sent over it: all that was not sent stays."""
    row = load(shop, number)
    if not shop.release.merges:
        nothing = dict.fromkeys(own_values(shop, "customer", number)) | sent.get("custom_attributes", {})
        lost = {"group_id": groups.default(shop), "default_billing": None, "default_shipping": None}
        return {"id": number, **lost, **sent, "custom_attributes": nothing}
    kept = {name: row[name] for name in COLUMNS if row[name] is not None}
    own = own_values(shop, "customer", number) | sent.get("custom_attributes", {})
    return {"id": number, **kept, **sent, "custom_attributes": own, "whole": True}


def save(shop: Shop, sent: Customer, store: StoreView, password_hash: str = "") -> Row:
    """Store a customer, new or by the id that was sent, and return the row; all of it or nothing.

    Raises Refusal.
    """
    number = sent.get("id") or 0
    with shop.writing():
        old = load(shop, number) if number else None
        row = _checked(shop, sent, old, store)
        if password_hash:
            row["password_hash"] = password_hash[: WIDTHS["password_hash"]]
        number = _store(shop, number, row)
        store_own(shop, "customer", number, sent.get("custom_attributes", {}))
        _save_addresses(shop, number, sent)
        _check_found(sent, old, store)
        newsletter.settle(shop, load(shop, number), store, _wanted_subscription(sent))
        return load(shop, number)


def _checked(shop: Shop, sent: Customer, old: Row | None, store: StoreView) -> Row:
    """The columns to be stored, if nothing about them is refused."""
    number = whole(old["entity_id"]) if old else 0
    _check_defaults(shop, sent, number)
    _check_group(shop, sent)
    row = _row(shop, sent, old, store)
    _check_email(shop, row, number)
    validation.check(shop, {**row, "custom_attributes": sent.get("custom_attributes", {})})
    return row


def _wanted_subscription(sent: Customer) -> bool | None:
    wanted: bool | None = sent.get("extension_attributes", {}).get("is_subscribed")
    return wanted


def _check_defaults(shop: Shop, sent: Customer, number: int) -> None:
    # An address that is not there at all is no problem (2.4.7, run).
    for name in ("default_billing", "default_shipping"):
        sql = "SELECT parent_id FROM customer_address_entity WHERE entity_id = ?"
        owner = shop.value(sql, (whole(sent.get(name)),))
        if owner not in (None, number):
            raise refused("the value of %fieldName is an address of another customer", {"fieldName": name})


def _check_group(shop: Shop, sent: Customer) -> None:
    sql = "SELECT 1 FROM customer_group WHERE customer_group_id = ?"
    if "group_id" in sent and not shop.value(sql, (sent["group_id"],)):
        raise refused("there is no customer group with this id")


def _row(shop: Shop, sent: Customer, old: Row | None, store: StoreView) -> Row:
    """The columns to be stored."""
    row: Row = {name: sent[name] for name in COLUMNS if name in sent}
    if old is None:
        row |= _filled(shop, sent, store)
    else:
        kept = {name: old[name] for name in COLUMNS if name not in ("email", "firstname", "lastname")}
        row = kept | WHEN_EMPTY | row
        _check_website(shop, whole(row["website_id"]), is_new=False)
    for name in ("prefix", "middlename", "suffix", "taxvat", "confirmation"):
        row[name] = row.get(name) or None
    row["dob"] = validation.day(str(row.get("dob") or "")) or None
    row |= {"updated_at": shop.now()}
    return {name: _cut(name, value) for name, value in row.items()}


def _cut(name: str, value: Any) -> Any:
    # Person names and e-mails with characters of four bytes are refused later.
    wide = name in validation.NAMES or name == "email" or not isinstance(value, str)
    text = value if wide else narrow(value)
    return text[: WIDTHS[name]] if name in ("prefix", "suffix", "taxvat", "created_in") and text else text


def _filled(shop: Shop, sent: Customer, store: StoreView) -> Row:
    """What a new customer gets where nothing was said."""
    website = sent.get("website_id", store.website)
    _check_website(shop, website, is_new=True)
    view = store_view(shop, "store_id", sent.get("store_id", store.id))
    if view is None:
        raise Refusal(404, Problem("the store that was asked for is not there"))
    created = sent.get("created_at", "")
    key = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(32))
    return {
        "website_id": website,
        "store_id": view.id,
        "group_id": sent.get("group_id", groups.default(shop)),
        "created_in": sent.get("created_in", view.name),
        "created_at": validation.moment(created) if created else shop.now(),
        # Sending an empty key does not help on creation (2.4.7, run).
        "confirmation": key if shop.switched(CONFIRM) else None,
    }


def _check_website(shop: Shop, website: int, *, is_new: bool) -> None:
    if not shop.value("SELECT 1 FROM store_website WHERE website_id = ?", (website,)):
        if not is_new:
            raise broken()
        raise Refusal(404, Problem(f"the website {website} that was asked for is not there"))


def _check_email(shop: Shop, row: Row, number: int) -> None:
    if not row.get("email"):
        raise refused("the customer has no e-mail address")
    shared = shop.setting(SHARED, "1") == "0"
    sql = "SELECT website_id FROM customer_entity WHERE email_folded = ? AND entity_id <> ?"
    websites = [one["website_id"] for one in shop.rows(sql, (fold(row["email"]), number))]
    if websites if shared else row["website_id"] in websites:
        raise refused(TAKEN)


def _store(shop: Shop, number: int, row: Row) -> int:
    row = row | {"email_folded": fold(row["email"])}
    if not number:
        return shop.insert("customer_entity", row)
    shop.update("customer_entity", number, row)
    return number


def _save_addresses(shop: Shop, number: int, sent: Customer) -> None:
    if "addresses" in sent:
        addresses.replace_all(shop, number, sent["addresses"])
    elif sent.get("whole"):
        addresses.resave(shop, number)
    else:
        return
    group = grouped_by_vat(shop, load(shop, number))
    if group is not None:
        shop.update("customer_entity", number, {"group_id": group})


def _check_found(sent: Customer, old: Row | None, store: StoreView) -> None:
    # A new customer without a website, made through /rest/all, is in none and is not found again (run).
    if old is None and "website_id" not in sent and not store.website:
        raise no_such("email", sent["email"], "websiteId", "1")
