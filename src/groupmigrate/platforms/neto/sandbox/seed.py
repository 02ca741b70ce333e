"""What a practice store starts with: the groups of a new store, and customers from a file."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from groupmigrate.platforms.neto.sandbox.fields import HOME
from groupmigrate.platforms.neto.sandbox.shop import Record, Shop
from groupmigrate.platforms.seedfile import planting, read_seed

KEY = "practicepracticepracticepractice"
"""The one key of the store."""
STAFF, STAFF_KEY = "staff", "staffstaffstaffstaffstaffstaff01"
"""A staff user and their key."""
CLIENT, TOKEN = "practice-app", "tokentokentokentokentokentoken01"
"""An app that logs in by OAuth."""
GROUPS = ("A", "B", "C", "D", "E", "F")
DEFAULT = "A"

OURS = {"PostCode": "postcode", "StreetLine1": "address1", "StreetLine2": "address2"}


def install(shop: Shop) -> None:
    """Give a store the groups of a new one."""
    for name in GROUPS:
        shop.add_group(name)


def plant(shop: Shop, seed: Path) -> None:
    """Add the groups and customers of a file: {"groups": ["Trade"], "customers": [{"email": …}]}.

    Inside a transaction. Raises UsageError if it cannot be used.
    """
    content = read_seed(seed)
    with planting(str(seed), sqlite3.Error):
        for name in content.get("groups", ()):
            shop.add_group(name)
        for number, customer in enumerate(content.get("customers", ()), start=1):
            shop.save(_record(customer, number))


def _record(customer: dict[str, Any], number: int) -> Record:
    homes = customer.get("addresses", ())
    record: Record = {
        "Username": customer.get("username", f"n{number:06d}"),
        "EmailAddress": customer["email"],
        "UserGroup": customer.get("group", DEFAULT),
        "Gender": customer.get("gender", ""),
        "ABN": customer.get("abn", ""),
        "Active": customer.get("active", True),
        "NewsletterSubscriber": customer.get("newsletter", False),
        "Type": customer.get("type", "Customer"),
        "BillingAddress": _home(homes[0] if homes else {}, "Bill"),
        "Book": [_home(home, "Ship") for home in homes[1:]],
    }
    names = {"BillFirstName": "firstname", "BillLastName": "lastname", "BillCompany": "company"}
    record["BillingAddress"] |= {name: customer[ours] for name, ours in names.items() if customer.get(ours)}
    for name, ours in (
        ("DateOfBirth", "birthday"),
        ("RegistrationDate", "created"),
        ("DateAddedUTC", "created"),
    ):
        if customer.get(ours):
            record[name] = customer[ours]
    return record


def _home(home: dict[str, Any], kind: str) -> dict[str, str]:
    values = {name: str(home.get(OURS.get(name, name.lower()), "")) for name in HOME}
    return {f"{kind}{name}": value for name, value in values.items() if value}
