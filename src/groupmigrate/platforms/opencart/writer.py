"""Writes changes to a shop and tells what became of each.

A batch of new customers is written in three steps, in one transaction where the tables have them:

    1. the customers, who cannot log in yet and are marked as half-written
    2. their addresses, the default one first, and who waits for approval
    3. one statement that names the default address, lets them log in and takes the mark away

Where there are no transactions (MyISAM) a kill leaves marked customers. They are read as not being what was
wanted, so the run that goes on adds what is missing, and step 3 ends them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from groupmigrate.errors import GroupmigrateError, LostAnswer
from groupmigrate.identity import key
from groupmigrate.model import Customer
from groupmigrate.platforms.base import Change, Outcome, Rules, State
from groupmigrate.platforms.batches import in_batches
from groupmigrate.platforms.misfits import misfits
from groupmigrate.platforms.opencart import wire
from groupmigrate.platforms.opencart.database import Database
from groupmigrate.platforms.opencart.emails import Emails
from groupmigrate.platforms.opencart.shop import Shop
from groupmigrate.platforms.opencart.steps import Steps, Words
from groupmigrate.platforms.opencart.trouble import Refused

BATCH = 500
ADDED = "addresses"

Lookup = Callable[[Sequence[int]], Mapping[int, Customer]]
Failed = dict[int, str]
"""Who was refused, and in which words: by number of the change, or by customer id."""


class Writer:
    """Creates and changes the customers of one shop.

    `lookup` reads customers back by their ids; `seen` tells in which group the caller found a customer.
    """

    def __init__(
        self,
        database: Database,
        shop: Shop,
        rules: Rules,
        emails: Emails,
        lookup: Lookup,
        seen: Mapping[str, str],
    ) -> None:
        self._database = database
        self._shop = shop
        self._rules = rules
        self._emails = emails
        self._lookup = lookup
        self._seen = seen

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """One outcome for each change. Raises StoreError; what has no outcome by then is unknown."""
        good: list[Change] = []
        for change in changes:
            if words := self._objection(change):
                yield Outcome(change.seq, State.REJECTED, code="GM401", words=words)
            else:
                good.append(change)
        for batch in in_batches([change for change in good if change.kind == "create"], BATCH):
            yield from self._create(batch)
        for batch in in_batches([change for change in good if change.kind != "create"], BATCH):
            yield from self._update(batch)

    def _objection(self, change: Change) -> str:
        """Why the shop could not use a customer whom its database would take; or ""."""
        fields = (*self._rules.customer, ADDED) if change.kind == "create" else change.fields
        bad = misfits(change.customer, fields, self._rules)
        return f"the shop cannot use: {', '.join(bad)}" if bad else ""

    # --- creating ---

    def _create(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """The tables take an e-mail twice: it is looked for before and after, and nobody is removed."""
        self._emails.refresh()
        names = {change.seq: key(change.customer.email) for change in changes}
        taken = self._emails.ids(names.values())
        new: dict[str, Change] = {}
        for change in changes:
            name = names[change.seq]
            if name in taken or name in new:
                yield Outcome(change.seq, State.UNKNOWN, code="GM408", words="the e-mail is taken")
            else:
                new[name] = change
        try:
            ids, refused, words = self._write_new(list(new.values()))
        except (LostAnswer, Refused) as lost:
            yield from _unknown(new.values(), lost)
            return
        self._emails.refresh()
        doubles, stored = self._emails.ids(new), self._lookup(list(ids.values()))
        for name, change in new.items():
            if change.seq in refused:
                yield Outcome(change.seq, State.REJECTED, code="GM401", words=refused[change.seq])
            else:
                id_ = ids.get(change.seq, 0)
                yield _created(change.seq, stored.get(id_), doubles.get(name, []), words.get(id_, []))

    def _write_new(self, changes: Sequence[Change]) -> tuple[dict[int, int], Failed, Words]:
        """Ids and refusals by number of the change, and what was said about addresses."""
        if not changes:
            return {}, {}, {}
        rows = {change.seq: wire.new_customer(change.customer, self._shop) for change in changes}
        with self._database.writing() as transaction:
            steps = Steps(transaction, self._shop)
            ids, refused = steps.insert_customers(rows)
            made = {ids[change.seq]: change.customer for change in changes if change.seq in ids}
            words = steps.add_addresses({id_: one.addresses for id_, one in made.items()}, Counter())
            steps.let_wait(made)
            steps.finish(list(made))
        return ids, refused, words

    # --- changing ---

    def _update(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        sent = {int(change.customer.id): change for change in changes}
        try:
            refused, words = self._write_changes(sent)
        except (LostAnswer, Refused) as lost:
            yield from _unknown(changes, lost)
            return
        if any("email" in change.fields for change in changes):
            self._emails.forget()
        stored = self._lookup(list(sent))
        for id_, change in sent.items():
            yield _changed(change, stored.get(id_), refused.get(id_, ""), words.get(id_, []))

    def _write_changes(self, sent: Mapping[int, Change]) -> tuple[Failed, Words]:
        now = self._lookup(list(sent))
        there = {id_: change for id_, change in sent.items() if id_ in now}
        # Who is half-written is loose; for everybody else only the group may change under a condition.
        half = [id_ for id_ in there if now[id_].loose_default]
        adding = {id_: one.customer.addresses for id_, one in there.items() if ADDED in one.fields}
        with self._database.writing() as transaction:
            steps = Steps(transaction, self._shop)
            steps.set_groups(self._moves(there, now))
            values = {
                id_: wire.changed(one.customer, _columns(one, half), self._shop) for id_, one in there.items()
            }
            refused = steps.set_columns(values)
            words = steps.add_addresses(adding, steps.count_addresses(adding))
            steps.let_wait({id_: there[id_].customer for id_ in half})
            steps.finish([*half, *adding])
        return refused, words

    def _moves(
        self, there: Mapping[int, Change], now: Mapping[int, Customer]
    ) -> Mapping[tuple[int, int], Sequence[int]]:
        """Who goes from which group to which. The old one is what the caller found, and decided about."""
        moves: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        for id_, change in there.items():
            if "groups" in change.fields:
                old = self._seen.get(str(id_), now[id_].default_group)
                moves[int(old), int(change.customer.default_group)].append(id_)
        return moves


def _columns(change: Change, half: Sequence[int]) -> list[str]:
    """What of a change is columns of the customer; the status of a half-written one is in the mark."""
    own = {"groups", "active"} if int(change.customer.id) in half else {"groups"}
    return [name for name in change.fields if name not in own]


def _created(seq: int, stored: Customer | None, holders: Sequence[int], said: Sequence[str]) -> Outcome:
    words = "; ".join(said)
    if stored is None:
        return Outcome(seq, State.UNKNOWN, code="GM402", words="the shop does not hold the customer")
    if len(holders) > 1:
        words = f"the customers {', '.join(map(str, holders))} have this e-mail"
        return Outcome(seq, State.REJECTED, stored.id, stored, "GM406", words)
    return Outcome(seq, State.DONE, stored.id, stored, words=words)


def _changed(change: Change, stored: Customer | None, refused: str, said: Sequence[str]) -> Outcome:
    seq, id_ = change.seq, change.customer.id
    if stored is None:
        return Outcome(seq, State.REJECTED, id_, code="GM404", words="the customer is gone")
    if refused:
        return Outcome(seq, State.REJECTED, id_, stored, "GM401", refused)
    if "groups" in change.fields and stored.groups != change.customer.groups:
        return Outcome(
            seq, State.REJECTED, id_, stored, "GM404", "somebody changed the group in the meantime"
        )
    return Outcome(seq, State.DONE, id_, stored, words="; ".join(said))


def _unknown(changes: Iterable[Change], lost: GroupmigrateError) -> Iterator[Outcome]:
    for change in changes:
        yield Outcome(change.seq, State.UNKNOWN, change.customer.id, code="GM402", words=lost.message)
