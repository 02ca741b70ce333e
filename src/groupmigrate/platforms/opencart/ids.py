"""How rows are named by their ids in a statement."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement


def among(column: ColumnElement[Any], ids: Collection[int]) -> ColumnElement[bool]:
    """Whether the column is one of these ids. Ids in a row are named by their ends: the same, but shorter."""
    if ids and max(ids) - min(ids) == len(set(ids)) - 1:
        return column.between(min(ids), max(ids))
    return column.in_(list(ids))
