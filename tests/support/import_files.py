"""A folder of import files as the tests use one."""

from __future__ import annotations

from groupmigrate.model import Customer
from groupmigrate.platforms.base import Change, Outcome
from groupmigrate.platforms.filetarget import FileTarget


def send(store: FileTarget, *customers: Customer) -> list[Outcome]:
    """Create these customers in one go; their outcomes in the order of the customers."""
    outcomes = store.apply([Change(number, "create", one) for number, one in enumerate(customers)])
    return sorted(outcomes, key=lambda outcome: outcome.seq)


def update(store: FileTarget, customer: Customer, *fields: str) -> Outcome:
    """Change these fields of one customer."""
    (outcome,) = store.apply([Change(1, "update", customer, fields)])
    return outcome


def everybody(store: FileTarget) -> list[Customer]:
    """Who is in the files, in their order."""
    return [customer for page in store.customers() for customer in page.customers]
