"""Removes customers from a shop, and says of each whether they are gone: for `undo` and for tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from groupmigrate.errors import LostAnswer
from groupmigrate.platforms.base import Outcome
from groupmigrate.platforms.batches import in_halves
from groupmigrate.platforms.prestashop.api import Api, Refused
from groupmigrate.platforms.prestashop.wire import text
from groupmigrate.platforms.removal import removed

AT_ONCE = 100


def remove(api: Api, ids: Sequence[str]) -> Iterator[Outcome]:
    """Delete these customers; their memberships and addresses go with them (PrestaShop 1.6 to 9.1.4, run)."""
    return removed(ids, AT_ONCE, there=lambda some: _there(api, some), take=lambda some: _delete(api, some))


def _delete(api: Api, ids: Sequence[str]) -> dict[str, str]:
    """What the shop says about those whom it does not delete: one stops all, and is found by halving."""
    refused: dict[str, str] = {}
    todo = [ids]
    while todo:
        some = todo.pop()
        try:
            api.delete("customers", some)
        except LostAnswer:
            continue
        except Refused as error:
            if len(some) == 1:
                refused[some[0]] = error.words
            else:
                todo += in_halves(some)
    return refused


def _there(api: Api, ids: Sequence[str]) -> set[str]:
    list_ = ("filter[id]", f"[{'|'.join(ids)}]")
    return {text(row, "id") for row in api.rows("customers", list_, ("display", "[id]"))}
