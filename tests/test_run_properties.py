"""Whatever a store does to a run, it is settled: nobody lost, doubled, or in a wrong group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from threading import Event

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from groupmigrate.compare import EVERYTHING, differing, surplus_addresses
from groupmigrate.errors import Interrupted, LimitTripped, StalePlan, StoreError
from groupmigrate.identity import key
from groupmigrate.model import Customer, Group, Role
from groupmigrate.planning.action import Act
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.running.journal import Ended
from groupmigrate.running.result import Result, summary
from groupmigrate.running.run import Progress, apply_plan, retry_failed
from support.memory import FAULTS, GROUPS, MemoryStore
from support.small_plans import HOME, WORK, create, old, plan_of, regroup


def go(plan: PlanFile, store: MemoryStore) -> Result:
    """Run the plan without waiting between the tries."""
    return apply_plan(plan, store, watch=lambda progress: None, stop=Event(), pause=0)


def failures(result: Result) -> list[tuple[str, str, int]]:
    """Code, state and customers of each kind of failure."""
    return [(failure.code, failure.state, failure.customers) for failure in result.failures]


@settings(max_examples=200)
@example(script=["half", "gone", "half", "gone", "altered"])
@given(script=st.lists(st.sampled_from(("", *FAULTS)), max_size=40))
def test_any_sequence_of_faults_ends_with_everybody_once_and_as_wanted(script: list[str]) -> None:
    existing = [old(number) for number in range(1, 6)]
    actions = [*(create(number) for number in range(10)), *(regroup(customer) for customer in existing)]
    store = MemoryStore(existing, script=script)
    with plan_of(actions, max_failures=10_000) as plan:
        for _ in range(len(script) + 2):
            try:
                result = go(plan, store)
            except StoreError:
                continue
            if not result.open:
                break
        assert not result.open
        assert result.balanced
        assert max(Counter(key(one.email) for one in store.everybody).values()) == 1
        states = {row.action.email: row.state for row in plan.rows()}
        for action in actions:
            assert action.wanted is not None
            found = store.find([action.email]).get(action.key, ())
            fields = EVERYTHING if action.act is Act.CREATE else action.fields
            wrong = differing(action.wanted, found[0], fields) if found else ("missing",)
            assert (states[action.email] == "done") == (not wrong), (states[action.email], wrong)
            assert not found or not surplus_addresses(action.wanted, found[0])
        assert result.created + result.updated + result.failed == len(actions)


def test_a_lost_answer_is_settled_by_asking_and_nothing_is_sent_twice() -> None:
    store = MemoryStore(script=["lost after"])
    with plan_of([create(1)]) as plan:
        result = go(plan, store)
        assert (result.created, len(store.sent), len(store.everybody)) == (1, 1, 1)
        assert next(plan.rows()).ended == "GM402"


def test_a_half_written_customer_is_completed() -> None:
    store = MemoryStore(script=["half"])
    with plan_of([create(1)]) as plan:
        result = go(plan, store)
        assert result.created == 1
        (there,) = store.everybody
        assert there.groups == ("4", "3")
        assert there.addresses == (HOME, WORK)
        assert [change.kind for change in store.sent] == ["create", "update"]


def test_somebody_who_registered_meanwhile_is_left_alone() -> None:
    stranger = Customer("7", "NEW1@example.com", ("3",), firstname="Maria", lastname="Other")
    store = MemoryStore([stranger])
    with plan_of([create(1)]) as plan:
        result = go(plan, store)
        assert (result.failed, store.sent, store.everybody) == (1, [], [stranger])
        assert failures(result) == [("GM404", "rejected", 1)]


def test_a_customer_who_appeared_meanwhile_is_left_alone_even_if_it_is_the_same_person() -> None:
    wanted = create(1).wanted
    assert wanted is not None
    herself = replace(wanted, id="7", groups=("3",))
    store = MemoryStore([herself])
    with plan_of([create(1)]) as plan:
        assert failures(go(plan, store)) == [("GM404", "rejected", 1)]
        assert (store.sent, store.everybody) == ([], [herself])


@pytest.mark.parametrize("script", [[], ["refused"]])
def test_a_retry_leaves_somebody_alone_who_appeared_before_anything_of_ours_was_taken(
    script: list[str],
) -> None:
    wanted = create(1).wanted
    assert wanted is not None
    herself = replace(wanted, id="7", groups=("3",), addresses=())
    store = MemoryStore([] if script else [herself], script=script)
    with plan_of([create(1)]) as plan:
        go(plan, store)
        store.customers_by_id["7"] = herself
        retry_failed(plan)
        assert failures(go(plan, store)) == [("GM404", "rejected", 1)]
        assert store.everybody == [herself]


def test_a_retry_completes_who_was_created_and_then_refused_the_rest() -> None:
    store = MemoryStore(script=["half", "refused"])
    with plan_of([create(1)]) as plan:
        assert go(plan, store).failed == 1
        retry_failed(plan)
        assert go(plan, store).created == 1
        assert (store.everybody[0].groups, store.everybody[0].addresses) == (("4", "3"), (HOME, WORK))


def test_who_is_twice_in_the_target_is_left_alone() -> None:
    twice = [old(1), replace(old(1), id="2")]
    store = MemoryStore(twice)
    with plan_of([regroup(old(1))]) as plan:
        assert failures(go(plan, store)) == [("GM215", "rejected", 1)]
        assert (store.sent, store.everybody) == ([], twice)


def test_a_namesake_who_registered_while_the_answer_was_lost_is_left_alone() -> None:
    store = MemoryStore(script=["lost before"])
    stranger = Customer("7", "new1@example.com", ("3",), firstname="Maria", lastname="Other")
    with plan_of([create(1)]) as plan:
        find = store.find

        def register_then_find(emails: Sequence[str]) -> dict[str, tuple[Customer, ...]]:
            if store.sent:
                store.customers_by_id["7"] = stranger
            return dict(find(emails))

        store.find = register_then_find  # type: ignore[method-assign]
        assert go(plan, store).failed == 1
        assert store.everybody == [stranger]


def test_a_customer_whose_group_was_changed_since_the_plan_is_left_alone() -> None:
    store = MemoryStore([Customer("1", "old1@example.com", ("5",), firstname="Ion", lastname="Rus")])
    with plan_of([regroup(old(1))]) as plan:
        result = go(plan, store)
        assert (result.failed, store.sent) == (1, [])
        assert store.everybody[0].groups == ("5",)


def test_somebody_else_with_the_email_of_a_customer_who_is_gone_is_left_alone() -> None:
    newcomer = replace(old(1), id="77")
    store = MemoryStore([newcomer])
    with plan_of([regroup(old(1))]) as plan:
        assert failures(go(plan, store)) == [("GM404", "rejected", 1)]
        assert (store.sent, store.everybody) == ([], [newcomer])


def test_a_customer_with_a_part_of_the_addresses_gets_only_the_rest() -> None:
    store = MemoryStore(script=["partly"])
    with plan_of([create(1)]) as plan:
        assert go(plan, store).created == 1
        assert store.everybody[0].addresses == (HOME, WORK)


def test_a_store_that_stores_something_else_is_not_a_success() -> None:
    store = MemoryStore(script=["altered"])
    with plan_of([create(1)]) as plan:
        result = go(plan, store)
        assert (result.created, result.failed) == (0, 1)
        assert next(plan.rows()).words == "groups"


def test_an_email_taken_by_somebody_hidden_ends_as_a_failure() -> None:
    store = MemoryStore(script=["taken"] * 9)
    with plan_of([create(1)]) as plan:
        result = go(plan, store)
        assert (result.failed, result.open) == (1, 0)
        assert failures(result) == [("GM408", "rejected", 1)]


def test_a_used_plan_is_refused() -> None:
    store = MemoryStore()
    with plan_of([create(1)]) as plan:
        go(plan, store)
        with pytest.raises(StalePlan, match="applied only once"):
            go(plan, store)
    assert len(store.everybody) == 1


def test_a_renamed_target_group_stops_the_run_before_the_first_write() -> None:
    renamed = [Group(g.id, "Handel" if g.id == "4" else g.name, role=g.role) for g in GROUPS]
    store = MemoryStore(groups=renamed)
    with plan_of([create(1)]) as plan, pytest.raises(StalePlan, match="Handel"):
        go(plan, store)
    assert not store.sent


def test_a_target_group_that_became_that_of_guests_stops_the_run() -> None:
    turned = [Group(g.id, g.name, role=Role.GUEST if g.id == "4" else g.role) for g in GROUPS]
    store = MemoryStore(groups=turned)
    with plan_of([create(1)]) as plan, pytest.raises(StalePlan, match="stands for something else"):
        go(plan, store)
    assert not store.sent


def test_a_renamed_group_that_the_plan_does_not_use_does_not_matter() -> None:
    renamed = [Group(g.id, "Läden" if g.id == "5" else g.name, role=g.role) for g in GROUPS]
    with plan_of([create(1)]) as plan:
        assert go(plan, MemoryStore(groups=renamed)).created == 1


def test_too_many_failures_stop_the_run() -> None:
    store = MemoryStore(script=["refused"] * 300)
    with plan_of([create(number) for number in range(300)], max_failures=20) as plan:
        with pytest.raises(LimitTripped):
            go(plan, store)
        assert len(store.sent) == 100  # the batch in flight, and nothing more
        assert summary(plan).failed == 100
        with pytest.raises(LimitTripped):
            go(plan, store)
        assert len(store.sent) == 100  # and not another batch each time somebody tries again
        store.script.clear()
        retry_failed(plan)
        assert go(plan, store).created == 300


def test_as_many_failures_as_the_mapping_allows_stop_nothing() -> None:
    with plan_of([create(number) for number in range(150)], max_failures=20) as plan:
        result = go(plan, MemoryStore(script=["refused"] * 20))
        assert (result.created, result.failed) == (130, 20)


def test_retry_sends_only_what_failed() -> None:
    store = MemoryStore(script=["", "refused", ""])
    with plan_of([create(number) for number in range(3)]) as plan:
        assert go(plan, store).failed == 1
        assert retry_failed(plan) == 1
        result = go(plan, store)
        assert (result.created, result.failed, len(store.sent)) == (3, 0, 4)


def test_a_stop_ends_between_batches_with_everything_in_the_journal() -> None:
    store, stop = MemoryStore(), Event()
    with plan_of([create(number) for number in range(250)]) as plan:

        def watch(progress: Progress) -> None:
            if progress.done:
                stop.set()

        with pytest.raises(Interrupted):
            apply_plan(plan, store, watch=watch, stop=stop, pause=0)
        assert len(store.everybody) == 100
        assert {row.state for row in plan.rows("j.state IS NOT NULL")} == {Ended.DONE}
        assert go(plan, store).created == 250
    assert len(store.sent) == 250


def test_a_target_that_knows_better_says_how_many_are_sent_together() -> None:
    store = MemoryStore()
    asked: list[int] = []
    find = store.find

    def counted(emails: Sequence[str]) -> Mapping[str, tuple[Customer, ...]]:
        asked.append(len(emails))
        return find(emails)

    store.find = counted  # type: ignore[method-assign]
    with plan_of([create(number) for number in range(10)], batch=4) as plan:
        assert go(plan, store).created == 10
    assert asked == [4, 4, 2]
