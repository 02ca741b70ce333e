"""Groups that a person sets: what the plan says, what a run leaves alone, and how the work is proven."""

from __future__ import annotations

import csv
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from threading import Event

import pytest
from msgspec.structs import replace

from groupmigrate.files.migration import Migration, load_migration
from groupmigrate.model import Customer, Group, Role
from groupmigrate.planning.action import Act
from groupmigrate.planning.plan import make_plan
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.planning.reading import read_source, read_target
from groupmigrate.planning.snapshot import Snapshot
from groupmigrate.platforms.base import Check, Rules
from groupmigrate.report.endings import verify_summary
from groupmigrate.report.markdown import markdown
from groupmigrate.report.page import plan_page, verify_page
from groupmigrate.report.summary import PlanSummary, plan_summary
from groupmigrate.report.worklist import Worklist, write_worklist
from groupmigrate.running.result import Result
from groupmigrate.running.run import apply_plan, retry_failed
from groupmigrate.running.verify import Verification, verify_plan
from groupmigrate.running.worklist import Task, worklist
from support.memory import FAULTS, MemoryStore

BY_HAND = Rules(groups_by_hand=True)
SOURCE_GROUPS = (Group("1", "General", role=Role.DEFAULT), Group("2", "Wholesale"))
TARGET_GROUPS = (Group("3", "Standard", role=Role.DEFAULT), Group("4", "Trade"), Group("5", "=Shops"))
MAPPING = """\
version: 1
source: old
target: new
groups:
  General: Standard
  Wholesale: Trade
customers: {existing: update}
limits: {max_updates_percent: 100}
"""


class Shop(MemoryStore):
    """A store in memory with a name."""

    def __init__(
        self, name: str, customers: Sequence[Customer], groups: Sequence[Group], script: Sequence[str] = ()
    ) -> None:
        super().__init__(customers, groups=groups, rules=BY_HAND, script=script)
        self._name = name

    def check(self) -> Check:
        return Check(self._name, "1")


@dataclass
class Move:
    """A migration between two stores in memory, the target of which lets no call set a group."""

    source: Shop
    target: Shop
    migration: Migration

    def plan(self) -> Path:
        folder = self.migration.folder
        folder.prepare()
        with Snapshot(folder.snapshot) as snapshot:
            read_source(self.migration, self.source, self.source.check(), snapshot, lambda *_: None)
            read_target(self.migration, self.target, self.target.check(), snapshot, lambda *_: None)
            return make_plan(self.migration, snapshot, folder, lambda *_: None)

    def run(self, path: Path) -> Result:
        with PlanFile.open(path) as plan:
            return apply_plan(plan, self.target, watch=lambda _: None, stop=Event(), pause=0)

    def verify(self, path: Path) -> Verification:
        with PlanFile.open(path) as plan:
            return verify_plan(plan, self.target, watch=lambda *_: None)

    def left(self, path: Path) -> list[Task]:
        with PlanFile.open(path) as plan:
            return list(worklist(plan, self.target))

    def written(self, path: Path) -> Worklist:
        with PlanFile.open(path) as plan:
            return write_worklist(plan.header, worklist(plan, self.target), path.parent)

    def summary(self, path: Path) -> PlanSummary:
        with PlanFile.open(path) as plan:
            return plan_summary(plan)

    def acts(self, path: Path) -> list[tuple[str, Act, str]]:
        with PlanFile.open(path) as plan:
            return [(row.action.email, row.action.act, row.action.code) for row in plan.rows()]


Moving = Callable[..., Move]


@pytest.fixture
def moving(tmp_path: Path) -> Moving:
    def make(source: Sequence[Customer], target: Sequence[Customer] = (), script: Sequence[str] = ()) -> Move:
        for folder in ("mappings", "connectors"):
            (tmp_path / folder).mkdir()
        (tmp_path / "mappings" / "m.yaml").write_text(MAPPING, encoding="utf-8")
        for name in ("old", "new"):
            text = f"version: 1\nplatform: prestashop\nvia: webservice\nurl: https://{name}.example.com\n"
            (tmp_path / "connectors" / f"{name}.yaml").write_text(f"{text}key: env:NONE\n", encoding="utf-8")
        return Move(
            Shop("the old shop", source, SOURCE_GROUPS),
            Shop("the new shop", target, TARGET_GROUPS, script),
            load_migration(tmp_path / "mappings" / "m.yaml"),
        )

    return make


def person(id_: str, group: str, lastname: str = "Pop") -> Customer:
    return Customer(id_, f"person{id_}@example.com", (group,), firstname="Ana", lastname=lastname)


NEW = person("1", "2")
PLAIN = person("2", "1")
THERE = person("3", "2")
"""In the target already, in the default group."""
RENAMED = person("4", "2", "Ionescu")
"""In the target already, in the default group and with another name."""
MOVED = person("5", "2")
"""In the target already, and where the mapping wants them."""
PEOPLE = (NEW, PLAIN, THERE, RENAMED, MOVED)
IN_TARGET = (
    replace(THERE, id="103", groups=("3",)),
    replace(RENAMED, id="104", groups=("3",), lastname="Pop"),
    replace(MOVED, id="105", groups=("4",)),
)


def test_a_plan_tells_who_is_sent_and_who_is_only_moved_by_hand(moving: Moving) -> None:
    move = moving(PEOPLE, IN_TARGET)
    assert move.acts(move.plan()) == [
        (NEW.email, Act.CREATE, "GM201"),
        (PLAIN.email, Act.CREATE, "GM201"),
        (THERE.email, Act.SAME, "GM327"),
        (RENAMED.email, Act.UPDATE, "GM203"),
        (MOVED.email, Act.SAME, "GM204"),
    ]


def test_a_plan_says_before_anything_runs_how_many_are_moved_by_hand(moving: Moving) -> None:
    move = moving(PEOPLE, IN_TARGET)
    path = move.plan()
    summary = move.summary(path)
    assert [(work.group, work.customers) for work in summary.by_hand] == [("Trade", 3)]
    words = 'GM327 a person has to put 3 customers into their group after the run: 3 into "Trade"'
    assert words in summary.remarks
    with PlanFile.open(path) as plan:
        page = plan_page(plan, summary, show_pii=False)
    assert words in page.remarks
    assert words in markdown(page)


def test_a_run_sends_everything_but_groups_and_ends_well(moving: Moving) -> None:
    move = moving(PEOPLE, IN_TARGET)
    result = move.run(move.plan())
    assert (result.created, result.updated, result.same, result.failed) == (2, 1, 2, 0)
    assert result.balanced
    assert [(change.kind, change.fields) for change in move.target.sent] == [
        ("create", ()),
        ("create", ()),
        ("update", ("lastname",)),
    ]


@pytest.mark.parametrize("fault", ["lost after", "half"])
def test_a_lost_answer_is_settled_though_the_group_is_not_there_yet(moving: Moving, fault: str) -> None:
    move = moving([NEW], script=[fault])
    result = move.run(move.plan())
    assert (result.created, result.open, result.failed) == (1, 0, 0)
    assert [customer.email for customer in move.target.everybody] == [NEW.email]


def test_who_was_refused_is_on_no_worklist_before_they_are_there(moving: Moving) -> None:
    move = moving([NEW], script=["refused"])
    path = move.plan()
    move.run(path)
    assert move.left(path) == []
    with PlanFile.open(path) as plan:
        retry_failed(plan)
    move.run(path)
    assert [task.email for task in move.left(path)] == [NEW.email]


def test_the_worklist_says_who_in_full_and_shrinks_as_the_work_is_done(moving: Moving) -> None:
    move = moving(PEOPLE, IN_TARGET)
    path = move.plan()
    assert [task.id for task in move.left(path)] == ["103"]
    move.run(path)
    assert move.left(path) == [
        Task("106", NEW.email, "Ana Pop", "3", "4"),
        Task("103", THERE.email, "Ana Pop", "3", "4"),
        Task("104", RENAMED.email, "Ana Ionescu", "3", "4"),
    ]
    move.target.move("103", "4")
    assert [task.id for task in move.left(path)] == ["106", "104"]


@pytest.mark.parametrize("seed", range(30))
def test_whatever_the_store_does_the_worklist_names_exactly_those_who_wait(moving: Moving, seed: int) -> None:
    chance = Random(seed)
    people = [person(str(number), chance.choice("12")) for number in range(1, 20)]
    script = [chance.choice(("", *FAULTS)) for _ in range(60)]
    move = moving(people, script=[fault for fault in script if fault != "gone"])
    path = move.plan()
    result = move.run(path)
    assert result.balanced
    emails = [one.email for one in move.target.everybody]
    assert len(set(emails)) == len(emails)
    with PlanFile.open(path) as plan:
        ended = {row.action.email for row in plan.rows("j.state IN ('done', 'differs')")}
    waiting = {one.email for one in people if one.groups == ("2",)} & ended
    assert {task.email for task in move.left(path)} == waiting
    assert move.verify(path).by_hand == len(waiting)
    for task in move.left(path):
        move.target.move(task.id, task.wanted)
    assert move.verify(path).by_hand == 0


def test_verifying_tells_waiting_from_faults_and_proves_the_work(moving: Moving) -> None:
    move = moving(PEOPLE, IN_TARGET)
    path = move.plan()
    move.run(path)
    found = move.verify(path)
    assert (found.verdicts["as wanted"], found.by_hand, found.faults) == (2, 3, 0)
    with PlanFile.open(path) as plan:
        summary = verify_summary(plan, found, show_pii=False)
        page = verify_page(plan, summary, show_pii=False)
    assert [(cause.kind, cause.code, cause.customers) for cause in page.causes] == [("by hand", "GM420", 3)]
    assert page.balance == "5 checked = 2 as wanted + 3 by hand"
    for task in move.left(path):
        move.target.move(task.id, task.wanted)
    assert move.verify(path).verdicts == {"as wanted": 5}


def test_a_fault_is_a_fault_even_while_the_group_waits(moving: Moving) -> None:
    move = moving([NEW])
    path = move.plan()
    move.run(path)
    (there,) = move.target.everybody
    move.target.customers_by_id[there.id] = replace(there, lastname="Nobody")
    found = move.verify(path)
    assert (found.faults, found.by_hand, found.fields) == (1, 0, {"lastname": 1})


def test_the_next_plan_has_nothing_to_do_once_the_work_is_done(moving: Moving) -> None:
    move = moving(PEOPLE, IN_TARGET)
    path = move.plan()
    move.run(path)
    assert [code for _, _, code in move.acts(move.plan())] == ["GM327", "GM204", "GM327", "GM327", "GM204"]
    for task in move.left(path):
        move.target.move(task.id, task.wanted)
    again = move.plan()
    assert {(act, code) for _, act, code in move.acts(again)} == {(Act.SAME, "GM204")}
    assert move.summary(again).by_hand == ()


def test_the_files_are_for_their_owner_and_hold_full_emails(moving: Moving) -> None:
    move = moving(PEOPLE, IN_TARGET)
    path = move.plan()
    move.run(path)
    files = move.written(path)
    assert files.groups == {"Trade": 3}
    for name in (files.csv, files.html):
        assert stat.S_IMODE(Path(name).stat().st_mode) == 0o600
    with Path(files.csv).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["id", "email", "name", "group_now", "group_wanted"]
    assert rows[1] == ["106", NEW.email, "Ana Pop", "Standard", "Trade"]
    page = Path(files.html).read_text(encoding="utf-8")
    assert all(one.email in page for one in (NEW, THERE, RENAMED))
    assert MOVED.email not in page
    assert "Into Trade" in page


def test_no_cell_of_the_files_is_a_formula_or_markup(moving: Moving) -> None:
    move = moving([replace(NEW, firstname="=1+1", lastname="<script>alert(1)</script>")])
    path = move.plan()
    move.run(path)
    files = move.written(path)
    assert "'=1+1 <script>" in Path(files.csv).read_text(encoding="utf-8-sig")
    page = Path(files.html).read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_where_nobody_is_left_there_are_no_files(moving: Moving) -> None:
    move = moving(PEOPLE, IN_TARGET)
    path = move.plan()
    move.run(path)
    move.written(path)
    for task in move.left(path):
        move.target.move(task.id, task.wanted)
    assert move.written(path) == Worklist("", "", {})
    assert list(path.parent.glob("worklist*")) == []
