"""The ground of a real shop: customers of our own under a prefix of their own, and nobody else in sight.

Everything goes through a fence: what is sent gets the prefix, what comes back loses it, and customers without
it are never shown to a test. So the suite sees an empty shop of its own inside the real one.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest
from msgspec.structs import replace

from contract.grounds import Ground, username_for
from groupmigrate import platforms
from groupmigrate.files.connector import Connector, load_connector
from groupmigrate.identity import key
from groupmigrate.model import Customer, Group, Role
from groupmigrate.planning.fit import Fitting
from groupmigrate.platforms.base import (
    Change,
    Check,
    Incremental,
    Outcome,
    Page,
    Remover,
    Rules,
    Source,
    State,
)

PREFIX, MADE = "prefix.txt", "made.txt"


class Fenced:
    """A store of which only the customers with the prefix exist. It makes no groups: they could not go."""

    def __init__(self, store: Remover, folder: Path) -> None:
        self._store = store
        self._prefix = (folder / PREFIX).read_text(encoding="utf-8")
        self._made = folder / MADE

    def check(self) -> Check:
        return self._store.check()

    def groups(self) -> Sequence[Group]:
        return self._store.groups()

    def rules(self) -> Rules:
        return replace(self._store.rules(), makes_groups=False)

    def customers(self, after: str = "") -> Iterator[Page]:
        return map(self._seen, self._store.customers(after))

    def changed(self, since: str) -> Iterator[Page]:
        return map(self._seen, cast("Incremental", self._store).changed(since))

    def find(self, emails: Sequence[str]) -> Mapping[str, tuple[Customer, ...]]:
        found = self._store.find([self._sent(email) for email in emails])
        ours = [tuple(self._inside(one) for one in people) for people in found.values()]
        return {key(people[0].email): people for people in ours}

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        outside = [replace(one, customer=self._outside(one.customer)) for one in changes]
        with self._made.open("a", encoding="utf-8") as file:  # before anything is sent
            file.writelines(f"{one.customer.email}\n" for one in outside)
        for outcome in self._store.apply(outside):
            stored = self._inside(outcome.stored) if outcome.stored else None
            yield replace(outcome, stored=stored)

    def remove(self, ids: Sequence[str]) -> Iterator[Outcome]:
        return self._store.remove(ids)

    def close(self) -> None:
        self._store.close()

    def _seen(self, page: Page) -> Page:
        mine = tuple(self._inside(one) for one in page.customers if self._is_ours(one.email))
        return Page(mine, page.cursor)

    def _is_ours(self, email: str) -> bool:
        return email.lower().startswith(self._prefix)

    def _sent(self, email: str) -> str:
        return f"{self._prefix}{email}" if "@" in email else email

    def _outside(self, customer: Customer) -> Customer:
        email = self._sent(customer.email)
        # Usernames stay taken where a store only deactivates, so they have the prefix, too.
        username = username_for(email, self._store.rules()) if customer.username else ""
        return replace(customer, email=email, username=username)

    def _inside(self, customer: Customer) -> Customer:
        assert self._is_ours(customer.email), "the fence has a hole"
        return replace(customer, email=customer.email[len(self._prefix) :])


class LiveGround:
    """A shop that is in use, by its connector file."""

    def __init__(self, path: Path) -> None:
        self._connector = load_connector(path)
        _refuse_what_cannot_be_cleaned(self._connector)
        with closing(self._open(path.parent, read_only=True)) as store:
            self._rules, self._groups = store.rules(), store.groups()

    def grounds(self) -> dict[str, Ground]:
        """The shop as the suite wants it, by its name."""
        ordinary = [one.id for one in self._groups if one.role is None]
        default = [one.id for one in self._groups if one.role is Role.DEFAULT]
        groups = (*ordinary, *default)[:2]
        if len(groups) < 2:
            raise pytest.UsageError("the shop needs an ordinary customer group besides its default group")
        name = f"{self._connector.platform} via {self._connector.via}, live"
        return {name: Ground(name, self._fenced, self._fill, groups, writes=True, holds=self._holds)}

    def clean(self, folder: Path) -> None:
        """Remove everybody whom a test has made."""
        if not (folder / MADE).exists():
            return
        emails = (folder / MADE).read_text(encoding="utf-8").splitlines()
        with closing(self._open(folder, read_only=False)) as store:
            ids = [one.id for people in store.find(emails).values() for one in people]
            assert all(outcome.state is State.DONE for outcome in store.remove(ids))
            left = [one for people in store.find(emails).values() for one in people]
            assert all(one.active is False for one in left), "customers of the suite are left in the shop"

    def _open(self, folder: Path, *, read_only: bool) -> Remover:
        opened = platforms.open_target(self._connector, folder_state=folder, read_only=read_only)
        return cast("Remover", opened)

    def _fenced(self, folder: Path, read_only: bool) -> Source:
        return Fenced(self._open(folder, read_only=read_only), folder)

    def _fill(self, folder: Path, customers: Sequence[Customer]) -> None:
        (folder / PREFIX).write_text(f"gm{secrets.token_hex(3)}-", encoding="utf-8")
        default = next((one.id for one in self._groups if one.role is Role.DEFAULT), self._groups[0].id)
        people = [
            replace(
                self._holds(one),
                groups=one.groups or (default,),
                username=username_for(one.email, self._rules),
            )
            for one in customers
        ]
        with closing(cast("Remover", self._fenced(folder, False))) as store:
            outcomes = list(store.apply([Change(seq, "create", one) for seq, one in enumerate(people)]))
        assert [one for one in outcomes if one.state is not State.DONE] == []

    def _holds(self, customer: Customer) -> Customer:
        return Fitting(self._rules, misfits="clean").fit(customer).customer


def _refuse_what_cannot_be_cleaned(connector: Connector) -> None:
    way = platforms.way_of(connector)
    if not (way.reads and way.writes and way.removes):
        message = (
            f"{connector.platform} via {connector.via} cannot remove customers: the suite would leave its own"
        )
        raise pytest.UsageError(message)
