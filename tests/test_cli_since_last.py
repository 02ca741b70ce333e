"""`--since-last`: only what changed is read, where a store can tell, and the plan says what is left out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from groupmigrate.errors import Exit
from support.small_shop import AS_WANTED, NEW, REGROUPED, SmallShop


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> SmallShop:
    """A small migration folder, which is the current one: a source of files, and a target that tells."""
    monkeypatch.chdir(tmp_path)
    return SmallShop(tmp_path, capsys).make()


def remarks(shop: SmallShop, *arguments: str) -> list[str]:
    """What a plan remarks about how the stores were read."""
    ran = shop.run("plan", shop.mapping, "--format", "json", *arguments)
    assert ran.code == Exit.DONE, ran.err
    return [remark for remark in ran.result["remarks"] if remark[:5] in ("GM614", "GM615")]


def regroup_behind_our_back(shop: SmallShop, email: str, *, dated: bool) -> None:
    """Put a customer of the target into Trade as a person in the shop would, or without a date."""
    one = "WHERE id_customer = (SELECT id_customer FROM ps_customer WHERE email = ?)"
    shop.target(f"UPDATE ps_customer SET id_default_group = 4 {one}", email)
    shop.target(f"UPDATE ps_customer_group SET id_group = 4 {one}", email)
    moment = f"{datetime.now(UTC):%Y-%m-%d} 23:59:59" if dated else "2020-01-01 00:00:00"
    shop.target(f"UPDATE ps_customer SET date_upd = ? {one}", moment, email)


def test_changes_are_put_on_top_of_what_was_read(shop: SmallShop) -> None:
    assert remarks(shop) == []
    regroup_behind_our_back(shop, AS_WANTED, dated=True)
    whole, changes = remarks(shop, "--since-last")
    assert whole == "GM615 the whole source was read: `via: csv` does not tell what changed"
    assert changes.startswith("GM614 of the target only what it dates at or after 20")
    totals = shop.run("plan", shop.mapping, "--offline", "--format", "json").result["totals"]
    assert (totals["update"], totals["same"]) == (2, 0)


def test_only_what_the_store_dates_is_noticed(shop: SmallShop) -> None:
    remarks(shop)
    regroup_behind_our_back(shop, AS_WANTED, dated=False)
    assert shop.run("plan", shop.mapping, "--since-last", "--format", "json").result["totals"]["same"] == 1
    assert shop.run("plan", shop.mapping, "--format", "json").result["totals"]["same"] == 0
    assert remarks(shop) == []


def test_a_first_reading_and_one_after_an_edit_are_whole(shop: SmallShop) -> None:
    assert remarks(shop, "--since-last")[1] == (
        "GM615 the whole target was read: it was not read to its end yet"
    )
    shop.connect("connections: 3")
    assert remarks(shop, "--since-last")[1] == (
        "GM615 the whole target was read: its connector was edited since it was read"
    )
    assert remarks(shop, "--since-last")[1].startswith("GM614")


def test_an_offline_plan_still_says_how_its_stores_were_read(shop: SmallShop) -> None:
    remarks(shop)
    changes = remarks(shop, "--since-last")
    assert remarks(shop, "--offline") == changes


def test_a_run_reads_only_what_changed_too_and_what_it_did_is_seen_the_next_time(shop: SmallShop) -> None:
    remarks(shop)
    ran = shop.run("run", shop.mapping, "--since-last", "--yes", "--format", "json")
    assert ran.code == Exit.DONE, ran.err
    assert any(remark.startswith("GM614") for remark in ran.result["plan"]["remarks"])
    assert (shop.groups_of(NEW), shop.groups_of(REGROUPED)) == (["Customer"], ["Customer", "Trade"])
    totals = shop.run("plan", shop.mapping, "--since-last", "--format", "json").result["totals"]
    assert totals == {"create": 0, "update": 0, "same": 3, "skip": 1, "blocked": 1}


def test_what_makes_no_sense_together_is_refused(shop: SmallShop) -> None:
    assert shop.run("plan", shop.mapping, "--offline", "--since-last").code == Exit.USAGE
    plan = shop.plans() or [shop.run("plan", shop.mapping) and shop.plans()[0]]
    ran = shop.run("run", str(plan[0]), "--since-last", "--yes")
    assert (ran.code, "a plan" in ran.err) == (Exit.USAGE, True)
    assert shop.groups_of(NEW) == []
