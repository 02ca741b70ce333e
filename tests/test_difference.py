"""What changed between two plans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.console import Console

from groupmigrate.cli.planning import KEPT
from groupmigrate.errors import Exit, UsageError
from groupmigrate.model import Customer, Group
from groupmigrate.planning.action import Act, Action
from groupmigrate.planning.difference import Difference, Shift, difference
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.report.plandiff import PlanDifference, compared, difference_view
from support.headers import header
from support.small_shop import SKIPPED, SmallShop


def action(name: str, act: Act = Act.CREATE, code: str = "GM201", *groups: str) -> Action:
    """What a plan says about a customer who is called so."""
    email = f"{name}@example.com" if name else ""
    wanted = Customer("", email, groups, firstname="Ana") if groups else None
    return Action(act, code, email, email, name, "1", groups=groups, wanted=wanted)


def plan(path: Path, actions: Sequence[Action], *, target: str = "new", mapping: str = "a") -> PlanFile:
    made = PlanFile.create(path)
    made.add(actions)
    general = (Group("1", "General"),)
    made.finish(
        header(target=target, fingerprints={"mapping": mapping}, source_groups=general, read=len(actions)),
        [],
        {},
    )
    return made


def differing(tmp_path: Path, old: Sequence[Action], new: Sequence[Action], limit: int = 50) -> Difference:
    with plan(tmp_path / "1.plan", old) as one, plan(tmp_path / "2.plan", new) as two:
        return difference(one, two, limit=limit)


def test_equal_plans_have_no_difference(tmp_path: Path) -> None:
    people = [action("a", Act.CREATE, "GM201", "3"), action("b", Act.SKIP, "GM221")]
    found = differing(tmp_path, people, people)
    assert (found.same, found.changed, found.sample) == (2, 0, [])


def test_other_actions_reasons_groups_and_fields_are_found(tmp_path: Path) -> None:
    old = [
        action("acts", Act.BLOCKED, "GM302"),
        action("fields", Act.CREATE, "GM201", "3"),
        action("groups", Act.CREATE, "GM201", "3"),
        action("reason", Act.SKIP, "GM221"),
    ]
    anna = Customer("", "fields@example.com", ("3",), firstname="Anna", company="Popa")
    renamed = replace(action("fields", Act.CREATE, "GM201", "3"), wanted=anna)
    new = [
        action("acts", Act.CREATE, "GM201", "3"),
        renamed,
        action("groups", Act.CREATE, "GM201", "4"),
        action("reason", Act.SKIP, "GM222"),
    ]
    found = differing(tmp_path, old, new)
    assert found.shifts == Counter(
        {
            Shift("1", "blocked", "create", ("action", "reason", "groups")): 1,
            Shift("1", "create", "create", ("firstname", "company")): 1,
            Shift("1", "create", "create", ("groups",)): 1,
            Shift("1", "skip", "skip", ("reason",)): 1,
        }
    )


def test_who_came_and_who_went_is_found(tmp_path: Path) -> None:
    here, there = action("a", Act.SKIP, "GM221"), action("b", Act.SKIP, "GM221")
    found = differing(tmp_path, [here], [there])
    assert [(one.before, one.after) for one in found.sample] == [(here, None), (None, there)]
    assert {(shift.before, shift.after) for shift in found.shifts} == {
        ("skip", "not there"),
        ("not there", "skip"),
    }


def test_customers_of_one_e_mail_are_told_apart_by_their_source_id_in_any_order(tmp_path: Path) -> None:
    one, two = (replace(action("a", Act.SKIP, "GM213"), source_id=id_) for id_ in ("1", "2"))
    blocked = replace(two, act=Act.BLOCKED, code="GM212")
    found = differing(tmp_path, [one, two], [blocked, one])
    assert (found.same, [changed.either.source_id for changed in found.sample]) == (1, ["2"])


def test_the_sample_is_limited_and_the_counts_are_not(tmp_path: Path) -> None:
    people = [action(name, Act.SKIP, "GM221") for name in "abcde"]
    found = differing(tmp_path, people, [], limit=2)
    assert (found.changed, len(found.sample)) == (5, 2)


def test_plans_of_different_targets_are_not_compared(tmp_path: Path) -> None:
    with (
        plan(tmp_path / "1.plan", []) as one,
        plan(tmp_path / "2.plan", [], target="other") as two,
        pytest.raises(UsageError, match='different targets: "new" and "other"'),
    ):
        difference(one, two, limit=1)


NAMES = st.text(st.sampled_from("ab{~éäß😀\uffff"), max_size=3)
PEOPLE = st.dictionaries(NAMES, st.sampled_from((Act.SKIP, Act.BLOCKED)), max_size=8)


@settings(max_examples=40)
@given(PEOPLE, PEOPLE)
def test_every_customer_of_both_plans_is_counted_once(
    tmp_path_factory: pytest.TempPathFactory, old: dict[str, Act], new: dict[str, Act]
) -> None:
    before, after = (
        [replace(action(name, act), key=name) for name, act in people.items()] for people in (old, new)
    )
    found = differing(tmp_path_factory.mktemp("plans"), before, after)
    assert found.same == sum(new.get(name) == act for name, act in old.items())
    assert found.same + found.changed == len(old.keys() | new.keys())


def shown(tmp_path: Path, *, show_pii: bool) -> tuple[PlanDifference, str]:
    old = [action("ana.pop", Act.CREATE, "GM201", "3"), action("b", Act.SKIP, "GM221")]
    new = [action("ana.pop", Act.CREATE, "GM201", "4"), action("b", Act.SKIP, "GM221")]
    with plan(tmp_path / "1.plan", old) as one, plan(tmp_path / "2.plan", new, mapping="b") as two:
        summary = compared(one, two, limit=9, show_pii=show_pii)
    stream = StringIO()
    console = Console(file=stream, width=100)
    for part in difference_view(summary):
        console.print(part)
    return summary, stream.getvalue()


def test_the_difference_is_shown_by_group_and_by_customer(tmp_path: Path) -> None:
    summary, said = shown(tmp_path, show_pii=False)
    assert [(one.source, one.what, one.customers) for one in summary.shifts] == [("General", ("groups",), 1)]
    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert "General create create groups 1" in lines
    assert "a…p@e….com General create GM201 → Customer create GM201 → Trade" in lines
    assert "1 of 2 customers changed; the mapping was edited" in lines


def test_e_mails_are_masked_unless_asked(tmp_path: Path) -> None:
    assert "ana.pop@example.com" not in shown(tmp_path, show_pii=False)[1]
    (tmp_path / "1.plan").unlink()
    (tmp_path / "2.plan").unlink()
    assert "ana.pop@example.com" in shown(tmp_path, show_pii=True)[1]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> SmallShop:
    monkeypatch.chdir(tmp_path)
    return SmallShop(tmp_path, capsys).make()


def test_show_says_what_an_edit_of_the_mapping_changed(shop: SmallShop) -> None:
    shop.run("plan", shop.mapping)
    old = str(shop.plans()[0])
    shop.change(shop.mapping, "Press: {skip: nobody reads it}", "Press: Trade")
    shop.run("plan", shop.mapping, "--offline")
    ran = shop.run("show", shop.mapping, "--diff", old, "--format", "json")
    assert ran.code == Exit.DONE
    assert ran.result["shifts"] == [
        {
            "source": "Press",
            "before": "skip",
            "after": "create",
            "what": ["action", "reason", "groups"],
            "customers": 1,
        }
    ]
    assert (ran.result["same"], ran.result["mapping_changed"]) == (4, True)
    assert SKIPPED not in ran.out
    assert shop.run("show", shop.mapping, "--diff", old, "--action", "skip").code == Exit.USAGE
    assert shop.run("show", shop.mapping, "--diff", "customer.csv").code == Exit.STALE


def test_plan_says_what_changed_since_an_older_plan_even_one_that_it_drops(shop: SmallShop) -> None:
    for _ in range(KEPT):
        shop.run("plan", shop.mapping, "--offline" if shop.plans() else "--quiet")
    oldest = shop.plans()[0]
    shop.change(shop.mapping, "Press: {skip: nobody reads it}", "Press: Trade")
    ran = shop.run("plan", shop.mapping, "--offline", "--diff", str(oldest), "--format", "json")
    assert not oldest.exists()
    assert (ran.result["difference"]["changed"], ran.result["read"]) == (1, 5)
    said = shop.run("plan", shop.mapping, "--offline", "--diff", str(shop.plans()[0])).out
    assert "1 of 5 customers changed; the mapping was edited" in said
    made = len(shop.plans())
    assert shop.run("plan", shop.mapping, "--diff", "customer.csv").code == Exit.STALE
    assert len(shop.plans()) == made


def test_show_quotes_the_line_that_decided_about_a_person(shop: SmallShop) -> None:
    shop.run("plan", shop.mapping)
    said = shop.run("show", shop.mapping, "--customer", SKIPPED).out
    assert f"{shop.mapping}:9  Press: {{skip: nobody reads it}}" in said
    shop.change(shop.mapping, "Retailer: Customer", "Retailer: Trade")
    assert "skip: nobody" not in shop.run("show", shop.mapping, "--customer", SKIPPED).out
