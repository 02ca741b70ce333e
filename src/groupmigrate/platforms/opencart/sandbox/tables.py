"""Makes the tables of a release in SQLite, as far as SQLite can be like MariaDB.

Types and names are OpenCart's. Texts are compared without case, but with accents and trailing blanks, which
MariaDB ignores; too long a text is refused, as MariaDB does in strict mode.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection

from groupmigrate.platforms.opencart.sandbox.release import Column, Release

PREFIX = "oc_"


def create_tables(connection: Connection, release: Release) -> None:
    """Make all tables, empty."""
    for table, columns in release.tables.items():
        connection.exec_driver_sql(_create(PREFIX + table, columns))
        for column in columns.values():
            if column.indexed:
                name = f"{PREFIX}{table}_{column.name}"
                connection.exec_driver_sql(f"CREATE INDEX `{name}` ON `{PREFIX}{table}` (`{column.name}`)")


def _create(table: str, columns: Mapping[str, Column]) -> str:
    lines = [_column(column) for column in columns.values()]
    if not any(column.counted for column in columns.values()):
        key = ", ".join(f"`{column.name}`" for column in columns.values() if column.key)
        lines.append(f"PRIMARY KEY ({key})")
    return f"CREATE TABLE `{table}` ({', '.join(lines)})"


def _column(column: Column) -> str:
    # Only a column of exactly this type counts up in SQLite.
    return (
        f"`{column.name}` INTEGER PRIMARY KEY AUTOINCREMENT"
        if column.counted
        else " ".join((f"`{column.name}` {column.type}", *_clauses(column)))
    )


def _clauses(column: Column) -> Iterator[str]:
    if not column.nullable:
        yield "NOT NULL"
    if column.default is not None:
        yield f"DEFAULT '{column.default}'"
    if column.is_text:
        yield "COLLATE NOCASE"
    if column.length:
        yield f"CHECK (length(`{column.name}`) <= {column.length})"
