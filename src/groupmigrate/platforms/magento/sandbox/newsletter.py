"""Newsletter subscriptions: rows of their own, bound to customers by id or by e-mail, and their mails."""

from __future__ import annotations

import json
from collections.abc import Sequence

from groupmigrate.platforms.collation import fold
from groupmigrate.platforms.magento.sandbox import outbox
from groupmigrate.platforms.magento.sandbox.call import StoreView
from groupmigrate.platforms.magento.sandbox.shop import Shop, whole
from groupmigrate.platforms.practicefile import Row

ACTIVE, NOT_ACTIVE, GONE, UNCONFIRMED = 1, 2, 3, 4


def subscribed(shop: Shop, customer: Row, store: StoreView) -> bool:
    """Whether a customer is subscribed in the website of the address's store view (2.4.7, run)."""
    row = _row(shop, customer, _website(customer, store))
    return row is not None and row["subscriber_status"] == ACTIVE


def subscribed_by_email(shop: Shop, emails: Sequence[str]) -> set[str]:
    """Those of these e-mails, folded, that a search calls subscribed: it looks at no more (2.4.7, run)."""
    sql = (
        "SELECT DISTINCT email_folded FROM newsletter_subscriber "
        "WHERE subscriber_status = ? AND email_folded IN (SELECT value FROM json_each(?))"
    )
    folded = json.dumps([fold(email) for email in emails])
    return {str(row["email_folded"]) for row in shop.rows(sql, (ACTIVE, folded))}


def has_doubles(shop: Shop, customers: Sequence[Row]) -> bool:
    """Whether one of these customers has several subscriptions."""
    among = ", ".join(str(row["entity_id"]) for row in customers)
    sql = f"SELECT 1 FROM newsletter_subscriber WHERE customer_id IN ({among}) GROUP BY customer_id"
    return bool(shop.value(f"{sql} HAVING count(*) > 1"))


def settle(shop: Shop, customer: Row, store: StoreView, wanted: bool | None) -> None:
    """Bring the subscription in line with a customer who was just saved; None leaves it as it is.

    Even then a row with another e-mail is written anew, with a mail, and a guest's row is taken over.
    """
    row = _row(shop, customer, _website(customer, store))
    active = row is not None and row["subscriber_status"] == ACTIVE
    wanted = active if wanted is None else wanted
    if row is None:
        if wanted:
            _subscribe(shop, customer, store, row)
        return
    other = row["customer_id"] != customer["entity_id"] or row["email_folded"] != fold(customer["email"])
    if other or wanted != active:
        _subscribe(shop, customer, store, row) if wanted else _unsubscribe(shop, customer, store, row)


def _website(customer: Row, store: StoreView) -> int:
    return store.website or whole(customer["website_id"])


def _row(shop: Shop, customer: Row, website: int) -> Row | None:
    sql = "SELECT * FROM newsletter_subscriber JOIN store USING (store_id) WHERE store.website_id = ? AND "
    return shop.row(f"{sql} customer_id = ?", (website, customer["entity_id"])) or shop.row(
        f"{sql} email_folded = ?", (website, fold(customer["email"]))
    )


def _subscribe(shop: Shop, customer: Row, store: StoreView, row: Row | None) -> None:
    status = ACTIVE
    if customer["confirmation"]:
        status = UNCONFIRMED
    elif shop.switched("newsletter/subscription/confirm"):
        status = NOT_ACTIVE
    _store(shop, _values(customer, store, status), row)
    news = row is None or row["subscriber_status"] != status or row["email_folded"] != fold(customer["email"])
    if status == NOT_ACTIVE:
        _post(shop, outbox.CONFIRM_SUBSCRIPTION, customer, store)
    elif status == ACTIVE and news:
        _post(shop, outbox.SUBSCRIBED, customer, store)


def _unsubscribe(shop: Shop, customer: Row, store: StoreView, row: Row) -> None:
    _store(shop, _values(customer, store, GONE), row)
    if row["subscriber_status"] != GONE:
        _post(shop, outbox.UNSUBSCRIBED, customer, store)


def _values(customer: Row, store: StoreView, status: int) -> Row:
    return {
        "store_id": store.id or customer["store_id"],
        "customer_id": customer["entity_id"],
        "subscriber_email": customer["email"],
        "email_folded": fold(customer["email"]),
        "subscriber_status": status,
    }


def _store(shop: Shop, values: Row, row: Row | None) -> None:
    if row is None:
        shop.insert("newsletter_subscriber", values)
        return
    sets = ", ".join(f"{name} = ?" for name in values)
    sql = f"UPDATE newsletter_subscriber SET {sets} WHERE subscriber_id = ?"
    shop.execute(sql, (*values.values(), row["subscriber_id"]))


def _post(shop: Shop, template: str, customer: Row, store: StoreView) -> None:
    outbox.post(shop, template, str(customer["email"]), store.id or whole(customer["store_id"]))
