"""Makes customers inactive, for `undo` and for tests: Neto has no call that deletes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from groupmigrate.errors import LostAnswer
from groupmigrate.model import Customer
from groupmigrate.platforms.base import Outcome
from groupmigrate.platforms.batches import in_halves
from groupmigrate.platforms.neto.api import Api, Refused
from groupmigrate.platforms.neto.wire import flag
from groupmigrate.platforms.removal import removed

AT_ONCE = 50

By = Callable[[Sequence[str]], Mapping[str, Customer]]


def remove(api: Api, by_names: By, ids: Sequence[str]) -> Iterator[Outcome]:
    """Switch these customers off; an inactive one cannot log in (KB 1443, read), and counts as gone."""
    return removed(
        ids, AT_ONCE, there=lambda some: _active(by_names, some), take=lambda some: _switch_off(api, some)
    )


def _switch_off(api: Api, ids: Sequence[str]) -> dict[str, str]:
    """What the store says about those whom it leaves active: whoever stops a call is found by halving."""
    words: dict[str, str] = {}
    todo = [ids]
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
        if len(some) > 1:
            todo += in_halves(missing)
        elif missing:
            words[some[0]] = said
    return words


def _active(by_names: By, ids: Sequence[str]) -> set[str]:
    there = by_names(ids)
    return {id_ for id_ in ids if id_ in there and there[id_].active is not False}
