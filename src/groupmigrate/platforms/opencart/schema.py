"""Asks a database what tables it holds, and finds those of the shop among them."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import TableClause, column, table, text

from groupmigrate.errors import UsageError, WrongAnswer
from groupmigrate.platforms.opencart.database import Database, Row
from groupmigrate.platforms.opencart.tables import (
    KNOWN,
    MARK,
    NEEDED,
    Column,
    Table,
    Tables,
    prefixes,
    type_and_length,
)

NAMES = "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()"
NAMES_OF_SQLITE = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
COLUMNS = """
    SELECT t.TABLE_NAME AS table_name, t.ENGINE AS engine, t.TABLE_TYPE AS kind, c.COLUMN_NAME AS name,
      c.COLUMN_TYPE AS type, c.IS_NULLABLE = 'YES' AS nullable,
      c.COLUMN_DEFAULT IS NOT NULL OR c.EXTRA LIKE '%auto_increment%' AS has_default,
      c.CHARACTER_SET_NAME AS charset
    FROM information_schema.TABLES t JOIN information_schema.COLUMNS c USING (TABLE_SCHEMA, TABLE_NAME)
    WHERE t.TABLE_SCHEMA = DATABASE()
"""
COLUMNS_OF_SQLITE = """
    SELECT m.name AS table_name, 'SQLITE' AS engine, m.type AS kind, c.name AS name, c.type AS type,
      c."notnull" = 0 AS nullable, c.dflt_value IS NOT NULL OR c.pk > 0 AS has_default, '' AS charset
    FROM sqlite_master m JOIN pragma_table_info(m.name) c
"""


def find_tables(database: Database, prefix: str | None) -> Tables:
    """The shop's tables. Raises WrongAnswer (GM541) if there are none, UsageError (GM542) if several are."""
    there = prefixes(table_names(database)) if prefix is None else [prefix]
    if len(there) > 1:
        named = ", ".join(f'"{one}"' for one in there)
        raise UsageError(
            f"the database holds several shops; their tables begin with {named}",
            place=database.location.shown,
            hint="say in `prefix:` of the connector which one is meant",
            code="GM542",
        )
    tables = read_tables(database, there[0]) if there else Tables("", {})
    if missing := [name for name in NEEDED if name not in tables]:
        raise WrongAnswer(
            _nothing(database, prefix) if len(missing) == len(NEEDED) else _lacks(tables, missing),
            place=database.location.shown,
            hint="is it the right database, and may the account read these tables?",
            code="GM541",
        )
    return tables


@lru_cache(maxsize=64)
def clause(tables: Tables, name: str) -> TableClause:
    """A table for statements, with the columns that it really has; the same one each time."""
    there = tables[name]
    return table(there.name, *(column(each) for each in there.columns))


def table_names(database: Database) -> list[str]:
    """The names of all tables and views that the account sees."""
    question = NAMES if database.location.is_mysql else NAMES_OF_SQLITE
    return [row["name"] for row in database.rows(text(question))]


def read_tables(database: Database, prefix: str) -> Tables:
    """The tables that this room knows, as they are there."""
    names = {prefix + name: name for name in KNOWN}
    question = COLUMNS if database.location.is_mysql else COLUMNS_OF_SQLITE
    tables: dict[str, Table] = {}
    for row in database.rows(text(question)):
        if name := names.get(row["table_name"]):
            kind, engine = row["kind"].upper(), row["engine"] or ""
            there = tables.setdefault(name, Table(row["table_name"], {}, engine, is_view=kind == "VIEW"))
            there.columns[row["name"]] = _column(row)
    return Tables(prefix, tables)


def _column(row: Row) -> Column:
    kind, length = type_and_length(row["type"])
    charset = row["charset"] or ""
    return Column(row["name"], kind, length, bool(row["nullable"]), bool(row["has_default"]), charset)


def _nothing(database: Database, prefix: str | None) -> str:
    others = prefixes(table_names(database))
    if prefix is None or not others:
        return f"the database holds no tables of an OpenCart (none that ends in {MARK})"
    named = ", ".join(f'"{one}"' for one in others)
    return f'no tables of an OpenCart begin with "{prefix}"; there are some that begin with {named}'


def _lacks(tables: Tables, missing: list[str]) -> str:
    return f"the shop lacks the tables {', '.join(tables.prefix + name for name in missing)}"
