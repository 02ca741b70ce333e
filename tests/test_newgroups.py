"""Groups are made only on request, one at a time, and never twice."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from groupmigrate.errors import GroupmigrateError, LostAnswer, UsageError
from groupmigrate.files.mapping import load_mapping
from groupmigrate.model import Group
from groupmigrate.platforms.base import Rules
from groupmigrate.running.newgroups import make_groups, missing_groups
from support.memory import GROUPS, MemoryStore

MAPPING = """\
version: 1
source: a
target: b
groups:
  General: Customer
  Wholesale: [New & Co, Trade]
  Retailer: [{when: {country: RO}, to: East}, {to: trade}]
  Press: {skip: no}
  Old: id:4
unmapped: {to: Rest}
"""


class Maker(MemoryStore):
    """A store in memory that can make groups, and behaves as it is told."""

    def __init__(self, behave: Callable[[Maker, str], None] | None = None, *, able: bool = True) -> None:
        super().__init__(rules=Rules(makes_groups=able))
        self.behave = behave or Maker.add
        self.asked: list[str] = []

    def make_group(self, name: str) -> None:
        self.asked.append(name)
        self.behave(self, name)

    def add(self, name: str) -> None:
        self._groups = (*self._groups, Group(str(len(self._groups) + 1), name))


def test_only_names_that_nobody_has_are_missing(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(MAPPING, encoding="utf-8")
    assert missing_groups(load_mapping(path), GROUPS) == ("New & Co", "East", "Rest")


def test_groups_are_made_in_their_order_and_told() -> None:
    store, told = Maker(), list[str]()
    make_groups(store, ["New & Co", "East"], lambda group: told.append(group.name))
    assert told == store.asked == ["New & Co", "East"]


def lost(store: Maker, name: str) -> None:
    store.add(name)
    raise LostAnswer("no answer")


def test_a_group_whose_answer_was_lost_is_looked_for_and_not_made_again() -> None:
    store = Maker(lost)
    make_groups(store, ["East"], lambda group: None)
    assert store.asked == ["East"]
    assert [group.name for group in store.groups()].count("East") == 1


def twice(store: Maker, name: str) -> None:
    store.add(name)
    store.add(name)


@pytest.mark.parametrize("behave", [lambda store, name: None, twice])
def test_a_group_that_is_not_there_once_stops_the_work(behave: Callable[[Maker, str], None]) -> None:
    store = Maker(behave)
    with pytest.raises(GroupmigrateError) as caught:
        make_groups(store, ["East", "Rest"], lambda group: None)
    assert (caught.value.code, store.asked) == ("GM410", ["East"])


def test_a_target_that_cannot_make_groups_is_told_before_anything_is_tried() -> None:
    store = Maker(able=False)
    with pytest.raises(UsageError) as caught:
        make_groups(store, ["East"], lambda group: None)
    assert (caught.value.code, store.asked) == ("GM149", [])


# --- over the command line, in a practice shop -----------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, repository: Path) -> Path:
    """The demo, whose mapping names a group that the practice shop does not have."""
    for name in ("connectors", "mappings", "sample_data"):
        shutil.copytree(repository / name, tmp_path / name)
    mapping = tmp_path / "mappings" / "demo.yaml"
    text = mapping.read_text(encoding="utf-8").replace("Café & Bar", "Café Größe & Bar")
    mapping.write_text(text, encoding="utf-8")
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-m", "groupmigrate", *arguments]
    return subprocess.run(program, cwd=folder, capture_output=True, text=True, timeout=100)


def in_shop(folder: Path, query: str, *values: str) -> Sequence[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / ".groupmigrate" / ".stores" / "demo-prestashop.db")) as shop:
        return shop.execute(query, values).fetchall()


def test_a_run_makes_the_missing_groups_on_request_and_only_once(folder: Path) -> None:
    name = "Café Größe & Bar"
    refused = run(folder, "run", "mappings/demo.yaml", "--yes")
    assert refused.returncode == 2
    assert "GM121" in refused.stderr
    ran = run(folder, "run", "mappings/demo.yaml", "--yes", "--create-groups", "--format", "json")
    assert ran.returncode == 0, ran.stderr
    assert f'made the group "{name}"' in ran.stderr
    assert json.loads(ran.stdout)["result"]["run"]["failed"] == 0
    again = run(folder, "run", "mappings/demo.yaml", "--yes", "--create-groups")
    assert again.returncode == 0, again.stderr
    assert "made the group" not in again.stderr
    names = in_shop(folder, "SELECT id_lang FROM ps_group_lang WHERE name = ? ORDER BY 1", name)
    assert names == [(1,), (2,)]
    ((group, shown, reduction),) = in_shop(
        folder,
        "SELECT id_group, show_prices, reduction FROM ps_group JOIN ps_group_lang USING(id_group)"
        " WHERE name = ? AND id_lang = 1",
        name,
    )
    assert (shown, float(str(reduction))) == (1, 0.0)
    ((members,),) = in_shop(folder, "SELECT count(*) FROM ps_customer WHERE id_default_group = ?", str(group))
    assert members == 49
