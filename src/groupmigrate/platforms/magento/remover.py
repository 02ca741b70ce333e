"""Deletes customers of a shop, and says of each whether they are gone: for `undo` and for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor

from groupmigrate.errors import LostAnswer
from groupmigrate.platforms.base import Outcome, State
from groupmigrate.platforms.magento.api import Api, Refused

AT_ONCE = 100


def remove(
    api: Api, ids: Sequence[str], pool: Executor, there: Callable[[Sequence[str]], set[str]]
) -> Iterator[Outcome]:
    """Delete these customers with their addresses; orders stay. Raises StoreError.

    What counts is who is `there` afterwards, so who was gone before is done, too.
    """
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        said = list(pool.map(lambda id_: _delete(api, id_), some))
        left = there(some)
        for seq, (id_, words) in enumerate(zip(some, said, strict=True), start):
            if id_ not in left:
                yield Outcome(seq, State.DONE, id_)
            elif words:
                yield Outcome(seq, State.REJECTED, id_, code="GM401", words=words)
            else:
                yield Outcome(seq, State.UNKNOWN, id_, code="GM402")


def _delete(api: Api, id_: str) -> str:
    """Why the shop does not delete a customer; "" if it does, or if the answer was lost."""
    try:
        api.write("DELETE", f"customers/{id_}")
    except Refused as refused:
        return refused.words
    except LostAnswer:
        return ""
    return ""
