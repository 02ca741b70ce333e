"""Runs, retries and undos in any order while people use the shop: what they entered stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from threading import Event

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from groupmigrate.errors import StalePlan, StoreError
from groupmigrate.identity import key
from groupmigrate.model import Customer
from groupmigrate.platforms.base import Change, Outcome
from groupmigrate.running.run import apply_plan, retry_failed
from groupmigrate.running.undo import undo_plan
from support.memory import FAULTS, MemoryStore
from support.small_plans import HOME, create, old, plan_of, regroup

NEW, OLD = range(4), range(1, 4)
SCRIPT = st.lists(st.sampled_from(("", "", *FAULTS)), max_size=8)
DOUBTFUL = {"lost before", "lost after", "half", "partly", "silent", "taken", "gone"}
"""After these nobody can tell our own customer from the same person who registers at that moment."""


class WatchedShop(MemoryStore):
    """A store that remembers whom it made for us, and what people did."""

    def __init__(self, customers: Sequence[Customer]) -> None:
        super().__init__(customers)
        self.ours: set[str] = set()
        self.in_doubt: set[str] = set()
        self.by_people: dict[str, dict[str, object]] = {}
        """What people entered, by id and field: none of it may be overwritten, and its owner not removed."""

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        if set(self.script[: len(changes)]) & DOUBTFUL:
            self.in_doubt |= {change.customer.email for change in changes}
        before = set(self.customers_by_id)
        try:
            yield from super().apply(changes)
        finally:
            self.ours |= set(self.customers_by_id) - before

    def remove(self, ids: Sequence[str]) -> Iterator[Outcome]:
        assert set(ids) <= self.ours, "somebody else is removed"
        return super().remove(ids)

    def people_enter(self, customer: Customer, *fields: str) -> None:
        self.customers_by_id[customer.id] = customer
        entered = self.by_people.setdefault(customer.id, {})
        entered.update({name: getattr(customer, name) for name in fields})


class Shop(RuleBasedStateMachine):
    """One plan, one shop, and everything that can happen to them."""

    @initialize()
    def begin(self) -> None:
        existing = [old(number) for number in OLD]
        self.shop = WatchedShop(existing)
        self.actions = [*(create(number) for number in NEW), *(regroup(one) for one in existing)]
        self.files = ExitStack()
        self.plan = self.files.enter_context(plan_of(self.actions, max_failures=100, batch=2))
        self.plan.ask("PRAGMA synchronous = OFF")

    def teardown(self) -> None:
        self.files.close()

    # --- what we do ---

    @rule(script=SCRIPT)
    def run(self, script: list[str]) -> None:
        self.shop.script = script
        with suppress(StoreError, StalePlan):
            apply_plan(self.plan, self.shop, watch=lambda _: None, stop=Event(), pause=0)

    @rule(script=SCRIPT)
    def retry(self, script: list[str]) -> None:
        try:
            retry_failed(self.plan)
        except StalePlan:
            return
        self.run(script)

    @precondition(lambda self: self.plan.begun)
    @rule(script=SCRIPT)
    def undo(self, script: list[str]) -> None:
        self.shop.script = script
        with suppress(StoreError):
            undo_plan(self.plan, self.shop, removes=True, watch=lambda *_: None, stop=Event(), pause=0)

    # --- what people do ---

    @rule(number=st.sampled_from(NEW), same_person=st.booleans())
    def register(self, number: int, same_person: bool) -> None:
        wanted = self.actions[number].wanted
        assert wanted is not None
        if self.shop.find([wanted.email]) or (same_person and wanted.email in self.shop.in_doubt):
            return
        id_ = str(1 + max((int(one.id) for one in self.shop.everybody), default=100))
        self.shop.ours.discard(id_)
        person = replace(wanted, id=id_, groups=("3",), addresses=())
        person = person if same_person else replace(person, lastname="Other")
        self.shop.people_enter(person, *person.__struct_fields__)

    @rule(data=st.data(), what=st.sampled_from(("company", "groups", "email", "addresses", "gone")))
    def change(self, data: st.DataObject, what: str) -> None:
        unlike = {row.action.email for row in self.plan.rows("j.state != 'done'")}
        whole = [
            one for one in self.shop.everybody if one.id not in self.shop.ours or one.email not in unlike
        ]
        if not whole:
            return
        one = data.draw(st.sampled_from(whole))
        if what == "gone":
            del self.shop.customers_by_id[one.id]
            self.shop.by_people.pop(one.id, None)
            return
        values = {
            "company": "Pop SRL",
            "groups": ("5",),
            "email": f"married{one.id}@example.com",
            "addresses": (*one.addresses, replace(HOME, city="Elsewhere")),
        }
        self.shop.people_enter(replace(one, **{what: values[what]}), what)

    # --- what always holds ---

    @invariant()
    def what_people_entered_stands(self) -> None:
        for id_, entered in getattr(self, "shop", WatchedShop([])).by_people.items():
            there = self.shop.customers_by_id[id_]
            assert {name: getattr(there, name) for name in entered} == entered

    @invariant()
    def nobody_is_there_twice(self) -> None:
        emails = Counter(key(one.email) for one in getattr(self, "shop", WatchedShop([])).everybody)
        assert not emails or max(emails.values()) == 1


TestShop = Shop.TestCase
TestShop.settings = settings(max_examples=80, stateful_step_count=12, deadline=None)
