"""Reads 3,000 customers into a snapshot, then refreshes it, and is killed for good after so many pages.

    python killed_refresh.py SNAPSHOT PAGE

The pages are large enough that SQLite writes a part of the transaction into the file before its end.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from msgspec.structs import replace

from groupmigrate.model import Address, Customer
from groupmigrate.planning.snapshot import Reading, Snapshot

sys.path.insert(0, str(Path(__file__).parents[1]))
from support.memory import MemoryStore


def main(path: Path, last: int) -> None:
    people = [
        Customer(str(number), f"p{number}@example.com", ("3",), updated="2025-01-01 00:00:00")
        for number in range(1, 3001)
    ]
    store = MemoryStore(people, page=500, clock="2026-01-01 00:00:00")
    home = Address(note="long " * 2000)
    with Snapshot(path) as snapshot:
        snapshot.read(Reading("source", store, "c", store.check()), lambda *_: None)
        for one in people:
            store.customers_by_id[one.id] = replace(
                one, groups=("4",), addresses=(home,), updated="2026-01-01 01:00:00"
            )
        pages = 0

        def kill(*_: object) -> None:
            nonlocal pages
            pages += 1
            if pages == last:
                os.kill(os.getpid(), signal.SIGKILL)

        snapshot.refresh(Reading("source", store, "c", store.check()), kill)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
