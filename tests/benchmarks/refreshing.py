"""How long it takes, and in how much memory, to put changes on top of a snapshot, beside reading all of it.

    python tests/benchmarks/refreshing.py --customers 1000000 --changed 10000

The stores are made up as they are read, so that no network and no shop is measured. Every changed customer
has another e-mail and another group.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from groupmigrate.model import Address, Customer, Group
from groupmigrate.planning.snapshot import Reading, Snapshot
from groupmigrate.platforms.base import Check, Page

PAGE = 1000
HOME = Address(
    "Ana",
    "O'Example",
    street=("Strada Exemplului 7", "ap. 3"),
    postcode="010101",
    city="București",
    country="RO",
    phone="+40 21 555 0101",
)


@dataclass
class Made:
    """A store of so many customers, of whom every n-th has changed."""

    count: int
    step: int

    def check(self) -> Check:
        return Check("made", "1", clock="2026-01-01 00:00:00")

    def groups(self) -> list[Group]:
        return [Group("3", "Customer"), Group("4", "Trade")]

    def customers(self, after: str = "") -> Iterator[Page]:
        for start in range(int(after or 0), self.count, PAGE):
            numbers = range(start, min(start + PAGE, self.count))
            yield Page(tuple(self._person(number, "p", "3") for number in numbers), str(numbers[-1] + 1))

    def changed(self, since: str) -> Iterator[Page]:
        assert since
        numbers = range(0, self.count, self.step)
        for start in range(0, len(numbers), PAGE):
            yield Page(
                tuple(self._person(one, "new", "4") for one in numbers[start : start + PAGE]), str(start)
            )

    def close(self) -> None:
        pass

    def _person(self, number: int, name: str, group: str) -> Customer:
        email = f"{name}{number * 7_919 % 1_000_003}.{number}@example.com"
        return Customer(
            str(number), email, (group,), firstname="Ana", lastname="O'Example", addresses=(HOME,)
        )


def main() -> None:
    """Read all, then what changed, twice: the first time ids are made findable."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--changed", type=int, default=10_000)
    given = parser.parse_args()
    store = Made(given.customers, max(1, given.customers // given.changed))
    with tempfile.TemporaryDirectory() as folder, Snapshot(Path(folder) / "s.db") as snapshot:
        reading = Reading("source", store, "c", store.check())
        _told("reading all", lambda: snapshot.read(reading, lambda *_: None))
        for words in ("the first reading of changes", "the second"):
            _told(words, lambda: snapshot.refresh(reading, lambda *_: None))
        assert snapshot.count("source") == given.customers
        assert snapshot.members("source")["4",] == len(range(0, given.customers, store.step))


def _told(words: str, work: Callable[[], object]) -> None:
    started = time.monotonic()
    work()
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{words}: {time.monotonic() - started:.1f} s, {megabytes:.0f} MB resident at the peak")


if __name__ == "__main__":
    main()
