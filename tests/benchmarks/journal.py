"""What the journal costs of a run against a store that answers in 20 ms, two requests at a time.

    python tests/benchmarks/journal.py [--customers 1000]

The same plan is applied to a store that only waits: the time spent in the journal is clocked inside the run.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

from groupmigrate.model import Customer, Group
from groupmigrate.planning.action import Act, Action
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.planning.planheader import Header
from groupmigrate.platforms.base import Change, Check, Outcome, Page, Rules, State
from groupmigrate.running.journal import Journal
from groupmigrate.running.run import apply_plan

ANSWER = 0.020
CONNECTIONS = 2


class Waiting:
    """A store that takes everything, and 20 ms for each request."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(CONNECTIONS)

    def check(self) -> Check:
        """A store that is well."""
        return Check("waiting", "1")

    def groups(self) -> Sequence[Group]:
        """One group."""
        return (Group("3", "Customer"),)

    def rules(self) -> Rules:
        """No rules."""
        return Rules()

    def customers(self, after: str = "") -> Iterator[Page]:
        """Nobody."""
        yield from ()

    def find(self, emails: Sequence[str]) -> dict[str, tuple[Customer, ...]]:
        """Nobody, after one answer."""
        time.sleep(ANSWER)
        return {}

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """One answer for each customer."""

        def send(change: Change) -> Outcome:
            time.sleep(ANSWER)
            return Outcome(change.seq, State.DONE, str(change.seq), change.customer)

        yield from self._pool.map(send, changes)

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()


class Clock:
    """Adds up the time spent in some functions."""

    seconds = 0.0

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, clocked."""

        def clocked(*arguments: Any) -> Any:
            started = time.perf_counter()
            try:
                return function(*arguments)
            finally:
                self.seconds += time.perf_counter() - started

        return clocked


def made_plan(path: Path, customers: int) -> PlanFile:
    """A plan that creates so many customers."""
    plan = PlanFile.create(path)
    emails = [f"person{number}@example.com" for number in range(customers)]
    plan.add(
        Action(
            Act.CREATE, "GM201", email, email, email, "1", groups=("3",), wanted=Customer("", email, ("3",))
        )
        for email in emails
    )
    header = Header(
        name="bench", mapping="bench.yaml", made="", source="a", target="b", source_store="a",
        target_store="b", fingerprints={}, source_groups=(), target_groups=(), read=customers, in_target=0,
        max_failures=0, max_updates_percent=100,
    )  # fmt: skip
    plan.finish(header, [], {})
    return plan


def main() -> None:
    """Run once and print the share of the journal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--customers", type=int, default=1_000)
    arguments = parser.parse_args()
    clock = Clock()
    for name in ("pending", "begin", "ended"):
        setattr(Journal, name, clock.around(getattr(Journal, name)))
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        store = Waiting()
        with made_plan(Path(folder) / "bench.plan", arguments.customers) as plan:
            result = apply_plan(plan, store, watch=lambda progress: None, stop=Event())
        store.close()
    share = 100 * clock.seconds / result.seconds
    print(f"{result.created:,} customers created in {result.seconds:.2f} s")
    print(f"of that in the journal: {clock.seconds:.3f} s, {share:.2f} %")


if __name__ == "__main__":
    main()
