"""Tax classes: searched, read and made."""

from __future__ import annotations

from typing import Any

from groupmigrate.platforms.magento.sandbox import search
from groupmigrate.platforms.magento.sandbox.answer import Refusal, broken, invalid, missing, no_such, refused
from groupmigrate.platforms.magento.sandbox.body import TAX_CLASS
from groupmigrate.platforms.magento.sandbox.call import Call
from groupmigrate.platforms.magento.sandbox.search import Column

COLUMNS = {
    "class_id": Column("class_id", "number"),
    "class_name": Column("class_name"),
    "class_type": Column("class_type"),
}
TYPES = ("CUSTOMER", "PRODUCT")


def find(call: Call) -> dict[str, Any]:
    """GET taxClasses/search."""
    criteria = search.read(call.shop, call.request.parameters)
    if not criteria.fields <= COLUMNS.keys():
        raise broken()
    rows, total = search.found(call.shop, "tax_class", criteria, COLUMNS, "class_id")
    return {"items": rows, "search_criteria": criteria.echo(), "total_count": total}


def get(call: Call) -> dict[str, Any]:
    """GET taxClasses/:id."""
    row = call.shop.row("SELECT * FROM tax_class WHERE class_id = ?", (call.number(),))
    if row is None:
        raise no_such("class_id", call.number())
    return row


def post(call: Call) -> str:
    """POST taxClasses: the id of the new class, as text."""
    sent = call.object("taxClass", TAX_CLASS)
    name, kind = sent.get("class_name", ""), sent.get("class_type", "")
    if not name:
        raise Refusal(400, missing("class_name"))
    if kind not in TYPES:
        raise Refusal(400, invalid("class_type", kind))
    sql = "SELECT 1 FROM tax_class WHERE fold(class_name) = fold(?) AND class_type = ?"
    if call.shop.value(sql, (name, kind)):
        raise refused("a class of the type %1 has this name already", [kind])
    return str(call.shop.insert("tax_class", {"class_name": name, "class_type": kind}))
