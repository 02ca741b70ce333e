"""Writes `practice_shop.json`: what the practice PrestaShop of the demo holds before the migration.

    python sample_data/make_practice_shop.py [--out sample_data]

The groups that the mapping names, people of the new shop only, and some who are customers of both shops:
already in the right group, in another one, twice, or deleted. Run it after `make_shop.py`.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

GROUPS = [
    {"name": {"en": "Trade", "es": "Mayoristas"}, "reduction": "12.5", "price_display_method": 1},
    {"name": {"en": "Retail", "es": "Minoristas"}, "reduction": "5", "price_display_method": 0},
    {"name": {"en": "Retail East", "es": "Minoristas Este"}, "reduction": "7", "price_display_method": 0},
    {"name": {"en": "VIP & Partners", "es": "VIP y socios"}, "reduction": "20", "price_display_method": 0},
    {"name": {"en": "Café & Bar", "es": "Café y bar"}, "reduction": "10", "price_display_method": 1},
    {"name": {"en": "Newsletter 2019", "es": "Boletín 2019"}, "price_display_method": 0},
]
BOTH = {"1": (30, ["Customer"]), "2": (20, ["Customer"]), "4": (6, ["VIP & Partners", "Customer"])}
"""By Magento group: how many are customers of both shops, and their groups in the new one."""
NEW_ONLY = 64


def shop(people: list[dict[str, str]]) -> dict[str, Any]:
    """The seed, from the rows of Magento's customer export."""
    customers = [*_both(people), *_new_only()]
    return {"groups": GROUPS, "customers": customers}


def _both(people: list[dict[str, str]]) -> Iterator[dict[str, Any]]:
    plain = [row for row in people if row["email"].isascii() and row["_website"] == "base"]
    for magento_group, (count, groups) in BOTH.items():
        chosen = [row for row in plain if row["group_id"] == magento_group][10 : 10 + count]
        for number, row in enumerate(chosen):
            yield _customer(row, groups if number % 5 else [*groups, "Newsletter 2019"])
    retailers = [row for row in plain if row["group_id"] == "3"]
    # a shop that was upgraded from PrestaShop 1.6 can hold one e-mail twice
    yield _customer(retailers[50], ["Customer"])
    yield _customer(retailers[50], ["Retail"])
    yield {**_customer(retailers[51], ["Customer"]), "deleted": 1, "active": 0}


def _customer(row: dict[str, str], groups: list[str]) -> dict[str, Any]:
    return {
        "email": row["email"].lower(),
        "firstname": row["firstname"],
        "lastname": row["lastname"],
        "groups": groups,
        "date_add": "2024-03-01 10:00:00",
    }


def _new_only() -> Iterator[dict[str, Any]]:
    for number in range(1, NEW_ONLY + 1):
        yield {
            "email": f"new.customer.{number}@example.test",
            "firstname": "New",
            "lastname": "Customer",
            "groups": ["Trade", "Customer"] if number % 8 == 0 else ["Customer"],
            "date_add": "2025-06-01 10:00:00",
            "addresses": [
                {"country": "FR", "address1": f"{number} rue du Modèle", "city": "Lyon", "postcode": "69002"}
            ],
        }


def main() -> None:
    """Read the export, write the seed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    folder = parser.parse_args().out
    with (folder / "customer.csv").open(encoding="utf-8", newline="") as file:
        people = list(csv.DictReader(file))
    text = json.dumps(shop(people), ensure_ascii=False, indent=1)
    (folder / "practice_shop.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
