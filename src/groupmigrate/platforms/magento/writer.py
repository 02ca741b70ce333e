"""Sends changes to a shop and tells what became of each: the only place of the room that writes customers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass

from msgspec.structs import replace

from groupmigrate.errors import LostAnswer, StoreError, WrongAnswer
from groupmigrate.identity import key
from groupmigrate.model import Customer
from groupmigrate.platforms.base import Change, Outcome, State
from groupmigrate.platforms.batches import in_batches
from groupmigrate.platforms.magento import wire
from groupmigrate.platforms.magento.api import Api, Refused
from groupmigrate.platforms.magento.shop import Shop

BATCH = 100
"""Customers that are read back together, while the next ones are being written."""
ADDED = "addresses"
MAKES_NOBODY = "GM584"
NO_SUCH_WAY = (404, 405)
"""What PUT with the id 0 answers where it creates nobody: that customer, or that method, is not there."""

Lookup = Callable[[Sequence[str]], Mapping[str, Customer]]
Holders = Callable[[Sequence[str]], Mapping[str, Sequence[Customer]]]
Result = str | Refused | LostAnswer | StoreError
"""The id of a customer who was written, or why not."""


@dataclass(frozen=True)
class _Sent:
    change: Change
    future: Future[Result]


class Writer:
    """Creates and changes the customers of one shop.

    `lookup` reads customers back, by their ids; `holders` finds those who have an e-mail now.
    """

    def __init__(self, api: Api, shop: Shop, pool: Executor, lookup: Lookup, holders: Holders) -> None:
        self._api = api
        self._shop = shop
        self._pool = pool
        self._lookup = lookup
        self._holders = holders
        self._stopped: StoreError | None = None

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """One outcome for each change. Raises StoreError; what has no outcome by then is unknown."""
        before: list[_Sent] = []
        for part in in_batches(changes, BATCH):
            under_way = [_Sent(change, self._pool.submit(self._send, change)) for change in part]
            yield from self._settle(before)
            before = under_way
        yield from self._settle(before)

    def _settle(self, sent: Sequence[_Sent]) -> Iterator[Outcome]:
        """Wait for some changes, read back who was written, and say what became of each."""
        results = [(one.change, one.future.result()) for one in sent]
        written = [result for _, result in results if isinstance(result, str)]
        stored = self._lookup(written) if written else {}
        taken = self._taken(results)
        stopped: StoreError | None = None
        for change, result in results:
            if isinstance(result, (Refused, LostAnswer)):
                yield _failure(change, result, taken=key(change.customer.email) in taken)
            elif isinstance(result, StoreError):
                stopped = result
                if result.code == MAKES_NOBODY:
                    yield Outcome(change.seq, State.REJECTED, code=MAKES_NOBODY, words=result.message)
            elif result in stored:
                yield Outcome(change.seq, State.DONE, result, stored[result])
            else:
                words = "the shop does not list the customer"
                yield Outcome(change.seq, State.UNKNOWN, result, code="GM402", words=words)
        if stopped:
            raise stopped

    def _taken(self, results: Sequence[tuple[Change, Result]]) -> Mapping[str, Sequence[Customer]]:
        """Who has the e-mails of refused creations: Magento's refusal has words and no code (2.4.7, run)."""
        refused = [change for change, result in results if isinstance(result, Refused)]
        return self._holders([change.customer.email for change in refused if change.kind == "create"])

    def _send(self, change: Change) -> Result:
        """Write one customer; once the shop cannot be worked with, nothing more is sent."""
        if self._stopped:
            return self._stopped
        try:
            return self._create(change) if change.kind == "create" else self._update(change)
        except (Refused, LostAnswer) as error:
            return error
        except StoreError as error:
            self._stopped = error
            return error

    def _create(self, change: Change) -> str:
        # POST would mail everybody; PUT with the id 0 creates, too, and mails nobody (2.4.7, run).
        try:
            row = self._api.write("PUT", "customers/0", wire.new_customer(change.customer, self._shop))
        except Refused as refused:
            if refused.status in NO_SUCH_WAY and not self._api.edition.was_run:
                raise _not_created(refused) from refused
            raise
        id_ = str(row["id"])
        if row.get("confirmation") and change.customer.active is not False:
            # The shop waits for a click on a link that PUT never mails (2.4.7, run). If it refuses this, the
            # account is not active, which the comparison of what is stored tells.
            with suppress(Refused):
                body = wire.changed_customer(replace(change.customer, id=id_), ("active",), self._shop, row)
                self._api.write("PUT", f"customers/{id_}", body)
        return id_

    def _update(self, change: Change) -> str:
        id_ = change.customer.id
        whole = ADDED in change.fields or not self._shop.saves_parts
        row = self._api.get(f"customers/{id_}") if whole else None
        body = wire.changed_customer(change.customer, change.fields, self._shop, row)
        self._api.write("PUT", f"customers/{id_}", body)
        return id_


def _not_created(refused: Refused) -> WrongAnswer:
    """The store makes no customers silently: the first one shows it, and nobody was made or mailed."""
    return WrongAnswer(
        f"the shop creates no customers by PUT (status {refused.status}): {refused.words}",
        hint="POST would mail each of them, so it is not used; who is in the shop can be changed, and new "
        "ones can come by the shop's own import: `via: csv-import`",
        code=MAKES_NOBODY,
    )


def _failure(change: Change, error: Refused | LostAnswer, *, taken: bool) -> Outcome:
    """What it means that a customer was not saved. A taken e-mail may be our own lost creation."""
    id_ = change.customer.id
    if isinstance(error, LostAnswer):
        return Outcome(change.seq, State.UNKNOWN, id_, code="GM402", words=error.message)
    if taken:
        return Outcome(change.seq, State.UNKNOWN, id_, code="GM408", words=error.words)
    if change.kind == "create":
        return Outcome(change.seq, State.REJECTED, code="GM401", words=error.words)
    if error.status == 404:
        return Outcome(change.seq, State.REJECTED, id_, code="GM404", words=error.words)
    # A change of the group alone makes the shop check all that it holds of the customer (2.4.7, run).
    code = "GM411" if set(change.fields) == {"groups"} else "GM401"
    return Outcome(change.seq, State.REJECTED, id_, code=code, words=error.words)
