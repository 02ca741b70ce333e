"""What a run did is taken back, nothing else, whatever the store does meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from groupmigrate.errors import Interrupted, LimitTripped, StalePlan, StoreError
from groupmigrate.model import Customer
from groupmigrate.planning.action import Action
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.running.journal import UndoJournal
from groupmigrate.running.run import apply_plan, retry_failed
from groupmigrate.running.undo import Undone, preview, undo_plan, undone
from support.memory import FAULTS, MemoryStore
from support.small_plans import HOME, create, old, plan_of, regroup

OLD = [old(number) for number in range(1, 6)]
ACTIONS = [*(create(number) for number in range(10)), *(regroup(customer) for customer in OLD)]


def run(plan: PlanFile, store: MemoryStore, tries: int = 1) -> None:
    """Apply the plan, as often as the store goes away."""
    for _ in range(tries):
        try:
            result = apply_plan(plan, store, watch=lambda _: None, stop=Event(), pause=0)
        except StoreError:
            continue
        if not result.open:
            return


def undo(plan: PlanFile, store: MemoryStore, *, removes: bool = True, stop: Event | None = None) -> Undone:
    return undo_plan(
        plan, store, removes=removes, watch=lambda done, total: None, stop=stop or Event(), pause=0
    )


def applied(plan: PlanFile, existing: Sequence[Customer] = OLD) -> MemoryStore:
    """A store to which the plan was applied."""
    store = MemoryStore(existing)
    run(plan, store)
    return store


def made(store: MemoryStore) -> Customer:
    """The first customer whom the run created."""
    return next(one for one in store.everybody if one.email.startswith("new"))


def actions() -> list[Action]:
    return list(ACTIONS)


def test_a_run_that_is_taken_back_leaves_the_store_as_it_was() -> None:
    with plan_of(actions()) as plan:
        store = applied(plan)
        assert len(store.everybody) == 15
        assert undo(plan, store) == Undone(removed=10, restored=5)
        assert store.everybody == OLD


@settings(max_examples=200)
@given(
    running=st.lists(st.sampled_from(("", *FAULTS)), max_size=30),
    undoing=st.lists(st.sampled_from(("", *FAULTS)), max_size=30),
)
def test_any_sequence_of_faults_ends_with_everybody_as_before_or_named(
    running: list[str], undoing: list[str]
) -> None:
    store = MemoryStore(OLD, script=running)
    with plan_of(actions(), max_failures=10_000) as plan:
        run(plan, store, tries=len(running) + 2)
        store.script = list(undoing)
        for _ in range(len(undoing) + 2):
            try:
                found = undo(plan, store)
            except StoreError:
                continue
            if not found.open:
                break
        assert not found.open
        named = {email for _, email, _, _ in UndoJournal(plan).not_taken_back(99)}
        assert {one.email for one in store.everybody if one not in OLD} <= named
        assert {one.email for one in OLD if one not in store.everybody} <= named
        assert {one.id for one in OLD} <= {one.id for one in store.everybody}


def test_a_preview_counts_and_writes_nothing() -> None:
    with plan_of(actions()) as plan:
        store = applied(plan)
        there = store.everybody
        assert preview(plan, store, removes=True) == Undone(removed=10, restored=5)
        assert store.everybody == there
        assert not plan.undone


def test_a_customer_who_changed_since_the_run_is_left_alone() -> None:
    with plan_of(actions()) as plan:
        store = applied(plan)
        touched = replace(made(store), company="Pop SRL")
        moved = replace(store.customers_by_id["1"], groups=("5",))
        store.customers_by_id |= {touched.id: touched, moved.id: moved}
        assert undo(plan, store) == Undone(removed=9, restored=4, left=2)
        assert store.everybody == [moved, *OLD[1:], touched]
        assert {code for _, _, code, _ in UndoJournal(plan).not_taken_back(9)} == {"GM617"}


@pytest.mark.parametrize("script", [[], ["altered"]])
def test_a_customer_who_entered_an_address_since_the_run_is_left_alone(script: list[str]) -> None:
    store = MemoryStore(script=script)
    with plan_of([create(1)]) as plan:
        run(plan, store)
        moved = replace(made(store), addresses=(*made(store).addresses, replace(HOME, city="Cluj")))
        store.customers_by_id[moved.id] = moved
        assert undo(plan, store) == Undone(left=1)
        assert store.everybody == [moved]


def test_somebody_else_who_has_the_email_now_is_left_alone() -> None:
    with plan_of([create(1)]) as plan:
        store = applied(plan, ())
        stranger = replace(made(store), id="900")
        store.customers_by_id = {"900": stranger}
        assert undo(plan, store) == Undone(left=1)
        assert store.everybody == [stranger]


def test_a_customer_who_has_another_email_now_is_left_alone_and_named() -> None:
    with plan_of([create(1)]) as plan:
        store = applied(plan, ())
        married = replace(made(store), email="ana.stan@example.com")
        store.customers_by_id = {married.id: married}
        assert undo(plan, store) == Undone(left=1)
        assert store.everybody == [married]
        assert [code for _, _, code, _ in UndoJournal(plan).not_taken_back(9)] == ["GM617"]


def test_a_customer_of_whom_the_store_keeps_a_deleted_row_is_gone() -> None:
    with plan_of([create(1)]) as plan:
        store = applied(plan, ())
        deleted = replace(made(store), deleted=True)
        store.customers_by_id = {deleted.id: deleted}
        assert undo(plan, store) == Undone(removed=1)


def test_who_was_as_wanted_before_anything_was_sent_is_not_taken_back() -> None:
    there = old(1)
    store = MemoryStore([there])
    with plan_of([regroup(there)]) as plan:
        moved = replace(there, groups=("4", "3"))
        store.customers_by_id["1"] = moved
        run(plan, store)
        assert undo(plan, store) == Undone()
        assert store.everybody == [moved]


def test_a_customer_who_was_created_and_then_refused_the_rest_is_removed() -> None:
    store = MemoryStore(script=["half", "refused"])
    with plan_of([create(1)]) as plan:
        run(plan, store)
        assert [row.state for row in plan.rows()] == ["rejected"]
        assert len(store.everybody) == 1
        assert undo(plan, store) == Undone(removed=1)
        assert store.everybody == []


def test_somebody_whom_a_retry_found_there_is_not_removed() -> None:
    wanted = create(1).wanted
    assert wanted is not None
    herself = replace(wanted, id="7", groups=("3",))
    store = MemoryStore(script=["refused"])
    with plan_of([create(1)]) as plan:
        run(plan, store)
        store.customers_by_id["7"] = herself
        retry_failed(plan)
        run(plan, store)
        undo(plan, store)
        assert store.everybody == [herself]


def test_customers_stay_where_a_platform_cannot_remove_them() -> None:
    with plan_of(actions()) as plan:
        store = applied(plan)
        assert undo(plan, store, removes=False) == Undone(restored=5, kept=10)
        assert store.everybody[:5] == OLD
        assert len(store.everybody) == 15
        assert {code for _, _, code, _ in UndoJournal(plan).not_taken_back(99)} == {"GM618"}
        assert plan.undone


def test_a_plan_of_which_nothing_could_be_taken_back_is_not_called_taken_back() -> None:
    with plan_of([create(1)]) as plan:
        store = applied(plan, ())
        assert undo(plan, store, removes=False) == Undone(kept=1)
        assert not plan.undone


def test_a_customer_whom_the_run_only_half_wrote_is_removed_if_it_is_ours_for_certain() -> None:
    store = MemoryStore(script=["altered"])
    with plan_of([create(1)]) as plan:
        run(plan, store)
        assert undo(plan, store) == Undone(removed=1)
        assert store.everybody == []


def test_an_undone_plan_is_used_up_and_an_undo_is_done_once() -> None:
    with plan_of(actions()) as plan:
        store = applied(plan)
        undo(plan, store)
        sent = len(store.sent)
        assert undo(plan, store) == Undone(removed=10, restored=5)
        assert len(store.sent) == sent
        with pytest.raises(StalePlan, match="taken back"):
            apply_plan(plan, store, watch=lambda _: None, stop=Event(), pause=0)
        with pytest.raises(StalePlan, match="taken back"):
            retry_failed(plan)


def test_what_a_run_did_before_it_was_cut_off_is_taken_back_and_the_rest_is_never_sent() -> None:
    store = MemoryStore(OLD, script=["", "", "gone"])
    with plan_of(actions()) as plan:
        run(plan, store)
        assert len(store.everybody) == 7
        assert undo(plan, store).open == 0
        assert store.everybody == OLD
        assert plan.finished


def test_a_plan_that_was_never_applied_has_nothing_to_take_back() -> None:
    with plan_of(actions()) as plan, pytest.raises(StalePlan, match="never applied"):
        undo(plan, MemoryStore(OLD))


def test_an_undo_that_is_stopped_goes_on() -> None:
    stop = Event()
    stop.set()
    with plan_of(actions()) as plan:
        store = applied(plan)
        with pytest.raises(Interrupted):
            undo(plan, store, stop=stop)
        assert undone(plan).open == 15
        assert undo(plan, store).complete
        assert store.everybody == OLD


def test_too_many_failures_stop_an_undo() -> None:
    with plan_of([create(number) for number in range(300)], max_failures=20) as plan:
        store = applied(plan, ())
        store.script = ["refused"] * 300
        with pytest.raises(LimitTripped):
            undo(plan, store)
        assert len(store.everybody) == 300
        assert undone(plan) == Undone(failed=100, open=200)
