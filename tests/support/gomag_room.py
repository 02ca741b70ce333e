"""People, changes and questions for the tests of the Gomag room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from groupmigrate.model import Customer
from groupmigrate.platforms.base import Change, Outcome
from groupmigrate.platforms.gomag.store import ApiStore
from groupmigrate.platforms.http import Patience

QUICK = Patience(attempts=4, total=5, first_wait=0.001, longest_wait=0.02)
GROUPS = {"1": "Standard", "2": "Trade", "3": "Retail"}
ANA = Customer(
    "", "ana.ionescu@example.com", ("1",), firstname="Ana", lastname="Ionescu", company="Ionescu SRL"
)

Opener = Callable[..., ApiStore]
Ask = Callable[..., list[Any]]


def seeded(number: int, **fields: Any) -> dict[str, Any]:
    """A customer of a seed."""
    return {
        "email": f"person{number}@example.com",
        "firstname": "Ion",
        "lastname": "Pop",
        "registration": "2022-12-07 17:13:23",
        **fields,
    }


def person(number: int, **fields: Any) -> Customer:
    """A customer to be created."""
    values = {"email": f"new{number}@example.com", "firstname": "Ana", "lastname": "Pop", **fields}
    return Customer(id="", groups=("2",), **values)


def created(store: ApiStore, *people: Customer) -> list[Outcome]:
    """The outcomes of creating these, in their order."""
    changes = [Change(number, "create", one) for number, one in enumerate(people)]
    return sorted(store.apply(changes), key=lambda outcome: outcome.seq)


def everybody(store: ApiStore, after: str = "") -> list[Customer]:
    return [customer for page in store.customers(after) for customer in page.customers]


def sent(store: ApiStore) -> dict[str, int]:
    """How many requests arrived, by the verb of the call."""
    assert store._practice is not None
    return {path.split("/")[-2]: count for path, count in store._practice.requests.items()}


def codes(store: ApiStore) -> list[tuple[str, str]]:
    return [(finding.code, finding.severity.value) for finding in store.check().findings]
