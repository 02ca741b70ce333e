"""A Magento over its REST interface: the verbs of a store. Records are translated in `wire.py`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING

from groupmigrate.errors import GroupmigrateError, UsageError
from groupmigrate.identity import lookalike
from groupmigrate.model import Customer, Group
from groupmigrate.platforms.base import Change, Check, Opening, Outcome, Page, Rules
from groupmigrate.platforms.batches import in_batches
from groupmigrate.platforms.emailbatches import batches
from groupmigrate.platforms.found import by_key
from groupmigrate.platforms.http import Patience, Session
from groupmigrate.platforms.magento import limits, wire
from groupmigrate.platforms.magento.answers import speaks
from groupmigrate.platforms.magento.api import Api, Refused
from groupmigrate.platforms.magento.criteria import Filter
from groupmigrate.platforms.magento.inspection import inspect
from groupmigrate.platforms.magento.login import as_told, practised
from groupmigrate.platforms.magento.reading import Row, Search
from groupmigrate.platforms.magento.remover import remove
from groupmigrate.platforms.magento.restoptions import RestOptions
from groupmigrate.platforms.magento.settings import read_shop
from groupmigrate.platforms.magento.shop import Shop
from groupmigrate.platforms.magento.writer import Writer
from groupmigrate.platforms.weboptions import terms
from groupmigrate.wording import quoted

if TYPE_CHECKING:
    from groupmigrate.platforms.sandbox import Practice

EMAILS_AT_ONCE = 100
IDS_AT_ONCE = 200
GROUP_BYTES = 32


class Rest:
    """A shop, or a practice shop of its own with `url: sandbox`."""

    def __init__(self, options: RestOptions, opening: Opening, patience: Patience | None = None) -> None:
        """Raises UsageError if a secret is not where its reference says."""
        self._options = options
        self._opening = opening
        at_once = max(options.readers, options.connections)
        how = terms(options, opening.folder, at_once, patience, options.requests_per_second)
        self._practice = _practice(options, opening) if options.is_sandbox else None
        self.address = self._practice.url if self._practice else options.url
        self._login = (
            practised(self._practice, how)
            if self._practice
            else as_told(options, opening.folder, self.address, how)
        )
        self._session = Session(
            self.address,
            how,
            read_only=opening.read_only,
            secrets=self._login.secrets,
            is_final=speaks,
            sign=self._login.access.headers,
        )
        self._api = Api(self._session, self._login.access, self._login.edition)
        self._customers = Search(self._api, "customers", "entity_id", options.page_size)
        self._groups = Search(self._api, "customerGroups", "id", options.page_size)
        self._readers = ThreadPoolExecutor(options.readers, thread_name_prefix="reader")
        self._writers = ThreadPoolExecutor(options.connections, thread_name_prefix="writer")

    def check(self) -> Check:
        """Version, rights, and what would spoil a run: websites, demanded fields, groups of companies …"""
        return inspect(self._api, self._options, self.address, read_only=self._opening.read_only)

    def groups(self) -> Sequence[Group]:
        """Every group, NOT LOGGED IN among them. Segments are no groups; none tells its members."""
        return [wire.group(row, self._shop) for row in self._groups.rows(after=-1)]

    def customers(self, after: str = "") -> Iterator[Page]:
        """Pages in the order of ids; the cursor is the last id."""
        return self._pages((), after)

    def changed(self, since: str) -> Iterator[Page]:
        """Customers whose own row was saved at or after `since`; the shop dates no subscription (run)."""
        return self._pages((Filter("updated_at", "gteq", since),), "")

    def rules(self) -> Rules:
        """What this shop holds: its countries, regions, store views and demands.

        Raises UsageError if the connector does not say which of several websites is meant.
        """
        self._refuse_several_websites()
        return limits.of_shop(
            self._shop, no_postcode=self._options.no_postcode, was_run=self._api.edition.was_run
        )

    def find(self, emails: Sequence[str]) -> Mapping[str, tuple[Customer, ...]]:
        """Customers of the website by identity key. The shop ignores accents and case; this decides."""
        self._refuse_several_websites()
        customers = (wire.customer(row, self._shop) for row in self._rows_of(emails))
        return by_key({one.id: one for one in customers}.values(), emails)

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """One request for each customer, over all connections; who was written is read back."""
        self._refuse_several_websites()
        return Writer(self._api, self._shop, self._writers, self._by_ids, self.find).apply(changes)

    def make_group(self, name: str) -> None:
        """A group with the tax class of the default group."""
        # What is longer is cut at 32 bytes, even inside a character; emoji become "????" (2.4.7, run).
        if len(name.encode()) > GROUP_BYTES or max(name) > "\uffff":
            raise GroupmigrateError(
                f"the shop has no room for the group name {quoted(name)}: 32 bytes, and no emoji",
                hint="é, ß or ș take two bytes; choose a shorter name in the mapping",
                code="GM412",
            )
        default = self._api.get(f"customerGroups/{self._shop.default_group}")
        # Never an id: POST with the id of a group renames that group (2.4.7, run).
        body = {"group": {"code": name, "tax_class_id": default["tax_class_id"]}}
        try:
            self._api.write("POST", "customerGroups", body)
        except Refused as refused:
            raise self._no_group(name, refused) from refused

    def remove(self, ids: Sequence[str]) -> Iterator[Outcome]:
        """Delete customers with their addresses; orders stay."""
        return remove(self._api, ids, self._writers, lambda some: set(self._by_ids(some)))

    def mails(self) -> int | None:
        """How many mails a practice shop would have sent; a real one does not tell."""
        return self._practice.mails if self._practice else None

    def close(self) -> None:
        """Let requests under way end, send none again, and close everything."""
        for pool in (self._readers, self._writers):
            pool.shutdown(wait=False, cancel_futures=True)
        self._session.close()
        for pool in (self._readers, self._writers):
            pool.shutdown()
        self._login.close()
        if self._practice:
            self._practice.close()

    @cached_property
    def _shop(self) -> Shop:
        return read_shop(self._api, self._options)

    def _pages(self, filters: tuple[Filter, ...], after: str) -> Iterator[Page]:
        total: int | None = None
        for batch in self._customers.ahead(
            *filters,
            *self._of_website(),
            after=int(after or 0),
            pool=self._readers,
            readers=self._options.readers,
        ):
            total = batch.total if total is None and not after else total
            if batch.rows:
                people = tuple(wire.customer(row, self._shop) for row in batch.rows)
                yield Page(people, str(batch.last), total)

    def _rows_of(self, emails: Sequence[str]) -> Iterator[Row]:
        for batch in batches(emails, EMAILS_AT_ONCE, separator=","):
            condition = "in" if len(batch) > 1 else "eq"
            yield from self._customers.rows(Filter("email", condition, ",".join(batch)), *self._of_website())

    def _of_website(self) -> tuple[Filter, ...]:
        """The customers that are meant; a search finds those of every website, whatever the address (run).

        Where websites share their customers everybody is meant, whichever website they registered on.
        """
        shop = self._shop
        if shop.website is None or shop.shared_accounts or len(shop.websites) == 1:
            return ()
        return (Filter("website_id", "eq", str(shop.website.id)),)

    def _by_ids(self, ids: Sequence[str]) -> Mapping[str, Customer]:
        rows = (
            row
            for some in in_batches(ids, IDS_AT_ONCE)
            for row in self._customers.rows(Filter("entity_id", "in", ",".join(some)))
        )
        return {str(row["id"]): wire.customer(row, self._shop) for row in rows}

    def _refuse_several_websites(self) -> None:
        if self._shop.website is None:
            codes = ", ".join(website.code for website in self._shop.websites)
            raise UsageError(
                "customers are written to one website, and the connector does not say which",
                place=self._opening.name,
                hint=f"set `website:` to one of: {codes}",
                code="GM522",
            )

    def _no_group(self, name: str, refused: Refused) -> GroupmigrateError:
        alike = [group.name for group in self.groups() if _alike(group.name) == _alike(name)]
        hint = (
            f"for the shop it is the same name as {quoted(alike[0])}: write that in the mapping"
            if alike
            else ""
        )
        words = f"the shop refuses the group {quoted(name)}: {refused.words}"
        return GroupmigrateError(words, hint=hint, code="GM401")


def _alike(name: str) -> str:
    """A group's name as the shop compares it: without case, accents and outer blanks (2.4.7, run)."""
    return lookalike(name.strip().casefold())


def _practice(options: RestOptions, opening: Opening) -> Practice:
    from groupmigrate.platforms.magento.sandbox import serve

    seed, place = opening.path(options.seed), opening.practice_file
    return serve(place, faults=options.faults, seed=seed, version=options.release)
