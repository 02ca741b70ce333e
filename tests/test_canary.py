"""A store that falls back to another group silently is found out by the first customer of each group."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groupmigrate.errors import Interrupted, StoreError
from groupmigrate.model import Customer
from groupmigrate.planning.action import Act, Action, Before
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.running import run
from groupmigrate.running.journal import Ended
from groupmigrate.running.result import Result
from groupmigrate.running.run import TRIES, apply_plan, retry_failed
from support.headers import header
from support.memory import GROUPS, MemoryStore

MEMBERS = 130
"""Of each group: more than are settled together."""


def create(number: int, group: str) -> Action:
    email = f"new{number:03d}@example.com"
    wanted = Customer("", email, (group,), firstname="Ana", lastname="Pop")
    return Action(Act.CREATE, "GM201", email, email, str(number), "1", groups=(group,), wanted=wanted)


def people(groups: Sequence[str] = ("4", "5")) -> list[Action]:
    """Customers of these groups, mixed."""
    return [create(number, groups[number % len(groups)]) for number in range(MEMBERS * len(groups))]


@contextmanager
def planned(
    path: Path, actions: Sequence[Action], *, unproven: bool = True, limit: int = 5
) -> Iterator[PlanFile]:
    said = header(
        target_groups=GROUPS,
        read=len(actions),
        max_failures=limit,
        managed=("4", "5"),
        unproven_groups=unproven,
    )
    with PlanFile.create(path / "x.plan") as plan:
        plan.add(actions)
        plan.finish(said, [], {})
        yield plan


def applied(plan: PlanFile, store: MemoryStore, stop: Event | None = None) -> Result:
    return apply_plan(plan, store, watch=lambda _: None, stop=stop or Event(), pause=0)


def endings(plan: PlanFile) -> Counter[tuple[str, str, str]]:
    """How many customers of each target group ended in which way."""
    return Counter((row.action.groups[0], row.state, row.ended) for row in plan.rows())


def test_one_customer_of_a_group_that_falls_back_is_sent_and_the_others_are_held_back(tmp_path: Path) -> None:
    store = MemoryStore(unknown=["5"])
    with planned(tmp_path, people()) as plan:
        result = applied(plan, store)
        assert endings(plan) == {
            ("4", "done", ""): MEMBERS,
            ("5", "differs", "GM418"): 1,
            ("5", "rejected", "GM419"): MEMBERS - 1,
        }
    assert (result.created, result.failed, result.open) == (MEMBERS, MEMBERS, 0)
    assert Counter(customer.groups for customer in store.everybody) == {("4",): MEMBERS, ("3",): 1}
    assert sum(change.customer.groups == ("5",) for change in store.sent) == 1


def test_a_store_that_says_what_it_does_is_sent_everybody_at_once(tmp_path: Path) -> None:
    store = MemoryStore(unknown=["5"])
    with planned(tmp_path, people()[:6], unproven=False) as plan:
        applied(plan, store)
        assert endings(plan)["5", "differs", "GM405"] == 3


def test_nobody_of_a_group_is_sent_before_its_first_customer_is_looked_at(tmp_path: Path) -> None:
    batches: list[list[str]] = []

    class Watched(MemoryStore):
        def apply(self, changes):  # type: ignore[no-untyped-def]
            batches.append([change.customer.groups[0] for change in changes])
            return super().apply(changes)

    with planned(tmp_path, people()) as plan:
        applied(plan, Watched())
    assert batches[:2] == [["4"], ["5"]]
    assert sorted(batches[2]) == ["4"] * 49 + ["5"] * 49


def test_the_next_customer_proves_the_group_if_the_first_is_refused(tmp_path: Path) -> None:
    with planned(tmp_path, people(["4"])[:9]) as plan:
        result = applied(plan, MemoryStore(script=["refused", "refused"]))
        assert (result.created, result.failed) == (7, 2)


@pytest.mark.parametrize("fault", ["lost before", "lost after"])
def test_a_lost_answer_holds_the_group_back_until_it_is_known(tmp_path: Path, fault: str) -> None:
    store = MemoryStore(script=[fault], unknown=["5"])
    with planned(tmp_path, people(["5", "4"])[:20]) as plan:
        applied(plan, store)
        assert endings(plan) == {
            ("4", "done", ""): 10,
            ("5", "differs", "GM418"): 1,
            ("5", "rejected", "GM419"): 9,
        }
    assert [customer.groups for customer in store.everybody].count(("3",)) == 1


def test_a_canary_without_an_outcome_leaves_the_others_for_the_next_run(tmp_path: Path) -> None:
    store = MemoryStore(script=["lost before"] * TRIES)
    with planned(tmp_path, people(["4"])[:9]) as plan:
        first = applied(plan, store)
        assert (first.open, len(store.sent)) == (9, TRIES)
        assert applied(plan, store).created == 9


@pytest.mark.parametrize("unknown", [["5"], []])
def test_what_a_canary_showed_is_known_to_the_run_that_goes_on(tmp_path: Path, unknown: list[str]) -> None:
    store = MemoryStore(script=["", "", "", "gone"], unknown=unknown)
    with planned(tmp_path, people()) as plan:
        with pytest.raises(StoreError):
            applied(plan, store)
        sent = len(store.sent)
        applied(plan, store)
        if unknown:
            assert all(change.customer.groups == ("4",) for change in store.sent[sent:])
            assert endings(plan)["5", "rejected", "GM419"] == MEMBERS - 1
        else:
            assert set(endings(plan)) <= {("4", "done", ""), ("5", "done", ""), ("4", "done", "GM402")}


def test_a_run_that_is_stopped_right_after_a_canary_goes_on(tmp_path: Path) -> None:
    stop = Event()
    store = MemoryStore(unknown=["4", "5"])
    with planned(tmp_path, people()) as plan:
        with pytest.raises(Interrupted):
            apply_plan(plan, store, watch=lambda _: stop.set(), stop=stop, pause=0)
        result = applied(plan, store)
    assert len(store.sent) == 2
    assert result.failed == 2 * MEMBERS


def test_a_retry_moves_the_canary_too_once_the_store_has_the_group(tmp_path: Path) -> None:
    store = MemoryStore(unknown=["5"])
    with planned(tmp_path, people()) as plan:
        applied(plan, store)
        assert retry_failed(plan) == MEMBERS
        store.learn("5")
        result = applied(plan, store)
    assert (result.created, result.failed, result.open) == (2 * MEMBERS, 0, 0)
    assert Counter(customer.groups for customer in store.everybody) == {("4",): MEMBERS, ("5",): MEMBERS}


def test_a_retry_without_the_group_sends_nobody_but_the_canary(tmp_path: Path) -> None:
    store = MemoryStore(unknown=["5"])
    with planned(tmp_path, people()) as plan:
        first = applied(plan, store)
        sent = len(store.sent)
        retry_failed(plan)
        assert applied(plan, store).failures == first.failures
    assert len(store.sent) == sent + 1


def test_a_change_of_group_is_a_canary_too(tmp_path: Path) -> None:
    there = [Customer(str(number), f"old{number}@example.com", ("3",)) for number in range(1, 8)]
    actions = [
        Action(
            Act.UPDATE, "GM202", one.email, one.email, one.id, "1", groups=("5",), target_id=one.id,
            wanted=Customer(one.id, one.email, ("5",)), fields=("groups",), before=Before(groups=("3",)),
        )
        for one in there
    ]  # fmt: skip
    store = MemoryStore(there, unknown=["5"])
    with planned(tmp_path, actions) as plan:
        applied(plan, store)
        states = Counter(Ended(row.state) for row in plan.rows())
    assert states == {Ended.DIFFERS: 1, Ended.REJECTED: 6}
    assert len(store.sent) == 1


TROUBLES = ["", "lost before", "lost after", "half", "refused", "taken", "silent", "gone"]


@settings(max_examples=25)
@given(st.lists(st.sampled_from(TROUBLES), max_size=14), st.integers(1, 9))
def test_whatever_happens_no_more_than_the_canaries_are_put_elsewhere(script: list[str], batch: int) -> None:
    store = MemoryStore(script=script, unknown=["5"])
    with (
        tempfile.TemporaryDirectory() as folder,
        planned(Path(folder), people()[:24], limit=100) as plan,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(run, "BATCH", batch)
        for _ in range(len(script) + 1):
            with suppress(StoreError):
                if not applied(plan, store).open:
                    break
        ended = endings(plan)
    elsewhere = [one for one in store.everybody if one.groups == ("3",)]
    # A canary that the store refuses to complete proves nothing, and the next one is sent.
    assert len(elsewhere) <= 1 + script.count("refused") + script.count("taken")
    assert ended["5", "done", ""] == 0
    assert ended["4", "rejected", "GM419"] == ended["4", "differs", "GM418"] == 0
    assert len(store.everybody) - len(elsewhere) + ended["4", "rejected", "GM401"] >= 11
