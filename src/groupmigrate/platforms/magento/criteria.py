"""The query of a search: filters that must all hold, and the order by id."""

from __future__ import annotations

from typing import NamedTuple

Query = tuple[tuple[str, str], ...]


class Filter(NamedTuple):
    """One condition. Magento takes an unknown condition for "eq", without a word (2.4.7, run)."""

    field: str
    condition: str
    value: str


def criteria(filters: tuple[Filter, ...], id_field: str, size: int) -> Query:
    """The first rows that meet all the filters, in the order of their ids."""
    pairs: list[tuple[str, str]] = []
    for number, one in enumerate(filters):
        place = f"searchCriteria[filter_groups][{number}][filters][0]"
        pairs += [
            (f"{place}[field]", one.field),
            (f"{place}[value]", one.value),
            (f"{place}[condition_type]", one.condition),
        ]
    return (
        *pairs,
        ("searchCriteria[sortOrders][0][field]", id_field),
        ("searchCriteria[sortOrders][0][direction]", "ASC"),
        # 0 would mean all: 50,000 customers are a 500 after half a minute (2.4.7, run).
        ("searchCriteria[pageSize]", str(size)),
    )
