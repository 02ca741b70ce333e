"""A PrestaShop over its webservice: the verbs of a store. Records are translated in `wire.py`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING

from groupmigrate.errors import GroupmigrateError, UsageError
from groupmigrate.model import Customer, Group
from groupmigrate.platforms.base import Change, Check, Opening, Outcome, Page, Rules
from groupmigrate.platforms.http import Patience, Session
from groupmigrate.platforms.prestashop import WebserviceOptions, limits, wire
from groupmigrate.platforms.prestashop.api import FULL, Api, IllPage, Refused, reads, speaks
from groupmigrate.platforms.prestashop.inspection import NOT_WRITABLE, inspect, required_fields
from groupmigrate.platforms.prestashop.reader import Reader
from groupmigrate.platforms.prestashop.remover import remove
from groupmigrate.platforms.prestashop.settings import read_shop, shop_names
from groupmigrate.platforms.prestashop.shop import Shop
from groupmigrate.platforms.prestashop.wire import Row, text
from groupmigrate.platforms.prestashop.writer import Writer
from groupmigrate.platforms.weboptions import terms

if TYPE_CHECKING:
    from groupmigrate.platforms.sandbox import Practice


class Webservice:
    """A shop, or a practice shop of its own with `url: sandbox`."""

    def __init__(
        self, options: WebserviceOptions, opening: Opening, patience: Patience | None = None
    ) -> None:
        """Raises UsageError if the key is not where its reference says."""
        self._options = options
        self._opening = opening
        how = terms(options, opening.folder, options.connections, patience, options.requests_per_second)
        self._practice = _practice(options, opening) if options.is_sandbox else None
        if self._practice:
            self.address, secret = self._practice.url, self._practice.key
        else:
            self.address = options.url
            secret = options.key.resolve(opening.folder).reveal() if options.key else ""
        self._session = Session(
            self.address,
            how,
            read_only=opening.read_only,
            secrets=[secret],
            is_read=reads,
            is_final=speaks,
        )
        self._cookie_key = _cookie_key(options, opening)
        shop = str(options.shop) if isinstance(options.shop, int) else ""
        self._api = Api(self._session, secret, shop, options.page_size)
        self._pool = ThreadPoolExecutor(options.connections, thread_name_prefix="prestashop")
        self._in_turn = ThreadPoolExecutor(1, thread_name_prefix="pages")

    def check(self) -> Check:
        """Version, rights, and what would spoil a run: a redirect, a stripped header, a demanded field …"""
        return inspect(self._api, self._options, self.address, read_only=self._opening.read_only)

    def groups(self) -> Sequence[Group]:
        """Every group, with names in all languages; members are not counted by the webservice."""
        # A shop of a multistore lists its own groups only (PrestaShop 9.1.4, run).
        rows = {text(row, "id"): row for api in self._apis.values() for row in self._group_rows(api)}
        return [wire.group(row, self._shop) for row in rows.values()]

    def customers(self, after: str = "") -> Iterator[Page]:
        """Pages in the order of ids; the cursor is the last id.

        Several shops are read one after the other, and the cursor is "shop:id".
        """
        yield from self._reader.customers(after)

    def changed(self, since: str) -> Iterator[Page]:
        """Who was saved, then who has an address that was: its date is its own, and not the customer's."""
        yield from self._reader.changed(since)

    def rules(self) -> Rules:
        """What this version holds, and the shop's countries, states and demands.

        Raises UsageError if the connector means several shops: one of them must be chosen to be written to.
        """
        self._refuse_several_shops()
        demanding = self._shop.demands_of_addresses
        return limits.rules(
            self._shop,
            required=required_fields(self._api.synopsis("customers")),
            of_address=required_fields(self._api.synopsis("addresses")) if demanding else (),
            always_customer_group=self._options.always_customer_group,
        )

    def find(self, emails: Sequence[str]) -> Mapping[str, tuple[Customer, ...]]:
        """Customers by identity key. The shop ignores accents and case; who is meant is decided here."""
        return self._reader.find(emails)

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Creations one by one over all connections, everything else in batches; then all is read back."""
        self._refuse_several_shops()
        return Writer(self._api, self._shop, self._pool, self._reader).apply(changes)

    def make_group(self, name: str) -> None:
        """A group that shows prices as Customer does. It lacks modules and categories (9.1.4, run)."""
        (default,) = self._api.some("groups", [self._shop.customer_group]) or [{}]
        entity = wire.new_group(name, text(default, "price_display_method"), self._shop)
        try:
            self._api.save("POST", "groups", [entity])
        except Refused as refused:
            raise GroupmigrateError(
                f'the shop refuses the group "{name}": {refused.words}', code="GM401"
            ) from refused

    def remove(self, ids: Sequence[str]) -> Iterator[Outcome]:
        """Delete customers with everything that is theirs. The key needs DELETE on customers."""
        self._refuse_several_shops()
        return remove(self._api, ids)

    def close(self) -> None:
        """Let requests under way end, send none again, and close everything."""
        for pool in (self._in_turn, self._pool):
            pool.shutdown(wait=False, cancel_futures=True)
        self._session.close()
        for pool in (self._in_turn, self._pool):
            pool.shutdown()
        if self._practice:
            self._practice.close()

    @cached_property
    def _shop(self) -> Shop:
        return read_shop(self._api, self._options)

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self._api, self._apis, self._shop, self._pool, self._in_turn, self._cookie_key)

    @cached_property
    def _apis(self) -> dict[str, Api]:
        """By shop, in the order of ids: each shop that is read; "" for the one shop of the connector."""
        if self._options.one_shop:
            return {"": self._api}
        # `id_shop=all` hides groups and memberships of all shops but one, and leads astray before 8 (run).
        return {shop: self._api.of_shop(shop) for shop in shop_names(self._api, self._options.shop)}

    def _refuse_several_shops(self) -> None:
        if not self._options.one_shop:
            hint = "set `shop:` in the connector to the number of one shop"
            raise UsageError(NOT_WRITABLE, place=self._opening.name, hint=hint, code="GM522")

    def _group_rows(self, api: Api) -> list[Row]:
        by_id = ("sort", "[id_ASC]")
        try:
            return api.rows("groups", *FULL, by_id)
        except IllPage:
            # One missing translation makes the whole answer 500; asked for one language it is well (run).
            return api.rows("groups", *FULL, by_id, ("language", self._shop.default_language))


def _practice(options: WebserviceOptions, opening: Opening) -> Practice:
    from groupmigrate.platforms.prestashop.sandbox import serve

    seed, place = opening.path(options.seed), opening.practice_file
    return serve(
        place, faults=options.faults, seed=seed, version=options.release, multistore=options.multistore
    )


def _cookie_key(options: WebserviceOptions, opening: Opening) -> str | None:
    """What the old passwords of the shop are salted with, "" if not told; None if no hash is wanted."""
    if not opening.passwords:
        return None
    return options.cookie_key.resolve(opening.folder).reveal() if options.cookie_key else ""
