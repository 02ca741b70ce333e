"""The practice shops of the benchmarks, each served by a process of its own and opened by its connector.

    python tests/benchmarks/shops.py magento FOLDER 0

serves one until its standard input ends; `served` does that.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import requests
from msgspec.structs import replace

from groupmigrate.model import Address, Customer
from groupmigrate.platforms import cards
from groupmigrate.platforms.base import Opening, Target

HOME = {"street": "Strada Exemplului 7", "postcode": "010101", "city": "București", "country": "RO"}
PHONE = "+40 21 555 0101"
COMPUTED = ("Content-Length", "Connection")
LATENCY_HELP = "milliseconds added to each answer"


@dataclass(frozen=True)
class Shop:
    """How a platform's practice shop is seeded, and which option of its connector holds the key."""

    key: str
    address: Callable[[dict[str, str]], dict[str, Any]]
    """An address as a seed has it."""

    def fill(self, folder: Path, customers: int) -> None:
        """Write a seed of so many customers."""
        names = {"firstname": "Ana", "lastname": "Ionescu"}
        person = {**names, "addresses": [{**names, **self.address(HOME)}]}
        people = [{"email": f"person{one}@example.com", **person} for one in range(customers)]
        (folder / "seed.json").write_text(json.dumps({"customers": people}), encoding="utf-8")


SHOPS = {
    "magento": Shop(
        "token",
        lambda home: {
            "street": [home["street"]],
            "postcode": home["postcode"],
            "city": home["city"],
            "country_id": home["country"],
            "telephone": PHONE,
        },
    ),
    "prestashop": Shop(
        "key",
        lambda home: {
            "address1": home["street"],
            "postcode": home["postcode"],
            "city": home["city"],
            "country": home["country"],
            "phone": PHONE,
        },
    ),
}


@contextmanager
def served(platform: str, folder: Path, latency: int) -> Iterator[str]:
    """A practice shop in a process of its own; yields its address, and leaves its key in the folder."""
    command = [sys.executable, __file__, platform, str(folder), str(latency)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        url, key = server.stdout.readline().split()
        (folder / "key").write_text(key, encoding="utf-8")
        yield url
        server.stdin.close()


def opened(platform: str, folder: Path, url: str, *, read_only: bool, **options: object) -> Target:
    """The connector of a served shop, by the first way of its card."""
    way = cards()[platform].ways[0]
    module, _, maker = way.store.partition(":")
    chosen = way.options.model_validate({"url": url, SHOPS[platform].key: "file:key", **options})
    opening = Opening("measured", folder, folder, read_only)
    return cast("Target", getattr(import_module(module), maker)(chosen, opening))


@dataclass(frozen=True)
class Sent:
    """A request as a connector sent it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def again(self, session: requests.Session, url: str) -> None:
        """Send the same to the shop of an address, and throw the answer away."""
        answer = session.request(self.method, url + self.path, data=self.body or None, headers=self.headers)
        answer.raise_for_status()


def listened(store: Target) -> list[Sent]:
    """Everything that a connector sends from now on."""
    sent: list[Sent] = []

    def keep(got: requests.Response, **_: object) -> None:
        request = got.request
        headers = {name: value for name, value in request.headers.items() if name not in COMPUTED}
        sent.append(Sent(str(request.method), request.path_url, headers, cast("bytes", request.body or b"")))

    session = cast("Any", store)._session._session
    session.hooks["response"].append(keep)
    return sent


def newcomers(number: int, group: str) -> Sequence[Customer]:
    """Customers who are in no seeded shop."""
    home = Address("Ana", "Ionescu", street=(HOME["street"],), phone=PHONE)
    home = replace(home, **{name: HOME[name] for name in ("postcode", "city", "country")})
    ana = Customer("", "", (group,), firstname="Ana", lastname="Ionescu", addresses=(home,))
    return [replace(ana, email=f"new{one}@example.com") for one in range(number)]


def _serve(platform: str, folder: Path, latency: int) -> None:
    module, _, maker = cards()[platform].sandbox.partition(":")
    serve = getattr(import_module(module), maker)
    with closing(serve(folder / "shop.db", seed=folder / "seed.json", latency_ms=latency)) as practice:
        print(practice.url, practice.key, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    _serve(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
