"""Runs into a real MariaDB that are killed at any command, on tables with transactions and without."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support.mariadb import server
from support.opencart_shops import recorded

KILLED = Path(__file__).resolve().parent / "support" / "killed_shop.py"
CONNECTOR = (
    "version: 1\nplatform: opencart\nvia: database\ndsn: sandbox\nrelease: '3.0'\nseed: ../source.json\n"
)
MAPPING = """\
version: 1
source: old
target: new
groups:
  Default: Default
  Trade: Trade
limits: {max_updates_percent: 100}
"""
POINTS = 12

pytestmark = [pytest.mark.resume, pytest.mark.timeout(240)]


def _person(number: int, **more: Any) -> dict[str, Any]:
    homes = [
        {
            "country": "RO",
            "city": f"Town {place}",
            "address_1": f"Street {number} & {place}",
            "default": place == number % 2,
        }
        for place in range(number % 3)
    ]
    return {
        "email": f"person{number:02d}@example.com",
        "firstname": f"Given {number}",
        "lastname": "O'Hara & Co",
        "telephone": f"555 {number}" if homes else "",
        "group": "Trade" if number % 2 else "Default",
        "newsletter": number % 2,
        "pending": number % 7 == 0,
        "date_added": f"2019-01-02 03:04:{number:02d}",
        "addresses": homes,
        **more,
    }


@pytest.fixture(scope="module", params=["4.1.0.4", "3.0.3.9"], ids=["InnoDB", "MyISAM"])
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the tables held after every kill, and after the run that went on."""
    server(), recorded()  # skips where there is none
    folder = tmp_path_factory.mktemp("killed")
    for name in ("mappings", "connectors"):
        (folder / name).mkdir()
    (folder / "mappings" / "move.yaml").write_text(MAPPING, encoding="utf-8")
    (folder / "connectors" / "old.yaml").write_text(CONNECTOR, encoding="utf-8")
    groups = [{"name": "Trade"}]
    source = {"groups": groups, "customers": [_person(number) for number in range(40)]}
    there = [_person(number, group="Default", addresses=[], pending=False) for number in (3, 4, 9, 11)]
    (folder / "source.json").write_text(json.dumps(source), encoding="utf-8")
    (folder / "target.json").write_text(json.dumps({"groups": groups, "customers": there}), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, KILLED, folder, request.param, str(POINTS)], capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    found: dict[str, Any] = json.loads((folder / "seen.json").read_text(encoding="utf-8"))
    found["transactions"] = request.param == "4.1.0.4"
    return found


def test_an_undisturbed_run_writes_everybody(seen: dict[str, Any]) -> None:
    people = {one["email"]: one for one in seen["undisturbed"]["people"]}
    assert len(people) == 40
    assert not any(one["half"] for one in people.values())
    assert [people[f"person{number:02d}@example.com"]["default"] for number in (1, 2, 5)] == [
        ["Town 0"],
        ["Town 0"],
        ["Town 1"],
    ]
    # who waits is not let in: 0 and 7 …, but nobody who was there before
    assert [one["flags"][0] for one in people.values()].count(0) == 6
    assert seen["undisturbed"]["orphans"] == 0


def test_every_run_was_really_killed(seen: dict[str, Any]) -> None:
    assert [one["code"] for one in seen["killed"]] == [-signal.SIGKILL] * POINTS


def test_nobody_who_is_half_written_can_log_in(seen: dict[str, Any]) -> None:
    whole = {one["email"]: one for one in seen["undisturbed"]["people"]}
    halves = 0
    for killed in seen["killed"]:
        assert killed["halfway"]["orphans"] == 0, killed["point"]
        for one in killed["halfway"]["people"]:
            if one["half"]:
                halves += 1
                assert one["flags"][0] == 0, killed["point"]
            else:
                assert one["addresses"] == whole[one["email"]]["addresses"], killed["point"]
    # Without transactions the first two of three steps can be seen; with them nothing is ever half.
    assert (halves == 0) is seen["transactions"]


def test_a_run_that_goes_on_ends_as_if_undisturbed(seen: dict[str, Any]) -> None:
    for killed in seen["killed"]:
        assert killed["resumed"] == 0, f"{killed['point']}: {killed['said']}"
        assert killed["content"] == seen["undisturbed"], killed["point"]
