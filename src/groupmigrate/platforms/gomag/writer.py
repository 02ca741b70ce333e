"""Sends changes to a shop and tells what became of each: the only place of the room that writes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence

from groupmigrate.errors import LostAnswer
from groupmigrate.identity import key
from groupmigrate.model import Customer
from groupmigrate.platforms.base import Change, Outcome, State
from groupmigrate.platforms.batches import in_batches
from groupmigrate.platforms.gomag import wire
from groupmigrate.platforms.gomag.api import Api, Refused, Row
from groupmigrate.platforms.gomag.reader import Reader

BATCH = 50
"""Customers who are looked for together before they are created, and read back together afterwards."""

Records = Callable[[Mapping[str, Row]], Sequence[Customer]]


class Writer:
    """Creates and changes the customers of one shop, one after the other: there is no call for several."""

    def __init__(self, api: Api, reader: Reader, records: Records) -> None:
        self._api = api
        self._reader = reader
        self._records = records

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """One outcome for each change. Raises StoreError; what has no outcome by then is unknown."""
        for batch in in_batches([change for change in changes if change.kind == "create"], BATCH):
            yield from self._create(batch)
        for batch in in_batches([change for change in changes if change.kind != "create"], BATCH):
            yield from self._update(batch)

    def _create(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """The shop takes a second customer with one e-mail without a word, so it is asked first."""
        taken = self._taken(changes)
        made: dict[str, Change] = {}
        for change in changes:
            if key(change.customer.email) in taken:
                yield Outcome(change.seq, State.UNKNOWN, code="GM408", words="the e-mail is taken")
                continue
            try:
                # A password is demanded; nobody knows this one (vendor's text).
                values = wire.new_customer(change.customer, secrets.token_urlsafe(24))
                made[self._api.add(values)] = change
            except (Refused, LostAnswer) as error:
                yield _failure(change, error)
        yield from self._read_back(made)

    def _update(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        rows = self._reader.by_id(
            [change.customer.id for change in changes], [change.customer.email for change in changes]
        )
        sent: dict[str, Change] = {}
        for change in changes:
            id_ = change.customer.id
            if id_ not in rows:
                yield Outcome(change.seq, State.REJECTED, id_, code="GM404", words="the customer is gone")
                continue
            try:
                if any(name in wire.WRITABLE for name in change.fields):
                    self._api.update(wire.changed_customer(id_, rows[id_], change.customer, change.fields))
                sent[id_] = change
            except (Refused, LostAnswer) as error:
                yield _failure(change, error, id_)
        yield from self._read_back(sent)

    def _read_back(self, sent: Mapping[str, Change]) -> Iterator[Outcome]:
        rows = self._reader.by_id(list(sent), [change.customer.email for change in sent.values()])
        stored = {customer.id: customer for customer in self._records(rows)}
        for id_, change in sent.items():
            if id_ in stored:
                yield Outcome(change.seq, State.DONE, id_, stored[id_])
            else:
                words = "the shop does not list it"
                yield Outcome(change.seq, State.UNKNOWN, id_, code="GM402", words=words)

    def _taken(self, changes: Sequence[Change]) -> set[str]:
        """The identity keys that a customer of the shop has now; a lead is no customer."""
        rows = self._reader.by_email([change.customer.email for change in changes])
        return {key(wire.text(row, "email")) for row in rows.values() if wire.text(row, "type") != wire.LEAD}


def _failure(change: Change, error: Refused | LostAnswer, id_: str = "") -> Outcome:
    if isinstance(error, LostAnswer):
        return Outcome(change.seq, State.UNKNOWN, id_, code="GM402", words=error.message)
    return Outcome(change.seq, State.REJECTED, id_, code="GM401", words=str(error) or "no reason was given")
