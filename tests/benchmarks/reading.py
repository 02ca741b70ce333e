"""How fast customers are read through the connector, beside a bare loop of the same requests.

    python tests/benchmarks/reading.py --platform magento --customers 20000

serves a practice shop with that many customers from a process of its own, reads all of them by turns with a
bare keep-alive loop (which throws the bodies away) and through the connector (which gives whole records), and
prints the better of each in customers a second. The latency stands for the network and for a shop that is
slower than the practice shop.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import requests

sys.path.insert(0, str(Path(__file__).parent))

from shops import LATENCY_HELP, SHOPS, Sent, listened, opened, served


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--platform", choices=sorted(SHOPS), default="prestashop")
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--latency", type=int, default=0, help=LATENCY_HELP)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _measure(given.platform, Path(folder), given.customers, given.rounds, given.latency)


def _measure(platform: str, folder: Path, customers: int, rounds: int, latency: int) -> None:
    SHOPS[platform].fill(folder, customers)
    with served(platform, folder, latency) as url:
        asked = _through(platform, folder, url, customers)[1]
        # By turns, so that whatever else the machine does meanwhile hits both.
        both = [(_bare(asked, url), _through(platform, folder, url, customers)[0]) for _ in range(rounds)]
        bare, through = map(min, zip(*both, strict=True))
    print(f"{platform}: {customers:,} customers, {len(asked)} requests, {latency} ms latency")
    print(
        f"bare loop {customers / bare:,.0f}/s, connector {customers / through:,.0f}/s: {bare / through:.0%}"
    )


def _bare(asked: list[Sent], url: str) -> float:
    """The seconds that the requests alone take, one after the other on one connection."""
    with requests.Session() as session:
        started = time.perf_counter()
        for request in asked:
            request.again(session, url)
        return time.perf_counter() - started


def _through(platform: str, folder: Path, url: str, customers: int) -> tuple[float, list[Sent]]:
    """The seconds that the connector takes for the same, and the requests that it sends."""
    with closing(opened(platform, folder, url, read_only=True)) as store:
        store.groups()
        asked = listened(store)
        started = time.perf_counter()
        read = sum(len(page.customers) for page in store.customers())
        seconds = time.perf_counter() - started
    assert read == customers
    return seconds, asked


if __name__ == "__main__":
    main()
