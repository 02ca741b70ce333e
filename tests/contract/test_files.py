"""What every folder of import files promises, tried on every way whose target is one.

The files are never opened here: what stands in their cells is for the tests of each room.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

import pytest
from msgspec.structs import replace

from contract.crowd import ordinary
from contract.grounds import Ground, username_for
from groupmigrate.compare import EVERYTHING, differing
from groupmigrate.errors import DiskError, StoreError
from groupmigrate.identity import key
from groupmigrate.model import Customer, Role
from groupmigrate.planning.fit import Fitting
from groupmigrate.platforms.base import Severity, State
from groupmigrate.platforms.filetarget import INSTRUCTIONS, FileTarget
from support.import_files import everybody, send, update

FULL = 7
"""Customers that a file of every ground holds."""
FILES = "files"
"""The folder of every ground's files, inside the connector's."""


def opened(ground: Ground, folder: Path, *, read_only: bool = False) -> FileTarget:
    store = ground.open(folder, read_only)
    assert isinstance(store, FileTarget)
    return store


@pytest.fixture
def store(files_ground: Ground, tmp_path: Path) -> Iterator[FileTarget]:
    """A folder that holds nothing yet."""
    with closing(opened(files_ground, tmp_path)) as store:
        yield store


def people(store: FileTarget, *numbers: int) -> list[Customer]:
    """Customers as the planner would want them there, in an ordinary group."""
    rules = store.rules()
    group = next(group for group in store.groups() if group.role is None)
    return [
        replace(Fitting(rules).fit(one).customer, groups=(group.id,), username=username_for(one.email, rules))
        for one in map(ordinary, numbers)
    ]


def emails(customers: Sequence[Customer]) -> list[str]:
    return [customer.email for customer in customers]


# --- files and parts ---------------------------------------------------------------------------------------


def test_a_full_file_is_followed_by_the_next(store: FileTarget, files_ground: Ground, tmp_path: Path) -> None:
    crowd = people(store, *range(2 * FULL + 1))
    first = send(store, *crowd[:2])
    with closing(opened(files_ground, tmp_path)) as again:
        rest = send(again, *crowd[2:])
    places = [f"{number // FULL + 1}-{number % FULL + 1}" for number in range(len(crowd))]
    assert [one.id for one in (*first, *rest)] == places
    assert [one.id for one in everybody(store)] == places
    assert emails(everybody(store)) == emails(crowd)
    assert [len(store.folder.read(number).entries) for number in store.folder.numbers()] == [FULL, FULL, 1]


def test_nobody_else_can_read_the_files(store: FileTarget, tmp_path: Path) -> None:
    send(store, *people(store, 1))
    folder = tmp_path / FILES
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_instructions_with_the_groups_lie_beside_the_files(store: FileTarget, tmp_path: Path) -> None:
    send(store, *people(store, 1))
    text = (tmp_path / FILES / INSTRUCTIONS).read_text(encoding="utf-8")
    ordinary_groups = [group.name for group in store.groups() if group.role is None]
    assert [name for name in ordinary_groups if name not in text] == []


def test_looking_writes_nothing(files_ground: Ground, tmp_path: Path) -> None:
    with closing(opened(files_ground, tmp_path, read_only=True)) as store:
        store.check()
        assert everybody(store) == []
        assert store.find(["nobody@example.com"]) == {}
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_said_in_words(store: FileTarget, tmp_path: Path) -> None:
    (tmp_path / FILES).write_text("a file", encoding="utf-8")
    with pytest.raises(DiskError) as caught:
        send(store, *people(store, 1))
    assert caught.value.code == "GM515"


def test_files_of_something_else_are_an_error_before_anything_is_written(
    store: FileTarget, files_ground: Ground, tmp_path: Path
) -> None:
    send(store, *people(store, 1))
    spoilt = sorted((tmp_path / FILES).glob("*-0001.*"))
    for path in spoilt:
        path.write_text("name,phone\nAna,1\n", encoding="utf-8")
    with closing(opened(files_ground, tmp_path)) as again:
        errors = [one for one in again.check().findings if one.severity is Severity.ERROR]
        assert len(errors) == 1
        assert spoilt[0].parent.name in errors[0].message
        with pytest.raises(StoreError):
            send(again, *people(again, 2))
    assert {path.read_text(encoding="utf-8") for path in spoilt} == {"name,phone\nAna,1\n"}


# --- who is refused, doubled, changed ----------------------------------------------------------------------


def test_a_group_that_is_not_there_stops_one_customer_and_nobody_else(store: FileTarget) -> None:
    bad, good = people(store, 1, 2)
    refused, taken = send(store, replace(bad, groups=("No such group",)), good)
    assert (refused.state, refused.code) == (State.REJECTED, "GM401")
    assert '"No such group"' in refused.words
    assert taken.state is State.DONE
    assert emails(everybody(store)) == [good.email]


def test_one_email_twice_in_one_go_is_one_customer(store: FileTarget) -> None:
    one, other = people(store, 1, 2)
    first, second = send(store, one, replace(other, email=one.email.upper()))
    assert (first.state, second.state, second.code) == (State.DONE, State.UNKNOWN, "GM408")
    assert emails(everybody(store)) == [one.email]


def test_a_customer_who_is_not_in_the_files_cannot_be_changed(store: FileTarget) -> None:
    one, other = people(store, 1, 2)
    send(store, one)
    for id_ in ("1-2", "7-1", "12", ""):
        outcome = update(store, replace(other, id=id_), "groups")
        assert (outcome.state, outcome.code) == (State.REJECTED, "GM404")
    assert emails(everybody(store)) == [one.email]


def test_a_changed_customer_stays_in_their_row(store: FileTarget) -> None:
    crowd = people(store, 1, 2, 3)
    ids = [outcome.id for outcome in send(store, *crowd)]
    default = next(group.id for group in store.groups() if group.role is Role.DEFAULT)
    before = everybody(store)
    outcome = update(store, replace(crowd[1], id=ids[1], groups=(default,)), "groups")
    assert outcome.stored == replace(before[1], groups=(default,))
    assert everybody(store) == [before[0], outcome.stored, before[2]]


def test_a_changed_email_is_found_and_keeps_its_addresses(store: FileTarget) -> None:
    (one,) = people(store, 1)
    (made,) = send(store, one)
    before = everybody(store)[0].addresses
    update(store, replace(one, id=made.id, email="new@example.com"), "email")
    assert store.find([one.email]) == {}
    (there,) = store.find(["new@example.com"])["new@example.com"]
    assert there.addresses == before
    assert before[0].city == "București"


# --- kills -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("survived", range(6))
def test_a_kill_at_any_file_leaves_customers_who_can_be_completed(
    files_ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, survived: int
) -> None:
    saved = 0

    def killed(number: int) -> None:
        """Let some files and folders reach the disk; of the next one only half does."""
        nonlocal saved
        if saved == survived:
            there = os.fstat(number)
            if stat.S_ISREG(there.st_mode):
                os.ftruncate(number, there.st_size // 2)
            raise KeyboardInterrupt
        saved += 1

    with closing(opened(files_ground, tmp_path)) as store:
        crowd = people(store, 1, 2, 3)
        send(store, crowd[0])
        before = everybody(store)
        with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
            patch.setattr("os.fsync", killed)
            send(store, *crowd[1:])
    with closing(opened(files_ground, tmp_path)) as store:
        assert everybody(store)[:1] == before
        _go_on(store, crowd)
    with closing(opened(files_ground, tmp_path)) as store:
        there = everybody(store)
    assert emails(there) == emails(crowd)
    assert [differing(one, now, EVERYTHING) for one, now in zip(crowd, there, strict=True)] == [()] * 3
    assert saved == survived or survived >= 4
    assert [path.name for path in (tmp_path / FILES).iterdir() if path.name.startswith(".")] == []


def _go_on(store: FileTarget, crowd: Sequence[Customer]) -> None:
    """What a run does that finds its journal without an end: look, complete who is there, create the rest."""
    found = store.find(emails(crowd))
    for one in crowd:
        there = found.get(key(one.email), ())
        if there and differing(one, there[0], ("addresses",)):
            assert update(store, replace(one, id=there[0].id), "addresses").state is State.DONE
    created = send(store, *(one for one in crowd if key(one.email) not in found))
    assert all(outcome.state is State.DONE for outcome in created)
