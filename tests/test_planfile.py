"""A plan is complete or it is no plan: damage, other files and other versions are told, never guessed at."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groupmigrate.errors import DiskError, GroupmigrateError, StalePlan
from groupmigrate.model import Customer
from groupmigrate.planning.action import Act, Action, Before
from groupmigrate.planning.fittext import Note
from groupmigrate.planning.planfile import FORMAT, PlanFile
from groupmigrate.planning.planrow import Row
from groupmigrate.running.journal import Ended, Entry, Journal
from support.small_plans import create, plan_of, regroup


def copy_of_a_plan(tmp_path: Path, *, customers: int = 50) -> Path:
    """A finished plan file, closed."""
    with plan_of([create(number) for number in range(customers)]) as plan:
        path = tmp_path / "copy.plan"
        path.write_bytes(plan.path.read_bytes())
    return path


def cut(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def overwrite(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:8192] = b"\x00" * 4096
    path.write_bytes(bytes(content))


def other_version(path: Path) -> None:
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 99")
    database.close()


def headless(path: Path) -> None:
    database = sqlite3.connect(path)
    database.execute("DELETE FROM header")
    database.commit()
    database.close()


def other_database(path: Path) -> None:
    path.unlink()
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE t(x)")
    database.close()


DAMAGES: list[Callable[[Path], object]] = [
    cut,
    overwrite,
    other_version,
    headless,
    other_database,
    lambda path: path.write_bytes(b""),
    lambda path: path.write_bytes(b"hello"),
    lambda path: path.unlink(),
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_no_whole_plan_of_this_version_is_refused(
    tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    path = copy_of_a_plan(tmp_path)
    PlanFile.open(path).close()
    damage(path)
    with pytest.raises(StalePlan) as caught:
        PlanFile.open(path)
    assert caught.value.code == "GM605"
    assert caught.value.hint


@settings(max_examples=40)
@given(
    actions=st.lists(
        st.builds(
            Action,
            act=st.sampled_from(Act),
            code=st.just("GM201"),
            key=st.text(max_size=5),
            email=st.text(max_size=5),
            source_id=st.text(max_size=3),
            source_group=st.text(max_size=3),
            line=st.integers(0, 99),
            groups=st.lists(st.text(max_size=3), max_size=3).map(tuple),
            target_id=st.text(max_size=3),
            notes=st.lists(st.builds(Note, st.just("GM305"), st.text(max_size=4)), max_size=2).map(tuple),
        ),
        max_size=8,
    )
)
def test_actions_come_back_as_they_were_written(actions: list[Action]) -> None:
    with plan_of(actions) as plan:
        assert [row.action for row in plan.rows()] == actions


def test_before_and_after_come_back_as_they_were_written() -> None:
    there = Customer("7", "x@example.com", ("3",))
    action = regroup(there)
    with plan_of([action, create(1)]) as plan:
        rows = list(plan.rows())
        assert rows[0].action == action
        assert rows[0].action.before == Before(groups=("3",))
        assert rows[1].action == create(1)


def test_a_plan_is_a_table_in_a_notebook() -> None:
    there = Customer("7", "x@example.com", ("3",))
    with plan_of([regroup(there), create(1, ("5",))]) as plan:
        Journal(plan).ended([Entry(1, Ended.REJECTED, code="GM401", words="no")])
        table = plan.to_pandas()
    assert table["action"].tolist() == ["update", "create"]
    assert table["source_group"].tolist() == ["Wholesale", "Wholesale"]
    assert table["groups"].tolist() == ["Trade, Customer", "Shops"]
    assert table["outcome"].iloc[0] == "GM401"


def test_the_journal_survives_and_says_what_is_pending(tmp_path: Path) -> None:
    path = copy_of_a_plan(tmp_path, customers=4)
    with PlanFile.open(path) as plan:
        journal = Journal(plan)
        journal.begin([Entry(1, Ended.DONE)], [2, 3])
        journal.ended([Entry(2, Ended.REJECTED, code="GM401")])
    with PlanFile.open(path) as plan:
        rows = next(Journal(plan).pending(10))
        assert [(row.seq, row.state) for row in rows] == [(3, "sent"), (4, "")]
        assert Journal(plan).reopen((Ended.REJECTED,)) == 1
        assert [row.seq for rows in Journal(plan).pending(2) for row in rows] == [2, 3, 4]


def test_a_run_can_write_while_the_plan_is_read_in_batches(tmp_path: Path) -> None:
    path = copy_of_a_plan(tmp_path)
    with PlanFile.open(path, read_only=True) as reading, PlanFile.open(path) as running:
        running.ask("PRAGMA busy_timeout = 0")
        batches = reading.batches("1", size=20)
        assert len(next(batches)) == 20
        Journal(running).ended([Entry(1, Ended.DONE)])
        assert [len(rows) for rows in batches] == [20, 10]


def test_a_full_disk_is_told_and_nothing_that_was_written_is_lost(tmp_path: Path) -> None:
    path = copy_of_a_plan(tmp_path, customers=200)
    with PlanFile.open(path) as plan:
        journal = Journal(plan)
        journal.ended([Entry(1, Ended.DONE)])
        (pages,) = plan._database.execute("PRAGMA page_count").fetchone()
        plan._database.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(DiskError) as caught:
            journal.ended([Entry(seq, Ended.REJECTED, words="w" * 900) for seq in range(2, 201)])
        assert caught.value.code == "GM515"
    with PlanFile.open(path) as plan:
        states = [row.state for row in plan.rows()]
        assert states == ["done", *[""] * 199]


@pytest.mark.parametrize("read_only", [True, False])
def test_a_plan_is_whole_again_after_a_kill_in_the_middle_of_a_write(tmp_path: Path, read_only: bool) -> None:
    path, killed = copy_of_a_plan(tmp_path, customers=200), tmp_path / "killed.plan"
    with PlanFile.open(path) as plan:
        database = plan._database
        database.execute("PRAGMA cache_size = 5")  # so that pages are written before the end
        database.execute("BEGIN")
        database.execute(f"PRAGMA user_version = {FORMAT}")
        database.executemany(
            "UPDATE actions SET email = ? WHERE seq = ?", [("x" * 3000, number) for number in range(201)]
        )
        for ending in ("", "-journal"):
            shutil.copy(f"{path}{ending}", f"{killed}{ending}")
        database.rollback()
    pages = killed.stat().st_size // 4096
    with killed.open("r+b") as file:  # the first page says already how large the file would have become
        file.seek(28)
        file.write((pages + 9).to_bytes(4, "big"))
    with PlanFile.open(killed, read_only=read_only) as plan:
        assert {row.action.email for row in plan.rows()} == {row.action.email for row in rows_of(path)}


def rows_of(path: Path) -> list[Row]:
    with PlanFile.open(path, read_only=True) as plan:
        return list(plan.rows())


def test_a_read_only_folder_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir()
    missing = folder / "no" / "plan.plan"
    with pytest.raises(GroupmigrateError) as caught:
        PlanFile.create(missing)
    assert isinstance(caught.value, DiskError)
