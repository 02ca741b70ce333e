"""Reading customers from the practice shop: filters, pages, and the shapes that an answer comes in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from groupmigrate.platforms.gomag.sandbox.readings import Readings
from groupmigrate.platforms.gomag.sandbox.shop import Shop
from groupmigrate.platforms.practicefile import Row

PAGE = 100
"""Customers on a page (documented for products and orders only)."""
PLAIN = ("firstname", "lastname", "phone", "type")
SHOWN = ("type", "firstname", "lastname", "active", "password", "phone", "fax", "email", "registration")
COUNTED = ("countOrderAll", "totalOrderAll", "countOrdersAll", "totalOrdersAll")


def listed(shop: Shop, asked: Mapping[str, str], readings: Readings) -> dict[str, Any]:
    """One page of those who are asked for. Filters that the shop does not know are passed over."""
    parts = list(_conditions(asked, readings))
    where = " AND ".join(condition for condition, _ in parts) or "1"
    values = [value for _, some in parts for value in some]
    size = _number(asked.get("limit", ""), PAGE) if readings["limit"] == "kept" else PAGE
    total = int(shop.value(f"SELECT count(*) FROM customer WHERE {where}", values) or 0)
    page = _number(asked.get("page", ""), 1)
    order = "id DESC" if readings["order"] == "newest" else "id"
    rows = shop.rows(
        f"SELECT * FROM customer WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?",
        [*values, size, (page - 1) * size],
    )
    skip = bool(asked.get("skipAdresses"))
    found = {str(row["id"]): _shown(row, with_addresses=not skip) for row in rows}
    return {
        "total": str(total),
        "page": page,
        "pages": -(-total // size),
        # Nobody is a list, and not an empty object (seen by a tester of a real shop).
        "customers": _as_list(found) if readings["customers"] == "list" or not found else found,
    }


def _conditions(asked: Mapping[str, str], readings: Readings) -> Iterator[tuple[str, list[Any]]]:
    if (email := asked.get("email")) and readings["email"] != "ignored":
        if readings["email"] == "part":
            yield "instr(lower(email), lower(?))", [email]
        else:
            yield f"email = ? COLLATE {'BINARY' if readings['email'] == 'by-letter' else 'NOCASE'}", [email]
    if (group := asked.get("group")) and readings["group"] == "kept":
        yield "group_id = ?", [_number(group, 0)]
    if one := asked.get("customer"):
        yield "id = ?", [_number(one, 0)]
    if (several := asked.get("customers")) and readings["ids"] == "kept":
        ids = [_number(part, 0) for part in several.split(",")]
        yield f"id IN ({', '.join('?' * len(ids))})", ids
    for name in PLAIN:
        if value := asked.get(name):
            yield f"{name} = ?", [value]


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() and int(text) else otherwise


def _shown(row: Row, *, with_addresses: bool) -> dict[str, Any]:
    """A customer as the API shows them: without id, which is the key, and without the group."""
    known: dict[str, Any] = {**row, "active": str(row["active"]), "password": None, "fax": ""}
    shown: dict[str, Any] = {name: known[name] for name in SHOWN}
    shown |= {**dict.fromkeys(COUNTED, "0"), "tagsNames": ""}
    if with_addresses:
        homes = json.loads(str(row["addresses"]))
        # "adress" is how it is spelled.
        shown["addresses"] = {f"adress {number}": home for number, home in enumerate(homes, start=1)}
        shown["defaultAdress"] = {
            kind: next((home for home in homes if home.get("address_type") == kind), {})
            for kind in ("shipping", "billing")
        }
    return shown


def _as_list(found: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"id": id_, **shown} for id_, shown in found.items()]
