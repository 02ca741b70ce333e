"""People who ordered without an account: OpenCart keeps no row of a customer for them, only their orders."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from msgspec.structs import replace
from sqlalchemy import select

from groupmigrate.database import scratch, scratch_errors
from groupmigrate.identity import key
from groupmigrate.model import Customer
from groupmigrate.platforms.base import Page
from groupmigrate.platforms.opencart import wire
from groupmigrate.platforms.opencart.database import Rows
from groupmigrate.platforms.opencart.emails import Emails
from groupmigrate.platforms.opencart.schema import clause
from groupmigrate.platforms.opencart.shop import Shop

FIRST = 2**62
HOMES = (
    "firstname",
    "lastname",
    "company",
    "address_1",
    "address_2",
    "city",
    "postcode",
    "country_id",
    "zone_id",
)
COLUMNS = (
    *("order_id", "store_id", "customer_group_id", "firstname", "lastname", "email", "telephone", "fax"),
    *("language_id", "date_added", *(f"{kind}_{name}" for kind in ("payment", "shipping") for name in HOMES)),
)


def pages(ask: Rows, shop: Shop, accounts: Emails, size: int, after: str = "") -> Iterator[Page]:
    """Everybody once, as in their newest order, from the newest order back; the cursor is "order:ID".

    Who has an account is left out. Orders that were never finished (status 0) are nobody's.
    """
    accounts.refresh()
    groups = {wire.group_id(row) for row in ask(select(clause(shop.tables, "customer_group")))}
    seen = scratch()
    try:
        seen.execute("CREATE TABLE guest (key TEXT PRIMARY KEY) WITHOUT ROWID")
        resumed_at = int(after.removeprefix("order:") or FIRST)
        for rows in _orders(ask, shop, size):
            people = []
            for row in rows:
                one = _in_group(wire.guest(row, shop), groups, shop)
                with scratch_errors("e-mails of guests"):
                    is_new = seen.execute(
                        "INSERT OR IGNORE INTO guest VALUES (?)", (key(one.email),)
                    ).rowcount
                if is_new and row["order_id"] < resumed_at and not accounts.ids([key(one.email)]):
                    people.append(one)
            if people:
                yield Page(tuple(people), f"order:{rows[-1]['order_id']}")
    finally:
        seen.close()


def _in_group(guest: Customer, groups: Collection[str], shop: Shop) -> Customer:
    """The guest in a group that there is: an order keeps the id of one that was deleted since."""
    return guest if guest.default_group in groups else replace(guest, groups=(shop.default_group,))


def _orders(ask: Rows, shop: Shop, size: int) -> Iterator[list[wire.Row]]:
    """Orders of nobody's account, the newest first. From the start in any case: what is newer counts."""
    order = clause(shop.tables, "order")
    columns = [order.c[name] for name in COLUMNS if shop.tables.has("order", name)]
    question = select(*columns).where(order.c.customer_id == 0, order.c.order_status_id > 0)
    before = FIRST
    while rows := ask(
        question.where(order.c.order_id < before).order_by(order.c.order_id.desc()).limit(size)
    ):
        yield rows
        before = int(rows[-1]["order_id"])
