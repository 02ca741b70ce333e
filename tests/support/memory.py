"""A store in memory that does what a script tells it: for the core, where the wire is not the point."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from groupmigrate.errors import Unreachable
from groupmigrate.identity import key
from groupmigrate.model import Customer, Group, Role
from groupmigrate.platforms.base import Change, Check, Outcome, Page, Rules, State

GROUPS = (
    Group("1", "Visitor", role=Role.VISITOR),
    Group("2", "Guest", role=Role.GUEST),
    Group("3", "Customer", role=Role.DEFAULT),
    Group("4", "Trade"),
    Group("5", "Shops"),
)

FAULTS = ("lost after", "lost before", "half", "partly", "refused", "taken", "altered", "gone", "silent")
"""What can happen to one change, besides nothing: see `MemoryStore._one`."""


class MemoryStore:
    """Customers by id; each sent change consumes the next entry of `script` ("" is a plain success)."""

    def __init__(
        self,
        customers: Sequence[Customer] = (),
        *,
        groups: Sequence[Group] = GROUPS,
        rules: Rules | None = None,
        script: Sequence[str] = (),
        page: int = 3,
        unknown: Sequence[str] = (),
        clock: str = "",
    ) -> None:
        """`unknown` are ids of groups that the store does not know: it falls back to 3 without a word.

        `clock` is the store's own, UTC, as its check tells it; if it has one, what is written is dated by it.
        """
        self.customers_by_id = {customer.id: customer for customer in customers}
        self.script = list(script)
        self.sent: list[Change] = []
        self._groups = tuple(groups)
        self._rules = rules or Rules(several_groups=True)
        self._page = page
        self._unknown = set(unknown)
        self.clock = clock

    def learn(self, group: str) -> None:
        """Somebody makes the group in the store."""
        self._unknown.discard(group)

    @property
    def everybody(self) -> list[Customer]:
        """All customers, in order of their ids."""
        return sorted(self.customers_by_id.values(), key=lambda customer: int(customer.id))

    def check(self) -> Check:
        return Check("memory", "1", clock=self.clock)

    def groups(self) -> Sequence[Group]:
        return self._groups

    def rules(self) -> Rules:
        return self._rules

    def customers(self, after: str = "") -> Iterator[Page]:
        return self._pages("", int(after or 0))

    def changed(self, since: str) -> Iterator[Page]:
        return self._pages(since, 0)

    def _pages(self, since: str, last: int) -> Iterator[Page]:
        while rest := [one for one in self.everybody if int(one.id) > last and one.updated >= since]:
            page = tuple(rest[: self._page])
            last = int(page[-1].id)
            yield Page(page, page[-1].id, len(self.customers_by_id))

    def find(self, emails: Sequence[str]) -> Mapping[str, tuple[Customer, ...]]:
        wanted = {key(email) for email in emails}
        found: dict[str, tuple[Customer, ...]] = {}
        for customer in self.everybody:
            if key(customer.email) in wanted:
                found[key(customer.email)] = (*found.get(key(customer.email), ()), customer)
        return found

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        for change in changes:
            self.sent.append(change)
            outcome = self._one(change, self.script.pop(0) if self.script else "")
            if outcome is not None:
                yield outcome

    def remove(self, ids: Sequence[str]) -> Iterator[Outcome]:
        for seq, id_ in enumerate(ids):
            match self.script.pop(0) if self.script else "":
                case "gone":
                    raise Unreachable("the store is gone", code="GM501")
                case "lost before":
                    yield Outcome(seq, State.UNKNOWN, code="GM402")
                case "refused":
                    yield Outcome(seq, State.REJECTED, code="GM401", words="no")
                case fault:
                    self.customers_by_id.pop(id_, None)
                    lost = fault == "lost after"
                    yield Outcome(seq, State.UNKNOWN if lost else State.DONE, id_)

    def move(self, id_: str, group: str) -> None:
        """What a person does in the shop's own pages."""
        self.customers_by_id[id_] = replace(self.customers_by_id[id_], groups=(group,))

    def close(self) -> None:
        pass

    def _one(self, change: Change, fault: str) -> Outcome | None:
        match fault:
            case "lost before":
                return Outcome(change.seq, State.UNKNOWN, code="GM402")
            case "refused":
                return Outcome(change.seq, State.REJECTED, code="GM401", words="no")
            case "taken":
                return Outcome(change.seq, State.UNKNOWN, code="GM408")
            case "gone":
                raise Unreachable("the store is gone", code="GM501")
        if fault == "partly":
            change = replace(
                change, customer=replace(change.customer, addresses=change.customer.addresses[:1])
            )
        stored = self._store(change, half=fault == "half", altered=fault == "altered")
        match fault:
            case "lost after" | "half" | "partly":
                return Outcome(change.seq, State.UNKNOWN, code="GM402")
            case "silent":
                return None
        return Outcome(change.seq, State.DONE, stored.id, stored)

    def _store(self, change: Change, *, half: bool, altered: bool) -> Customer:
        if change.kind == "create":
            number = 1 + max((int(one) for one in self.customers_by_id), default=100)
            stored = replace(change.customer, id=str(number))
            stored = replace(stored, addresses=(), groups=("3",)) if half else stored
        else:
            stored = self._updated(change, half=half)
        if altered or self._unknown & set(stored.groups):
            stored = replace(stored, groups=("3",))
        if self._rules.groups_by_hand:
            there = self.customers_by_id.get(stored.id)
            stored = replace(stored, groups=there.groups if there else ("3",))
        stored = replace(stored, updated=self.clock) if self.clock else stored
        self.customers_by_id[stored.id] = stored
        return stored

    def _updated(self, change: Change, *, half: bool) -> Customer:
        there = self.customers_by_id[change.customer.id]
        fields = change.fields[:1] if half else change.fields
        values = {name: getattr(change.customer, name) for name in fields}
        if "addresses" in values:
            values["addresses"] = (*there.addresses, *change.customer.addresses)
        if "groups" in values:
            values["loose_default"] = False
        return replace(there, **values)
