"""Usernames of new customers: made by the mapping's rule, and proven to be nobody else's beforehand.

The names are kept on disk while a plan is made, so memory does not grow with the stores.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from groupmigrate.database import scratch, scratch_errors
from groupmigrate.model import Customer
from groupmigrate.platforms.base import FieldRule

FORM = "c{id}"
"""How a username is made where the mapping does not say it."""


@contextmanager
def usernames(
    rule: FieldRule | None, form: str | None, source: Iterable[Customer], target: Iterable[Customer]
) -> Iterator[Usernames | None]:
    """The usernames for all customers of the source; None where the target has no such thing."""
    if rule is None:
        yield None
        return
    names = Usernames(rule, form or FORM, source, target)
    try:
        yield names
    finally:
        names.close()


class Usernames:
    """Names on both sides, compared without case. Close it."""

    def __init__(
        self, rule: FieldRule, form: str, source: Iterable[Customer], target: Iterable[Customer]
    ) -> None:
        self._rule = rule
        self._form = form
        self._database = scratch()
        self._database.execute("CREATE TABLE taken(name TEXT NOT NULL)")
        self._add(self._made(one) for one in source)
        self._add(one.username for one in target)
        with scratch_errors("usernames"):
            self._database.execute("CREATE INDEX taken_name ON taken(name)")

    def of(self, customer: Customer) -> tuple[str, str]:
        """The username of a source customer, and the code of what is wrong with it, or ""."""
        name = self._made(customer)
        too_long = self._rule.max_length and len(name) > self._rule.max_length
        if not name or too_long or not re.search(self._rule.pattern, name):
            return name, "GM229"
        return name, "" if self._holders(name) == 1 else "GM230"

    def close(self) -> None:
        """Give the file back."""
        self._database.close()

    def _made(self, customer: Customer) -> str:
        """The name as the target will store it: it drops some signs without a word."""
        name = self._form.replace("{id}", customer.id)
        for pattern, replacement in self._rule.cleans:
            name = re.sub(pattern, replacement, name)
        return name

    def _add(self, names: Iterable[str]) -> None:
        with scratch_errors("usernames"):
            self._database.executemany(
                "INSERT INTO taken VALUES (?)", ((name.casefold(),) for name in names if name)
            )

    def _holders(self, name: str) -> int:
        """How many customers have the name, or would get it; 1 is the customer who is asked for."""
        with scratch_errors("usernames"):
            query = "SELECT count(*) FROM taken WHERE name = ?"
            return int(self._database.execute(query, (name.casefold(),)).fetchone()[0])
