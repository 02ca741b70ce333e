"""searchCriteria: which rows a client asks for, in which order, and which page of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from groupmigrate.platforms.collation import fold
from groupmigrate.platforms.magento.sandbox.answer import Refusal, missing, refused, unsupported
from groupmigrate.platforms.magento.sandbox.body import number
from groupmigrate.platforms.magento.sandbox.shop import LARGEST, Shop, whole
from groupmigrate.platforms.practicefile import Row, Value

COMPARED = {"eq": "=", "neq": "<>", "gt": ">", "gteq": ">=", "moreq": ">=", "lt": "<", "lteq": "<="} | {
    "from": ">=",
    "to": "<=",
    "like": "LIKE",
    "nlike": "NOT LIKE",
}
DIRECTIONS = ("ASC", "DESC")


@dataclass(frozen=True)
class Column:
    """What a filter or an order stands on: an SQL expression, and how its values compare."""

    sql: str
    kind: str = "text"
    """One of "text", "number", "moment", and "folded": a text that is kept as the collation compares it."""


@dataclass(frozen=True)
class Filter:
    """One condition."""

    field: str
    value: str | None
    condition: str


@dataclass(frozen=True)
class Criteria:
    """What was asked for: groups of filters, of which one each must fit, orders, and the page."""

    groups: tuple[tuple[Filter, ...], ...]
    orders: tuple[tuple[str, str], ...]
    page_size: int | None
    page: int | None

    @property
    def fields(self) -> set[str]:
        """Everything that is filtered or ordered by."""
        return {one.field for group in self.groups for one in group} | {field for field, _ in self.orders}

    def echo(self) -> dict[str, Any]:
        """The criteria as the shop repeats them in its answer."""
        told: dict[str, Any] = {
            "filter_groups": [
                {
                    "filters": [
                        {"field": one.field, "value": one.value, "condition_type": one.condition}
                        for one in group
                    ]
                }
                for group in self.groups
            ]
        }
        if self.orders:
            told["sort_orders"] = [{"field": field, "direction": name} for field, name in self.orders]
        if self.page_size is not None:
            told["page_size"] = self.page_size
        if self.page is not None:
            told["current_page"] = self.page
        return told


def read(shop: Shop, parameters: Mapping[str, Any]) -> Criteria:
    """Read the criteria of a request. Raises Refusal where they are missing or cannot be read."""
    sent = {_snake(name): value for name, value in parameters.items()}.get("search_criteria")
    if sent is None:
        raise Refusal(400, missing("searchCriteria"))
    asked = {_snake(name): value for name, value in sent.items()} if isinstance(sent, dict) else {}
    known = {"filter_groups", "sort_orders", "page_size", "current_page"}
    for name in asked.keys() - known:
        raise unsupported(name)
    return Criteria(
        tuple(_group(group) for group in _listed(asked.get("filter_groups"))),
        tuple(_order(order) for order in _listed(asked.get("sort_orders"))),
        _page_size(shop, asked),
        number(asked["current_page"]) if "current_page" in asked else None,
    )


def found(
    shop: Shop, table: str, criteria: Criteria, columns: Mapping[str, Column], first: str
) -> tuple[list[Row], int]:
    """The rows of the page that is asked for, and how many there are on all pages.

    Every field of the criteria must be in `columns`; `first` is the column that orders what no other does.
    """
    groups = [_either(group, columns) for group in criteria.groups if group]
    where = " AND ".join(f"({sql})" for sql, _ in groups) or "1"
    values = [value for _, more in groups for value in more]
    orders = ", ".join([*(f"{_folded(columns[name])} {way}" for name, way in criteria.orders), first])
    with shop.reading():
        total = whole(shop.value(f"SELECT count(*) FROM {table} WHERE {where}", values))
        rows = shop.rows(
            f"SELECT * FROM {table} WHERE {where} ORDER BY {orders} LIMIT ? OFFSET ?",
            [*values, *_window(shop, criteria, total)],
        )
    return rows, total


def _window(shop: Shop, criteria: Criteria, total: int) -> tuple[int, int]:
    # A page size of 0 is no limit, and page 0 is page 1 (2.4.7, run).
    size = criteria.page_size or 0
    if size <= 0:
        return -1, 0
    page = max(criteria.page or 1, 1)
    if shop.release.repeats_last_page:
        page = min(page, max(-(-total // size), 1))
    return size, min(size * (page - 1), LARGEST)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name).lower()


def _listed(sent: object) -> list[dict[str, Any]]:
    return [one for one in sent.values() if isinstance(one, dict)] if isinstance(sent, dict) else []


def _group(sent: Mapping[str, Any]) -> tuple[Filter, ...]:
    filters = [{_snake(name): value for name, value in one.items()} for one in _listed(sent.get("filters"))]
    return tuple(
        Filter(str(one.get("field", "")), one.get("value"), str(one.get("condition_type") or "eq"))
        for one in filters
    )


def _order(sent: Mapping[str, Any]) -> tuple[str, str]:
    direction = str(sent.get("direction", "DESC")).upper()
    if direction not in DIRECTIONS:
        raise refused("an order is %1, from the smallest, or %2, from the largest", DIRECTIONS)
    return str(sent.get("field", "")), direction


def _page_size(shop: Shop, asked: Mapping[str, Any]) -> int | None:
    limited = shop.switched("webapi/validation/input_limit_enabled")
    if "page_size" not in asked:
        return whole(shop.setting("webapi/validation/default_page_size", "20")) if limited else None
    try:
        size = number(asked["page_size"])
    except Refusal as refusal:
        raise refused(f'in "pageSize": {refusal.problems[0].message}') from None
    largest = whole(shop.setting("webapi/validation/maximum_page_size", "300"))
    if limited and size > largest:
        raise refused("a page has at most %max", {"max": largest})
    return size


def _either(group: tuple[Filter, ...], columns: Mapping[str, Column]) -> tuple[str, list[Value]]:
    conditions = [_condition(one, columns[one.field]) for one in group]
    return " OR ".join(sql for sql, _ in conditions), [value for _, more in conditions for value in more]


def _condition(one: Filter, column: Column) -> tuple[str, list[Value]]:
    match one.condition:
        case "null":
            return f"{column.sql} IS NULL", []
        case "notnull":
            return f"{column.sql} IS NOT NULL", []
        case "in" | "nin":
            values = [_compared(value, column) for value in (one.value or "").split(",")]
            word = "IN" if one.condition == "in" else "NOT IN"
            return f"{_folded(column)} {word} ({', '.join('?' * len(values))})", values
        case "finset":
            return f"',' || {column.sql} || ',' LIKE '%,' || ? || ',%'", [one.value]
    # A condition that the shop does not know is taken for eq (2.4.7, run).
    operator = COMPARED.get(one.condition, "=")
    escape = " ESCAPE '\\'" if "LIKE" in operator else ""
    value = None if one.value is None else _compared(one.value, column)
    return f"{_folded(column)} {operator} ?{escape}", [value]


def _folded(column: Column) -> str:
    return f"fold({column.sql})" if column.kind == "text" else column.sql


def _compared(value: str, column: Column) -> Value:
    match column.kind:
        case "number":
            return whole(value)
        case "moment":
            found = re.match(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d))?", value)
            # What is no moment is compared as the beginning of all time (2.4.7, run).
            return f"{found[1]} {found[2] or '00:00:00'}" if found else "0000-00-00 00:00:00"
    return fold(value)
