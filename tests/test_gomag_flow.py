"""A migration into a shop whose groups a person sets, by command: said, done, listed and proven."""

from __future__ import annotations

import csv
import json
import stat
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from groupmigrate.cli.edge import run as command
from groupmigrate.platforms.gomag.sandbox.shop import Shop
from support.gomag_room import GROUPS, seeded

STATE = Path(".groupmigrate")
CONNECTOR = """\
version: 1
platform: gomag
url: sandbox
seed: {name}.json
groups: {groups}
default_group: 1
welcome_mail: false
"""
MAPPING = """\
version: 1
source: old
target: new
groups: {Standard: Standard, Trade: Trade, Retail: Trade}
customers: {existing: update}
limits: {max_updates_percent: 100}
"""
OLD = [seeded(number, group=GROUPS[str(1 + number % 3)]) for number in range(1, 31)]
NEW = [seeded(1), seeded(3, lastname="Altul"), seeded(90)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A migration folder with two practice shops, as the working directory."""
    for name in ("connectors", "mappings"):
        (tmp_path / name).mkdir()
    for name, people in (("old", OLD), ("new", NEW)):
        seed = {"groups": GROUPS, "customers": people}
        (tmp_path / "connectors" / f"{name}.json").write_text(json.dumps(seed), encoding="utf-8")
        text = CONNECTOR.format(name=name, groups=json.dumps(GROUPS))
        (tmp_path / "connectors" / f"{name}.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "mappings" / "move.yaml").write_text(MAPPING, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """The exit code and what is printed, on one line, whatever its width."""
    code = command([*arguments])
    return code, " ".join(capsys.readouterr().out.split())


def work_through(rows: Sequence[dict[str, str]]) -> None:
    """What the person with the list does."""
    ids = {name: int(id_) for id_, name in GROUPS.items()}
    with closing(Shop(STATE / ".stores" / "new.db")) as shop:
        for row in rows:
            shop.move(int(row["id"]), ids[row["group_wanted"]])


def listed() -> list[dict[str, str]]:
    with (STATE / "move" / "worklist.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.usefixtures("folder")
def test_the_work_by_hand_is_said_before_listed_after_and_proven_in_the_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, plan = said(capsys, "plan", "mappings/move.yaml")
    assert code == 0
    assert 'GM327 a person has to put 20 customers into their group after the run: 20 into "Trade"' in plan
    assert not (STATE / "move" / "worklist.csv").exists()

    code, run = said(capsys, "run", "mappings/move.yaml", "--yes")
    assert code == 0
    assert "30 read = 28 created + 1 updated + 1 same" in run
    assert "by hand 20 customers: 20 into" in run
    assert "worklist.html" in said(capsys, "status", "mappings/move.yaml")[1]
    rows = listed()
    assert len(rows) == 20
    assert {row["group_now"] for row in rows} == {"Standard"}
    assert stat.S_IMODE((STATE / "move" / "worklist.html").stat().st_mode) == 0o600

    work_through(rows[:-1])
    code, verified = said(capsys, "verify", "mappings/move.yaml")
    assert code == 3
    assert "29 customers as wanted; 1 customer to be moved by hand" in verified
    assert listed() == rows[-1:]

    work_through(rows[-1:])
    code, verified = said(capsys, "verify", "mappings/move.yaml", "--detailed-exitcode")
    assert code == 0
    assert "30 customers as wanted, no difference" in verified
    assert list((STATE / "move").glob("worklist*")) == []
    code, again = said(capsys, "plan", "mappings/move.yaml", "--detailed-exitcode")
    assert code == 0
    assert "nothing to do" in again
    assert "GM327" not in again


def test_who_is_there_and_only_waits_for_a_group_is_listed_without_anything_sent(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = {"groups": GROUPS, "customers": [{**one, "group": "Standard"} for one in OLD]}
    (folder / "connectors" / "new.json").write_text(json.dumps(seed), encoding="utf-8")
    code, plan = said(capsys, "plan", "mappings/move.yaml", "--detailed-exitcode")
    assert (code, "next groupmigrate run" in plan) == (0, True)
    code, run = said(capsys, "run", "mappings/move.yaml", "--yes")
    assert code == 0
    assert "30 read = 30 same nothing to do: the rest is to be done by hand" in run
    assert len(listed()) == 20


@pytest.mark.usefixtures("folder")
def test_programs_are_told_in_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    def asked(*arguments: str) -> Any:
        command([*arguments, "--format", "json"])
        return json.loads(capsys.readouterr().out)["result"]

    assert asked("plan", "mappings/move.yaml")["by_hand"] == [{"group": "Trade", "customers": 20}]
    assert asked("run", "mappings/move.yaml", "--yes")["worklist"]["groups"] == {"Trade": 20}
    found = asked("verify", "mappings/move.yaml")
    assert (found["as_wanted"], found["by_hand"], found["faults"]) == (10, 20, 0)
    assert found["worklist"]["groups"] == {"Trade": 20}


@pytest.mark.usefixtures("folder")
def test_lost_answers_double_nobody_and_leave_nobody_out(capsys: pytest.CaptureFixture[str]) -> None:
    connector = Path("connectors/new.yaml")
    faulty = "faults: lost-after=0.15,lost-before=0.1,429=0.05,seed=3\n"
    connector.write_text(connector.read_text(encoding="utf-8") + faulty, encoding="utf-8")
    code, run = said(capsys, "run", "mappings/move.yaml", "--yes")
    assert (code, "28 created" in run) == (0, True)
    with closing(Shop(STATE / ".stores" / "new.db")) as shop:
        assert shop.value("SELECT count(*) FROM customer") == 31
        assert shop.value("SELECT count(DISTINCT email) FROM customer") == 31


@pytest.mark.usefixtures("folder")
def test_a_shop_that_does_not_tell_groups_is_not_planned_with(capsys: pytest.CaptureFixture[str]) -> None:
    connector = Path("connectors/new.yaml")
    connector.write_text(
        f"{connector.read_text(encoding='utf-8')}readings: group=ignored\n", encoding="utf-8"
    )
    assert command(["plan", "mappings/move.yaml"]) == 1
    assert "GM563" in capsys.readouterr().err
