"""Reading only what changed gives what reading everything gives, whatever happened in between."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from groupmigrate.errors import Unreachable
from groupmigrate.model import Customer, Group, PasswordHash
from groupmigrate.planning.snapshot import Reading, Snapshot
from groupmigrate.platforms.base import Check, Page
from support.memory import GROUPS, MemoryStore

KILLED = Path(__file__).parent / "support" / "killed_refresh.py"


class Edit(NamedTuple):
    """Something that a person does in the shop: number 0 registers, else customer so and so is changed."""

    customer: int
    email: str
    groups: tuple[str, ...]


EDITS = st.lists(
    st.builds(
        Edit,
        st.integers(0, 9),
        st.sampled_from(["a@example.com", "A@example.com", "á@example.com", "b@example.com", "none", ""]),
        st.sampled_from([("3",), ("4",), ("4", "3"), ()]),
    ),
    max_size=6,
)


class BusyStore(MemoryStore):
    """A store with a clock, in which people are busy while it is read: one more edit after each page."""

    def __init__(self, customers: Sequence[Customer] = (), groups: Sequence[Group] = GROUPS) -> None:
        super().__init__(customers, groups=groups, page=2, clock="2026-01-01 00:00:00")
        self.meanwhile: list[Edit] = []
        self.asked: list[str] = []

    def later(self, minutes: int) -> None:
        """Let time pass."""
        moment = int(self.clock[11:13]) * 60 + int(self.clock[14:16]) + minutes
        self.clock = f"2026-01-01 {moment // 60:02}:{moment % 60:02}:00"

    def edit(self, one: Edit) -> None:
        """Do it, dated by the clock."""
        known = [customer.id for customer in self.everybody]
        new = str(len(known) + 1)
        id_ = known[one.customer % len(known)] if known and one.customer else new
        self.customers_by_id[id_] = Customer(id_, one.email, one.groups, updated=self.clock)

    def changed(self, since: str) -> Iterator[Page]:
        self.asked.append(since)
        return super().changed(since)

    def _pages(self, since: str, last: int) -> Iterator[Page]:
        for page in super()._pages(since, last):
            yield page
            if self.meanwhile:
                self.edit(self.meanwhile.pop())


def reading(store: MemoryStore, /, **changes: object) -> Reading:
    """The source, about to be read."""
    return Reading(**{"side": "source", "store": store, "connector": "c", "check": store.check()} | changes)  # type: ignore[arg-type]


def nothing(*_: object) -> None:
    """Watch, and say nothing."""


def read(snapshot: Snapshot, store: MemoryStore) -> None:
    """Read both sides whole; the target is empty."""
    snapshot.read(reading(store), nothing)
    snapshot.read(reading(MemoryStore(), side="target"), nothing)


def refresh(snapshot: Snapshot, store: MemoryStore) -> str:
    return snapshot.refresh(reading(store), nothing)


def content(snapshot: Snapshot) -> tuple[object, ...]:
    """Everything that planning sees of the source."""
    return (
        list(snapshot.pairs()),
        snapshot.count("source"),
        dict(snapshot.members("source")),
        snapshot.merged_keys(),
        snapshot.groups("source"),
    )


@settings(max_examples=150)
@given(
    before=EDITS,
    rounds=st.lists(st.tuples(EDITS, EDITS, st.integers(0, 9)), max_size=4),
    during=EDITS,
)
def test_a_refreshed_side_is_what_a_whole_reading_gives(
    before: list[Edit], during: list[Edit], rounds: list[tuple[list[Edit], list[Edit], int]]
) -> None:
    store = BusyStore()
    for one in before:
        store.edit(one)
    with TemporaryDirectory() as folder, Snapshot(Path(folder) / "a.db") as refreshed:
        refreshed._database.execute("PRAGMA synchronous = OFF")  # hundreds of readings on a slow disk
        store.meanwhile = during
        read(refreshed, store)
        for edits, meanwhile, minutes in rounds:
            store.later(minutes)
            for one in edits:
                store.edit(one)
            store.meanwhile = meanwhile
            assert refresh(refreshed, store) == ""
        store.meanwhile = []
        assert refresh(refreshed, store) == ""
        with Snapshot(Path(folder) / "b.db") as whole:
            whole._database.execute("PRAGMA synchronous = OFF")
            read(whole, store)
            assert content(refreshed) == content(whole)


def people(count: int) -> list[Customer]:
    """So many customers, changed long ago."""
    ids = range(1, count + 1)
    return [
        Customer(str(number), f"p{number}@example.com", ("3",), updated="2025-01-01 00:00:00")
        for number in ids
    ]


@pytest.fixture
def snapshot(tmp_path: Path) -> Iterator[Snapshot]:
    with Snapshot(tmp_path / "s.db") as opened:
        yield opened


def test_only_who_changed_is_read_again(snapshot: Snapshot) -> None:
    store = BusyStore(people(20))
    read(snapshot, store)
    store.later(60)
    store.edit(Edit(7, "seven@example.com", ("4",)))
    seen: list[int] = []
    assert snapshot.refresh(reading(store), lambda count, _: seen.append(count)) == ""
    assert (store.asked, seen) == (["2025-12-31 23:55:00"], [1])
    emails = [one.email for one in snapshot.customers("source")]
    assert ("seven@example.com" in emails, "p8@example.com" in emails, len(emails)) == (True, False, 20)
    assert snapshot.members("source") == {("3",): 19, ("4",): 1}
    store.later(60)
    assert refresh(snapshot, store) == ""
    assert store.asked[1] == "2026-01-01 00:55:00"


def test_what_changed_while_all_was_read_is_read_the_next_time(snapshot: Snapshot) -> None:
    store = BusyStore(people(9))
    store.meanwhile = [Edit(1, "first@example.com", ("4",))]
    read(snapshot, store)
    assert "first@example.com" not in [one.email for one in snapshot.customers("source")]
    refresh(snapshot, store)
    assert "first@example.com" in [one.email for one in snapshot.customers("source")]


def test_a_reading_that_broke_off_is_dated_by_its_first_beginning(snapshot: Snapshot) -> None:
    store = BusyStore(people(9))
    pages = store._pages

    def broken(since: str, last: int) -> Iterator[Page]:
        yield next(iter(pages(since, last)))
        raise Unreachable("gone")

    store._pages = broken  # type: ignore[method-assign]
    with pytest.raises(Unreachable):
        read(snapshot, store)
    store._pages = pages  # type: ignore[method-assign]
    store.edit(Edit(1, "first@example.com", ("4",)))
    store.later(600)
    read(snapshot, store)
    refresh(snapshot, store)
    assert "first@example.com" in [one.email for one in snapshot.customers("source")]


def test_a_refresh_that_broke_off_has_read_nothing(snapshot: Snapshot) -> None:
    store = BusyStore(people(9))
    read(snapshot, store)
    before = content(snapshot)
    for number in range(1, 7):
        store.edit(Edit(number, f"new{number}@example.com", ("4",)))
    with pytest.raises(Unreachable):
        snapshot.refresh(reading(store), failing_after(2))
    assert content(snapshot) == before
    assert refresh(snapshot, store) == ""
    assert snapshot.members("source") == {("3",): 3, ("4",): 6}


def failing_after(pages: int) -> Callable[[int, int | None], None]:
    seen: list[int] = []

    def watch(count: int, _: int | None) -> None:
        seen.append(count)
        if len(seen) == pages:
            raise Unreachable("gone")

    return watch


@pytest.mark.parametrize("page", [1, 3, 5])
def test_a_refresh_that_is_killed_has_read_nothing_and_the_next_one_reads_all(
    tmp_path: Path, page: int
) -> None:
    path = tmp_path / "s.db"
    ran = subprocess.run([sys.executable, KILLED, path, str(page)], check=False, capture_output=True)
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    with Snapshot(path) as snapshot:
        assert snapshot.members("source") == {("3",): 3000}
        assert {one.groups for one in snapshot.customers("source")} == {("3",)}
        store = BusyStore(
            [replace(one, groups=("4",), updated="2026-01-01 02:00:00") for one in people(3000)]
        )
        store._page = 1000
        assert refresh(snapshot, store) == ""
        assert snapshot.members("source") == {("4",): 3000}
        assert {one.groups for one in snapshot.customers("source")} == {("4",)}


# --- when all has to be read ---


def test_a_side_that_was_never_read_whole_is_not_refreshed(snapshot: Snapshot) -> None:
    assert "not read to its end" in refresh(snapshot, BusyStore())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"connector": "other"}, "connector was edited"),
        ({"check": Check("memory", "2")}, "version 1 was read, and now it is 2"),
        ({"check": Check("memory", "1", clock="2025-12-31 23:50:00")}, "the clock that its changes"),
        ({"passwords": True}, "whether passwords are carried"),
        ({"store": MemoryStore(groups=GROUPS[:4])}, 'the group "Shops", which had been read, is gone'),
    ],
)
def test_what_no_longer_fits_is_not_refreshed(
    snapshot: Snapshot, changes: dict[str, object], words: str
) -> None:
    store = BusyStore(people(3))
    read(snapshot, store)
    assert words in snapshot.refresh(reading(store, **changes), nothing)
    assert snapshot.count("source") == 3


def test_a_store_without_a_clock_is_asked_by_ours(snapshot: Snapshot) -> None:
    store = BusyStore(people(3))
    store.clock = ""
    read(snapshot, store)
    assert refresh(snapshot, store) == ""
    assert store.asked[0] > "2026-01-01"


def test_hashes_that_were_replaced_are_not_left_in_the_file(tmp_path: Path) -> None:
    store = BusyStore(
        [replace(one, password_hash=PasswordHash("bcrypt", f"digest-{one.id}")) for one in people(9)]
    )
    with Snapshot(tmp_path / "s.db") as snapshot:
        snapshot.read(reading(store, passwords=True), nothing)
    store.customers_by_id["3"] = replace(
        store.customers_by_id["3"], updated=store.clock, password_hash=PasswordHash("bcrypt", "new")
    )
    with Snapshot(tmp_path / "s.db") as snapshot:
        assert snapshot.refresh(reading(store, passwords=True), nothing) == ""
    held = (tmp_path / "s.db").read_bytes()
    assert (b"digest-2" in held, b"digest-3" in held) == (True, False)
