"""Customer groups: searched, read, made, changed and deleted."""

from __future__ import annotations

from typing import Any

from groupmigrate.platforms.collation import fold
from groupmigrate.platforms.magento.sandbox import search
from groupmigrate.platforms.magento.sandbox.answer import Refusal, broken, invalid, missing, no_such, refused
from groupmigrate.platforms.magento.sandbox.body import GROUP
from groupmigrate.platforms.magento.sandbox.call import Call
from groupmigrate.platforms.magento.sandbox.search import Column
from groupmigrate.platforms.magento.sandbox.shop import Shop, narrow, whole
from groupmigrate.platforms.practicefile import Row

DEFAULT = "customer/create_account/default_group"
RETAIL_CUSTOMER = 3
"""The tax class that a group gets of whom none was named."""
LONGEST = 32
"""In bytes: a longer code is cut without a word (2.4.7, run)."""

TABLE = "(SELECT * FROM customer_group LEFT JOIN tax_class ON class_id = tax_class_id)"
COLUMNS = {
    **dict.fromkeys(("id", "customer_group_id"), Column("customer_group_id", "number")),
    **dict.fromkeys(("code", "customer_group_code"), Column("customer_group_code")),
    "tax_class_id": Column("tax_class_id", "number"),
    **dict.fromkeys(("tax_class_name", "class_name"), Column("class_name")),
}


def find(call: Call) -> dict[str, Any]:
    """GET customerGroups/search."""
    criteria = search.read(call.shop, call.request.parameters)
    if not criteria.fields <= COLUMNS.keys():
        # Customers are refused with 400 for the same (2.4.7, run).
        raise broken()
    rows, total = search.found(call.shop, TABLE, criteria, COLUMNS, "customer_group_id")
    items = [_told(call.shop, row) for row in rows]
    return {"items": items, "search_criteria": criteria.echo(), "total_count": total}


def get(call: Call) -> dict[str, Any]:
    """GET customerGroups/:id."""
    return told(call.shop, call.number())


def get_default(call: Call) -> dict[str, Any]:
    """GET customerGroups/default, and with a store view, which changes nothing here."""
    return told(call.shop, default(call.shop))


def set_default(call: Call) -> int:
    """PUT customerGroups/default/:id."""
    number = whole(_row(call.shop, call.number())["customer_group_id"])
    call.shop.execute("INSERT OR REPLACE INTO core_config_data VALUES (?, ?)", (DEFAULT, str(number)))
    return number


def is_readonly(call: Call) -> bool:
    """GET customerGroups/:id/permissions: whether the group cannot be deleted."""
    return _is_kept(call.shop, call.number())


def post(call: Call) -> dict[str, Any]:
    """POST customerGroups; with the id of a group that is there it changes that group (2.4.7, run)."""
    return _saved(call.shop, call.object("group", GROUP))


def put(call: Call) -> dict[str, Any]:
    """PUT customerGroups/:id; the id in the body does not count."""
    return _saved(call.shop, {**call.object("group", GROUP), "id": call.number()})


def delete(call: Call) -> bool:
    """DELETE customerGroups/:id; its customers go into the default group."""
    shop, number = call.shop, call.number()
    _row(shop, number)
    if _is_kept(shop, number):
        raise refused("this group cannot be deleted")
    with shop.writing():
        shop.execute("DELETE FROM customer_group WHERE customer_group_id = ?", (number,))
        shop.execute("DELETE FROM customer_group_excluded_website WHERE customer_group_id = ?", (number,))
        sql = "UPDATE customer_entity SET group_id = ?, updated_at = ? WHERE group_id = ?"
        shop.execute(sql, (default(shop), shop.now(), number))
    return True


def default(shop: Shop) -> int:
    """The id of the group of new customers."""
    return whole(shop.setting(DEFAULT, "1"))


def told(shop: Shop, number: int) -> dict[str, Any]:
    """A group as the shop tells it. Raises Refusal if it is not there."""
    return _told(shop, _row(shop, number))


def _row(shop: Shop, number: int) -> Row:
    row = shop.row(f"SELECT * FROM {TABLE} WHERE customer_group_id = ?", (number,))
    if row is None:
        raise no_such("id", number)
    return row


def _told(shop: Shop, row: Row) -> dict[str, Any]:
    group = {
        "id": row["customer_group_id"],
        "code": row["customer_group_code"],
        "tax_class_id": row["tax_class_id"],
        "tax_class_name": row["class_name"],
    }
    sql = "SELECT website_id FROM customer_group_excluded_website WHERE customer_group_id = ?"
    excluded = [one["website_id"] for one in shop.rows(sql, (row["customer_group_id"],))]
    return group | ({"extension_attributes": {"exclude_website_ids": excluded}} if excluded else {})


def _is_kept(shop: Shop, number: int) -> bool:
    _row(shop, number)
    return number in (0, default(shop))


def _saved(shop: Shop, group: dict[str, Any]) -> dict[str, Any]:
    code = group.get("code", "")
    if not code.strip():
        raise Refusal(400, missing("code"))
    number = group.get("id")
    tax_class = group.get("tax_class_id")
    if number is None:
        tax_class = tax_class or RETAIL_CUSTOMER
    sql = "SELECT 1 FROM tax_class WHERE class_id = ? AND class_type = 'CUSTOMER'"
    if not shop.value(sql, (tax_class,)):
        raise Refusal(400, invalid("taxClassId", tax_class))
    if number is not None:
        _row(shop, number)
    kept, whole_characters = _cut(code)
    with shop.writing():
        _check_free(shop, kept, number)
        number = _store(shop, number, {"customer_group_code": narrow(kept), "tax_class_id": tax_class})
        _exclude(shop, number, group)
    if not whole_characters:
        raise broken()
    # The answer repeats what was sent, even where the table cannot hold it (2.4.7, run).
    return told(shop, number) | {"code": kept}


def _cut(code: str) -> tuple[str, bool]:
    """The code as it is stored; False if the cut went through a character."""
    data = code.encode()[:LONGEST]
    text = data.decode(errors="ignore")
    is_whole = len(text.encode()) == len(data)
    return text if is_whole else f"{text}?", is_whole


def _check_free(shop: Shop, code: str, number: int | None) -> None:
    same = "fold(trim(customer_group_code)) = ? AND customer_group_id IS NOT ?"
    if shop.value(f"SELECT 1 FROM customer_group WHERE {same}", (fold(code.strip()), number)):
        raise refused("this customer group already exists")


def _store(shop: Shop, number: int | None, values: Row) -> int:
    if number is None:
        return shop.insert("customer_group", values)
    shop.update("customer_group", number, values)
    return number


def _exclude(shop: Shop, number: int, group: dict[str, Any]) -> None:
    websites = group.get("extension_attributes", {}).get("exclude_website_ids")
    if websites is not None:
        shop.execute("DELETE FROM customer_group_excluded_website WHERE customer_group_id = ?", (number,))
        for website in websites:
            shop.execute("INSERT INTO customer_group_excluded_website VALUES (?, ?)", (number, website))
