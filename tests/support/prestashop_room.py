"""People, changes and questions for the tests of the PrestaShop room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from groupmigrate.model import Address, Customer
from groupmigrate.platforms.base import Change, Outcome, State
from groupmigrate.platforms.http import Answer, Patience, Request
from groupmigrate.platforms.prestashop.store import Webservice

QUICK = Patience(attempts=4, total=5, first_wait=0.001, longest_wait=0.02)
SEED: dict[str, Any] = {
    "groups": [
        {"name": {"en": "Trade", "es": "Mayoristas"}, "reduction": "12.50"},
        {"name": {"en": "VIP", "es": "VIP"}, "price_display_method": 1},
    ],
}
ADDRESS = Address(
    firstname="Ana",
    lastname="Ionescu",
    street=("Str. Exemplu 1", "ap. 2"),
    postcode="010101",
    city="București",
    country="RO",
    phone="+40 21 555 01 01",
)
ANA = Customer(
    id="",
    email="ana.ionescu@example.com",
    groups=("4", "3"),
    firstname="Ana",
    lastname="Ionescu",
    gender="female",
    birthday="1980-02-29",
    company="Ionescu & Fiica SRL",
    language="es",
    newsletter=True,
    active=True,
    created="2015-05-05 05:05:05",
    addresses=(ADDRESS,),
)

Opener = Callable[..., Webservice]
Ask = Callable[..., list[Any]]


def person(number: int, **changes: Any) -> Customer:
    return replace(ANA, email=f"person{number}@example.com", **changes)


def creations(customers: Sequence[Customer]) -> list[Change]:
    return [Change(seq, "create", customer) for seq, customer in enumerate(customers)]


def outcomes(store: Webservice, changes: Sequence[Change]) -> dict[int, Outcome]:
    found = list(store.apply(changes))
    assert len(found) == len({outcome.seq for outcome in found}) == len(changes)
    return {outcome.seq: outcome for outcome in found}


def create(store: Webservice, *customers: Customer) -> list[Customer]:
    """Create customers and return them as the shop holds them."""
    made = outcomes(store, creations(customers))
    assert {outcome.state for outcome in made.values()} <= {State.DONE}
    return [stored for seq in sorted(made) if (stored := made[seq].stored)]


def sent(store: Webservice) -> dict[str, int]:
    assert store._practice is not None
    return dict(store._practice.requests)


def codes(store: Webservice) -> list[tuple[str, str]]:
    return [(finding.code, finding.severity.value) for finding in store.check().findings]


def recorded_queries(store: Webservice) -> list[dict[str, str]]:
    """The queries of everything that is sent from now on."""
    queries: list[dict[str, str]] = []
    answer = store._session.send

    def send(request: Request) -> Answer:
        queries.append(dict(request.query))
        return answer(request)

    store._session.send = send  # type: ignore[method-assign]
    return queries
