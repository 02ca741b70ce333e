"""A Neto store over its API: the verbs of a store. Records are translated in `wire.py`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from groupmigrate.errors import WrongAnswer
from groupmigrate.identity import key
from groupmigrate.model import Customer, Group
from groupmigrate.platforms.base import Change, Check, Opening, Outcome, Page, Rules
from groupmigrate.platforms.batches import in_batches
from groupmigrate.platforms.emailbatches import forms
from groupmigrate.platforms.found import by_key
from groupmigrate.platforms.http import Patience, Session
from groupmigrate.platforms.neto import ApiOptions, wire
from groupmigrate.platforms.neto.api import LONG_AGO, SECRET_KEY, SECRET_TOKEN, Api, headers, reads
from groupmigrate.platforms.neto.census import Census, updated_since
from groupmigrate.platforms.neto.inspection import inspect
from groupmigrate.platforms.neto.limits import LONGEST_EMAIL, RULES
from groupmigrate.platforms.neto.remover import remove
from groupmigrate.platforms.neto.settings import read_shop
from groupmigrate.platforms.neto.shop import Shop
from groupmigrate.platforms.neto.writer import Writer
from groupmigrate.platforms.weboptions import terms

if TYPE_CHECKING:
    from groupmigrate.platforms.sandbox import Practice

AT_ONCE = 100
"""Customers that are asked for by name or e-mail in one call."""


class ApiStore:
    """A store, or a practice store of its own with `url: sandbox`."""

    def __init__(self, options: ApiOptions, opening: Opening, patience: Patience | None = None) -> None:
        """Raises UsageError if a secret is not where its reference says."""
        self._options = options
        self._opening = opening
        self._practice = _practice(options, opening) if options.is_sandbox else None
        self.address = self._practice.url if self._practice else options.url
        login = _login(options, opening, self._practice)
        self._session = Session(
            self.address,
            terms(options, opening.folder, 1, patience, options.calls_per_minute / 60),
            read_only=opening.read_only,
            secrets=[login.get(name, "") for name in (SECRET_KEY, SECRET_TOKEN)],
            is_read=reads,
        )
        self._api = Api(self._session, login)
        self._censuses: list[Census] = []
        self._whole: Census | None = None

    def check(self) -> Check:
        """Who answers, and what would spoil a run: the key, the address, groups that cannot be told apart."""
        return inspect(self._api, self._options, self.address)

    def groups(self) -> Sequence[Group]:
        """Those with members, those with prices, and those of the connector. Reads everybody's name once."""
        return self._shop.groups(self._census.members())

    def customers(self, after: str = "") -> Iterator[Page]:
        """Pages in the order of usernames; the cursor is the last one."""
        yield from self._pages(self._census, after)

    def changed(self, since: str) -> Iterator[Page]:
        """Who was changed since; more may come, because the zone of the store's filter is not proven."""
        yield from self._pages(self._counted(updated_since(datetime.fromisoformat(since))))

    def rules(self) -> Rules:
        """What every store holds; it has no settings that could be asked."""
        return RULES

    def find(self, emails: Sequence[str]) -> Mapping[str, tuple[Customer, ...]]:
        """Customers by identity key. What the filter finds is compared here."""
        # As written, too: that the filter takes no notice of case is not documented.
        spelled = dict.fromkeys(form for email in emails for form in (email.strip(), *forms(email)))
        people: dict[str, Customer] = {}
        for some in in_batches([one for one in spelled if key(one) and len(one) <= LONGEST_EMAIL], AT_ONCE):
            people |= self._people("Email", some)
        return by_key(sorted(people.values(), key=lambda one: one.id), emails)

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """In batches; whoever is bad is found by halving, and then everybody is read back."""
        self._whole = None
        yield from Writer(self._api, self._options.batch_size, self.find, self._by_names).apply(changes)

    def remove(self, ids: Sequence[str]) -> Iterator[Outcome]:
        """Make customers inactive: there is no call that deletes."""
        return remove(self._api, self._by_names, ids)

    def close(self) -> None:
        """Send nothing more, and close everything."""
        self._session.close()
        for census in self._censuses:
            census.close()
        if self._practice:
            self._practice.close()

    @cached_property
    def _shop(self) -> Shop:
        return read_shop(self._api, self._options)

    @property
    def _census(self) -> Census:
        """Of the whole store; read again after something was written."""
        if self._whole is None:
            self._whole = self._counted({"DateAddedFrom": LONG_AGO})
        return self._whole

    def _counted(self, filter_: Mapping[str, str]) -> Census:
        # A census stays open until the end: somebody may still be reading from an older one.
        census = Census(self._api, self._options.page_size, filter_)
        self._censuses.append(census)
        return census

    def _pages(self, census: Census, after: str = "") -> Iterator[Page]:
        total = census.count()
        while names := census.names(after, AT_ONCE):
            after = names[-1]
            there = self._by_names(names)
            if missing := [name for name in names if name not in there]:
                raise _withheld(missing)
            yield Page(tuple(there[name] for name in names), after, total)

    def _by_names(self, names: Sequence[str]) -> Mapping[str, Customer]:
        """Customers by their username, as the store writes it."""
        found: dict[str, Customer] = {}
        for some in in_batches(names, AT_ONCE):
            found |= self._people("Username", some, enough=len(set(some)))
        return found

    def _people(self, field: str, values: Sequence[str], enough: int = 0) -> dict[str, Customer]:
        """Who has these values; where each is one person's only, nobody is asked for beyond `enough`."""
        found: dict[str, Customer] = {}
        for page in self._api.customers(wire.FULL, AT_ONCE, {field: list(values)}):
            found |= {one.id: one for one in (wire.customer(row, self._shop) for row in page)}
            if enough and len(found) >= enough:
                break
        return found


def _login(options: ApiOptions, opening: Opening, practice: Practice | None) -> dict[str, str]:
    key, token = (
        reference.resolve(opening.folder).reveal() if reference else ""
        for reference in (options.key, options.token)
    )
    key = practice.key if practice and not token else key
    return headers(options.username or "", key, options.client_id or "", token)


def _practice(options: ApiOptions, opening: Opening) -> Practice:
    from groupmigrate.platforms.neto.sandbox import serve

    seed, place = opening.path(options.seed), opening.practice_file
    return serve(place, faults=options.faults, seed=seed, readings=options.readings)


def _withheld(names: Sequence[str]) -> WrongAnswer:
    """Nobody who is listed may be missing silently."""
    return WrongAnswer(
        f'the store lists {len(names)} customers and does not give them by username, first "{names[0]}"',
        hint="plan again, reading goes on where it stopped; if they stay listed, look them up in the store",
        code="GM561",
    )
