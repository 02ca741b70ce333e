"""Guests of a practice PrestaShop: which versions take them, where they land, and a move that is killed."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from groupmigrate.platforms.base import State
from support.prestashop_room import ANA, Ask, Opener, codes, creations, outcomes

pytest_plugins = ["support.prestashop_fixtures"]

KILLED = Path(__file__).parent / "support" / "killed.py"
TAKES = {"settings": {"PS_GUEST_CHECKOUT_ENABLED": "1"}}
GUEST = replace(ANA, guest=True, groups=("2",))
MAPPING = """\
version: 1
source: old
target: new
groups:
  Visitor: Visitor
  Guest: Guest
  Customer: Customer
  Trade: Trade
customers: {guests: create}
"""


@pytest.mark.parametrize("release", ["1.6", "1.7", "8", "9"])
def test_a_guest_is_stored_as_one(opened: Opener, ask: Ask, release: str) -> None:
    store = opened(release=release, seed=TAKES)
    assert store.rules().guests
    (outcome,) = outcomes(store, creations([GUEST])).values()
    assert outcome.state is State.DONE
    assert ask("SELECT is_guest, id_default_group, active FROM ps_customer") == [(1, 2, 1)]
    assert ask("SELECT id_group FROM ps_customer_group") == [(2,)]
    assert store.find([GUEST.email])[GUEST.email] == (outcome.stored,)


def test_a_shop_in_which_everybody_has_to_register_takes_no_guests_and_says_so(opened: Opener) -> None:
    store = opened(seed={"settings": {"PS_GUEST_CHECKOUT_ENABLED": "0"}})
    assert not store.rules().guests
    assert codes(store) == [("GM570", "note")]


def test_a_new_1_6_takes_no_guests(opened: Opener) -> None:
    assert not opened(release="1.6").rules().guests


@pytest.mark.parametrize(("release", "state"), [("8", "unknown"), ("9", "done")])
def test_a_guest_beside_an_account_is_refused_before_9(opened: Opener, release: str, state: str) -> None:
    store = opened(release=release, seed=TAKES)
    outcomes(store, creations([ANA]))
    (outcome,) = outcomes(store, creations([GUEST])).values()
    assert outcome.state.value == state


@pytest.mark.parametrize("release", ["1.6", "9"])
def test_an_account_beside_guests_is_no_double(opened: Opener, ask: Ask, release: str) -> None:
    store = opened(release=release, seed=TAKES)
    outcomes(store, creations([GUEST]))
    (outcome,) = outcomes(store, creations([ANA])).values()
    assert outcome.state is State.DONE
    assert ask("SELECT is_guest FROM ps_customer ORDER BY id_customer") == [(1,), (0,)]


# --- a move from shop to shop ---


def move(root: Path, *, faults: str = "") -> None:
    """A migration folder with two practice shops: the old one has guests and accounts."""
    for name in ("connectors", "mappings"):
        (root / name).mkdir(exist_ok=True)
    (root / "mappings" / "move.yaml").write_text(MAPPING, encoding="utf-8")
    for name in ("old", "new"):
        text = f"version: 1\nplatform: prestashop\nvia: webservice\nurl: sandbox\nseed: ../{name}.json\n"
        more = f'faults: "{faults}"\n' if name == "new" and faults else ""
        (root / "connectors" / f"{name}.yaml").write_text(text + more, encoding="utf-8")
    groups = [{"name": {"en": "Trade", "es": "Mayoristas"}}]
    seed: dict[str, Any] = {**TAKES, "groups": groups}
    (root / "new.json").write_text(json.dumps({**seed, "customers": [person("ana", "Other", 1)]}))
    letters = "bcdefghijkl"
    people = [
        person("ana", "Pop", 1),
        *(person(letter, "Pop", int(number % 3 == 0)) for number, letter in enumerate(letters)),
        person("b", "Older", 1, "2018-01-01 00:00:00"),
        person("c", "Guest", 1),
    ]
    (root / "old.json").write_text(json.dumps({**seed, "customers": people}))


def person(name: str, last: str, guest: int, created: str = "2019-01-01 00:00:00") -> dict[str, Any]:
    return {
        "email": f"{name}@example.com",
        "firstname": "Ana",
        "lastname": last,
        "is_guest": guest,
        "groups": ["Guest" if guest else "Trade"],
        "date_add": created,
    }


def run(root: Path, *killed: object) -> int:
    program = [KILLED, *map(str, killed)] if killed else ["-m", "groupmigrate"]
    ran = subprocess.run(
        [sys.executable, *program, "run", "mappings/move.yaml", "--yes"],
        cwd=root,
        capture_output=True,
        check=False,
    )
    assert ran.returncode in (0, -signal.SIGKILL), ran.stderr.decode()
    return ran.returncode


def content(root: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(root / ".groupmigrate" / ".stores" / "new.db")) as database:
        return database.execute(
            "SELECT email, lastname, is_guest, id_default_group, g.id_group FROM ps_customer"
            " LEFT JOIN ps_customer_group g USING(id_customer) ORDER BY 1, 2, 3, 5"
        ).fetchall()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, ...]]:
    """What the new shop holds after a run that nobody disturbs."""
    root = tmp_path_factory.mktemp("undisturbed")
    move(root)
    assert run(root) == 0
    return content(root)


def test_guests_and_accounts_move_side_by_side(undisturbed: list[tuple[Any, ...]]) -> None:
    guests = [(email[0], last) for email, last, guest, group, _ in undisturbed if guest and group == 2]
    # the newest of two purchases, beside a stranger, and not where there is an account
    assert guests == [("a", "Other"), ("a", "Pop"), ("b", "Pop"), ("e", "Pop"), ("h", "Pop"), ("k", "Pop")]
    accounts = {email[0] for email, _, guest, _, _ in undisturbed if not guest}
    assert accounts == set("cdfgijl")
    assert {row[3:] for row in undisturbed if not row[2]} == {(4, 3), (4, 4)}


@pytest.mark.resume
@pytest.mark.parametrize(("when", "first"), [("after", 1), ("before", 2)])
def test_a_move_killed_at_any_write_of_the_journal_makes_nobody_twice(
    tmp_path: Path, undisturbed: list[tuple[Any, ...]], when: str, first: int
) -> None:
    # Beginnings and ends alternate, and nothing is sent between an end and the next beginning: killed is what
    # has just begun, and what has sent everything and told nothing of it yet.
    kills = 0
    while True:
        root = tmp_path / str(kills)
        root.mkdir()
        move(root)
        if run(root, when, first + 2 * kills, 4) == 0:
            break
        kills += 1
        assert run(root) == 0
        assert content(root) == undisturbed, f"batch {kills}, killed {when} write {first + 2 * kills}"
    assert kills >= 3


def test_lost_answers_make_nobody_twice(tmp_path: Path, undisturbed: list[tuple[Any, ...]]) -> None:
    move(tmp_path, faults="lost-after=0.3,lost-before=0.1,seed=3")
    assert run(tmp_path) == 0
    assert content(tmp_path) == undisturbed
