"""How a customer is stored, new or changed: what is refused, and what is done besides."""

from __future__ import annotations

from dataclasses import dataclass

from groupmigrate.platforms.collation import fold
from groupmigrate.platforms.magento.sandbox import addresses, groups, newsletter, validation
from groupmigrate.platforms.magento.sandbox.answer import no_such, refused
from groupmigrate.platforms.magento.sandbox.call import StoreView
from groupmigrate.platforms.magento.sandbox.columns import COLUMNS, Customer, filled
from groupmigrate.platforms.magento.sandbox.shop import Shop, whole
from groupmigrate.platforms.magento.sandbox.values import own_values, store_own
from groupmigrate.platforms.magento.sandbox.vat import grouped_by_vat
from groupmigrate.platforms.practicefile import Row

TAKEN = "a customer of this website has this e-mail address already"
SHARED = "customer/account_share/scope"
HASH_WIDTH = 128


@dataclass(frozen=True)
class Wanted:
    """A customer to be stored."""

    values: Customer
    password_hash: str = ""
    is_merged: bool = False
    """The values are those of the stored customer with what was sent over them."""


def load(shop: Shop, number: int) -> Row:
    """One customer. Raises Refusal where there is none."""
    row = shop.row("SELECT * FROM customer_entity WHERE entity_id = ?", (number,))
    if row is None:
        raise no_such("customerId", number)
    return row


def merged(shop: Shop, number: int, sent: Customer, password_hash: str) -> Wanted:
    """The stored customer with what was sent over it: all that was not sent stays. Raises Refusal."""
    row = load(shop, number)
    own = own_values(shop, "customer", number)
    news = sent.get("custom_attributes", {})
    if not shop.release.merges:
        lost = {"group_id": groups.default(shop), "default_billing": None, "default_shipping": None}
        cleared = dict.fromkeys(own) | news
        return Wanted({"id": number, **lost, **sent, "custom_attributes": cleared}, password_hash)
    kept = {name: row[name] for name in COLUMNS if row[name] is not None}
    values = {"id": number, **kept, **sent, "custom_attributes": own | news}
    return Wanted(values, password_hash, is_merged=True)


def save(shop: Shop, wanted: Wanted, store: StoreView) -> Row:
    """Store a customer, new or by the id in its values, and return the row; all of it or nothing.

    Raises Refusal.
    """
    sent = wanted.values
    number = sent.get("id") or 0
    with shop.writing():
        old = load(shop, number) if number else None
        row = _checked(shop, sent, old, store)
        if wanted.password_hash:
            row["password_hash"] = wanted.password_hash[:HASH_WIDTH]
        number = _store(shop, number, row)
        store_own(shop, "customer", number, sent.get("custom_attributes", {}))
        _save_addresses(shop, number, wanted)
        _check_found(sent, old, store)
        is_subscribed = sent.get("extension_attributes", {}).get("is_subscribed")
        newsletter.settle(shop, load(shop, number), store, is_subscribed)
        return load(shop, number)


def _checked(shop: Shop, sent: Customer, old: Row | None, store: StoreView) -> Row:
    """The columns to be stored, if nothing about them is refused."""
    number = whole(old["entity_id"]) if old else 0
    _check_defaults(shop, sent, number)
    _check_group(shop, sent)
    row = filled(shop, sent, old, store)
    _check_email(shop, row, number)
    validation.check(shop, {**row, "custom_attributes": sent.get("custom_attributes", {})})
    return row


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


def _save_addresses(shop: Shop, number: int, wanted: Wanted) -> None:
    if "addresses" in wanted.values:
        addresses.replace_all(shop, number, wanted.values["addresses"])
    elif wanted.is_merged:
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
