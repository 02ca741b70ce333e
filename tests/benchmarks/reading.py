"""How fast customers are read through the connector, beside a bare loop of the same requests.

    python tests/benchmarks/reading.py --customers 20000

serves a practice shop with that many customers from a process of its own, reads all of them by turns with a
bare keep-alive loop (which throws the bodies away) and through the connector (which gives whole records), and
prints the better of each in customers a second. The latency stands for the network and for a shop that is
slower than the practice shop.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import requests

from groupmigrate.platforms.base import Opening
from groupmigrate.platforms.prestashop import WebserviceOptions
from groupmigrate.platforms.prestashop.sandbox import serve
from groupmigrate.platforms.prestashop.store import Webservice

ADDRESS = {
    "firstname": "Ana",
    "lastname": "Ionescu",
    "address1": "Strada Exemplului 7",
    "postcode": "010101",
    "city": "București",
    "country": "RO",
    "phone": "+40 21 555 0101",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--latency", type=int, default=0, help="milliseconds added to each answer")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        _serve(given.serve, given.latency)
    else:
        with tempfile.TemporaryDirectory() as folder:
            _measure(Path(folder), given.customers, given.rounds, given.latency)


def _serve(folder: Path, latency: int) -> None:
    with closing(serve(folder / "shop.db", seed=folder / "seed.json", latency_ms=latency)) as practice:
        print(practice.url, practice.key, flush=True)
        sys.stdin.read()


def _measure(folder: Path, customers: int, rounds: int, latency: int) -> None:
    (folder / "seed.json").write_text(json.dumps({"customers": _people(customers)}), encoding="utf-8")
    command = [sys.executable, __file__, "--serve", str(folder), "--latency", str(latency)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        url, key = server.stdout.readline().split()
        (folder / "key").write_text(key, encoding="utf-8")
        asked = _through(folder, url, customers)[1]
        # By turns, so that whatever else the machine does meanwhile hits both.
        both = [(_bare(asked, key), _through(folder, url, customers)[0]) for _ in range(rounds)]
        bare, through = map(min, zip(*both, strict=True))
        server.stdin.close()
    print(f"{customers:,} customers, {len(asked)} requests, {latency} ms latency")
    print(
        f"bare loop {customers / bare:,.0f}/s, connector {customers / through:,.0f}/s: {bare / through:.0%}"
    )


def _people(number: int) -> list[dict[str, object]]:
    names = {"firstname": "Ana", "lastname": "Ionescu", "addresses": [ADDRESS]}
    return [{"email": f"person{one}@example.com", **names} for one in range(number)]


def _bare(asked: list[str], key: str) -> float:
    """The seconds that the requests alone take, one after the other on one connection."""
    with requests.Session() as session:
        session.auth = (key, "")
        started = time.perf_counter()
        for url in asked:
            session.get(url).raise_for_status()
        return time.perf_counter() - started


def _through(folder: Path, url: str, customers: int) -> tuple[float, list[str]]:
    """The seconds that the connector takes for the same, and the addresses that it asks."""
    options = WebserviceOptions.model_validate({"url": url, "key": "file:key"})
    asked: list[str] = []
    with closing(Webservice(options, Opening("measured", folder, folder))) as store:
        store.groups()
        store._session._session.hooks["response"].append(lambda got, **_: asked.append(got.url))
        started = time.perf_counter()
        read = sum(len(page.customers) for page in store.customers())
        seconds = time.perf_counter() - started
    assert read == customers
    return seconds, asked


if __name__ == "__main__":
    main()
