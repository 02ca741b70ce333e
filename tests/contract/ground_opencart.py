"""The grounds of OpenCart's ways."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec.structs import replace

from contract.crowd import without_emoji
from contract.grounds import Ground
from groupmigrate.model import Customer
from groupmigrate.platforms.base import Opening, Source
from groupmigrate.platforms.opencart import CARD
from groupmigrate.platforms.opencart.store import DatabaseStore

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


def held(customer: Customer) -> Customer:
    """The customer as OpenCart holds them: one telephone, and no birthday or gender."""
    phone = next((home.phone for home in customer.addresses), "")
    addresses = tuple(replace(home, phone=phone) for home in customer.addresses)
    return replace(customer, birthday="", gender="", addresses=addresses)


def held_without_emoji(customer: Customer) -> Customer:
    """The same in three bytes."""
    return held(without_emoji(customer))


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


GROUNDS = {f"database, {release}": _ground(release) for release in RELEASES}
