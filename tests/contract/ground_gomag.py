"""The grounds of Gomag's way: the practice shop under the readings that change most."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from contract.grounds import Ground
from groupmigrate.model import Address, Customer
from groupmigrate.platforms.base import Opening, Source
from groupmigrate.platforms.gomag import ApiOptions
from groupmigrate.platforms.gomag.sandbox.shop import Shop
from groupmigrate.platforms.gomag.store import ApiStore
from groupmigrate.platforms.http import Patience

GROUPS = {"1": "Standard", "2": "Trade & Co", "3": "Retail"}
COUNTRIES = {"RO": "România", "FR": "Franța", "GB": "United Kingdom"}


def _fill(folder: Path, customers: Sequence[Customer]) -> None:
    people = [
        {
            "email": one.email,
            "firstname": one.firstname,
            "lastname": one.lastname,
            "registration": one.created,
            "group": GROUPS[one.default_group or "1"],
            "addresses": [_home(home) for home in one.addresses],
        }
        for one in customers
    ]
    seed = {"groups": GROUPS, "customers": people}
    (folder / "seed.json").write_text(json.dumps(seed), encoding="utf-8")


def _home(home: Address) -> dict[str, Any]:
    return {
        "address_type": "billing" if home.default_billing else "shipping",
        "firstname": home.firstname,
        "lastname": home.lastname,
        "company_name": home.company,
        "address": "\n".join(home.street),
        "zip_code": home.postcode,
        "country": "7",
        "country_name": COUNTRIES[home.country],
        "city_name": home.city,
        "phone": home.phone,
    }


def _opener(readings: str) -> Callable[[Path, bool], Source]:
    def open_(folder: Path, read_only: bool) -> Source:
        options = {
            "url": "sandbox",
            "groups": GROUPS,
            "default_group": 1,
            "timezone": "UTC",
            "seed": "seed.json",
            "page_size": 7,
            "readings": readings,
        }
        opening = Opening("ground", folder, folder, read_only)
        return ApiStore(ApiOptions.model_validate(options), opening, Patience())

    return open_


def _holds(customer: Customer) -> Customer:
    # no place is known for these
    return replace(customer, gender="", birthday="")


def _move(folder: Path, id_: str, group: str) -> None:
    with closing(Shop(folder / "ground.db")) as shop, shop.writing():
        shop.move(int(id_), int(group))


def _ground(readings: str) -> Ground:
    name = f"gomag via api, {readings or 'as usual'}"
    return Ground(name, _opener(readings), _fill, ("2", "3"), writes=True, holds=_holds, move=_move)


OTHERWISE = (
    "customers=list,limit=kept,order=newest,email=ignored,ids=ignored,saved=wrapped,shop=host,failure=status"
)
GROUNDS = {
    "api": _ground(""),
    "api, otherwise": _ground(OTHERWISE),
    "api, by letter": _ground("email=by-letter"),
}
