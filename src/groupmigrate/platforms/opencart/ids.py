"""How rows are named by their ids in a statement. Ids in a row are named by their ends, which is shorter."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, TypeAlias

from sqlalchemy import ColumnClause, ColumnElement, bindparam, select

from groupmigrate.platforms.opencart.database import Row, Rows

Column: TypeAlias = ColumnClause[Any]


class ByIds:
    """A question for rows by an id, made once: to make one takes longer than to ask it for a few rows."""

    def __init__(self, columns: Iterable[Column], id_: Column, *further: Column) -> None:
        """The rows come in the order of the id, and of what else is named."""
        question = select(*columns).order_by(id_, *further)
        self._between = question.where(id_.between(bindparam("first"), bindparam("last")))
        self._some = question.where(id_.in_(bindparam("ids", expanding=True)))

    def of(self, ask: Rows, ids: Collection[int]) -> list[Row]:
        """The rows of these ids."""
        if _are_in_a_row(ids):
            return self.between(ask, min(ids), max(ids))
        return ask(self._some, {"ids": list(ids)})

    def between(self, ask: Rows, first: int, last: int) -> list[Row]:
        """The rows of all ids from the first to the last."""
        return ask(self._between, {"first": first, "last": last})


def among(column: ColumnElement[Any], ids: Collection[int]) -> ColumnElement[bool]:
    """Whether the column is one of these ids."""
    return column.between(min(ids), max(ids)) if _are_in_a_row(ids) else column.in_(list(ids))


def _are_in_a_row(ids: Collection[int]) -> bool:
    return bool(ids) and max(ids) - min(ids) == len(set(ids)) - 1
