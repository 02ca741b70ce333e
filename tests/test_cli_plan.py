"""The verb plan: counts, places of mistakes, plans from what was read before, old plans."""

from __future__ import annotations

from pathlib import Path

import pytest

from groupmigrate.errors import Exit
from groupmigrate.files.folder import Folder
from support.small_shop import NEW, REGROUPED, SmallShop


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> SmallShop:
    """A small migration folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return SmallShop(tmp_path, capsys).make()


def test_a_plan_counts_every_customer_once_and_writes_nothing(shop: SmallShop) -> None:
    ran = shop.run("plan", shop.mapping, "--format", "json")
    assert ran.code == Exit.DONE
    assert ran.envelope["status"] == "success"
    assert ran.result["totals"] == {"create": 1, "update": 1, "same": 1, "skip": 1, "blocked": 1}
    assert ran.result["balanced"] is True
    assert [(one["act"], one["code"]) for one in ran.result["reasons"]] == [
        ("blocked", "GM302"),
        ("skip", "GM221"),
    ]
    assert shop.groups_of(NEW) == []
    assert shop.groups_of(REGROUPED) == ["Customer"]


def test_a_plan_shows_groups_reasons_and_the_balance(shop: SmallShop) -> None:
    ran = shop.run("plan", shop.mapping)
    lines = [line.split() for line in ran.out.splitlines()]
    assert ["General", "3", "→", "Customer", "1", "·", "1", "·", "1"] in lines
    assert ["Wholesale", "1", "→", "Trade", "·", "1", "·", "·", "·"] in lines
    assert ["Press", "1", "–", "·", "·", "·", "1", "·"] in lines
    assert "5 read = 1 create + 1 change + 1 same + 1 skip + 1 blocked" in ran.out
    assert "reading the source: 5 of 5" in ran.err
    assert f"next  groupmigrate run {shop.plans()[0].relative_to(shop.root)}" in ran.out


def test_a_plan_is_10_only_if_asked_and_only_if_there_is_something_to_do(shop: SmallShop) -> None:
    assert shop.run("plan", shop.mapping, "--detailed-exitcode").code == Exit.DIFFERENT
    assert shop.run("run", shop.mapping, "--yes").code == Exit.DONE
    assert shop.run("plan", shop.mapping, "--detailed-exitcode").code == Exit.DONE


def test_offline_plans_from_what_was_read_and_only_from_that(shop: SmallShop) -> None:
    ran = shop.run("plan", shop.mapping, "--offline", "--format", "json")
    assert (ran.code, ran.envelope["errors"][0]["code"]) == (Exit.USAGE, "GM610")
    shop.run("plan", shop.mapping)
    shop.target("DELETE FROM ps_customer")
    shop.change(shop.mapping, "Press: {skip: nobody reads it}", "Press: Customer")
    ran = shop.run("plan", shop.mapping, "--offline", "--format", "json")
    assert (ran.code, ran.result["totals"]["create"], ran.result["totals"]["same"]) == (0, 2, 1)
    shop.connect("connections: 3")
    ran = shop.run("plan", shop.mapping, "--offline", "--format", "json")
    assert "edited since" in ran.envelope["errors"][0]["message"]


def test_mistakes_of_the_mapping_are_told_with_their_places(shop: SmallShop) -> None:
    shop.change(shop.mapping, "[Trade, Customer]", "[Trades, Customer]")
    ran = shop.run("plan", shop.mapping)
    assert ran.code == Exit.USAGE
    assert f"{shop.mapping}:7:" in ran.err
    assert 'did you mean "Trade"?' in ran.err
    assert ran.err.splitlines()[-1] == "error: 1 problem in the files"
    assert shop.plans() == []


def test_a_source_without_customers_is_warned_of(shop: SmallShop) -> None:
    shop.write("customer.csv", "email,_website,group_id,firstname,lastname,created_at\n")
    ran = shop.run("plan", shop.mapping)
    assert ran.code == Exit.DONE
    assert "0 read = 0" in ran.out
    assert "warning: nobody was read from old" in ran.out
    assert "source group" not in ran.out


def test_old_plans_that_were_never_applied_are_dropped_and_applied_ones_stay(shop: SmallShop) -> None:
    shop.run("run", shop.mapping, "--yes")
    applied = shop.age()
    aged: list[Path] = []
    for _ in range(7):
        shop.run("plan", shop.mapping, "--quiet")
        newest = shop.plans()[-1]
        aged.append(newest.rename(newest.with_name(f"2001000{len(aged)}-000000-0.plan")))
    assert shop.plans() == [shop.root / applied, *aged[-5:]]


def test_a_source_and_a_target_that_is_locked_is_said(shop: SmallShop) -> None:
    with Folder.of(Path(shop.mapping)).lock():
        ran = shop.run("plan", shop.mapping, "--format", "json")
        assert (ran.code, ran.envelope["errors"][0]["code"]) == (Exit.LOCKED, "GM606")
        assert shop.run("run", shop.mapping, "--yes").code == Exit.LOCKED
