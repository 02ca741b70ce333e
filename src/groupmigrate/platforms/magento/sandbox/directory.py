"""The countries and regions of every shop, with the ids that Magento 2.4.7 gives them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from groupmigrate.platforms.magento.sandbox.answer import Problem, Refusal
from groupmigrate.platforms.magento.sandbox.shop import Shop


@dataclass(frozen=True)
class Region:
    """A state or province."""

    id: int
    code: str
    name: str


@dataclass(frozen=True)
class Country:
    """A country by its ISO 3166 codes, and its regions by id, in the order of their names."""

    code: str
    code_3: str
    name: str
    regions: Mapping[int, Region]


@cache
def countries() -> dict[str, Country]:
    """Every country by its code of two letters."""
    regions: dict[str, dict[int, Region]] = {}
    for row in _table("regions.csv"):
        region = Region(int(row["id"]), row["code"], row["name"])
        regions.setdefault(row["country"], {})[region.id] = region
    return {
        row["iso2"]: Country(row["iso2"], row["iso3"], row["name"], regions.get(row["iso2"], {}))
        for row in _table("countries.csv")
    }


def allowed(shop: Shop) -> dict[str, Country]:
    """The countries that the configuration allows."""
    listed = shop.setting("general/country/allow")
    chosen = set(listed.split(","))
    return {code: one for code, one in countries().items() if not listed or code in chosen}


def needs_postcode(shop: Shop, country: str) -> bool:
    """Whether addresses in a country must have a postcode."""
    return country not in shop.setting("general/country/optional_zip_countries").split(",")


def listing(shop: Shop) -> list[dict[str, Any]]:
    """All countries as the shop tells them."""
    return [_told(country) for country in allowed(shop).values()]


def one(shop: Shop, code: str) -> dict[str, Any]:
    """One country as the shop tells it. Raises Refusal where there is none."""
    country = allowed(shop).get(code)
    if country is None:
        raise Refusal(404, Problem("this country is not available"))
    return _told(country)


def _told(country: Country) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": country.code,
        "two_letter_abbreviation": country.code,
        "three_letter_abbreviation": country.code_3,
        # Some countries have no name in the library that the shop asks (2.4.7, run).
        "full_name_locale": country.name or None,
        "full_name_english": country.name or None,
    }
    if country.regions:
        told["available_regions"] = [
            {"id": str(region.id), "code": region.code, "name": region.name}
            for region in country.regions.values()
        ]
    return told


def _table(name: str) -> Iterator[dict[str, str]]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())
