"""The grounds of PrestaShop's ways."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from contract.crowd import without_emoji
from contract.ground_prestashop_csv import EXPORT, IMPORT, LIST
from contract.grounds import Ground
from groupmigrate.model import Customer
from groupmigrate.platforms.base import Opening, Source
from groupmigrate.platforms.http import Patience
from groupmigrate.platforms.prestashop import CARD
from groupmigrate.platforms.prestashop.store import Webservice

NAMES = {"3": "Customer", "4": "Trade & Co", "5": "Retail"}
GENDERS = {"male": 1, "female": 2}


def _fill(folder: Path, customers: Sequence[Customer]) -> None:
    people = [
        {
            "email": one.email,
            "firstname": one.firstname,
            "lastname": one.lastname,
            "birthday": one.birthday or "0000-00-00",
            "id_gender": GENDERS.get(one.gender, 0),
            "date_add": one.created,
            "groups": [NAMES[group] for group in one.groups or ("3",)],
            "addresses": [
                {
                    "firstname": home.firstname,
                    "lastname": home.lastname,
                    "company": home.company,
                    "address1": home.street[0],
                    "address2": "".join(home.street[1:]),
                    "postcode": home.postcode,
                    "city": home.city,
                    "country": home.country,
                    "phone": home.phone,
                }
                for home in one.addresses
            ],
        }
        for one in customers
    ]
    groups = [{"name": {"en": NAMES[number], "es": f"es {NAMES[number]}"}} for number in ("4", "5")]
    seed = {
        "settings": {"PS_TIMEZONE": "UTC", "PS_GUEST_CHECKOUT_ENABLED": "1"},
        "groups": groups,
        "customers": people,
    }
    (folder / "seed.json").write_text(json.dumps(seed), encoding="utf-8")


def _opener(**more: str) -> Callable[[Path, bool], Source]:
    def open_(folder: Path, read_only: bool) -> Source:
        way = CARD.way("webservice")
        assert way is not None
        options = {"url": "sandbox", "seed": "seed.json", "page_size": 7, **more}
        opening = Opening("ground", folder, folder, read_only)
        return Webservice(way.options.model_validate(options), opening, Patience())  # type: ignore[arg-type]

    return open_


def _ground(release: str) -> Ground:
    name = f"prestashop via webservice, {release}"
    opener = _opener(release=release)
    # 1.6 and 1.7.6 store "????" for characters of four bytes (run).
    ground = Ground(name, opener, _fill, ("4", "5"), writes=True)
    return replace(ground, holds=without_emoji) if release in {"1.6", "1.7"} else ground


GROUNDS = {f"webservice, {release}": _ground(release) for release in ("1.6", "1.7", "8", "9")}
GROUNDS |= {"csv-import": IMPORT, "csv-export": EXPORT, "csv-export, list": LIST}
