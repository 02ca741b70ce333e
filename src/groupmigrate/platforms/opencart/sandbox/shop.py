"""The tables of a practice shop, to be filled row by row, in SQLite or MariaDB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, TextClause, text

from groupmigrate.platforms.opencart.sandbox.release import Release

Row = Mapping[str, Any]


class Shop:
    """The tables of a shop, to be filled. What is given is stored as it is."""

    def __init__(self, connection: Connection, release: Release, prefix: str) -> None:
        self.release = release
        self._connection = connection
        self._prefix = prefix

    def insert(self, table: str, values: Row) -> int:
        """Store a row and return its id. Columns that are not given get their default, or something neutral.

        Raises ValueError for a column that the table does not have.
        """
        self._check(table, values)
        row = self._neutral(table) | dict(values)
        return int(self._connection.execute(self._insertion(table, row), row).lastrowid or 0)

    def insert_all(self, table: str, rows: Sequence[Row]) -> None:
        """Store rows that all have the same columns, quickly; otherwise as `insert`."""
        neutral = self._neutral(table)
        whole = [neutral | dict(row) for row in rows]
        if whole:
            self._connection.execute(self._insertion(table, whole[0]), whole)

    def set(self, name: str, value: str) -> None:
        """Store a setting of the default store; lists are JSON."""
        table = f"`{self._prefix}setting`"
        named = {"name": name, "value": value, "listed": int(value[:1] in ("[", "{"))}
        self._connection.execute(text(f"DELETE FROM {table} WHERE `key` = :name AND store_id = 0"), named)
        columns = "store_id, code, `key`, value, serialized"
        statement = f"INSERT INTO {table} ({columns}) VALUES (0, 'config', :name, :value, :listed)"
        self._connection.execute(text(statement), named)

    def choose_address(self, customer: int, address: int) -> None:
        """Make an address the default one, in shops that keep it with the customer."""
        statement = f"UPDATE `{self._prefix}customer` SET address_id = :address WHERE customer_id = :customer"
        self._connection.execute(text(statement), {"address": address, "customer": customer})

    def value(self, sql: str, **values: object) -> Any:
        """The first column of the first row, or None. `{prefix}` in the SQL is the tables' prefix."""
        return self._connection.execute(text(sql.format(prefix=self._prefix)), values).scalar()

    def column(self, sql: str, **values: object) -> list[Any]:
        """The first column of all rows."""
        return list(self._connection.execute(text(sql.format(prefix=self._prefix)), values).scalars())

    def _check(self, table: str, values: Row) -> None:
        unknown = values.keys() - self.release.tables[table].keys()
        if unknown:
            raise ValueError(f'the table {table} has no column "{min(unknown)}"')

    def _neutral(self, table: str) -> dict[str, Any]:
        columns = self.release.tables[table]
        row: dict[str, Any] = {
            name: column.neutral
            for name, column in columns.items()
            if not (column.counted or column.nullable) and column.default is None
        }
        if "date_added" in columns:
            row["date_added"] = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
        return row

    def _insertion(self, table: str, row: Row) -> TextClause:
        names = ", ".join(f"`{name}`" for name in row)
        marks = ", ".join(f":{name}" for name in row)
        return text(f"INSERT INTO `{self._prefix}{table}` ({names}) VALUES ({marks})")


def escaped(value: Any) -> Any:
    """A value as OpenCart stores what a form sends: & < > and double quotes as entities, ' as it is."""
    match value:
        case str():
            value = value.replace("&", "&amp;").replace("<", "&lt;")
            return value.replace(">", "&gt;").replace('"', "&quot;")
        case Mapping():
            return {name: escaped(each) for name, each in value.items()}
        case list():
            return [escaped(each) for each in value]
    return value
