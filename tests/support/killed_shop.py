"""Moves customers into an OpenCart in a real MariaDB, killed for good at chosen commands, and run again.

    python killed_shop.py FOLDER SHOP POINTS

Plans once in the folder, runs undisturbed, and then, for each of so many points: kills a run at some command
to the database (before it is sent, or right after), looks at the tables, runs again to the end, and looks
again. Writes what it saw into seen.json. The runs are forked, so that none has to load the program anew.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pymysql.connections import Connection

from groupmigrate.cli import edge
from groupmigrate.platforms.opencart import limits
from support.mariadb import USER, server
from support.opencart_shops import RECORDED, Recorded, planted, stored

BATCH = 15
STATE = Path(".groupmigrate")


def main() -> None:
    folder, name, points = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    os.chdir(folder)
    (shop,) = [each for each in RECORDED if each.name == name]
    limits.BATCH = BATCH
    _fresh(shop)
    assert _forked(_command("plan", "mappings/move.yaml")) == 0, _said()
    shutil.copytree(STATE, "planned")
    assert _forked(_counting) == 0, _said()
    seen: dict[str, Any] = {"undisturbed": _content(shop), "killed": []}
    commands = int(Path("commands").read_text())
    for point in sorted(random.Random(5).sample(range(1, commands + 1), points)):
        _fresh(shop)
        shutil.rmtree(STATE)
        shutil.copytree("planned", STATE)
        code = _forked(lambda point=point: _killing(point))  # type: ignore[misc]
        _wait_until_alone()
        halfway = _content(shop)
        after = _forked(_running)
        seen["killed"].append(
            {
                "point": point,
                "code": code,
                "halfway": halfway,
                "resumed": after,
                "said": _said(),
                "content": _content(shop),
            }
        )
    Path("seen.json").write_text(json.dumps(seen), encoding="utf-8")


def _fresh(shop: Recorded) -> None:
    database = planted(shop, Path("target.json"))
    Path("dsn.txt").write_text(server().dsn(database), encoding="utf-8")
    Path("connectors/new.yaml").write_text(
        f"version: 1\nplatform: opencart\nvia: database\ndsn: file:../dsn.txt\nsocket: {server().socket}\n",
        encoding="utf-8",
    )


def _command(*arguments: str) -> Callable[[], int]:
    return lambda: edge.run(list(arguments))


def _running() -> int:
    return edge.run(["run", "mappings/move.yaml", "--yes"])


def _counting() -> int:
    """Run to the end, and write down how many commands the database got."""
    seen = _wrapped(lambda _number, _sent: None)
    code = _running()
    Path("commands").write_text(str(seen[0]))
    return code


def _killing(point: int) -> int:
    """Run, and die at that command: every other time before it is sent, else right after."""

    def die(number: int, sent: bool) -> None:
        if number == point and sent == bool(point % 2):
            os.kill(os.getpid(), signal.SIGKILL)

    _wrapped(die)
    return _running()


def _wrapped(watch: Callable[[int, bool], None]) -> list[int]:
    """Call `watch` before and after each command is sent; returns where they are counted."""
    send, seen = Connection._execute_command, [0]  # type: ignore[attr-defined]

    def once(self: object, *arguments: object) -> None:
        seen[0] += 1
        watch(seen[0], False)
        send(self, *arguments)
        watch(seen[0], True)

    Connection._execute_command = once  # type: ignore[attr-defined]
    return seen


def _forked(work: Callable[[], int]) -> int:
    """Do it in a process of its own; its exit code, or the signal that ended it, as a negative number."""
    child = os.fork()
    if child == 0:
        with Path("said.txt").open("w", encoding="utf-8") as said:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            os._exit(work())
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _said() -> str:
    return Path("said.txt").read_text(encoding="utf-8")


def _wait_until_alone() -> None:
    """Until the server has noticed that the killed process is gone: its lock goes with its connection."""
    question = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = %s"
    with server().root() as connection, connection.cursor() as cursor:
        for _ in range(500):
            cursor.execute(question, (USER,))
            row = cursor.fetchone()
            if row is not None and row[0] == 0:
                return
            time.sleep(0.01)
    raise RuntimeError("the killed process is still connected")


def _content(shop: Recorded) -> dict[str, Any]:
    """Everybody by e-mail, with addresses in the order of their ids; and rows that belong to nobody."""
    with server().root(shop.database) as connection:
        customers = stored(connection, "customer", "customer_id")
        addresses = stored(connection, "address", "address_id")
        approvals = stored(connection, "customer_approval", "customer_id") if shop.release != "2.3" else []
    waiting = [row["customer_id"] for row in approvals]
    people = []
    for one in customers:
        homes = [row for row in addresses if row["customer_id"] == one["customer_id"]]
        default = [
            row["city"] for row in homes if row.get("default") or row["address_id"] == one.get("address_id")
        ]
        people.append(
            {
                "email": one["email"],
                "group": one["customer_group_id"],
                "names": [one["firstname"], one["lastname"], one["telephone"]],
                "flags": [
                    one["status"],
                    one.get("approved"),
                    one["newsletter"],
                    waiting.count(one["customer_id"]),
                ],
                "half": (one["ip"] or "").startswith("gm-"),
                "added": str(one["date_added"]),
                "addresses": [[row["address_1"], row["city"], row["country_id"]] for row in homes],
                "default": default,
            }
        )
    known = {row["customer_id"] for row in customers}
    orphans = len([row for row in (*addresses, *approvals) if row["customer_id"] not in known])
    return {"people": sorted(people, key=lambda one: one["email"]), "orphans": orphans}


if __name__ == "__main__":
    main()
