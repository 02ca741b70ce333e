"""A PrestaShop over its webservice: the verbs of a store. Records are translated in `wire.py`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote

from groupmigrate.errors import GroupmigrateError, UsageError
from groupmigrate.identity import key
from groupmigrate.model import Customer, Group
from groupmigrate.platforms.base import Change, Check, Opening, Outcome, Page, Rules
from groupmigrate.platforms.http import Patience, Session, Terms
from groupmigrate.platforms.prestashop import SANDBOX, WebserviceOptions, limits, wire
from groupmigrate.platforms.prestashop.api import FULL, Api, IllPage, Refused, reads, speaks
from groupmigrate.platforms.prestashop.inspection import NOT_WRITABLE, inspect, required_fields
from groupmigrate.platforms.prestashop.remover import remove
from groupmigrate.platforms.prestashop.settings import read_shop, shop_names
from groupmigrate.platforms.prestashop.shop import Shop
from groupmigrate.platforms.prestashop.wire import Row, text
from groupmigrate.platforms.prestashop.writer import Writer
from groupmigrate.platforms.timezones import ask_from

if TYPE_CHECKING:
    from groupmigrate.platforms.sandbox import Practice

# Made by PrestaShop's own GDPR module to hang orders of deleted people on: no customer.
TECHNICAL = "anonymous@psgdpr.com"
EMAILS_AT_ONCE = 100
LONGEST_EMAIL = 255
LONGEST_FILTER = 6000
"""Bytes: with the address it stays below the 8 KB that web servers take."""
IDS_AT_ONCE = 200


class Webservice:
    """A shop, or a practice shop of its own with `url: sandbox`."""

    def __init__(
        self, options: WebserviceOptions, opening: Opening, patience: Patience | None = None
    ) -> None:
        """Raises UsageError if the key is not where its reference says."""
        self._options = options
        self._opening = opening
        terms = Terms(
            connections=options.connections,
            requests_per_second=options.requests_per_second,
            timeout=options.timeout,
            ca_bundle=_bundle(options, opening),
            patience=patience or Patience(),
        )
        self._practice = _practice(options, opening) if options.url == SANDBOX else None
        if self._practice:
            self.address, secret = self._practice.url, self._practice.key
        else:
            self.address = options.url
            secret = options.key.resolve(opening.folder).reveal() if options.key else ""
        self._session = Session(
            self.address,
            terms,
            read_only=opening.read_only,
            secrets=[secret],
            is_read=reads,
            is_final=speaks,
        )
        self._cookie_key = _cookie_key(options, opening)
        shop = str(options.shop) if isinstance(options.shop, int) else ""
        self._api = Api(self._session, secret, shop, options.page_size)
        self._pool = ThreadPoolExecutor(options.connections, thread_name_prefix="prestashop")

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
        pages = self._pages(after)
        following = self._pool.submit(next, pages, None)
        while page := following.result():
            rows, people, cursor = page
            addresses = self._pool.submit(self._addresses, f"[{text(rows[0], 'id')},{text(rows[-1], 'id')}]")
            # The next page is on its way beside these addresses, and while the caller works on this one.
            following = self._pool.submit(next, pages, None)
            yield Page(self._records(people, addresses.result()), cursor)

    def changed(self, since: str) -> Iterator[Page]:
        """Who was saved, then who has an address that was: its date is its own, and not the customer's."""
        moment = ask_from(since, self._shop.time_zone, known=self._shop.time_zone_known)
        dated = (("filter[date_upd]", f">[{moment}]"), ("date", "1"))
        for shop, api in self._apis.items():
            for rows in api.pages("customers", *dated):
                yield Page(self._complete(_people(rows, shop)), text(rows[-1], "id"))
            for addresses in api.pages("addresses", *dated):
                owners = sorted({text(row, "id_customer") for row in addresses} - {"0"}, key=int)
                rows = [row for ids in _parts(owners) for row in api.some("customers", ids)]
                rows = [row for row in rows if text(row, "date_upd") <= moment]  # the others have come
                yield Page(self._complete(_people(rows, shop)), text(addresses[-1], "id"))

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
        found: dict[str, list[Customer]] = defaultdict(list)
        for customer in self._complete(self._rows_of(emails)):
            found[key(customer.email)].append(customer)
        return {email: tuple(customers) for email, customers in found.items()}

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Creations one by one over all connections, everything else in batches; then all is read back."""
        self._refuse_several_shops()
        return Writer(self._api, self._shop, self._pool, self._by_ids, self._holders).apply(changes)

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
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._session.close()
        self._pool.shutdown()
        if self._practice:
            self._practice.close()

    @cached_property
    def _shop(self) -> Shop:
        return read_shop(self._api, self._options)

    def _pages(self, after: str) -> Iterator[tuple[list[Row], list[Row], str]]:
        """The rows of a page, those of them who are people, and the cursor behind them."""
        from_shop, _, last = after.rpartition(":")
        for shop, api in self._apis.items():
            if from_shop and int(shop) < int(from_shop):
                continue
            for rows in api.pages("customers", after=int(last or 0) if shop == from_shop else 0):
                last_id = text(rows[-1], "id")
                yield rows, _people(rows, shop), f"{shop}:{last_id}" if shop else last_id

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

    def _rows_of(self, emails: Sequence[str]) -> list[Row]:
        """The customers who have one of these e-mails."""
        wanted = {key(email) for email in emails} - {""}
        rows: dict[str, Row] = {}
        for filter_ in _email_filters(emails):
            for page in self._api.pages("customers", ("filter[email]", filter_)):
                rows |= {text(row, "id"): row for row in page}
        return [row for row in rows.values() if key(text(row, "email")) in wanted]

    def _holders(self, emails: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """The ids of the accounts with one of these e-mails that are not deleted, by identity key."""
        found: dict[str, list[str]] = defaultdict(list)
        for row in self._rows_of(emails):
            if not (wire.truth(row, "deleted") or wire.truth(row, "is_guest")):
                found[key(text(row, "email"))].append(text(row, "id"))
        return found

    def _by_ids(self, ids: Sequence[str]) -> Mapping[str, Customer]:
        rows = [row for some in _parts(ids) for row in self._api.some("customers", some)]
        return {customer.id: customer for customer in self._complete(rows)}

    def _complete(self, rows: Iterable[Row]) -> tuple[Customer, ...]:
        """Records with their addresses."""
        rows = sorted(rows, key=lambda row: int(text(row, "id")))
        addresses: dict[str, list[Row]] = {}
        for ids in _parts([text(row, "id") for row in rows]):
            addresses |= self._addresses(f"[{'|'.join(ids)}]")
        return self._records(rows, addresses)

    def _records(self, rows: Iterable[Row], addresses: Mapping[str, Sequence[Row]]) -> tuple[Customer, ...]:
        return tuple(
            wire.customer(row, self._shop, addresses.get(text(row, "id"), ()), cookie_key=self._cookie_key)
            for row in rows
        )

    def _addresses(self, filter_: str) -> dict[str, list[Row]]:
        """The addresses of some customers by customer id, in the order of their ids, without deleted ones."""
        found: dict[str, list[Row]] = defaultdict(list)
        for page in self._api.pages("addresses", ("filter[id_customer]", filter_)):
            for row in page:
                if not wire.truth(row, "deleted"):
                    found[text(row, "id_customer")].append(row)
        return found


def _people(rows: Iterable[Row], shop: str) -> list[Row]:
    """The customers of a list who are people and, where several shops are read, belong to this one."""
    # A shop that shares its customers lists those of its sisters, too (9.1.4, run).
    mine = (row for row in rows if not shop or text(row, "id_shop") == shop)
    return [row for row in mine if text(row, "email").casefold() != TECHNICAL]


def _practice(options: WebserviceOptions, opening: Opening) -> Practice:
    from groupmigrate.platforms.prestashop.sandbox import serve

    seed = opening.folder / options.seed if options.seed else None
    place = opening.state / f"{opening.name}.db"
    return serve(
        place, faults=options.faults, seed=seed, version=options.release, multistore=options.multistore
    )


def _cookie_key(options: WebserviceOptions, opening: Opening) -> str | None:
    """What the old passwords of the shop are salted with, "" if not told; None if no hash is wanted."""
    if not opening.passwords:
        return None
    return options.cookie_key.resolve(opening.folder).reveal() if options.cookie_key else ""


def _bundle(options: WebserviceOptions, opening: Opening) -> str | None:
    if not options.ca_bundle:
        return None
    path = opening.folder / options.ca_bundle
    if not path.exists():
        raise UsageError(f'the file of `ca_bundle` is not there: "{path}"', code="GM520")
    return str(path)


def _email_filters(emails: Iterable[str]) -> Iterator[str]:
    """Filters that find all of these e-mails, each short enough for an address."""
    batch: list[str] = []
    length = 0
    for email in dict.fromkeys(form for written in emails for form in _forms(written)):
        if "[" in email or "]" in email or len(email) > LONGEST_EMAIL:
            # Brackets would end the filter; PrestaShop holds no such e-mail, nor longer ones (9.1.4, run).
            continue
        if "|" in email or "," in email:
            # Inside brackets these mean "or" and "from, to"; without brackets the value is taken as it is.
            yield email
            continue
        size = len(quote(email, safe="@")) + len("%7C")
        if len(batch) == EMAILS_AT_ONCE or length + size > LONGEST_FILTER:
            yield f"[{'|'.join(batch)}]"
            batch, length = [], 0
        batch.append(email)
        length += size
    if batch:
        yield f"[{'|'.join(batch)}]"


def _forms(email: str) -> Iterator[str]:
    """The e-mail as the shop may hold it: its key, and as written where that differs by more than case."""
    if identity := key(email):
        yield identity
        if email.strip().lower() != identity:
            yield email.strip()


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), IDS_AT_ONCE):
        yield ids[start : start + IDS_AT_ONCE]
