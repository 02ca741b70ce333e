"""Deletes customers of a shop, and says of each whether they are gone: for `undo` and for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor

from groupmigrate.errors import LostAnswer
from groupmigrate.platforms.base import Outcome
from groupmigrate.platforms.magento.api import Api, Refused
from groupmigrate.platforms.removal import removed

AT_ONCE = 100


def remove(
    api: Api, ids: Sequence[str], pool: Executor, there: Callable[[Sequence[str]], set[str]]
) -> Iterator[Outcome]:
    """Delete these customers with their addresses; orders stay. Raises StoreError."""

    def take(some: Sequence[str]) -> dict[str, str]:
        said = zip(some, pool.map(lambda id_: _delete(api, id_), some), strict=True)
        return {id_: words for id_, words in said if words}

    return removed(ids, AT_ONCE, there=there, take=take)


def _delete(api: Api, id_: str) -> str:
    """Why the shop does not delete a customer; "" if it does, or if the answer was lost."""
    try:
        api.write("DELETE", f"customers/{id_}")
    except Refused as refused:
        return refused.words
    except LostAnswer:
        return ""
    return ""
