"""The countries and states that a new PrestaShop has, by name, for ways that cannot ask the shop.

Names only: ids differ between versions (Hungary is 143 in a new 1.7.6 and 142 in a new 9.1.4, both run), and
a shop that was upgraded keeps its old ones.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files

from groupmigrate.platforms.prestashop.shop import Country, Shop, State


def factory_shop(shop: Shop, countries: Mapping[str, str], *, states: bool) -> Shop:
    """The shop with the countries of a new one. Their ids are what the import page finds them by: names.

    `countries` gives other names, or ids, by ISO code.
    """
    rows = _table("countries.csv")
    names = {row["iso"]: row["name"] for row in rows} | dict(countries)
    by_number = {row["id"]: names[row["iso"]] for row in rows}
    strict = {row["iso"] for row in rows if "n" in row["flags"]}
    return replace(
        shop,
        countries=tuple(Country(name, iso, iso in strict) for iso, name in names.items()),
        states=tuple(
            State(row["name"], by_number[row["id_country"]], row["iso"], row["name"])
            for row in (_table("states.csv") if states else ())
        ),
    )


def _table(name: str) -> list[dict[str, str]]:
    # The lists are the practice shop's; its code is not needed here, and is not imported.
    text = files("groupmigrate.platforms.prestashop").joinpath("sandbox", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
