"""Removing customers, as far as all stores do it alike: what counts is who is there afterwards."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from groupmigrate.platforms.base import Outcome, State
from groupmigrate.platforms.batches import in_batches


def removed(
    ids: Sequence[str],
    at_once: int,
    *,
    there: Callable[[Sequence[str]], Collection[str]],
    take: Callable[[Sequence[str]], Mapping[str, str]],
) -> Iterator[Outcome]:
    """Take these customers away and say of each whether they are gone; who was gone before is done, too.

    `there` tells who of some is there now. `take` takes some away, and returns the store's words about those
    whom it refuses; a lost answer needs no words. Raises StoreError as these do.
    """
    for batch in in_batches(list(enumerate(ids)), at_once):
        some = [id_ for _, id_ in batch]
        waiting = there(some)
        words = take([id_ for id_ in some if id_ in waiting]) if waiting else {}
        left = there(some) if waiting else ()
        for seq, id_ in batch:
            if id_ not in left:
                yield Outcome(seq, State.DONE, id_)
            elif id_ in words:
                yield Outcome(seq, State.REJECTED, id_, code="GM401", words=words[id_])
            else:
                yield Outcome(seq, State.UNKNOWN, id_, code="GM402")
