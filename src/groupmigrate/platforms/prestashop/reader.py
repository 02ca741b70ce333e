"""Reads the customers of a shop whole, with their addresses: page by page, by e-mail, by id, or by date."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future

from groupmigrate.identity import key
from groupmigrate.model import Customer
from groupmigrate.platforms.base import Page
from groupmigrate.platforms.batches import in_batches
from groupmigrate.platforms.emailbatches import batches
from groupmigrate.platforms.found import by_key
from groupmigrate.platforms.prestashop import wire
from groupmigrate.platforms.prestashop.api import Api
from groupmigrate.platforms.prestashop.shop import Shop
from groupmigrate.platforms.prestashop.wire import Row, text
from groupmigrate.platforms.timezones import ask_from

EMAILS_AT_ONCE = 100
IDS_AT_ONCE = 200
PAGES_AHEAD = 2
"""Then the shop has something to do while records are made of a page and the caller works on them."""

Addresses = dict[str, list[Row]]
"""By the id of the customer."""


class Reader:
    """Customers as records of ours."""

    def __init__(
        self,
        api: Api,
        apis: Mapping[str, Api],
        shop: Shop,
        pool: Executor,
        in_turn: Executor,
        cookie_key: str | None,
    ) -> None:
        """`api` finds people; `apis` are the shops that are read whole, by id, and "" means the same one.

        `in_turn` works on one thing after the other, in the order given.
        `cookie_key` is what old passwords are salted with; None if no hash is wanted.
        """
        self._api = api
        self._apis = apis
        self._shop = shop
        self._pool = pool
        self._in_turn = in_turn
        self._cookie_key = cookie_key

    def customers(self, after: str) -> Iterator[Page]:
        """All customers behind a cursor."""
        pages = self._pages(after)
        ahead = deque(self._in_turn.submit(next, pages, None) for _ in range(PAGES_AHEAD))
        while page := ahead.popleft().result():
            ahead.append(self._in_turn.submit(next, pages, None))
            people, addresses, cursor = page
            yield Page(self._records(people, addresses.result()), cursor)

    def changed(self, since: str) -> Iterator[Page]:
        """Those whom the shop, or whose address it, dates at or after a moment in UTC."""
        moment = ask_from(since, self._shop.time_zone, known=self._shop.time_zone_known)
        dated = (("filter[date_upd]", f">[{moment}]"), ("date", "1"))
        for shop, api in self._apis.items():
            for rows in api.pages("customers", *dated):
                yield Page(self._complete(self._people(rows, shop)), text(rows[-1], "id"))
            for addresses in api.pages("addresses", *dated):
                owners = sorted({text(row, "id_customer") for row in addresses} - {"0"}, key=int)
                rows = [row for ids in in_batches(owners, IDS_AT_ONCE) for row in api.some("customers", ids)]
                rows = [row for row in rows if text(row, "date_upd") <= moment]  # the others have come
                yield Page(self._complete(self._people(rows, shop)), text(addresses[-1], "id"))

    def find(self, emails: Sequence[str]) -> Mapping[str, tuple[Customer, ...]]:
        """The customers who have one of these e-mails, by identity key."""
        return by_key(self._complete(self._rows_of(emails)), emails)

    def account_ids(self, emails: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """The ids of the accounts with one of these e-mails that are not deleted, by identity key."""
        found: dict[str, list[str]] = defaultdict(list)
        for row in self._rows_of(emails):
            if not (wire.truth(row, "deleted") or wire.truth(row, "is_guest")):
                found[key(text(row, "email"))].append(text(row, "id"))
        return found

    def by_ids(self, ids: Sequence[str]) -> Mapping[str, Customer]:
        """The customers of these ids, as far as they are there."""
        rows = [row for some in in_batches(ids, IDS_AT_ONCE) for row in self._api.some("customers", some)]
        return {customer.id: customer for customer in self._complete(rows)}

    def _pages(self, after: str) -> Iterator[tuple[list[Row], Future[Addresses], str]]:
        """The people of each page, their addresses, which are on their way, and the cursor behind it."""
        from_shop, _, last = after.rpartition(":")
        for shop, api in self._apis.items():
            if from_shop and int(shop) < int(from_shop):
                continue
            for rows in api.pages("customers", after=int(last or 0) if shop == from_shop else 0):
                first_id, last_id = text(rows[0], "id"), text(rows[-1], "id")
                addresses = self._pool.submit(self._addresses, f"[{first_id},{last_id}]")
                yield self._people(rows, shop), addresses, f"{shop}:{last_id}" if shop else last_id

    def _people(self, rows: Iterable[Row], shop: str) -> list[Row]:
        """The customers of a list who are people and, where several shops are read, belong to this one."""
        # A shop that shares its customers lists those of its sisters, too (9.1.4, run).
        mine = (row for row in rows if not shop or text(row, "id_shop") == shop)
        return [row for row in mine if not wire.technical(row, self._shop.technical_account)]

    def _rows_of(self, emails: Sequence[str]) -> list[Row]:
        """The customers who have one of these e-mails."""
        wanted = {key(email) for email in emails} - {""}
        rows: dict[str, Row] = {}
        for filter_ in _email_filters(emails):
            for page in self._api.pages("customers", ("filter[email]", filter_)):
                rows |= {text(row, "id"): row for row in page}
        return [row for row in rows.values() if key(text(row, "email")) in wanted]

    def _complete(self, rows: Iterable[Row]) -> tuple[Customer, ...]:
        """Records with their addresses."""
        rows = sorted(rows, key=lambda row: int(text(row, "id")))
        addresses: Addresses = {}
        for ids in in_batches([text(row, "id") for row in rows], IDS_AT_ONCE):
            addresses |= self._addresses(f"[{'|'.join(ids)}]")
        return self._records(rows, addresses)

    def _records(self, rows: Iterable[Row], addresses: Mapping[str, Sequence[Row]]) -> tuple[Customer, ...]:
        return tuple(
            wire.customer(row, self._shop, addresses.get(text(row, "id"), ()), cookie_key=self._cookie_key)
            for row in rows
        )

    def _addresses(self, filter_: str) -> Addresses:
        """The addresses of some customers, in the order of their ids, without deleted ones."""
        found: Addresses = defaultdict(list)
        # An address takes half the room of a customer, and most have one: they come in one answer.
        for page in self._api.pages("addresses", ("filter[id_customer]", filter_), page_sizes=2):
            for row in page:
                if not wire.truth(row, "deleted"):
                    found[text(row, "id_customer")].append(row)
        return found


def _email_filters(emails: Iterable[str]) -> Iterator[str]:
    """Filters that find all of these e-mails, each short enough for an address."""
    # Brackets would end the filter; PrestaShop holds no such e-mail (9.1.4, run).
    held = (email for email in emails if "[" not in email and "]" not in email)
    for batch in batches(held, EMAILS_AT_ONCE, separator="|", special=","):
        # Inside brackets | and , mean "or" and "from, to"; without brackets the value is taken as it is.
        alone = "|" in batch[0] or "," in batch[0]
        yield batch[0] if alone else f"[{'|'.join(batch)}]"
