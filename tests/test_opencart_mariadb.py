"""OpenCart's recorded databases, built again in a real MariaDB."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from pymysql.cursors import DictCursor

from support.mariadb import server
from support.opencart_shops import PREFIX, RECORDED, Recorded, planted


@pytest.fixture(params=RECORDED, ids=lambda shop: shop.name)
def shop(request: pytest.FixtureRequest) -> Recorded:
    found: Recorded = request.param
    return found


def test_the_tables_are_the_recorded_ones_again(shop: Recorded) -> None:
    database = planted(shop)
    with server().root("information_schema") as connection, connection.cursor(DictCursor) as cursor:
        cursor.execute("SELECT * FROM COLUMNS WHERE TABLE_SCHEMA = %s ORDER BY ORDINAL_POSITION", (database,))
        columns: dict[str, list[Mapping[str, Any]]] = {}
        for row in cursor.fetchall():
            columns.setdefault(row["TABLE_NAME"].removeprefix(PREFIX), []).append(row)
        cursor.execute("SELECT TABLE_NAME, ENGINE FROM TABLES WHERE TABLE_SCHEMA = %s", (database,))
        engines = {row["TABLE_NAME"].removeprefix(PREFIX): row["ENGINE"] for row in cursor.fetchall()}
    schema = shop.schema()
    assert {name: [_built(row) for row in rows] for name, rows in columns.items()} == {
        name: [_recorded(column) for column in table["columns"]] for name, table in schema.items()
    }
    assert engines == {name: shop.engine or table["engine"] for name, table in schema.items()}


def _built(row: Mapping[str, Any]) -> tuple[object, ...]:
    default = row["COLUMN_DEFAULT"]
    return (
        row["COLUMN_NAME"],
        row["COLUMN_TYPE"],
        row["IS_NULLABLE"] == "YES",
        None if default in (None, "NULL") else default.strip("'"),
        row["EXTRA"],
        row["COLUMN_KEY"],
        row["COLLATION_NAME"],
    )


def _recorded(column: Mapping[str, Any]) -> tuple[object, ...]:
    return (
        column["name"],
        column["column_type"],
        column["nullable"],
        column["default"],
        column["extra"],
        column["key"],
        column.get("collation"),
    )
