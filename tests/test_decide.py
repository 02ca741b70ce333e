"""What is decided about one customer: a table of situations, each with its action and code."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest
from msgspec.structs import replace

from groupmigrate.files.mapping import Condition, Policy
from groupmigrate.files.route import Path, Resolution, Route
from groupmigrate.model import Address, Customer, Group, Role
from groupmigrate.planning.action import Act, Action
from groupmigrate.planning.decide import Decider
from groupmigrate.platforms.base import FieldRule, Rules

VISITOR = Group("0", "NOT LOGGED IN", role=Role.VISITOR)
GENERAL = Group("1", "General", role=Role.DEFAULT)
WHOLESALE = Group("2", "Wholesale")
PRESS = Group("6", "Press")
RULES = Rules(
    customer={"lastname": FieldRule(required=True, pattern=r"^[^0-9]*\Z")},
    several_groups=True,
    also_in=("3",),
    ignores_accents=True,
)
ROUTES = {
    "0": Route(VISITOR, 0, 3, nobody=True),
    "1": Route(GENERAL, 1, 4, (Path(("3",), None, 4),)),
    "2": Route(WHOLESALE, 2, 5, (Path(("4", "3"), Condition(country=("RO",)), 6), Path(("5", "3"), None, 7))),
    "6": Route(PRESS, 3, 8, skip="they only read"),
    "8": Route(Group("8", "Only RO"), 4, 9, (Path(("4",), Condition(country=("RO",)), 9),)),
}
ANA = Customer(
    "17", "Ana@example.com", ("2",), firstname="Ana", lastname="Pop", created="2020-01-01 00:00:00"
)
RO = (Address(country="RO"),)


def decide(
    *source: Customer,
    found: Sequence[Customer] = (),
    policy: Policy | None = None,
    rules: Rules = RULES,
    fallback: Route | None = None,
    merged: dict[str, str] | None = None,
    key: str = "ana@example.com",
) -> list[Action]:
    """The actions for source customers of one identity."""
    managed = frozenset({"1", "2", "3", "4", "5"})
    decider = Decider(Resolution(ROUTES, fallback, managed, ()), policy or Policy(), rules, merged or {})
    encode = msgspec.json.encode
    return decider.decide(key, [encode(one) for one in source], [encode(one) for one in found])


@pytest.mark.parametrize(
    ("customer", "act", "code"),
    [
        (ANA, Act.CREATE, "GM201"),
        (replace(ANA, groups=("0",)), Act.BLOCKED, "GM224"),
        (replace(ANA, groups=("6",)), Act.SKIP, "GM221"),
        (replace(ANA, groups=("8",)), Act.BLOCKED, "GM225"),
        (replace(ANA, guest=True), Act.SKIP, "GM223"),
        (replace(ANA, deleted=True), Act.SKIP, "GM216"),
        (replace(ANA, lastname="R2D2"), Act.BLOCKED, "GM302"),
        (replace(ANA, lastname=""), Act.BLOCKED, "GM301"),
    ],
)
def test_a_customer_nobody_knows(customer: Customer, act: Act, code: str) -> None:
    (action,) = decide(customer)
    assert (action.act, action.code, action.source_id) == (act, code, "17")


def test_a_customer_without_email_is_blocked() -> None:
    (action,) = decide(replace(ANA, email="none"), key="")
    assert (action.act, action.code) == (Act.BLOCKED, "GM211")


def test_the_first_rule_whose_condition_holds_decides_the_group() -> None:
    (romanian,) = decide(replace(ANA, addresses=RO))
    (other,) = decide(ANA)
    assert (romanian.groups, romanian.line) == (("4", "3"), 6)
    assert (other.groups, other.line) == (("5", "3"), 7)


def test_a_customer_in_several_source_groups_goes_by_the_line_that_stands_first() -> None:
    (action,) = decide(replace(ANA, groups=("2", "1")))
    assert (action.source_group, action.groups) == ("1", ("3",))


def test_what_is_wanted_carries_no_foreign_id() -> None:
    (action,) = decide(replace(ANA, scope="base", updated="2021-01-01 00:00:00"))
    assert action.wanted is not None
    assert (action.wanted.id, action.wanted.scope, action.wanted.updated) == ("", "", "")
    assert action.wanted.email == "Ana@example.com"


@pytest.mark.parametrize(
    ("policy", "winner"), [(Policy(duplicates="newest"), "18"), (Policy(duplicates="oldest"), "17")]
)
def test_of_duplicates_one_is_chosen_if_the_mapping_says_which(policy: Policy, winner: str) -> None:
    later = replace(ANA, id="18", email="ANA@example.com", created="2022-01-01 00:00:00")
    actions = {action.source_id: action for action in decide(ANA, later, policy=policy)}
    assert actions.pop(winner).act is Act.CREATE
    assert [(action.act, action.code) for action in actions.values()] == [(Act.SKIP, "GM213")]


def test_duplicates_are_blocked_unless_the_mapping_chooses() -> None:
    actions = decide(ANA, replace(ANA, id="18"))
    assert [(action.act, action.code) for action in actions] == [(Act.BLOCKED, "GM212")] * 2


def test_a_skipped_duplicate_is_no_duplicate() -> None:
    first, second = decide(replace(ANA, groups=("6",)), replace(ANA, id="18"))
    assert (first.act, second.act) == (Act.SKIP, Act.CREATE)


def existing(*groups: str, loose: bool = False) -> Customer:
    """Ana, as the target has her."""
    return Customer("901", "ana@example.com", groups, loose_default=loose, firstname="Anna", lastname="Popa")


@pytest.mark.parametrize(
    ("found", "act", "code", "groups"),
    [
        (existing("5", "3"), Act.SAME, "GM204", ("5", "3")),
        (existing("3"), Act.UPDATE, "GM202", ("5", "3")),
        (existing("3", "5"), Act.UPDATE, "GM202", ("5", "3")),
        (existing("5", "3", loose=True), Act.UPDATE, "GM202", ("5", "3")),
        (existing("5", "3", "9"), Act.SAME, "GM204", ("5", "3", "9")),
        (existing("3", "9", "4"), Act.UPDATE, "GM202", ("5", "3", "9")),
        (existing("0"), Act.UPDATE, "GM202", ("5", "3")),
    ],
)
def test_an_existing_customer_gets_the_mapped_groups_and_keeps_those_the_mapping_does_not_name(
    found: Customer, act: Act, code: str, groups: tuple[str, ...]
) -> None:
    (action,) = decide(ANA, found=[found])
    assert (action.act, action.code, action.groups) == (act, code, groups)
    assert action.target_id == "901"
    if action.act is Act.UPDATE:
        assert action.fields == ("groups",)
        assert action.before is not None
        assert action.before.groups == found.groups


def test_an_existing_customer_is_not_measured_by_rules_for_new_ones() -> None:
    (action,) = decide(replace(ANA, lastname="R2D2"), found=[existing("3")])
    assert action.act is Act.UPDATE


@pytest.mark.parametrize(
    ("policy", "act", "code"),
    [
        (Policy(existing="keep"), Act.SKIP, "GM205"),
        (Policy(existing="error"), Act.BLOCKED, "GM206"),
        (Policy(existing="update"), Act.UPDATE, "GM203"),
    ],
)
def test_the_policy_for_existing_customers(policy: Policy, act: Act, code: str) -> None:
    (action,) = decide(ANA, found=[existing("3")], policy=policy)
    assert (action.act, action.code) == (act, code)


def test_an_update_changes_the_person_but_blanks_nothing_out() -> None:
    there = replace(existing("5", "3"), company="Kept GmbH", newsletter=True)
    (action,) = decide(ANA, found=[there], policy=Policy(existing="update"))
    assert action.fields == ("firstname", "lastname")
    assert action.before is not None
    assert action.before.values == {"firstname": "Anna", "lastname": "Popa"}


def test_what_an_update_leaves_out_or_cleans_is_noted() -> None:
    rules = replace(
        RULES,
        customer={
            "firstname": FieldRule(pattern=r"^[^0-9]*\Z", cleans=(("[0-9]", ""),)),
            "company": FieldRule(pattern=r"^[^0-9]*\Z"),
        },
        never=("prefix",),
    )
    source = replace(ANA, firstname="Ana 2", company="4711", prefix="Dr.")
    policy = Policy(existing="update", misfits="clean")
    (action,) = decide(source, found=[existing("3")], policy=policy, rules=rules)
    assert action.wanted is not None
    assert (action.wanted.firstname, action.wanted.company) == ("Ana", "")
    assert {(note.code, note.field) for note in action.notes} == {
        ("GM317", "firstname"),
        ("GM305", "company"),
        ("GM304", "prefix"),
    }


def test_what_the_source_leaves_empty_does_not_stop_an_update() -> None:
    source = replace(ANA, lastname="")
    (action,) = decide(source, found=[existing("3")], policy=Policy(existing="update"))
    assert (action.act, action.fields) == (Act.UPDATE, ("groups", "firstname"))
    (action,) = decide(replace(ANA, lastname="R2D2"), found=[existing("3")], policy=Policy(existing="update"))
    assert (action.act, action.code) == (Act.BLOCKED, "GM302")


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ([existing("3"), replace(existing("3"), id="902")], "GM215"),
        ([replace(existing("3"), deleted=True)], "GM217"),
    ],
)
def test_what_the_target_holds_can_block(found: list[Customer], code: str) -> None:
    (action,) = decide(ANA, found=found)
    assert (action.act, action.code) == (Act.BLOCKED, code)


def test_a_guest_in_the_target_is_nobody() -> None:
    (action,) = decide(ANA, found=[replace(existing("2"), guest=True)])
    assert action.act is Act.CREATE


def test_lookalikes_are_blocked_where_the_target_ignores_accents() -> None:
    merged = {"ana@example.com": "ána@example.com"}
    (action,) = decide(ANA, merged=merged)
    assert (action.act, action.code) == (Act.BLOCKED, "GM214")
    (action,) = decide(ANA, merged=merged, rules=replace(RULES, ignores_accents=False))
    assert action.act is Act.CREATE


def test_a_fallback_is_noted() -> None:
    fallback = Route(Group("", "(unmapped)"), 99, 2, (Path(("3",), None, 2),), fallback=True)
    (action,) = decide(replace(ANA, groups=("77",)), fallback=fallback)
    assert (action.act, action.groups, action.source_group) == (Act.CREATE, ("3",), "77")
    assert [note.code for note in action.notes] == ["GM226"]


def test_an_unmapped_group_can_be_skipped() -> None:
    fallback = Route(Group("", "(unmapped)"), 99, 2, skip="unmapped", fallback=True)
    (action,) = decide(replace(ANA, groups=()), fallback=fallback)
    assert (action.act, action.code) == (Act.SKIP, "GM222")


def test_an_unconfirmed_account_is_created_inactive_and_noted() -> None:
    (action,) = decide(replace(ANA, active=False))
    assert [note.code for note in action.notes] == ["GM227"]
    assert action.wanted is not None
    assert action.wanted.active is False


@pytest.mark.parametrize(
    ("there", "here", "codes"), [(False, True, ["GM342"]), (False, False, []), (True, True, [])]
)
@pytest.mark.parametrize("groups", [("5", "3"), ("1",)])
def test_who_is_switched_off_in_the_target_stays_so_and_is_noted(
    there: bool, here: bool, codes: list[str], groups: tuple[str, ...]
) -> None:
    found = replace(ANA, id="9", groups=groups, active=there)
    (action,) = decide(replace(ANA, active=here), found=[found], policy=Policy(existing="update"))
    assert action.act is (Act.SAME if groups == ("5", "3") else Act.UPDATE)
    assert [note.code for note in action.notes] == codes
    assert "active" not in action.fields
