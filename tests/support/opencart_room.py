"""A practice OpenCart in a folder: opened as a connector opens it, and looked into behind the room's back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from groupmigrate.model import Address, Customer
from groupmigrate.platforms.base import Change, Opening, Outcome
from groupmigrate.platforms.opencart import DatabaseOptions
from groupmigrate.platforms.opencart.store import DatabaseStore

SEED = {
    "groups": [{"name": {"en-gb": "Trade & Co", "es-es": "Mayoristas"}}, {"name": "Untaxed", "taxed": False}],
    "custom_fields": [{"name": "Job & more", "type": "text"}],
}
PEOPLE = [{"email": f"p{number}@example.com", "firstname": "P", "lastname": "Q"} for number in range(5)]
HOME = Address(
    "Ana",
    "Pop",
    company="R&D <Lab>",
    street=("1 High Street", "Floor 2"),
    postcode="SW1A 1AA",
    city="London",
    country="GB",
    phone="020 7946 0000",
)
ANA = Customer(
    "", "ana@example.com", ("1",), firstname="Ana", lastname="Pop", newsletter=True, addresses=(HOME,)
)


def shop(
    folder: Path, release: str = "4.1", seed: Mapping[str, Any] | None = None, **options: Any
) -> DatabaseStore:
    """A practice shop that can be written; it is made where the folder has none yet."""
    if seed is not None:
        (folder / "seed.json").write_text(json.dumps(seed), encoding="utf-8")
        options["seed"] = "seed.json"
    return opened(folder, release=release, **options)


def opened(
    folder: Path, *, read_only: bool = False, passwords: bool = False, **options: Any
) -> DatabaseStore:
    """The store of the folder's practice shop."""
    opening = Opening("shop", folder, folder, read_only, passwords)
    return DatabaseStore(DatabaseOptions.model_validate({"dsn": "sandbox", **options}), opening)


def sql(folder: Path, statement: str, *values: object) -> list[Any]:
    """What a statement answers; a single column as plain values. What it changes is kept."""
    with closing(sqlite3.connect(folder / "shop.db")) as database, database:
        rows = database.execute(statement, values).fetchall()
    return [row[0] if len(row) == 1 else row for row in rows]


def columns_of(folder: Path, table: str) -> list[str]:
    """The names of a table's columns."""
    names: list[str] = sql(folder, f"SELECT name FROM pragma_table_info('oc_{table}')")
    return names


def row(folder: Path) -> dict[str, Any]:
    """The row of the only customer."""
    (only,) = sql(folder, "SELECT * FROM oc_customer")
    return dict(zip(columns_of(folder, "customer"), only, strict=True))


def everybody(store: DatabaseStore) -> list[Customer]:
    """All customers, in the order of pages."""
    return [customer for page in store.customers() for customer in page.customers]


def create(store: DatabaseStore, *people: Customer) -> list[Outcome]:
    """What became of creating these people, in their order."""
    changes = [Change(number, "create", one) for number, one in enumerate(people)]
    return sorted(store.apply(changes), key=lambda outcome: outcome.seq)


def update(store: DatabaseStore, one: Customer, fields: Sequence[str]) -> Outcome:
    """What became of one change."""
    (outcome,) = store.apply([Change(1, "update", one, tuple(fields))])
    return outcome
