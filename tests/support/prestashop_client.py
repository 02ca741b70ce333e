"""The least client of a practice PrestaShop that a test needs: it writes XML and reads JSON."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import requests

from groupmigrate.platforms.sandbox import Practice


@contextmanager
def client(practice: Practice) -> Iterator[requests.Session]:
    """A session that logs in with the practice shop's key."""
    with requests.Session() as session:
        session.auth = (practice.key, "")
        session.params = {"output_format": "JSON"}
        yield session


def customer(email: str, **fields: object) -> str:
    """The XML of a customer in group 3, with more fields if there are any."""
    values = {
        "lastname": "Example",
        "firstname": "Person",
        "email": email,
        "passwd": "Example-Passw0rd",
        "active": 1,
        "id_default_group": 3,
    } | fields
    nodes = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in values.items())
    groups = "<associations><groups><group><id>3</id></group></groups></associations>"
    return f"<prestashop><customer>{nodes}{groups}</customer></prestashop>"


def stored(path: Path, sql: str) -> list[Any]:
    """The rows that are in the shop's file; plain values where there is one column."""
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute(sql).fetchall()
    return [row[0] if len(row) == 1 else row for row in rows]
