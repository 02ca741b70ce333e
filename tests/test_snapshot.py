"""What was read: resumable, sorted once, and walked in step, whatever the e-mails look like."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from groupmigrate.errors import DiskError, Unreachable
from groupmigrate.identity import key
from groupmigrate.model import Customer
from groupmigrate.planning.sidetable import Side
from groupmigrate.planning.snapshot import Reading, Snapshot
from groupmigrate.platforms.base import Check, Page
from support.memory import MemoryStore

CHECK = Check("memory", "1")


def read(snapshot: Snapshot, side: Side, store: MemoryStore) -> None:
    snapshot.read(Reading(side, store, "c", CHECK), lambda count, total: None)


def people(*emails: str) -> list[Customer]:
    return [Customer(str(number), email, ("1",)) for number, email in enumerate(emails, start=1)]


EMAIL = st.one_of(
    st.sampled_from(["", "none", "A@example.com", "a@EXAMPLE.com", "á@example.com", "ß@example.com"]),
    st.builds("{}@example.com".format, st.text(min_size=1, max_size=3)),
)


@settings(max_examples=60)
@given(source=st.lists(EMAIL, max_size=12), target=st.lists(EMAIL, max_size=12))
def test_walking_in_step_finds_every_source_customer_and_each_match(
    source: list[str], target: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as folder, Snapshot(Path(folder) / "s.db") as snapshot:
        read(snapshot, "source", MemoryStore(people(*source)))
        read(snapshot, "target", MemoryStore(people(*target)))
        decode = msgspec.json.Decoder(Customer).decode
        seen: list[str] = []
        for pair in snapshot.pairs():
            emails = [decode(document).email for document in pair.source]
            seen.extend(emails)
            assert {key(email) for email in emails} == {pair.key}
            there = sorted(email for email in target if pair.key and key(email) == pair.key)
            assert sorted(decode(document).email for document in pair.target) == there
        assert sorted(seen) == sorted(source)
        assert snapshot.count("source") == len(source)


class Breaking(MemoryStore):
    """A store whose reading breaks off after two pages, once."""

    broken = False
    starts: list[str]

    def customers(self, after: str = "") -> Iterator[Page]:
        self.starts = [*getattr(self, "starts", []), after]
        for number, page in enumerate(super().customers(after)):
            if number == 2 and not self.broken:
                self.broken = True
                raise Unreachable("gone")
            yield page


def test_a_reading_that_broke_off_goes_on_where_it_was(tmp_path: Path) -> None:
    store = Breaking(people(*(f"p{number}@example.com" for number in range(20))))
    with Snapshot(tmp_path / "s.db") as snapshot:
        with pytest.raises(Unreachable):
            read(snapshot, "source", store)
        assert not snapshot.is_complete("source", "c")
    with Snapshot(tmp_path / "s.db") as snapshot:
        read(snapshot, "source", store)
        assert snapshot.is_complete("source", "c")
        assert store.starts == ["", "6"]
        assert [one.email for one in snapshot.customers("source")] == sorted(
            f"p{number}@example.com" for number in range(20)
        )


def test_a_reading_that_broke_off_long_ago_begins_anew(tmp_path: Path) -> None:
    store = Breaking(people(*(f"p{number}@example.com" for number in range(20))))
    with Snapshot(tmp_path / "s.db") as snapshot:
        with pytest.raises(Unreachable):
            read(snapshot, "source", store)
        snapshot.remember("source", reached="2026-01-01 00:00:00.000000")
        store.customers_by_id["1"] = replace(store.customers_by_id["1"], groups=("9",))
        read(snapshot, "source", store)
        assert store.starts == ["", ""]
        assert {one.groups for one in snapshot.customers("source") if one.id == "1"} == {("9",)}


def test_a_reading_that_found_the_disk_full_at_its_end_goes_on(tmp_path: Path) -> None:
    store = MemoryStore(people(*(f"p{number}@example.com" for number in range(200))), page=500)
    with Snapshot(tmp_path / "s.db") as snapshot:
        snapshot._database.execute(
            "PRAGMA max_page_count = 12"
        )  # room for the arrivals, and not to sort them
        with pytest.raises(DiskError):
            read(snapshot, "source", store)
        assert snapshot.fact("source", "cursor")
    with Snapshot(tmp_path / "s.db") as snapshot:
        read(snapshot, "source", store)
        assert snapshot.count("source") == 200


def test_a_store_that_became_another_is_read_from_the_start(tmp_path: Path) -> None:
    store = Breaking(people(*(f"p{number}@example.com" for number in range(20))))
    with Snapshot(tmp_path / "s.db") as snapshot:
        with pytest.raises(Unreachable):
            read(snapshot, "source", store)
        other = Check("memory", "2")
        snapshot.read(Reading("source", store, "c", other), lambda count, total: None)
        assert store.starts == ["", ""]
        assert snapshot.count("source") == 20


def test_a_second_reading_replaces_the_first(tmp_path: Path) -> None:
    with Snapshot(tmp_path / "s.db") as snapshot:
        read(snapshot, "source", MemoryStore(people("a@example.com", "b@example.com")))
        read(snapshot, "source", MemoryStore(people("c@example.com")))
        assert [one.email for one in snapshot.customers("source")] == ["c@example.com"]
        assert snapshot.members("source") == {("1",): 1}


def test_half_a_character_of_one_customer_stops_nobody(tmp_path: Path) -> None:
    broken = Customer("1", "a@example.com", ("1",), firstname='An"a\\\ud83d', lastname="Zoë 🙂")
    store = MemoryStore([broken, *people("b@example.com", "c\udc00@example.com")[1:]])
    with Snapshot(tmp_path / "s.db") as snapshot:
        read(snapshot, "source", store)
        there = list(snapshot.customers("source"))
    assert [one.email for one in there] == ["a@example.com", "c\x1a@example.com"]
    assert (there[0].firstname, there[0].lastname) == ('An"a\\\x1a', "Zoë 🙂")


def test_an_empty_store_is_a_complete_reading(tmp_path: Path) -> None:
    with Snapshot(tmp_path / "s.db") as snapshot:
        read(snapshot, "source", MemoryStore())
        read(snapshot, "target", MemoryStore())
        assert snapshot.is_complete("source", "c")
        assert list(snapshot.pairs()) == []


@pytest.mark.parametrize(
    ("source", "target", "merged"),
    [
        (["josé@example.com", "jose@example.com"], [], {"josé@example.com", "jose@example.com"}),
        (["josé@example.com"], ["jose@example.com"], {"josé@example.com", "jose@example.com"}),
        (["josé@example.com"], ["JOSÉ@example.com"], set()),
        (["jose@example.com"], ["jose2@example.com"], set()),
        (["josé@example.com", "josè@example.com"], [], {"josé@example.com", "josè@example.com"}),
    ],
)
def test_emails_that_an_accent_blind_store_merges_are_known(
    tmp_path: Path, source: Sequence[str], target: Sequence[str], merged: set[str]
) -> None:
    with Snapshot(tmp_path / "s.db") as snapshot:
        read(snapshot, "source", MemoryStore(people(*source)))
        read(snapshot, "target", MemoryStore(people(*target)))
        assert set(snapshot.merged_keys()) == merged


def test_the_file_is_private(tmp_path: Path) -> None:
    with Snapshot(tmp_path / "s.db"):
        assert (tmp_path / "s.db").stat().st_mode & 0o777 == 0o600
