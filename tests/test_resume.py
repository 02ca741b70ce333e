"""Real processes, killed at any moment and run again: in the end the store holds what it should, once.

The store is a practice PrestaShop in a process that survives (this one); the killed process is the client.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from groupmigrate.platforms.prestashop.sandbox import serve
from groupmigrate.platforms.sandbox import Practice

HERE = Path(__file__).resolve().parent
GENERATOR = HERE.parent / "sample_data" / "make_shop.py"
KILLED = HERE / "support" / "killed.py"
MAPPING = """\
version: 1
source: old
target: new
groups:
  NOT LOGGED IN: Visitor
  General: Customer
  Wholesale: [Trade, Customer]
  Retailer: Shops
unmapped: {to: Customer}
customers: {duplicates: newest, misfits: leave_out}
limits: {max_failures: 100000, max_updates_percent: 100}
"""

pytestmark = [pytest.mark.resume, pytest.mark.timeout(400)]


class World:
    """A migration folder with a Magento export of some customers, and a practice shop as the target."""

    def __init__(self, root: Path, customers: int) -> None:
        self.root = root
        self.started = f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}"
        self.mapping = root / "mappings" / "move.yaml"
        for name in ("mappings", "connectors", "export"):
            (root / name).mkdir(parents=True)
        subprocess.run(
            [sys.executable, GENERATOR, "--customers", str(customers), "--out", root / "export"], check=True,
            capture_output=True,
        )  # fmt: skip
        self.mapping.write_text(MAPPING, encoding="utf-8")
        (root / "connectors" / "old.yaml").write_text(
            "version: 1\nplatform: magento\nvia: csv\n"
            "customers: ../export/customer.csv\naddresses: ../export/customer_address.csv\n",
            encoding="utf-8",
        )
        self.seed = root / "seed.json"
        known = [
            {"email": email, "firstname": "Known", "lastname": "Before", "groups": ["Customer"]}
            for email in self._emails()[40:60]
        ]
        groups = [{"name": {"en": "Trade", "es": "Mayoristas"}}, {"name": {"en": "Shops", "es": "Tiendas"}}]
        self.seed.write_text(json.dumps({"groups": groups, "customers": known}), encoding="utf-8")

    def _emails(self) -> list[str]:
        lines = (self.root / "export" / "customer.csv").read_text(encoding="utf-8").splitlines()
        plain = (line.partition(",")[0] for line in lines[1:])
        return [email for email in plain if email.endswith("@example.com") and email.isascii()]

    @contextmanager
    def shop(self, name: str, faults: str = "") -> Iterator[Practice]:
        """Serve the shop and point the connector at it."""
        with serve(self.root / f"{name}.db", seed=self.seed, faults=faults) as practice:
            (self.root / "connectors" / "new.yaml").write_text(
                "version: 1\nplatform: prestashop\nvia: webservice\n"
                f"url: {practice.url}\nkey: env:NEW_KEY\nconnections: 2\n",
                encoding="utf-8",
            )
            os.environ["NEW_KEY"] = practice.key
            yield practice

    def forget(self) -> None:
        """Throw away plans and snapshots."""
        shutil.rmtree(self.root / ".groupmigrate", ignore_errors=True)

    def start(self, *arguments: str, killed: tuple[str, int, int] | None = None) -> subprocess.Popen[str]:
        """Start the command line as a process."""
        program = [str(KILLED), *map(str, killed)] if killed else ["-m", "groupmigrate"]
        return subprocess.Popen(
            [sys.executable, *program, *arguments],
            cwd=self.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def finish(self, *arguments: str, killed: tuple[str, int, int] | None = None) -> tuple[int, str]:
        """Run the command line to its end; returns exit code and what it said."""
        with self.start(*arguments, killed=killed) as process:
            said, _ = process.communicate(timeout=180)
        return process.returncode, said

    def content(self, name: str) -> Counter[tuple[Any, ...]]:
        """Everything that matters in the shop: people, groups and addresses, without ids and secrets."""
        with closing(sqlite3.connect(self.root / f"{name}.db")) as database:
            people = database.execute(
                "SELECT id_customer, email, firstname, lastname, birthday, newsletter, active,"
                " ifnull(company, ''),"
                " id_gender, id_lang, id_default_group, date_add FROM ps_customer"
            ).fetchall()
            groups: dict[int, list[int]] = {}
            for customer, group in database.execute("SELECT id_customer, id_group FROM ps_customer_group"):
                groups.setdefault(customer, []).append(group)
            addresses: dict[int, list[tuple[Any, ...]]] = {}
            for customer, *address in database.execute(
                "SELECT id_customer, id_country, id_state, company, lastname, firstname, address1,"
                " address2, postcode, city, phone, vat_number, dni FROM ps_address WHERE deleted = 0"
            ):
                addresses.setdefault(customer, []).append(tuple(address))
        return Counter(
            (
                *row[1:11],
                # who has no date in the source gets the moment of the creation
                "" if row[3] == "Before" or row[11] > self.started else row[11],
                tuple(sorted(groups.get(row[0], []))),
                tuple(sorted(addresses.get(row[0], []))),
            )
            for row in people
        )


def killed_after_writes(process: subprocess.Popen[str], practice: Practice, number: int) -> bool:
    """Kill the process once the shop has got so many writes from it; False if it ends before."""
    goal = writes(practice) + number
    while writes(practice) < goal:
        if process.poll() is not None:
            return False
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    return True


def wait_for_writes(practice: Practice) -> None:
    """Wait until a run has sent something."""
    while not writes(practice):
        time.sleep(0.01)


def writes(practice: Practice) -> int:
    """How many requests other than reads arrived at the shop."""
    return sum(count for name, count in dict(practice.requests).items() if not name.startswith("GET"))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("resume"), 260)


@pytest.fixture(scope="module")
def undisturbed(world: World) -> Counter[tuple[Any, ...]]:
    """What the shop holds after a run that nobody disturbs."""
    with world.shop("undisturbed"):
        code, said = world.finish("run", str(world.mapping), "--yes")
        assert code == 0, said
    content = world.content("undisturbed")
    assert max(Counter(row[0].lower() for row in content).values()) == 1
    world.forget()
    return content


@pytest.mark.parametrize(
    "faults",
    [
        "latency=10ms",
        "latency=5ms,lost-after=0.03,lost-before=0.02,reset=0.02,429=0.02,503=0.02,slow=0.01,seed=5",
    ],
    ids=["well", "faulty"],
)
def test_a_run_that_is_killed_again_and_again_ends_as_if_undisturbed(
    world: World, undisturbed: Counter[tuple[Any, ...]], faults: str
) -> None:
    name = "faulty" if "lost" in faults else "killed"
    chance = random.Random(11)
    kills, code, said = 0, -1, ""
    with world.shop(name, faults) as practice:
        world.finish("plan", str(world.mapping))
        while code != 0 and kills < 200:
            with world.start("run", str(world.mapping), "--yes") as process:
                kills += killed_after_writes(process, practice, chance.randint(1, 12))
                said, _ = process.communicate()
                code = process.returncode
        assert code == 0, said
    assert kills >= 25, kills
    assert world.content(name) == undisturbed
    world.forget()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_run_killed_at_any_write_of_the_journal_ends_as_if_undisturbed(
    world: World, undisturbed: Counter[tuple[Any, ...]], when: str
) -> None:
    with world.shop("start"):
        world.finish("plan", str(world.mapping))
    planned = world.root / f"planned-{when}"
    shutil.copytree(world.root / ".groupmigrate", planned)
    number, kills = 0, 0
    while True:
        number += 1
        name = f"{when}{number}"
        world.forget()
        shutil.copytree(planned, world.root / ".groupmigrate")
        with world.shop(name):
            (plan,) = (world.root / ".groupmigrate" / "move").glob("*.plan")
            code, said = world.finish("run", str(plan), "--yes", killed=(when, number, 80))
            if code == 0:
                break
            assert code == -signal.SIGKILL, said
            kills += 1
            code, said = world.finish("run", str(plan), "--yes")
            assert code == 0, said
        assert world.content(name) == undisturbed, f"killed {when} write {number}"
    assert kills >= 6
    world.forget()


def test_an_undo_killed_at_any_write_of_its_journal_ends_with_the_shop_as_it_was(world: World) -> None:
    with world.shop("fresh"):
        pass
    with world.shop("done"):
        code, said = world.finish("run", str(world.mapping), "--yes")
        assert code == 0, said
    applied = world.root / "applied"
    shutil.copytree(world.root / ".groupmigrate", applied)
    for when in ("before", "after"):
        number, code = 0, -1
        while code != 0:
            number += 1
            name = f"undo-{when}{number}"
            world.forget()
            shutil.copytree(applied, world.root / ".groupmigrate")
            shutil.copy(world.root / "done.db", world.root / f"{name}.db")
            with world.shop(name):
                code, said = world.finish("undo", str(world.mapping), "--yes", killed=(when, number, 130))
                if code != 0:
                    assert code == -signal.SIGKILL, said
                    assert world.finish("undo", str(world.mapping), "--yes")[0] == 0
            assert world.content(name) == world.content("fresh"), f"killed {when} write {number}"
        assert number > 4
    world.forget()


def test_ctrl_c_finishes_what_is_in_flight_and_a_second_run_ends_the_work(
    world: World, undisturbed: Counter[tuple[Any, ...]]
) -> None:
    with world.shop("interrupted", "latency=15ms") as practice:
        with world.start("run", str(world.mapping), "--yes") as process:
            wait_for_writes(practice)
            process.send_signal(signal.SIGINT)
            said, _ = process.communicate(timeout=60)
        assert process.returncode == 130, said
        code, said = world.finish("run", str(world.mapping), "--yes")
        assert code == 0, said
    assert world.content("interrupted") == undisturbed
    world.forget()


def test_two_runs_at_once_are_refused(world: World) -> None:
    with world.shop("twice", "latency=30ms") as practice:
        with world.start("run", str(world.mapping), "--yes") as first:
            wait_for_writes(practice)
            code, said = world.finish("run", str(world.mapping), "--yes")
            assert code == 6, said
            first.send_signal(signal.SIGKILL)
            first.communicate()
        code, said = world.finish("status", str(world.mapping))
        assert code == 0, said
    world.forget()
