"""People, changes and questions for the tests of Magento over REST."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urljoin

import requests
from msgspec.structs import replace

from groupmigrate.model import Address, Customer
from groupmigrate.platforms.base import Change, Outcome, State
from groupmigrate.platforms.http import Answer, Patience, Request
from groupmigrate.platforms.magento.store import Rest
from groupmigrate.platforms.sandbox import OUTBOX

QUICK = Patience(attempts=4, total=5, first_wait=0.001, longest_wait=0.02)
HOME = Address(
    firstname="Ana",
    lastname="Ionescu",
    street=("Str. Exemplu 1", "ap. 2"),
    postcode="400129",
    city="Cluj-Napoca",
    region="Cluj",
    region_code="CJ",
    country="RO",
    phone="+40 264 555 010",
    vat_number="RO123456",
    default_billing=True,
)
ANA = Customer(
    id="",
    email="ana.ionescu@example.com",
    groups=("2",),
    prefix="Dr.",
    firstname="Ana",
    middlename="Maria",
    lastname="Ionescu",
    gender="female",
    birthday="1980-02-29",
    tax_id="RO 123",
    language="en",
    created="2015-05-05 05:05:05",
    addresses=(HOME,),
)
SECOND = {"code": "second", "name": "Second", "store_views": {"second_en": "EN", "second_de": "DE"}}
"""A second website, as a seed has it."""

Opener = Callable[..., Rest]
Ask = Callable[..., list[Any]]


def seeded(email: str, **more: object) -> dict[str, object]:
    """A customer of a seed."""
    return {"email": email, "firstname": "Ana", "lastname": "Pop", **more}


def creations(*customers: Customer) -> list[Change]:
    return [Change(seq, "create", customer) for seq, customer in enumerate(customers)]


def outcomes(store: Rest, changes: Sequence[Change]) -> list[Outcome]:
    """One outcome for each change, in their order."""
    found = {outcome.seq: outcome for outcome in store.apply(changes)}
    assert sorted(found) == sorted(change.seq for change in changes)
    return [found[change.seq] for change in changes]


def create(store: Rest, *customers: Customer) -> list[Customer]:
    """Create customers and return them as the shop holds them."""
    made = outcomes(store, creations(*customers))
    assert {outcome.state for outcome in made} <= {State.DONE}, made
    return [outcome.stored for outcome in made if outcome.stored]


def update(store: Rest, there: Customer, *fields: str, **values: object) -> Outcome:
    """Change some fields of a customer."""
    (outcome,) = outcomes(store, [Change(1, "update", replace(there, **values), fields or tuple(values))])
    return outcome


def everybody(store: Rest, after: str = "") -> list[Customer]:
    return [customer for page in store.customers(after) for customer in page.customers]


def outbox(store: Rest) -> list[dict[str, Any]]:
    """The mails that the practice shop would have sent."""
    mails: list[dict[str, Any]] = requests.get(urljoin(store.address, OUTBOX), timeout=10).json()
    return mails


def sent(store: Rest) -> dict[str, int]:
    assert store._practice is not None
    return dict(store._practice.requests)


def recorded(store: Rest) -> list[tuple[Request, Answer]]:
    """Everything that is sent from now on, with its answers."""
    exchanges: list[tuple[Request, Answer]] = []
    answer = store._session.send

    def send(request: Request) -> Answer:
        exchanges.append((request, answer(request)))
        return exchanges[-1][1]

    store._session.send = send  # type: ignore[method-assign]
    return exchanges


def codes(store: Rest) -> list[tuple[str, str]]:
    return [(finding.code, finding.severity.value) for finding in store.check().findings]
