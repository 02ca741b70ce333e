"""What a change of group means for people, and what a run will take."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from groupmigrate.model import Group
from groupmigrate.planning.action import Act
from groupmigrate.planning.meaning import Meaning, meanings
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.planning.planheader import Header, Tally
from groupmigrate.report.summary import plan_summary
from groupmigrate.report.terminal import plan_view
from groupmigrate.running.forecast import FEWEST, Forecast, forecast
from support.headers import header

TRADE = {"discount": "12.5 %", "prices": "tax excluded", "show prices": "yes"}


def meant(old: dict[str, str], new: dict[str, str], *tallies: Tally) -> list[Meaning]:
    """What it means to go from the one group to the other."""
    rows = tallies or (Tally("2", "4", Act.CREATE, "GM201", 3),)
    return meanings(rows, [Group("2", "Wholesale", settings=old)], [Group("4", "Trade", settings=new)])


def into(settings: dict[str, str], *, mails: int = 0, store: str = "New shop", read: int = 60) -> Header:
    """The header of a plan into a group with these settings."""
    trade = Group("4", "Trade", settings=settings)
    return header(target_store=store, target_groups=(trade,), read=read, mails=mails)


def made(
    path: Path, name: str, settings: dict[str, str] = TRADE, *, mails: int = 0, store: str = "New shop"
) -> PlanFile:
    """A plan that creates 60 customers."""
    plan = PlanFile.create(path / name)
    plan.finish(into(settings, mails=mails, store=store), [Tally("2", "4", Act.CREATE, "GM201", 60)], {})
    return plan


def applied(plan: PlanFile, batches: Sequence[tuple[str, str, int]], tries: int = 1) -> None:
    """Write a journal: when each batch was sent and ended (hh:mm:ss), and how many were in it."""
    plan.close()
    with closing(sqlite3.connect(plan.path)) as database, database:
        for sent, ended, count in batches:
            for _ in range(count):
                database.execute(
                    "INSERT INTO journal(state, tries, sent_at, ended_at) VALUES ('done', ?, ?, ?)",
                    (tries, f"2026-01-02 {sent}.000000", f"2026-01-02 {ended}.000000"),
                )


def test_what_only_the_target_tells_is_said_without_a_guess_about_the_source() -> None:
    (one,) = meant({}, TRADE)
    assert one.says == ("get a discount of 12.5 %", "see prices without tax")
    assert (one.customers, one.source_tells, one.hides_prices) == (3, False, False)


def test_what_both_tell_is_compared() -> None:
    old = {"discount": "10 %", "prices": "tax excluded", "show prices": "no", "tax class": "Retail"}
    new = {"discount": "0 %", "prices": "tax included", "show prices": "yes", "tax class": "Retail"}
    (one,) = meant(old, new)
    assert one.says == (
        "get no discount (before: 10 %)",
        "see prices with tax (before: tax excluded)",
        "see prices (before: no)",
        "are taxed as Retail as before",
    )


def test_a_setting_without_words_of_its_own_is_said_as_the_store_names_it() -> None:
    (one,) = meant({"tax class": "Trade customer"}, {"approval": "by hand", "portal": "blue"})
    assert one.says == (
        "approval: by hand",
        "portal: blue",
        "tax class: Trade customer before, and the target does not tell",
    )


def test_customers_who_are_not_sent_have_no_meaning() -> None:
    rows = [
        Tally("2", "4", Act.SAME, "GM204", 9),
        Tally("2", "", Act.BLOCKED, "GM302", 9),
        Tally("2", "4", Act.UPDATE, "GM202", 2),
        Tally("2", "4", Act.UPDATE, "GM203", 1),
    ]
    assert [one.customers for one in meant({}, TRADE, *rows)] == [3]
    assert meant({}, TRADE, *rows[:2]) == []


def test_two_stores_that_tell_nothing_have_no_meaning() -> None:
    assert meant({}, {}) == []


def test_a_group_that_hides_prices_is_warned_about(tmp_path: Path) -> None:
    with made(tmp_path, "1.plan", {"show prices": "no"}) as plan:
        summary = plan_summary(plan, ["first"])
    assert summary.warnings == (
        "first",
        'the target group "Trade" shows no prices, and the plan sends 60 customers there',
    )


def test_the_plan_on_a_terminal_says_what_groups_mean_and_what_a_run_sends(tmp_path: Path) -> None:
    with made(tmp_path, "1.plan", mails=60) as plan:
        summary = plan_summary(plan)
    stream = StringIO()
    console = Console(file=stream, width=100)
    for part in plan_view(summary):
        console.print(part)
    said = stream.getvalue()
    assert "Wholesale → Trade: 60 customers\n    get a discount of 12.5 %, see prices without tax\n" in said
    assert "the source does not tell what its groups mean" in said
    assert "a run sends 60 customers, and up to 60 mails to customers\n" in said


def test_without_an_earlier_run_no_duration_is_said(tmp_path: Path) -> None:
    made(tmp_path, "1.plan").close()
    with made(tmp_path, "2.plan") as plan:
        assert forecast(plan) == Forecast(60, 0, None)


def test_the_pace_is_that_of_the_last_run_without_its_pauses(tmp_path: Path) -> None:
    applied(made(tmp_path, "1.plan"), [("01:00:00", "01:00:01", 60)])
    applied(made(tmp_path, "2.plan"), [("01:00:00", "01:00:20", 10), ("09:00:00", "09:00:20", 10)])
    with made(tmp_path, "3.plan") as plan:
        assert forecast(plan).seconds == 120  # 20 customers in 40 seconds
    turned = [("01:00:00", "01:00:20", 10), ("02:00:00", "01:00:00", 50), ("09:00:00", "09:00:20", 10)]
    applied(made(tmp_path, "2b.plan"), turned)
    with PlanFile.open(tmp_path / "3.plan", read_only=True) as plan:
        assert forecast(plan).seconds == 120, "nobody is faster than time because a clock was set back"
    applied(made(tmp_path, "4.plan"), [("01:00:00", "01:00:01", 60)])
    with PlanFile.open(tmp_path / "3.plan", read_only=True) as plan:
        assert forecast(plan).seconds == 120, "a later run says nothing about an earlier plan"


@pytest.mark.parametrize(
    ("count", "tries", "store"), [(FEWEST - 1, 1, "New shop"), (60, 2, "New shop"), (60, 1, "Other shop")]
)
def test_few_customers_second_tries_and_other_stores_have_no_pace(
    tmp_path: Path, count: int, tries: int, store: str
) -> None:
    applied(made(tmp_path, "1.plan", store=store), [("01:00:00", "01:00:10", count)], tries)
    with made(tmp_path, "2.plan") as plan:
        assert forecast(plan).seconds is None


def test_a_damaged_plan_beside_it_does_not_stop_the_forecast(tmp_path: Path) -> None:
    (tmp_path / "1.plan").write_bytes(b"SQLite format 3\x00" + b"x" * 200)
    with made(tmp_path, "2.plan") as plan:
        assert forecast(plan).seconds is None
