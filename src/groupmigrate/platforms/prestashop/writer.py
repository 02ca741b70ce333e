"""Sends changes to a shop and tells what became of each: the only place of the room that writes."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from msgspec.structs import replace

from groupmigrate.errors import LostAnswer, StoreError
from groupmigrate.identity import key
from groupmigrate.model import Address, Customer
from groupmigrate.platforms.base import Change, Outcome, State
from groupmigrate.platforms.batches import in_batches, in_halves
from groupmigrate.platforms.prestashop import wire
from groupmigrate.platforms.prestashop.api import Api, IllPage, Refused
from groupmigrate.platforms.prestashop.reader import Reader
from groupmigrate.platforms.prestashop.shop import Shop

BATCH = 100
"""Creations that are completed together, and addresses in one body (1,960 a second instead of 85, run)."""
PATCHES = 50
"""Changes in one body: 424 a second at 100, 279 at 20, 65 one by one (PrestaShop 9.1.4, run)."""

ADDED = "addresses"
EMAIL_TAKEN = frozenset({140, 141})
UNKNOWN_ID = 92

Wanted = Mapping[str, tuple[Customer, Sequence[str]]]
"""By id: a customer, and the fields to be changed."""


@dataclass(frozen=True)
class _Sent:
    """A change whose customer exists in the shop."""

    change: Change
    id: str

    @property
    def customer(self) -> Customer:
        return replace(self.change.customer, id=self.id)


@dataclass(frozen=True)
class _NewAddress:
    """An address to be created; `number` counts those of the same customer from 1."""

    customer_id: str
    number: int
    address: Address


class Writer:
    """Creates and changes the customers of one shop, and has them read back."""

    def __init__(self, api: Api, shop: Shop, pool: Executor, reader: Reader) -> None:
        self._api = api
        self._shop = shop
        self._pool = pool
        self._reader = reader

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """One outcome for each change. Raises StoreError; what has no outcome by then is unknown."""
        for batch in in_batches([change for change in changes if change.kind == "create"], BATCH):
            yield from self._create(batch) if self._shop.refuses_doubles else self._create_once(batch)
        for batch in in_batches([change for change in changes if change.kind != "create"], PATCHES):
            yield from self._update(batch)

    def _create_once(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Create customers in a shop that would make a second one with the same e-mail, silently.

        So it is asked before and after; a double that came about in between is told, and nobody is removed.
        """
        emails = {change.seq: key(change.customer.email) for change in changes}
        taken = self._reader.account_ids([change.customer.email for change in changes])
        for change in changes:
            if emails[change.seq] in taken:
                yield Outcome(change.seq, State.UNKNOWN, code="GM408", words="the e-mail is taken")
        free = [change for change in changes if emails[change.seq] not in taken]
        outcomes = list(self._create(free))
        now = self._reader.account_ids([change.customer.email for change in free])
        for outcome in outcomes:
            doubles = now.get(emails[outcome.seq], ())
            if outcome.state is State.DONE and len(doubles) > 1:
                words = f"the customers {', '.join(doubles)} have this e-mail"
                yield Outcome(outcome.seq, State.REJECTED, outcome.id, outcome.stored, "GM406", words)
            else:
                yield outcome

    def _create(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """One POST each, because a body of several gives no ids if one is bad; all the rest in batches."""
        stopped: list[StoreError] = []
        futures = [(change, self._pool.submit(self._post, self._new(change), stopped)) for change in changes]
        made: list[_Sent] = []
        for change, future in futures:
            try:
                made.append(_Sent(change, future.result()))
            except (Refused, LostAnswer) as error:
                yield _failure(change, error)
        if stopped:
            raise stopped[0]
        # The shop ignores date_add on POST and takes it on PATCH and PUT (PrestaShop 1.6 to 9.1.4, run).
        dates = {one.id: (one.customer, ("created",)) for one in made if one.customer.created}
        yield from self._complete(made, self._save(dates), Counter())

    def _update(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        sent = {change.customer.id: _Sent(change, change.customer.id) for change in changes}
        fields = {id_: [name for name in one.change.fields if name != ADDED] for id_, one in sent.items()}
        trouble = self._save({id_: (sent[id_].customer, fields[id_]) for id_ in sent if fields[id_]})
        for id_, error in trouble.items():
            yield _failure(sent.pop(id_).change, error, id_)
        adding = [id_ for id_, one in sent.items() if ADDED in one.change.fields]
        yield from self._complete(list(sent.values()), {}, self._addresses_of(adding))

    def _complete(
        self, sent: Sequence[_Sent], trouble: dict[str, Refused | LostAnswer], there: Counter[str]
    ) -> Iterator[Outcome]:
        """Add the addresses, read everything back, and say what became of the customers."""
        words = {id_: [f"created: {error}"] for id_, error in trouble.items() if isinstance(error, Refused)}
        lost = {id_ for id_, error in trouble.items() if isinstance(error, LostAnswer)}
        lost |= self._add(_addresses(sent), there, words)
        stored = self._reader.by_ids([one.id for one in sent if one.id not in lost])
        for one in sent:
            seq, said = one.change.seq, "; ".join(words.get(one.id, ()))
            if one.id in stored:
                yield Outcome(seq, State.DONE, one.id, stored[one.id], words=said)
            elif one.id in lost:
                yield Outcome(seq, State.UNKNOWN, one.id, code="GM402", words=said)
            else:
                yield Outcome(seq, State.UNKNOWN, one.id, code="GM402", words="the shop does not list it")

    def _post(self, entity: ET.Element, stopped: list[StoreError]) -> str:
        """The id of the new customer; "" once the shop refuses everything: then nothing more is sent."""
        if stopped:
            return ""
        try:
            ids = self._api.save("POST", "customers", [entity])
        except StoreError as error:
            stopped.append(error)
            return ""
        if len(ids) != 1 or not ids[0]:
            raise LostAnswer("the shop confirmed a customer but named no id", code="GM402")
        return ids[0]

    def _save(self, wanted: Wanted) -> dict[str, Refused | LostAnswer]:
        """Change customers and return what went wrong, by id. A bad one is found by halving.

        Those before the bad one are changed already; to change them again to the same does no harm.
        """
        trouble: dict[str, Refused | LostAnswer] = {}
        method = "PATCH" if self._shop.patches else "PUT"
        todo = list(in_batches(list(wanted), PATCHES))
        while todo:
            ids = todo.pop()
            try:
                self._api.save(method, "customers", self._changed({id_: wanted[id_] for id_ in ids}))
            except LostAnswer as lost:
                trouble |= dict.fromkeys(ids, lost)
            except Refused as refused:
                if len(ids) == 1:
                    trouble[ids[0]] = refused
                else:
                    todo += in_halves(ids)
        return trouble

    def _changed(self, wanted: Wanted) -> list[ET.Element]:
        """What to send: the changed fields, or all of the customer where the shop knows no PATCH."""
        if self._shop.patches:
            return [wire.changed_customer(*one, self._shop) for one in wanted.values()]
        try:
            rows = {wire.text(row, "id"): row for row in self._api.some("customers", list(wanted))}
        except IllPage as error:
            raise Refused(frozenset(), error.message) from error
        if len(rows) < len(wanted):
            raise Refused(frozenset({UNKNOWN_ID}), "the customer is gone")
        return [wire.whole_customer(rows[id_], *one, self._shop) for id_, one in wanted.items()]

    def _add(self, waiting: list[_NewAddress], there: Counter[str], words: dict[str, list[str]]) -> set[str]:
        """Create addresses; returns the customers whose answer was lost, and adds refusals to `words`.

        `there` counts the addresses that each customer is known to have.
        """
        lost: set[str] = set()
        size = BATCH
        while waiting:
            part, rest = waiting[:size], waiting[size:]
            size = BATCH
            try:
                self._api.save("POST", "addresses", [self._entity(one) for one in part])
                there.update(one.customer_id for one in part)
            except LostAnswer:
                lost.update(one.customer_id for one in part)
                rest = [one for one in rest if one.customer_id not in lost]
            except Refused as refused:
                if len(part) == 1:
                    said = f"address {part[0].number}: {refused}"
                    words.setdefault(part[0].customer_id, []).append(said)
                else:
                    # Those before the bad one were stored; the next alone tells whether it is the bad one.
                    rest, size = [*self._not_stored(part, there), *rest], 1
            waiting = rest
        return lost

    def _not_stored(self, part: Sequence[_NewAddress], there: Counter[str]) -> list[_NewAddress]:
        now = self._addresses_of([one.customer_id for one in part])
        missing = []
        for one in part:
            if now[one.customer_id] > there[one.customer_id]:
                there[one.customer_id] += 1
            else:
                missing.append(one)
        return missing

    def _addresses_of(self, ids: Sequence[str]) -> Counter[str]:
        """How many addresses these customers have."""
        if not ids:
            return Counter()
        some = ("filter[id_customer]", f"[{'|'.join(dict.fromkeys(ids))}]")
        return Counter(
            wire.text(row, "id_customer") for page in self._api.pages("addresses", some) for row in page
        )

    def _new(self, change: Change) -> ET.Element:
        # A password is demanded and always hashed; nobody knows this one (PrestaShop 9.1.4, run).
        return wire.new_customer(change.customer, self._shop, secrets.token_urlsafe(24))

    def _entity(self, one: _NewAddress) -> ET.Element:
        return wire.new_address(one.address, one.customer_id, one.number, self._shop)


def _addresses(sent: Sequence[_Sent]) -> list[_NewAddress]:
    return [
        _NewAddress(one.id, number, address)
        for one in sent
        if one.change.kind == "create" or ADDED in one.change.fields
        for number, address in enumerate(one.change.customer.addresses, start=1)
    ]


def _failure(change: Change, error: Refused | LostAnswer, id_: str = "") -> Outcome:
    """What it means that a customer was not saved. A taken e-mail may be our own lost creation."""
    if isinstance(error, LostAnswer):
        return Outcome(change.seq, State.UNKNOWN, id_, code="GM402", words=error.message)
    if error.codes & EMAIL_TAKEN:
        return Outcome(change.seq, State.UNKNOWN, id_, code="GM408", words=error.words)
    code = "GM404" if UNKNOWN_ID in error.codes else "GM401"
    return Outcome(change.seq, State.REJECTED, id_, code=code, words=error.words)
