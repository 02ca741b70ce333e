"""People who bought without an account: beside accounts, several with one e-mail, and never twice."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from groupmigrate.compare import EVERYTHING, differing
from groupmigrate.errors import StoreError
from groupmigrate.files.mapping import Policy
from groupmigrate.files.route import Path, Resolution, Route
from groupmigrate.identity import key
from groupmigrate.model import Customer, Group, PasswordHash, Role
from groupmigrate.planning.action import Act, Action
from groupmigrate.planning.decide import Decider
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.platforms.base import Rules
from groupmigrate.running.result import Result
from groupmigrate.running.run import apply_plan
from groupmigrate.running.undo import undo_plan
from groupmigrate.running.verify import verify_plan
from support.memory import FAULTS, MemoryStore
from support.small_plans import HOME, WORK, plan_of

ROUTES = {
    "1": Route(Group("1", "General", role=Role.DEFAULT), 0, 4, (Path(("3",), None, 4, guests=("2",)),)),
    "2": Route(Group("2", "Trade"), 1, 5, (Path(("4", "3"), None, 5, guests=("4",)),)),
    "7": Route(Group("7", "Guest", role=Role.GUEST), 2, 6, nobody=True, guests=Path(("2",), None, 6)),
}
RULES = Rules(several_groups=True, also_in=("3",), guests=True, passwords=("bcrypt",))
ANA = Customer(
    "17",
    "Ana@example.com",
    ("7",),
    firstname="Ana",
    lastname="Pop",
    created="2020-01-01 00:00:00",
    guest=True,
    addresses=(HOME,),
)
ACCOUNT = replace(ANA, id="18", groups=("1",), guest=False)


def decide(*source: Customer, found: Sequence[Customer] = (), policy: Policy | None = None) -> list[Action]:
    """The actions for the source customers of one e-mail, where guests are created."""
    resolution = Resolution(ROUTES, None, frozenset({"1", "2", "3", "4"}), ())
    decider = Decider(resolution, policy or Policy(guests="create"), RULES, {})
    encode = msgspec.json.encode
    return decider.decide("ana@example.com", [encode(one) for one in source], [encode(one) for one in found])


# --- planning ---


@pytest.mark.parametrize(("source", "target"), [("7", "2"), ("1", "2"), ("2", "4")])
def test_a_guest_goes_where_the_line_sends_guests(source: str, target: str) -> None:
    (action,) = decide(replace(ANA, groups=(source,)))
    assert (action.act, action.groups) == (Act.CREATE, (target,))
    assert action.wanted is not None
    assert (action.wanted.guest, action.wanted.groups) == (True, (target,))


def test_an_account_in_a_group_for_guests_is_still_blocked() -> None:
    (action,) = decide(replace(ACCOUNT, groups=("7",)))
    assert (action.act, action.code) == (Act.BLOCKED, "GM224")


def test_a_guest_with_an_account_is_skipped_and_the_account_goes() -> None:
    assert [(one.act, one.code) for one in decide(ANA, ACCOUNT)] == [
        (Act.SKIP, "GM329"),
        (Act.CREATE, "GM201"),
    ]
    (action,) = decide(ANA, found=[replace(ACCOUNT, id="901")])
    assert (action.act, action.code) == (Act.SKIP, "GM329")


def test_of_several_guests_the_newest_goes_whatever_is_said_about_doubles() -> None:
    newer = replace(ANA, id="18", created="2021-01-01 00:00:00")
    assert [one.code for one in decide(ANA, newer, replace(ANA, id="19"))] == ["GM330", "GM201", "GM330"]


def test_a_guest_who_is_there_is_not_made_again() -> None:
    there = replace(ANA, id="901", groups=("2",))
    (action,) = decide(ANA, found=[replace(there, id="900", lastname="Other"), there])
    assert (action.act, action.target_id) == (Act.SAME, "901")
    (action,) = decide(ANA, found=[replace(there, groups=("4",))])
    assert (action.act, action.fields, action.target_id) == (Act.UPDATE, ("groups",), "901")
    (action,) = decide(ANA, found=[replace(there, lastname="Other")])
    assert action.act is Act.CREATE


def test_no_password_of_a_guest_is_carried() -> None:
    hashed = replace(ANA, password="bcrypt", password_hash=PasswordHash("bcrypt", "x"))
    (action,) = decide(hashed, policy=Policy(guests="create", passwords="carry"))
    assert action.wanted is not None
    assert action.wanted.password_hash is None


# --- running ---


def guest(number: int) -> Action:
    """The planned creation of a guest; numbers share e-mails with those of an account's creation."""
    email = f"new{number}@example.com"
    wanted = Customer("", email, ("2",), firstname="Ana", lastname="Pop", guest=True, addresses=(HOME, WORK))
    return Action(Act.CREATE, "GM201", key(email), email, str(number), "7", groups=("2",), wanted=wanted)


def stranger(number: int, **changes: object) -> Customer:
    """Somebody else who bought with the same e-mail."""
    one = Customer(str(number), f"new{number}@example.com", ("2",), firstname="Ion", guest=True)
    return replace(one, **changes)


def go(plan: PlanFile, store: MemoryStore) -> Result:
    return apply_plan(plan, store, watch=lambda _: None, stop=Event(), pause=0)


@settings(max_examples=60)
@given(script=st.lists(st.sampled_from(("", *FAULTS)), max_size=30))
def test_any_sequence_of_faults_ends_with_each_guest_once_and_strangers_untouched(script: list[str]) -> None:
    strangers = [stranger(number) for number in (1, 2, 3)]
    actions = [guest(number) for number in range(1, 9)]
    store = MemoryStore(strangers, script=script, rules=RULES)
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
        assert [store.customers_by_id[one.id] for one in strangers] == strangers
        states = {row.action.email: row.state for row in plan.rows()}
        for action in actions:
            assert action.wanted is not None
            ours = [one for one in store.find([action.email]).get(action.key, ()) if one.firstname == "Ana"]
            assert len(ours) <= 1
            wrong = differing(action.wanted, ours[0], EVERYTHING) if ours else ("missing",)
            assert (states[action.email] == "done") == (not wrong)


def test_a_lost_answer_is_settled_though_a_stranger_has_the_email() -> None:
    store = MemoryStore([stranger(1)], script=["lost after"], rules=RULES)
    with plan_of([guest(1)]) as plan:
        assert (go(plan, store).created, len(store.sent), len(store.everybody)) == (1, 1, 2)
        assert verify_plan(plan, store, watch=lambda *_: None).faults == 0


@pytest.mark.parametrize(
    ("there", "code"),
    [
        (stranger(1, guest=False), "GM329"),
        (stranger(1, deleted=True, guest=False), "GM217"),
        (stranger(1, firstname="Ana", lastname="Pop"), "GM404"),
    ],
)
def test_who_came_since_the_plan_is_left_alone(there: Customer, code: str) -> None:
    store = MemoryStore([there], rules=RULES)
    with plan_of([guest(1)]) as plan:
        assert [one.code for one in go(plan, store).failures] == [code]
        assert (store.sent, store.everybody) == ([], [there])


def test_a_guest_beside_a_new_account_is_no_double() -> None:
    store = MemoryStore([stranger(1, firstname="Ana", lastname="Pop")], rules=RULES)
    one = guest(1)
    assert one.wanted is not None
    account = replace(one, groups=("3",), wanted=replace(one.wanted, guest=False, groups=("3",)))
    with plan_of([account]) as plan:
        assert go(plan, store).created == 1
        assert [customer.guest for customer in store.everybody] == [True, False]
        assert verify_plan(plan, store, watch=lambda *_: None).verdicts == {"as wanted": 1}


def test_a_guest_who_was_made_twice_is_found_by_verifying() -> None:
    store = MemoryStore(script=["lost after"], rules=RULES)
    with plan_of([guest(1)]) as plan:
        go(plan, store)
        (made,) = store.everybody
        store.customers_by_id["999"] = replace(made, id="999")
        assert verify_plan(plan, store, watch=lambda *_: None).verdicts == {"doubled": 1}


def test_a_guest_who_was_there_and_is_gone_is_missed_though_an_account_came() -> None:
    there = replace(ANA, id="901", groups=("2",))
    (action,) = decide(ANA, found=[there])
    with plan_of([action]) as plan:
        store = MemoryStore([there], rules=RULES)
        assert verify_plan(plan, store, watch=lambda *_: None).verdicts == {"as wanted": 1}
        store = MemoryStore([replace(there, id="902", guest=False)], rules=RULES)
        assert verify_plan(plan, store, watch=lambda *_: None).verdicts == {"missing": 1}


def test_a_guest_is_taken_back_and_no_other() -> None:
    store = MemoryStore([stranger(1), stranger(2)], rules=RULES)
    with plan_of([guest(1), guest(2)]) as plan:
        go(plan, store)
        ours = next(one for one in store.everybody if one.email == "new2@example.com" and one.lastname)
        store.customers_by_id[ours.id] = replace(ours, lastname="Popescu")
        undone = undo_plan(plan, store, removes=True, watch=lambda done, total: None, stop=Event(), pause=0)
        assert (undone.removed, undone.left) == (1, 1)
        assert [one.id for one in store.everybody] == ["1", "2", ours.id]
