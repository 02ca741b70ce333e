"""Sends changes to a store and tells what became of each: with `remover.py` the only place that writes.

The store says little about a batch: which usernames it handled, and words that name nobody. So whoever is not
there afterwards is sent again alone, and what counts is what is read back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from groupmigrate.errors import LostAnswer
from groupmigrate.identity import key
from groupmigrate.model import Customer
from groupmigrate.platforms.base import Change, Outcome, State
from groupmigrate.platforms.batches import in_batches, in_halves
from groupmigrate.platforms.neto import wire
from groupmigrate.platforms.neto.api import Api, Refused

ADDED = "addresses"
By = Callable[[Sequence[str]], Mapping[str, Customer]]
Find = Callable[[Sequence[str]], Mapping[str, Sequence[Customer]]]


@dataclass
class _Sending:
    """What the store said about changes that were sent, by their numbers."""

    handled: dict[int, str] = field(default_factory=dict)
    """The username that it answered with."""
    refused: dict[int, str] = field(default_factory=dict)
    lost: dict[int, str] = field(default_factory=dict)


class Writer:
    """Creates and changes the customers of one store.

    `find` tells who has an e-mail now, `by_names` reads customers back.
    """

    def __init__(self, api: Api, batch_size: int, find: Find, by_names: By) -> None:
        self._api = api
        self._batch_size = batch_size
        self._find = find
        self._by_names = by_names

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """One outcome for each change. Raises StoreError; what has no outcome by then is unknown."""
        creations = [change for change in changes if change.kind == "create"]
        updates = [change for change in changes if change.kind != "create"]
        for batch in in_batches(creations, self._batch_size):
            yield from self._create(batch)
        for batch in in_batches(updates, self._batch_size):
            yield from self._update(batch)

    # --- creating ---

    def _create(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Create customers whose e-mail and username are nobody's: the store may check neither (unsure)."""
        free = []
        emails = set(self._find([change.customer.email for change in changes]))
        names = set(map(_plain, self._by_names([change.customer.username for change in changes])))
        for change in changes:
            email, name = key(change.customer.email), _plain(change.customer.username)
            if email in emails:
                yield Outcome(change.seq, State.UNKNOWN, code="GM408", words="the e-mail is taken")
            elif name in names:
                yield Outcome(change.seq, State.REJECTED, code="GM230", words=f'"{name}" is somebody\'s')
            else:
                free.append(change)
            emails.add(email)
            names.add(name)
        if free:
            yield from self._created(free)

    def _created(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        sending = _Sending()
        made = self._send_new(changes, sending)
        for change in changes:
            seq = change.seq
            customers = made.get(seq, ())
            if len(customers) > 1:
                names = ", ".join(one.id for one in customers)
                words = f"the customers {names} have this e-mail"
                yield Outcome(seq, State.REJECTED, customers[0].id, customers[0], "GM406", words)
            elif customers:
                yield Outcome(seq, State.DONE, customers[0].id, customers[0])
            elif seq in sending.refused:
                yield Outcome(seq, State.REJECTED, code="GM401", words=sending.refused[seq])
            else:
                yield Outcome(seq, State.UNKNOWN, code="GM402", words=sending.lost.get(seq, "not listed"))

    def _send_new(self, changes: Sequence[Change], sending: _Sending) -> dict[int, Sequence[Customer]]:
        """Send creations, halving what is refused; returns who is there for each change."""
        made: dict[int, Sequence[Customer]] = {}
        todo: list[Sequence[Change]] = [changes]
        while todo:
            batch = todo.pop()
            self._send("AddCustomer", batch, [wire.new_customer(one.customer) for one in batch], sending)
            found = self._there(batch, sending)
            made |= found
            # Only who is not there, and of whom the store did not say that it was done, is sent again.
            missing = [one for one in batch if one.seq not in found and one.seq in sending.refused]
            if len(batch) > 1 and missing:
                todo += in_halves(missing) if len(missing) == len(batch) else in_batches(missing, 1)
        return made

    def _there(self, changes: Sequence[Change], sending: _Sending) -> dict[int, Sequence[Customer]]:
        """Who is in the store for each change: by e-mail, else by the username that the store answered."""
        found = self._find([change.customer.email for change in changes])
        there = {
            change.seq: found[email] for change in changes if (email := key(change.customer.email)) in found
        }
        names = {sending.handled[one.seq]: one.seq for one in changes if one.seq in sending.handled}
        unseen = [name for name, seq in names.items() if seq not in there]
        by_name = self._by_names(unseen) if unseen else {}
        return there | {names[name]: (customer,) for name, customer in by_name.items()}

    # --- changing ---

    def _update(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        ids = [change.customer.id for change in changes]
        before = self._by_names(ids)
        sending = _Sending()
        todo: list[Sequence[Change]] = [[change for change in changes if change.customer.id in before]]
        while todo:
            batch = todo.pop()
            bodies = [_changed(change, before[change.customer.id]) for change in batch]
            self._send("UpdateCustomer", batch, bodies, sending)
            unsaid = [one for one in batch if one.seq in sending.refused]
            if len(batch) > 1 and unsaid:
                todo += in_halves(unsaid) if len(unsaid) == len(batch) else in_batches(unsaid, 1)
        now = self._by_names(ids)
        for change in changes:
            yield _changed_outcome(change, now.get(change.customer.id), sending)

    # --- sending ---

    def _send(
        self, action: str, changes: Sequence[Change], bodies: Sequence[wire.Body], sending: _Sending
    ) -> None:
        """One call; what the store says of each change goes into `sending`."""
        if not changes:
            return
        try:
            names, words = self._api.save(action, bodies)
        except Refused as refused:
            sending.refused |= dict.fromkeys((change.seq for change in changes), refused.words)
            return
        except LostAnswer as lost:
            for change in changes:
                sending.lost[change.seq] = lost.message
                sending.refused.pop(change.seq, None)
            return
        if not names and not words:
            # Nothing said against it, and nothing listed: what is read back decides.
            names = [str(body["Username"]) for body in bodies]
        answered = {_plain(name): name for name in names}
        for change, body in zip(changes, bodies, strict=True):
            if name := answered.get(_plain(str(body["Username"]))):
                sending.handled[change.seq] = name
                sending.refused.pop(change.seq, None)
            else:
                sending.refused[change.seq] = words


def _changed(change: Change, there: Customer) -> wire.Body:
    """The fields that change. Addresses only go where there is a free place."""
    fields = [name for name in change.fields if name != ADDED]
    body = wire.changed_customer(change.customer, fields)
    if ADDED in change.fields:
        for name, home in wire.more_homes(change.customer, there).items():
            body[name] = {**body.get(name, {}), **home}
    return body


def _changed_outcome(change: Change, stored: Customer | None, sending: _Sending) -> Outcome:
    id_ = change.customer.id
    if stored is None:
        return Outcome(change.seq, State.REJECTED, id_, code="GM404", words="no customer has this username")
    if change.seq in sending.lost:
        return Outcome(change.seq, State.UNKNOWN, id_, code="GM402", words=sending.lost[change.seq])
    if change.seq in sending.handled:
        return Outcome(change.seq, State.DONE, id_, stored)
    return Outcome(change.seq, State.REJECTED, id_, code="GM401", words=sending.refused.get(change.seq, ""))


def _plain(name: str) -> str:
    """A username as it is compared: the store drops signs without a word (as it does for products, read)."""
    return "".join(sign for sign in name.casefold() if sign.isalnum())
