"""How fast customers are created through the connector, beside bare threads that send the same bodies.

    python tests/benchmarks/writing.py --platform magento --customers 2000

serves an empty practice shop from a process of its own and creates the customers through the connector, which
reads back who was created; then, in another empty shop, as many bare threads as the connector has connections
send the same bodies and look at nothing. Prints the better of each in customers a second.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import repeat
from pathlib import Path

import requests

sys.path.insert(0, str(Path(__file__).parent))

from shops import LATENCY_HELP, SHOPS, Sent, listened, newcomers, opened, served

from groupmigrate.model import Role
from groupmigrate.platforms.base import Change, State


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--platform", choices=sorted(SHOPS), default="magento")
    parser.add_argument("--customers", type=int, default=2_000)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--latency", type=int, default=0, help=LATENCY_HELP)
    given = parser.parse_args()
    told = (given.platform, given.customers, given.connections, given.latency)
    both = [_round(*told) for _ in range(given.rounds)]
    bare, through = map(min, zip(*both, strict=True))
    words = f"{given.platform}: {given.customers:,} customers, {given.connections} connections"
    print(f"{words}, {given.latency} ms latency")
    print(
        f"bare threads {given.customers / bare:,.0f}/s, connector {given.customers / through:,.0f}/s: "
        f"{bare / through:.0%}"
    )


def _round(platform: str, customers: int, connections: int, latency: int) -> tuple[float, float]:
    """The seconds of the bare threads, and those of the connector."""
    with tempfile.TemporaryDirectory() as folder:
        through, bodies = _through(platform, Path(folder), customers, connections, latency)
    with tempfile.TemporaryDirectory() as folder:
        return _bare(platform, Path(folder), bodies, connections, latency), through


def _through(
    platform: str, folder: Path, customers: int, connections: int, latency: int
) -> tuple[float, list[Sent]]:
    SHOPS[platform].fill(folder, 0)
    with (
        served(platform, folder, latency) as url,
        closing(opened(platform, folder, url, read_only=False, connections=connections)) as store,
    ):
        default = next(group.id for group in store.groups() if group.role is Role.DEFAULT)
        changes = [Change(seq, "create", one) for seq, one in enumerate(newcomers(customers, default))]
        sent = listened(store)
        started = time.perf_counter()
        states = {outcome.state for outcome in store.apply(changes)}
        seconds = time.perf_counter() - started
    assert states == {State.DONE}
    return seconds, [request for request in sent if request.body]


def _bare(platform: str, folder: Path, bodies: Sequence[Sent], connections: int, latency: int) -> float:
    """The seconds that the bodies alone take, shared among threads with a connection each."""
    SHOPS[platform].fill(folder, 0)
    with served(platform, folder, latency) as url, ThreadPoolExecutor(connections) as pool:
        started = time.perf_counter()
        shares = [bodies[place::connections] for place in range(connections)]
        list(pool.map(_send, shares, repeat(url)))
        return time.perf_counter() - started


def _send(bodies: Sequence[Sent], url: str) -> None:
    with requests.Session() as session:
        for request in bodies:
            request.again(session, url)


if __name__ == "__main__":
    main()
