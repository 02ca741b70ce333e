"""The countries and regions that a new Magento has, for ways that cannot ask the shop.

Names and codes only: ids of regions differ from shop to shop.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Collection
from importlib.resources import files

from groupmigrate.platforms.base import CountryRule


def countries(no_postcode: Collection[str]) -> dict[str, CountryRule]:
    """What the import takes in each country, by its code."""
    rows = _table("regions.csv")
    # The US have four regions of the code AE, for the armed forces of four continents (2.4.7, run).
    times = Counter((row["country"], row["code"]) for row in rows)
    regions: dict[str, dict[str, str]] = {}
    for row in rows:
        alone = times[row["country"], row["code"]] == 1
        code = row["code"] if alone else f"{row['code']}:{row['id']}"
        regions.setdefault(row["country"], {})[code] = row["name"]
    return {
        code: CountryRule(
            regions=regions.get(code, {}),
            # "Please enter a valid region.": the row is refused (import of 2.4, read).
            all_regions=code in regions,
            needs_postcode=code not in no_postcode,
        )
        for code in (row["iso2"] for row in _table("countries.csv"))
    }


def _table(name: str) -> list[dict[str, str]]:
    # The lists are the practice shop's; its code is not needed here, and is not imported.
    text = files("groupmigrate.platforms.magento").joinpath("sandbox", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
