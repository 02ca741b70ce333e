"""Removes customers from a shop, and says of each whether they are gone: for `undo` and for tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from groupmigrate.errors import LostAnswer
from groupmigrate.platforms.base import Outcome, State
from groupmigrate.platforms.prestashop.api import Api, Refused
from groupmigrate.platforms.prestashop.wire import text

AT_ONCE = 100


def remove(api: Api, ids: Sequence[str]) -> Iterator[Outcome]:
    """Delete these customers; their memberships and addresses go with them (PrestaShop 1.6 to 9.1.4, run).

    What counts is who is listed afterwards, so who was gone before is done, too.
    """
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        refused = _delete(api, sorted(_there(api, some)))
        left = _there(api, some)
        for seq, id_ in enumerate(some, start):
            if id_ not in left:
                yield Outcome(seq, State.DONE, id_)
            elif id_ in refused:
                yield Outcome(seq, State.REJECTED, id_, code="GM401", words=refused[id_])
            else:
                yield Outcome(seq, State.UNKNOWN, id_, code="GM402")


def _delete(api: Api, ids: Sequence[str]) -> dict[str, str]:
    """What the shop says about those whom it does not delete: one stops all, and is found by halving."""
    refused: dict[str, str] = {}
    todo = [ids] if ids else []
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
                todo += [some[: len(some) // 2], some[len(some) // 2 :]]
    return refused


def _there(api: Api, ids: Sequence[str]) -> set[str]:
    list_ = ("filter[id]", f"[{'|'.join(ids)}]")
    return {text(row, "id") for row in api.rows("customers", list_, ("display", "[id]"))}
