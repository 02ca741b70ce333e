"""GetCustomer: which customers a filter means."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from groupmigrate.platforms.neto.sandbox.readings import Readings
from groupmigrate.platforms.neto.sandbox.shop import Record, Shop, plain
from groupmigrate.platforms.practicefile import Value

DATES = {
    "DateAddedFrom": "added >= ?",
    "DateAddedTo": "added <= ?",
    "DateUpdatedFrom": "updated >= ?",
    "DateUpdatedTo": "updated <= ?",
}
LISTS = {"Username": "plain", "Email": "email", "UserGroup": "grouped", "ID": "id", "Active": "active"}
AHEAD = {"utc": 0, "ahead": 10, "behind": -8}
"""The hours from UTC to the time that filters by date are in."""
DEFAULT_LIMIT = 50


class BadFilter(Exception):
    """A filter that the store does not take; the words say why."""


def customers(shop: Shop, readings: Readings, filter_: Mapping[str, Any]) -> list[Record]:
    """One page of the customers that a filter means."""
    if not filter_.get("OutputSelector"):
        raise BadFilter("You must specify at least one OutputSelector")
    if not any(name in filter_ for name in (*DATES, *LISTS)):
        raise BadFilter("You must specify at least one filter")
    ahead = timedelta(hours=AHEAD[readings["dates"]])
    where, values = _condition(filter_, ahead) if readings["filters"] == "honoured" else ("1", [])
    limit = max(1, _number(filter_.get("Limit"), DEFAULT_LIMIT))
    page = _page(readings, _number(filter_.get("Page"), 0))
    if page < 0:
        return []
    # A short page: one customer fewer than asked for, though more follow.
    size = max(1, limit - 1) if readings["short"] == "yes" else limit
    order = "id" if readings["order"] == "added" else "updated DESC, id"
    return shop.found(where, values, order, size, page * size)


def _page(readings: Readings, asked: int) -> int:
    if readings["pages"] == "0":
        return asked
    return max(0, asked - 1) if readings["pages"] == "1" else asked - 1


def _condition(filter_: Mapping[str, Any], ahead: timedelta) -> tuple[str, list[Value]]:
    parts, values = ["1"], []
    for name, column in LISTS.items():
        if name in filter_:
            wanted = [_stored(name, value) for value in _listed(filter_[name])]
            parts.append(f"{column} IN ({', '.join('?' * len(wanted))})")
            values += wanted
    for name, condition in DATES.items():
        if name in filter_:
            parts.append(condition)
            values.append(f"{datetime.fromisoformat(str(filter_[name])) - ahead}")
    return " AND ".join(parts), values


def _stored(name: str, value: object) -> Value:
    match name:
        case "Username":
            return plain(str(value))
        case "Email":
            return str(value).lower()
        case "Active":
            return int(str(value).lower() in {"true", "1", "yes"})
    return str(value)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _number(value: object, otherwise: int) -> int:
    text = str(value if value is not None else "")
    return int(text) if text.isdigit() else otherwise
