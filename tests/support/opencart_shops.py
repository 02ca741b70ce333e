"""Shops in a real MariaDB: the tables of recorded OpenCart databases, emptied and planted for each test."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from pymysql.connections import Connection
from pymysql.cursors import DictCursor
from sqlalchemy import Engine, create_engine

from contract.crowd import without_emoji
from groupmigrate.model import Customer
from groupmigrate.platforms.opencart.sandbox.release import RELEASES
from groupmigrate.platforms.opencart.sandbox.seed import install_countries, install_shop, plant
from groupmigrate.platforms.opencart.sandbox.shop import Shop
from support.mariadb import server

PREFIX = "oc_"
COUNTED = ("customer_group", "customer")
"""Tables whose ids count from 1 in every test."""
LASTING = ("country", "country_description", "zone", "zone_description")
"""Tables that no test changes."""


@dataclass(frozen=True)
class Recorded:
    """One recorded database."""

    version: str
    release: str
    """The release of the practice shop that has the same columns."""
    engine: str = ""
    """Another storage engine than the recorded one, as hosts convert their tables."""

    @property
    def name(self) -> str:
        return f"{self.version} on {self.engine}" if self.engine else self.version

    @property
    def holds_emoji(self) -> bool:
        """Whether its texts have four bytes for a character, and its release shows them."""
        return self.release in ("4.0", "4.1")

    @property
    def database(self) -> str:
        return "".join(letter if letter.isalnum() else "_" for letter in self.name)

    def schema(self) -> Mapping[str, Any]:
        """The tables of the database, as its information_schema had them."""
        path = recorded() / "schema" / f"{self.version}.json"
        tables: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))["tables"]
        return tables

    def people(self) -> Mapping[str, Any]:
        """The customers, groups and custom fields that the shop's own forms wrote, with what was typed."""
        path = recorded() / "customers" / f"{self.version}.json"
        found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found


RECORDED = (
    Recorded("2.3.0.2", "2.3"),
    Recorded("3.0.3.9", "3.0"),
    Recorded("3.0.5.1", "3.0"),
    Recorded("4.0.2.3", "4.0"),
    Recorded("4.1.0.4", "4.1"),
    Recorded("3.0.3.9-upgraded-to-4.1.0.4", "upgraded"),
    Recorded("3.0.5.1", "3.0", engine="InnoDB"),
    Recorded("4.1.0.4", "4.1", engine="MyISAM"),
)


def recorded() -> Path:
    """The folder of the recorded databases; skips the test where it is not, and fails it in CI."""
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "recordings"
    folder = Path(os.environ.get("GROUPMIGRATE_RECORDINGS", beside)) / "opencart"
    if not folder.is_dir():
        stop = pytest.fail if os.environ.get("CI") else pytest.skip
        stop("the recorded databases are not beside the repository")
    return folder


def planted(shop: Recorded, seed: Path | None = None) -> str:
    """Empty the shop and plant a seed; returns the name of its database."""
    database = _built(shop)
    engine = _engine(database)
    try:
        with server().root(database) as root:
            _empty(root, [PREFIX + table for table in shop.schema() if table not in LASTING])
        with engine.begin() as connection:
            tables = Shop(connection, RELEASES[shop.release], PREFIX)
            install_shop(tables)
            if seed is not None:
                plant(tables, seed)
    finally:
        engine.dispose()
    return database


def insert(connection: Connection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store recorded rows exactly as they are, zero dates, too."""
    with connection.cursor() as cursor:
        cursor.execute("SET sql_mode = ''")
        for row in rows:
            names = ", ".join(f"`{name}`" for name in row)
            marks = ", ".join(["%s"] * len(row))
            cursor.execute(f"INSERT INTO `{PREFIX}{table}` ({names}) VALUES ({marks})", tuple(row.values()))


def stored(connection: Connection, table: str, order: str) -> list[dict[str, Any]]:
    """All rows of a table."""
    with connection.cursor(DictCursor) as cursor:
        cursor.execute(f"SELECT * FROM `{PREFIX}{table}` ORDER BY {order}")
        return list(cursor.fetchall())


@cache
def _built(shop: Recorded) -> str:
    database = shop.database
    with server().root() as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE `{database}`")
    with server().root(database) as connection, connection.cursor() as cursor:
        # some recorded defaults are zero dates
        cursor.execute("SET sql_mode = ''")
        for name, table in shop.schema().items():
            cursor.execute(create_table(PREFIX + name, table, shop.engine))
    engine = _engine(database)
    with engine.begin() as filling:
        install_countries(Shop(filling, RELEASES[shop.release], PREFIX))
    engine.dispose()
    return database


def _engine(database: str) -> Engine:
    address = server().dsn(database).replace("mysql:", "mysql+pymysql:")
    return create_engine(address, connect_args={"ssl_disabled": True})


def create_table(name: str, table: Mapping[str, Any], engine: str = "") -> str:
    """The statement that makes a recorded table again."""
    lines = [_column(column) for column in table["columns"]]
    lines += [_index(index) for index in table["indexes"]]
    options = f"ENGINE={engine or table['engine']} CHARSET={table['charset']} COLLATE={table['collation']}"
    return f"CREATE TABLE `{name}` ({', '.join(lines)}) {options}"


def _column(column: Mapping[str, Any]) -> str:
    parts = [f"`{column['name']}` {column['column_type']}"]
    if column.get("charset"):
        parts.append(f"CHARACTER SET {column['charset']} COLLATE {column['collation']}")
    parts.append("NULL" if column["nullable"] else "NOT NULL")
    if column["has_default"]:
        parts.append(f"DEFAULT '{column['default']}'" if column["default"] is not None else "DEFAULT NULL")
    return " ".join([*parts, column["extra"]])


def _index(index: Mapping[str, Any]) -> str:
    columns = ", ".join(
        f"`{one}`" if isinstance(one, str) else f"`{one['column']}`({one['prefix']})"
        for one in index["columns"]
    )
    if index["name"] == "PRIMARY":
        return f"PRIMARY KEY ({columns})"
    return f"{'UNIQUE ' if index['unique'] else ''}KEY `{index['name']}` ({columns})"


def _empty(connection: Connection, tables: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DELETE FROM `{table}`")
        for table in COUNTED:
            cursor.execute(f"ALTER TABLE `{PREFIX}{table}` AUTO_INCREMENT = 1")


def held(customer: Customer) -> Customer:
    """The customer as OpenCart holds them: one telephone, and no birthday or gender."""
    phone = next((home.phone for home in customer.addresses), "")
    addresses = tuple(replace(home, phone=phone) for home in customer.addresses)
    return replace(customer, birthday="", gender="", addresses=addresses)


def held_without_emoji(customer: Customer) -> Customer:
    """The same in three bytes."""
    return held(without_emoji(customer))
