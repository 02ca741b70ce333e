"""The end of every `find`: of the customers whom a store gave those who were asked for, by who they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from groupmigrate.identity import key
from groupmigrate.model import Customer


def by_key(customers: Iterable[Customer], emails: Iterable[str]) -> dict[str, tuple[Customer, ...]]:
    """Who has one of these e-mails, by identity key: stores find others, too, or who has another one now."""
    wanted = {key(email) for email in emails}
    found: defaultdict[str, list[Customer]] = defaultdict(list)
    for customer in customers:
        if (identity := key(customer.email)) and identity in wanted:
            found[identity].append(customer)
    return {identity: tuple(several) for identity, several in found.items()}
