"""The grounds of OpenCart's ways."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from contract.ground_opencart_workbook import EXPORT, IMPORTS
from contract.grounds import Ground
from groupmigrate.model import Customer
from groupmigrate.platforms.base import Opening, Source
from groupmigrate.platforms.opencart import CARD
from groupmigrate.platforms.opencart.store import DatabaseStore
from support.mariadb import server
from support.opencart_shops import RECORDED, Recorded, held, held_without_emoji, planted

RELEASES = ("2.3", "3.0", "4.0", "4.1", "upgraded")
NAMES = ("Trade & Co", "Shops")


def fill(folder: Path, customers: Sequence[Customer], groups: tuple[str, ...]) -> None:
    """Write a seed with two groups, whose ids will be `groups`, and with these customers."""
    names = dict(zip(groups, NAMES, strict=True))
    people = [
        {
            "email": one.email,
            "firstname": one.firstname,
            "lastname": one.lastname,
            "telephone": next((home.phone for home in one.addresses), ""),
            "date_added": one.created,
            "group": names.get(one.default_group, "Default"),
            "addresses": [
                {
                    "firstname": home.firstname,
                    "lastname": home.lastname,
                    "company": home.company,
                    "address_1": home.street[0],
                    "address_2": "".join(home.street[1:]),
                    "postcode": home.postcode,
                    "city": home.city,
                    "country": home.country,
                    "default": home.default_billing,
                }
                for home in one.addresses
            ],
        }
        for one in customers
    ]
    made = [{"name": {"en-gb": name, "es-es": f"es {name}"}} for name in NAMES]
    seed = {"settings": {"config_timezone": "UTC"}, "groups": made, "customers": people}
    (folder / "seed.json").write_text(json.dumps(seed), encoding="utf-8")


def opened(folder: Path, read_only: bool, options: dict[str, object]) -> Source:
    """The store with these options, in small pages."""
    way = CARD.way("database")
    assert way is not None
    opening = Opening("ground", folder, folder, read_only)
    return DatabaseStore(way.options.model_validate({"page_size": 7, **options}), opening)  # type: ignore[arg-type]


def _opener(release: str) -> Callable[[Path, bool], Source]:
    return lambda folder, read_only: opened(
        folder, read_only, {"dsn": "sandbox", "seed": "seed.json", "release": release}
    )


def _ground(release: str) -> Ground:
    # A new 4.1 has three groups, others have one.
    groups = ("4", "5") if release == "4.1" else ("2", "3")
    return Ground(
        f"opencart via database, {release}",
        _opener(release),
        lambda folder, customers: fill(folder, customers, groups),
        groups,
        writes=True,
        holds=held_without_emoji if release in {"2.3", "3.0"} else held,
    )


def _recorded_ground(shop: Recorded) -> Ground:
    """The same on a real MariaDB, with the tables of a recorded database."""

    def refill(folder: Path, customers: Sequence[Customer]) -> None:
        practice.fill(folder, customers)
        database = planted(shop, folder / "seed.json")
        (folder / "dsn.txt").write_text(server().dsn(database), encoding="utf-8")

    practice = _ground(shop.release)
    return replace(
        practice,
        name=f"opencart via database, {shop.name} in MariaDB",
        open=lambda folder, read_only: opened(
            folder, read_only, {"dsn": "file:dsn.txt", "socket": server().socket}
        ),
        fill=refill,
        holds=held if shop.holds_emoji else held_without_emoji,
    )


GROUNDS = {f"database, {release}": _ground(release) for release in RELEASES}
GROUNDS |= {f"database, {shop.name} in MariaDB": _recorded_ground(shop) for shop in RECORDED}
GROUNDS |= {**IMPORTS, "workbook-export": EXPORT}
