"""What is in the practice shop at the start.

A seed is a JSON object; both parts may be left out:

    {"groups":    {"1": "Standard", "2": "Trade"},
     "customers": [{"email": "ana@example.com", "firstname": "Ana", "lastname": "Ionescu", "group": "Trade",
                    "registration": "2022-12-07 17:13:23",
                    "addresses": [{"address": "Strada Exemplului 7", "city_name": "Iași", …}]}]}

The first group is the default one. Everything else in a customer or an address is a field by its Gomag name;
`registration` is the shop's local time.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from groupmigrate.platforms.gomag.sandbox.shop import Shop
from groupmigrate.platforms.seedfile import planting, read_seed

KEY = "PRACTICE-GOMAG-KEY"
"""The key of every practice shop."""
GROUPS = {"1": "Standard", "2": "Trade", "3": "Retail"}
UNDATED = "2020-01-02 03:04:05"


def plant(shop: Shop, seed: Path | None) -> None:
    """Fill empty tables with what a seed file holds; inside a transaction. Raises UsageError."""
    content = read_seed(seed) if seed else {}
    with planting(str(seed), sqlite3.Error):
        groups: dict[str, str] = content.get("groups") or GROUPS
        for place, (number, name) in enumerate(groups.items()):
            shop.add_group(int(number), name, is_default=place == 0)
        ids = {name: int(number) for number, name in groups.items()}
        for one in content.get("customers", ()):
            shop.add(_customer(one, ids))


def _customer(one: dict[str, Any], groups: dict[str, int]) -> dict[str, Any]:
    row = {"registration": UNDATED, **one}
    if "group" in row:
        row["group_id"] = groups[row.pop("group")]
    return row
