"""Makes customers inactive, for `undo` and for tests: Neto has no call that deletes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from groupmigrate.errors import LostAnswer
from groupmigrate.model import Customer
from groupmigrate.platforms.base import Outcome, State
from groupmigrate.platforms.neto.api import Api, Refused
from groupmigrate.platforms.neto.wire import flag

AT_ONCE = 50

By = Callable[[Sequence[str]], Mapping[str, Customer]]


def remove(api: Api, by_names: By, ids: Sequence[str]) -> Iterator[Outcome]:
    """Switch these customers off; an inactive one cannot log in (KB 1443, read).

    What counts is who is active afterwards, so who was switched off or is not there is done, too.
    """
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        words = _switch_off(api, _active(by_names, some))
        left = set(_active(by_names, some))
        for seq, id_ in enumerate(some, start):
            if id_ not in left:
                yield Outcome(seq, State.DONE, id_)
            elif id_ in words:
                yield Outcome(seq, State.REJECTED, id_, code="GM401", words=words[id_])
            else:
                yield Outcome(seq, State.UNKNOWN, id_, code="GM402")


def _switch_off(api: Api, ids: Sequence[str]) -> dict[str, str]:
    """What the store says about those whom it leaves active: whoever stops a call is found by halving."""
    words: dict[str, str] = {}
    todo = [list(ids)] if ids else []
    while todo:
        some = todo.pop()
        try:
            handled, said = api.save(
                "UpdateCustomer", [{"Username": id_, "Active": flag(False)} for id_ in some]
            )
        except LostAnswer:
            continue
        except Refused as error:
            handled, said = [], error.words
        missing = [id_ for id_ in some if id_ not in handled]
        if missing and len(some) > 1:
            todo += (
                [[id_] for id_ in missing] if handled else [some[: len(some) // 2], some[len(some) // 2 :]]
            )
        elif missing:
            words[some[0]] = said
    return words


def _active(by_names: By, ids: Sequence[str]) -> list[str]:
    there = by_names(ids)
    return [id_ for id_ in ids if id_ in there and there[id_].active is not False]
