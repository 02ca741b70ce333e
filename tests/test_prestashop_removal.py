"""Removing customers from a practice PrestaShop: who is gone is told by the shop, whatever it answered."""

from __future__ import annotations

import json

import pytest

from groupmigrate.errors import AccessDenied
from groupmigrate.platforms.base import State
from groupmigrate.platforms.http import Answer, Request
from groupmigrate.platforms.prestashop import remover
from groupmigrate.platforms.prestashop.store import Webservice
from support.prestashop_room import Ask, Opener, create, person, sent

pytest_plugins = ["support.prestashop_fixtures"]


def refusing(store: Webservice, id_: str, code: int) -> None:
    """Let the shop refuse every deletion in which this customer is."""
    answer = store._session.send

    def send(request: Request) -> Answer:
        ids = dict(request.query).get("id", "").strip("[]").split(",")
        if request.method == "DELETE" and id_ in ids:
            body = json.dumps({"errors": [{"code": code, "message": "the customer is needed"}]})
            return Answer(500, {"PSWS-Version": "9.1.4"}, body.encode())
        return answer(request)

    store._session.send = send  # type: ignore[method-assign]


@pytest.mark.parametrize("release", ["1.6", "1.7", "8", "9"])
def test_everything_of_a_removed_customer_is_gone(opened: Opener, ask: Ask, release: str) -> None:
    store = opened(release=release)
    first, second, third = create(store, *(person(number) for number in range(3)))
    assert [one.state for one in store.remove([first.id, third.id])] == [State.DONE, State.DONE]
    assert ask("SELECT id_customer FROM ps_customer") == [(int(second.id),)]
    assert set(ask("SELECT id_customer FROM ps_customer_group")) == {(int(second.id),)}
    assert ask("SELECT id_customer FROM ps_address") == [(int(second.id),)]


def test_many_are_removed_with_few_requests(
    opened: Opener, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remover, "AT_ONCE", 5)
    store = opened()
    ids = [one.id for one in create(store, *(person(number) for number in range(12)))]
    assert [one.id for one in store.remove(ids)] == ids
    assert sent(store)["DELETE /api/customers"] == 3
    assert ask("SELECT count(*) FROM ps_customer") == [(0,)]


def test_one_whom_the_shop_keeps_does_not_stop_the_others(opened: Opener, ask: Ask) -> None:
    store = opened()
    made = create(store, *(person(number) for number in range(9)))
    refusing(store, made[4].id, 88)
    found = {one.id: one for one in store.remove([one.id for one in made])}
    kept = found.pop(made[4].id)
    assert (kept.state, kept.code, kept.words) == (State.REJECTED, "GM401", "the customer is needed")
    assert {one.state for one in found.values()} == {State.DONE}
    assert ask("SELECT id_customer FROM ps_customer") == [(int(made[4].id),)]


@pytest.mark.parametrize(
    ("fault", "state", "left"), [("lost-after", "done", 0), ("lost-before", "unknown", 2)]
)
def test_a_lost_answer_is_settled_by_asking(
    opened: Opener, ask: Ask, fault: str, state: str, left: int
) -> None:
    create(opened(), person(1), person(2))
    store = opened(faults=f"{fault}=1")
    assert [one.state.value for one in store.remove(["1", "2"])] == [state, state]
    assert ask("SELECT count(*) FROM ps_customer") == [(left,)]


def test_a_key_without_the_right_is_told(opened: Opener, ask: Ask) -> None:
    store = opened()
    create(store, person(1))
    ask("DELETE FROM ps_webservice_permission WHERE method = 'DELETE'")
    with pytest.raises(AccessDenied, match="lacks a right"):
        list(store.remove(["1"]))
    assert ask("SELECT count(*) FROM ps_customer") == [(1,)]
