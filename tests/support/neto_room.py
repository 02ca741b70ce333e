"""People, stores and calls for the tests of the Neto room."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from groupmigrate.model import Address, Customer
from groupmigrate.planning.fit import Fitting
from groupmigrate.platforms.base import Change, Opening, Outcome
from groupmigrate.platforms.http import Answer, Patience, Request
from groupmigrate.platforms.neto import ApiOptions
from groupmigrate.platforms.neto.limits import RULES
from groupmigrate.platforms.neto.store import ApiStore

QUICK = Patience(attempts=4, total=5, first_wait=0.001, longest_wait=0.02)
BRIEF = Patience(attempts=4, total=0.2, first_wait=0.001, longest_wait=0.02)
HOME = Address(
    firstname="Ana",
    lastname="Pop",
    company="Pop & Daughter",
    street=("1 Example Street", "Floor 3"),
    postcode="4000",
    city="Brisbane",
    region="QLD",
    country="AU",
    phone="+61 7 5550 0101",
    default_billing=True,
)
ANA = Customer(
    "",
    "ana.pop@example.com",
    ("Trade",),
    firstname="Ana",
    lastname="Pop",
    company="Pop & Daughter",
    gender="female",
    birthday="1980-02-29",
    tax_id="51 824 753 556",
    username="c17",
    newsletter=True,
    active=True,
    addresses=(HOME,),
)
SEED: dict[str, Any] = {"groups": ["Trade"]}


def person(number: int, **changes: Any) -> Customer:
    """One of many customers."""
    return replace(ANA, email=f"person{number:03d}@example.com", username=f"c{number}", **changes)


def fitted(customer: Customer) -> Customer:
    """The customer as the planner would want it."""
    return replace(Fitting(RULES).fit(customer).customer, groups=customer.groups, username=customer.username)


@contextmanager
def opened(
    folder: Path,
    readings: str = "",
    *,
    seed: dict[str, Any] | None = None,
    read_only: bool = False,
    patience: Patience = QUICK,
    **more: Any,
) -> Iterator[ApiStore]:
    """A practice store in a folder, which stays there."""
    (folder / "seed.json").write_text(json.dumps(SEED if seed is None else seed), encoding="utf-8")
    options = {"url": "sandbox", "seed": "seed.json", "calls_per_minute": 60000, **more}
    options["readings"] = f"rate=60000,{readings}"
    opening = Opening("practice", folder, folder, read_only)
    store = ApiStore(ApiOptions.model_validate(options), opening, patience)
    try:
        yield store
    finally:
        store.close()


def creations(customers: Sequence[Customer]) -> list[Change]:
    """Changes that create them, numbered from 0."""
    return [Change(seq, "create", customer) for seq, customer in enumerate(customers)]


def outcomes(store: ApiStore, changes: Sequence[Change]) -> dict[int, Outcome]:
    """Apply; one outcome for each."""
    found = list(store.apply(changes))
    assert len(found) == len({outcome.seq for outcome in found}) == len(changes)
    return {outcome.seq: outcome for outcome in found}


def everybody(store: ApiStore) -> list[Customer]:
    """All customers, in their order."""
    return [customer for page in store.customers() for customer in page.customers]


def watched(store: ApiStore) -> list[tuple[str, dict[str, Any]]]:
    """The action and the body of everything that is sent from now on."""
    calls: list[tuple[str, dict[str, Any]]] = []
    send = store._session.send

    def sent(request: Request) -> Answer:
        calls.append((request.headers["NETOAPI_ACTION"], json.loads(request.body)))
        return send(request)

    store._session.send = sent  # type: ignore[method-assign]
    return calls
