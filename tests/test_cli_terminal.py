"""The command line on a terminal, and under Ctrl-C: real processes, some of them behind a pseudo-terminal."""

from __future__ import annotations

import itertools
import json
import os
import pty
import re
import select
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from groupmigrate.errors import Exit
from support.small_shop import NEW, SmallShop

COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-9]m")
COMMAND = [sys.executable, "-m", "groupmigrate"]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> SmallShop:
    """A migration folder with 250 customers to create, in a shop that takes its time."""
    monkeypatch.chdir(tmp_path)
    letters = ["".join(pair) for pair in itertools.product("abcdefghijklmnop", repeat=2)]
    people = [(f"c{name}@example.com", "Carl", f"C{name}", "1") for name in letters[:249]]
    return SmallShop(tmp_path, capsys).make(people)


def on_a_terminal(*arguments: str, types: str = "", **environment: str) -> tuple[int, str]:
    """Run the command line behind a pseudo-terminal; exit code and everything on the screen."""
    screen, inside = pty.openpty()
    settings = {**os.environ, "TERM": "xterm", "COLUMNS": "100", **environment}
    with subprocess.Popen(
        [*COMMAND, *arguments], stdin=inside, stdout=inside, stderr=inside, env=settings
    ) as process:
        os.close(inside)
        os.write(screen, types.encode())
        said = b""
        while process.poll() is None or select.select([screen], [], [], 0)[0]:
            if select.select([screen], [], [], 0.05)[0]:
                try:
                    said += os.read(screen, 65536)
                except OSError:  # the other end is closed
                    break
    os.close(screen)
    return process.returncode, said.decode("utf-8", errors="replace")


def started(*arguments: str) -> subprocess.Popen[str]:
    """The command line as a process with pipes."""
    return subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def created(shop: SmallShop) -> int:
    """How many customers the practice shop has by now."""
    if not (shop.root / ".groupmigrate" / ".stores" / "new.db").exists():
        return 0
    ((count,),) = shop.target("SELECT count(*) FROM ps_customer")
    return int(count)


def wait_for_writing(shop: SmallShop) -> None:
    """Wait until the run has created somebody."""
    deadline = time.monotonic() + 30
    while not begun_writing(shop):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def begun_writing(shop: SmallShop) -> bool:
    """Whether the run has created somebody; the practice shop may be about to be made."""
    with suppress(sqlite3.OperationalError):
        return created(shop) > 2
    return False


def test_a_yes_on_the_terminal_is_enough_and_a_bar_is_shown(shop: SmallShop) -> None:
    code, screen = on_a_terminal("run", shop.mapping, types="y\n", NO_COLOR="")
    assert code == Exit.DONE, screen
    assert "send 251 customers to new (Practice shop" in screen
    assert "251/251" in screen
    assert COLOUR.search(screen)
    assert shop.groups_of(NEW) == ["Customer"]


def test_everything_but_a_yes_changes_nothing(shop: SmallShop) -> None:
    code, screen = on_a_terminal("run", shop.mapping, types="\n")
    assert code == Exit.COULD_NOT
    assert "nothing was changed" in screen
    assert created(shop) == 2


def test_no_color_is_respected(shop: SmallShop) -> None:
    code, screen = on_a_terminal("plan", shop.mapping, NO_COLOR="1")
    assert code == Exit.DONE
    assert "General" in screen
    assert not COLOUR.search(screen)


def test_quiet_shows_no_progress(shop: SmallShop) -> None:
    assert "reading" in shop.run("plan", shop.mapping).err
    assert shop.run("plan", shop.mapping, "--quiet").err == ""


def test_the_first_interrupt_finishes_what_is_in_flight_and_the_same_command_goes_on(shop: SmallShop) -> None:
    shop.connect('faults: "latency=15ms"')
    with started("run", shop.mapping, "--yes", "--format", "json") as process:
        wait_for_writing(shop)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == Exit.INTERRUPTED
    assert "finishing what is in flight; press Ctrl-C again to stop at once" in err
    assert err.count("error: ") == 1
    envelope = json.loads(out)  # one, and nothing behind it
    assert envelope["status"] == "error"
    sent = created(shop) - 2
    assert envelope["result"]["run"]["created"] == sent
    assert 0 < sent < 250
    ran = shop.run("run", shop.mapping, "--yes", "--format", "json")
    assert (ran.code, ran.result["run"]["created"]) == (Exit.DONE, 250)
    assert ran.result["plan"]["warnings"] == ["this plan was cut off, and goes on where it stopped"]
    assert len(shop.plans()) == 1
    assert created(shop) == 252


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_second_interrupt_stops_at_once_and_loses_nothing(shop: SmallShop, number: int) -> None:
    shop.connect('faults: "latency=100ms"')
    with started("run", shop.mapping, "--yes") as process:
        wait_for_writing(shop)
        process.send_signal(number)
        assert process.stderr is not None
        while "press Ctrl-C again" not in process.stderr.readline():
            pass
        process.send_signal(number)
        process.communicate(timeout=30)
    assert process.returncode == Exit.INTERRUPTED
    assert created(shop) < 90  # a hundred were in flight
    shop.connect('faults: "latency=1ms"')
    (plan,) = shop.plans()
    ran = shop.run("run", str(plan), "--yes", "--format", "json")
    assert (ran.code, ran.result["run"]["created"]) == (Exit.DONE, 250)
    assert created(shop) == 252


def test_an_interrupted_planning_is_130_and_leaves_no_plan(shop: SmallShop) -> None:
    shop.connect('faults: "latency=300ms"')
    with started("plan", shop.mapping) as process:
        while not (shop.root / ".groupmigrate").exists():
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
    assert process.returncode == Exit.INTERRUPTED
    assert err.endswith("error: interrupted; everything saved so far is kept\n")
    assert shop.plans() == []
