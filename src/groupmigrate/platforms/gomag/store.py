"""A Gomag shop over its API: the verbs of a store. Records are translated in `wire.py`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from groupmigrate.identity import key
from groupmigrate.model import Customer, Group
from groupmigrate.platforms.base import Change, Check, Opening, Outcome, Page, Rules
from groupmigrate.platforms.found import by_key
from groupmigrate.platforms.gomag import ApiOptions, limits, wire
from groupmigrate.platforms.gomag.api import Api, Row, allowance, is_limit
from groupmigrate.platforms.gomag.inspection import inspect
from groupmigrate.platforms.gomag.reader import Reader
from groupmigrate.platforms.gomag.roster import Roster
from groupmigrate.platforms.gomag.writer import Writer
from groupmigrate.platforms.http import LOOPBACK, Patience, Session
from groupmigrate.platforms.weboptions import terms

if TYPE_CHECKING:
    from groupmigrate.platforms.sandbox import Practice

API = "https://api.gomag.ro"
PAGE_SIZE = 500
"""Customers that are handed on at once."""


class ApiStore:
    """A shop, or a practice shop of its own with `url: sandbox`."""

    def __init__(self, options: ApiOptions, opening: Opening, patience: Patience | None = None) -> None:
        """Raises UsageError if the key is not where its reference says."""
        self._options = options
        self._opening = opening
        self._practice = _practice(options, opening) if options.is_sandbox else None
        if self._practice:
            self.address, secret = self._practice.url, self._practice.key
        else:
            self.address = options.url
            secret = options.key.resolve(opening.folder).reveal() if options.key else ""
        self._session = Session(
            options.api or _api_of(self.address),
            terms(options, opening.folder, 1, patience, options.requests_per_second),
            read_only=opening.read_only,
            secrets=[secret],
            is_limit=is_limit,
            allowance=allowance,
        )
        self._api = Api(self._session, self.address, secret, options.page_size)
        self._reader = Reader(self._api, options.other_groups)
        self._zone = ZoneInfo(options.timezone)

    def check(self) -> Check:
        """Whether the shop answers, and which readings of the vendor's text hold for it."""
        return inspect(self._api, self._reader, self._options, self.address)

    def groups(self) -> Sequence[Group]:
        """The groups that the connector names, with their members as far as the shop can be asked."""
        default = str(self._options.default_group)
        return [
            wire.group(id_, name, is_default=id_ == default, members=self._reader.members(id_))
            for id_, name in self._options.groups.items()
        ]

    def customers(self, after: str = "") -> Iterator[Page]:
        """Pages in the order of ids; the cursor is the last id.

        The order of the shop's own pages is not promised, so its list is read whole before the first page.
        """
        roster = self._roster if self._opening.read_only else self._reader.roster()
        try:
            for rows in roster.behind(int(after or 0), PAGE_SIZE):
                yield Page(self._records(rows), next(reversed(rows)), roster.count)
        finally:
            if not self._opening.read_only:
                roster.close()

    def rules(self) -> Rules:
        """What the shop can hold; the connector says whether it may mail new customers."""
        return limits.rules(self._options)

    def find(self, emails: Sequence[str]) -> Mapping[str, tuple[Customer, ...]]:
        """Customers by identity key. Their groups are those of the first time that any were asked for.

        A store that is opened to read lists everybody once and looks into the list afterwards.
        """
        wanted = {key(email) for email in emails} - {""}
        rows = self._roster.with_keys(wanted) if self._opening.read_only else self._reader.by_email(emails)
        return by_key(self._records(rows), emails)

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """One request for each customer, and questions before and after. Groups are written by no call."""
        return Writer(self._api, self._reader, self._records).apply(changes)

    def close(self) -> None:
        """Close the connections, temporary files and a practice shop; may be called twice."""
        self._reader.close()
        if "_roster" in self.__dict__:
            self._roster.close()
        self._session.close()
        if self._practice:
            self._practice.close()

    @cached_property
    def _roster(self) -> Roster:
        return self._reader.roster()

    def _records(self, rows: Mapping[str, Row]) -> tuple[Customer, ...]:
        """The customers; who is in none of the other groups is in the default one."""
        groups = self._reader.groups_of(rows)
        default = (str(self._options.default_group),)
        return tuple(
            wire.customer(id_, row, groups.get(id_, default), self._zone) for id_, row in rows.items()
        )


def _api_of(address: str) -> str:
    """A shop on this machine, as a practice shop is one, is its own API."""
    return address if urlsplit(address).hostname in LOOPBACK else API


def _practice(options: ApiOptions, opening: Opening) -> Practice:
    from groupmigrate.platforms.gomag.sandbox import serve

    seed, place = opening.path(options.seed), opening.practice_file
    return serve(place, faults=options.faults, seed=seed, readings=options.readings)
