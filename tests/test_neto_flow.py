"""A whole migration into a practice Neto, killed on the way: nobody is lost, doubled, or in a wrong group.

The store is served by this process, which survives; the killed process is the client.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from groupmigrate.platforms.neto.sandbox import serve

HERE = Path(__file__).resolve().parent
GENERATOR = HERE.parent / "sample_data" / "make_shop.py"
KILLED = HERE / "support" / "killed.py"
CUSTOMERS = 250
MAPPING = """\
version: 1
source: old
target: new
groups: {NOT LOGGED IN: A, General: A, Wholesale: Trade, Retailer: Retail}
unmapped: {to: A}
customers: {duplicates: newest, misfits: leave_out}
limits: {max_updates_percent: 100}
"""
READING = "rate=100000,order=changed,short=yes,partial=nothing"

pytestmark = pytest.mark.timeout(300)


class World:
    """A migration folder: the source is a Magento export, the target a practice store without Retail."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("mappings", "connectors", "export"):
            (root / name).mkdir()
        program = [
            sys.executable,
            str(GENERATOR),
            "--customers",
            str(CUSTOMERS),
            "--out",
            str(root / "export"),
        ]
        subprocess.run(program, check=True, capture_output=True)
        (root / "mappings" / "move.yaml").write_text(MAPPING, encoding="utf-8")
        (root / "connectors" / "old.yaml").write_text(
            "version: 1\nplatform: magento\nvia: csv\n"
            "customers: ../export/customer.csv\naddresses: ../export/customer_address.csv\n",
            encoding="utf-8",
        )
        (root / "seed.json").write_text(json.dumps({"groups": ["Trade"]}), encoding="utf-8")

    @contextmanager
    def store(self, faults: str = "", readings: str = READING) -> Iterator[None]:
        """Serve the store and point the connector at it."""
        seed, place = self.root / "seed.json", self.root / "store.db"
        with serve(place, seed=seed, faults=faults, readings=readings) as practice:
            (self.root / "connectors" / "new.yaml").write_text(
                f"version: 1\nplatform: neto\nvia: api\nurl: {practice.url}\nkey: env:NETO_TEST_KEY\n"
                "groups: [A, Trade, Retail]\ncalls_per_minute: 60000\nbatch_size: 20\n",
                encoding="utf-8",
            )
            os.environ["NETO_TEST_KEY"] = practice.key
            yield

    def finish(self, *arguments: str, killed: tuple[str, int, int] | None = None) -> tuple[int, str]:
        """Run the command line to its end; exit code and what it said."""
        program = [str(KILLED), *map(str, killed)] if killed else ["-m", "groupmigrate"]
        ran = subprocess.run(
            [sys.executable, *program, *arguments],
            cwd=self.root,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return ran.returncode, ran.stdout + ran.stderr

    def people(self) -> list[dict[str, Any]]:
        """Everybody in the store."""
        with closing(sqlite3.connect(self.root / "store.db")) as database:
            return [json.loads(doc) for (doc,) in database.execute("SELECT doc FROM customer")]

    def make_group(self, name: str) -> None:
        """Make a group by hand."""
        with closing(sqlite3.connect(self.root / "store.db")) as database, database:
            database.execute("INSERT INTO grouping(name) VALUES (?)", (name,))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def planned(world: World) -> Counter[str]:
    """How many customers the newest plan wants in each group: one that was never begun is made anew."""
    plan = max((world.root / ".groupmigrate" / "move").glob("*.plan"))
    with closing(sqlite3.connect(plan)) as database:
        rows = database.execute(
            "SELECT groups, count(*) FROM actions WHERE act = 'create' GROUP BY 1"
        ).fetchall()
    return Counter({json.loads(groups)[0]: count for groups, count in rows})


def held(world: World) -> Counter[str]:
    """How many customers the store has in each group; nobody is there twice."""
    people = world.people()
    assert len({one["EmailAddress"].lower() for one in people}) == len(people)
    return Counter(one["UserGroup"] for one in people)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_killed_run_goes_on_and_sends_one_customer_to_a_group_that_is_not_there(
    world: World, when: str
) -> None:
    with world.store():
        for number in range(1, 12):
            code, said = world.finish("run", "mappings/move.yaml", "--yes", killed=(when, number, 60))
            if code >= 0:
                break
        assert number > 4, said
        if code == 130 or "run again" in said:
            code, said = world.finish("run", "mappings/move.yaml", "--yes")
        assert code == 3, said
        wanted, found = planned(world), held(world)
        assert found["Trade"] == wanted["Trade"] > 0
        assert found["A"] == wanted["A"] + 1
        assert set(found) == {"A", "Trade"}

        world.make_group("Retail")
        code, said = world.finish("retry", "mappings/move.yaml", "--yes")
        assert code == 0, said
        assert held(world) == wanted
        code, said = world.finish("verify", "mappings/move.yaml")
        assert code == 0, said


def test_lost_answers_and_a_busy_store_lose_and_double_nobody(world: World) -> None:
    world_readings = f"{READING},existing=overwrite,group=keep"
    with world.store("lost-after=0.2,lost-before=0.1,429=0.05,503=0.02,seed=3", world_readings):
        code, said = world.finish("run", "mappings/move.yaml", "--yes")
        assert code == 0, said
        assert held(world) == planned(world)
        code, said = world.finish("plan", "mappings/move.yaml")
        assert code == 0, said
        assert f"250 read = {len(world.people())} same" in said


def test_a_run_is_taken_back_by_making_everybody_inactive(world: World) -> None:
    with world.store(readings=f"{READING},group=keep"):
        world.finish("run", "mappings/move.yaml", "--yes")
        awake = sum(one["Active"] for one in world.people())
        code, said = world.finish("undo", "mappings/move.yaml", "--yes")
        assert code == 0, said
        people = world.people()
        assert len(people) > CUSTOMERS // 2
        assert not any(one["Active"] for one in people)
        _, said = world.finish("plan", "mappings/move.yaml")
        assert f"{len(people)} same" in said
        assert re.search(rf"GM342 +inactive in the target +active +{awake}\n", said)
