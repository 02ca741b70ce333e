"""The grounds of Magento over REST: a practice shop of one website, one of two, and one at Adobe's."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from contract.crowd import without_emoji
from contract.grounds import Ground
from groupmigrate.model import Customer
from groupmigrate.platforms.base import Opening, Source
from groupmigrate.platforms.http import Patience
from groupmigrate.platforms.magento.restoptions import RestOptions
from groupmigrate.platforms.magento.store import Rest

NAMES = {"1": "General", "2": "Wholesale", "3": "Retailer"}
GENDERS = {"male": 1, "female": 2}
SECOND = {
    "code": "second",
    "name": "Second Website",
    "store_views": {"second_en": "Second EN", "second_de": "Second DE"},
}

ATTRIBUTES = [
    {"code": "loyalty_no", "label": "Loyalty number"},
    {"code": "tier", "label": "Tier", "input": "select", "options": ["Gold", "Silver"]},
    {"code": "hobbies", "label": "Hobbies", "input": "multiselect", "options": ["Chess", "Golf", "Go"]},
]


def _fill(folder: Path, customers: Sequence[Customer], store: str = "default") -> None:
    people = [
        {
            "email": one.email,
            "store": store,
            "firstname": one.firstname,
            "lastname": one.lastname,
            "dob": one.birthday or None,
            "gender": GENDERS.get(one.gender),
            "created_at": one.created,
            "group": NAMES[one.default_group or "1"],
            "addresses": [
                {
                    "firstname": home.firstname,
                    "lastname": home.lastname,
                    "company": home.company,
                    "street": list(home.street),
                    "postcode": home.postcode,
                    "city": home.city,
                    "country_id": home.country,
                    "telephone": home.phone,
                    "default_billing": home.default_billing,
                }
                for home in one.addresses
            ],
        }
        for one in customers
    ]
    seed = {
        "websites": [SECOND] if store != "default" else [],
        "attributes": ATTRIBUTES,
        "customers": people,
    }
    (folder / "seed.json").write_text(json.dumps(seed), encoding="utf-8")


def _opener(**more: str) -> Callable[[Path, bool], Source]:
    def open_(folder: Path, read_only: bool) -> Source:
        options = {"url": "sandbox", "seed": "seed.json", "page_size": 7, **more}
        opening = Opening("ground", folder, folder, read_only)
        return Rest(RestOptions.model_validate(options), opening, Patience())

    return open_


def _fill_second(folder: Path, customers: Sequence[Customer]) -> None:
    _fill(folder, customers, "second_en")


# Characters of four bytes are stored as "????" (2.4.7, run).
REST = Ground(
    "magento via rest", _opener(), _fill, ("2", "3"), writes=True, holds=without_emoji, attributes=True
)
SECOND_WEBSITE = replace(
    REST, name="magento via rest, second website", open=_opener(website="second"), fill=_fill_second
)
CLOUD_SERVICE = replace(REST, name="magento via rest, cloud service", open=_opener(release="saas"))
