"""Asks a shop for its settings, languages, countries and zones: everything that is in `shop.py`."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select

from groupmigrate.platforms.opencart import DatabaseOptions
from groupmigrate.platforms.opencart.database import Database, Row
from groupmigrate.platforms.opencart.escaping import unescaped
from groupmigrate.platforms.opencart.schema import clause
from groupmigrate.platforms.opencart.shop import Country, CustomField, Shop, Zone
from groupmigrate.platforms.opencart.tables import Tables

# 4.1 has two settings for what was one: config_language of the storefront, and one of the back office.
CATALOG_LANGUAGE = ("config_language_catalog", "config_language")
ADMIN_LANGUAGE = ("config_language_admin", "config_admin_language")
SETTINGS = (*CATALOG_LANGUAGE, *ADMIN_LANGUAGE, "config_customer_group_id", "config_timezone", "config_name")


def read_shop(database: Database, tables: Tables, options: DatabaseOptions) -> Shop:
    """Everything about the shop that translating records needs. Raises StoreError."""
    values = _settings(database, tables, options.store)
    zone = _zone(options.timezone or values.get("config_timezone", ""))
    codes = _languages(database, tables)
    languages = {id_: code[:2].lower() for id_, code in codes.items()}
    default = _language(codes, values, CATALOG_LANGUAGE)
    chosen = next((id_ for id_, iso in languages.items() if iso == options.language), default)
    return Shop(
        tables=tables,
        name=unescaped(values.get("config_name", "")),
        store=options.store,
        languages=languages,
        default_language=default,
        admin_language=_language(codes, values, ADMIN_LANGUAGE) or default,
        fallback_language=chosen,
        default_group=values.get("config_customer_group_id", ""),
        time_zone=zone or UTC,
        time_zone_known=zone is not None,
        countries=tuple(_countries(database, tables, default)),
        zones=tuple(_zones(database, tables, default)),
        custom_fields=tuple(_custom_fields(database, tables, default)),
    )


def _settings(database: Database, tables: Tables, store: int) -> dict[str, str]:
    """The shop's settings that matter here; those of the store win over those of the default store."""
    setting = clause(tables, "setting")
    rows = database.rows(
        select(setting.c.store_id, setting.c.key, setting.c.value)
        .where(setting.c.key.in_(SETTINGS), setting.c.store_id.in_({0, store}))
        .order_by(setting.c.store_id)
    )
    return {row["key"]: str(row["value"] or "") for row in rows}


def _languages(database: Database, tables: Tables) -> dict[int, str]:
    """OpenCart's codes ("en-gb") by id, languages in use first."""
    language = clause(tables, "language")
    order = (language.c.status.desc(), language.c.language_id)
    rows = database.rows(select(language.c.language_id, language.c.code).order_by(*order))
    return {int(row["language_id"]): str(row["code"] or "") for row in rows}


def _language(codes: dict[int, str], values: dict[str, str], names: tuple[str, ...]) -> int:
    wanted = [values[name] for name in names if values.get(name)]
    by_code = (id_ for code in wanted for id_, each in codes.items() if each == code)
    return next(by_code, None) or next(iter(codes), 0)


def _countries(database: Database, tables: Tables, language: int) -> Iterator[Country]:
    for row in database.rows(_with_names(tables, "country", language)):
        iso, name = str(row["iso_code_2"] or "").upper(), _name(row)
        # A country without a name prints an empty address (4.1.0.4, run).
        enabled = row["status"] == 1 and bool(name)
        yield Country(int(row["country_id"]), iso, name, enabled, row["postcode_required"] == 1)


def _zones(database: Database, tables: Tables, language: int) -> Iterator[Zone]:
    for row in database.rows(_with_names(tables, "zone", language)):
        yield Zone(int(row["zone_id"]), int(row["country_id"] or 0), str(row["code"] or ""), _name(row))


def _with_names(tables: Tables, what: str, language: int) -> Select[tuple[object, ...]]:
    """Countries or zones with a name: since 4.1 it is in a table of its own, for each language."""
    place = clause(tables, what)
    key = place.c[f"{what}_id"]
    columns = [one for one in place.c if one.name != "name"]
    if f"{what}_description" not in tables:
        return select(*columns, place.c.name).order_by(key)
    names = clause(tables, f"{what}_description")
    joined = place.outerjoin(names, (names.c[f"{what}_id"] == key) & (names.c.language_id == language))
    return select(*columns, names.c.name).select_from(joined).order_by(key)


def _name(row: Row) -> str:
    # Names of zones and countries hold named entities, too: "Qu&eacute;bec" (3.0.5.1 and 4.1.0.4, run).
    return html.unescape(str(row["name"] or ""))


def _custom_fields(database: Database, tables: Tables, language: int) -> Iterator[CustomField]:
    if "custom_field" not in tables:
        return
    values = _values_of_fields(database, tables, language)
    fields, names = clause(tables, "custom_field"), clause(tables, "custom_field_description")
    joined = fields.outerjoin(
        names, (names.c.custom_field_id == fields.c.custom_field_id) & (names.c.language_id == language)
    )
    question = select(fields.c.custom_field_id, fields.c.location, names.c.name).select_from(joined)
    rows = database.rows(question.order_by(fields.c.custom_field_id))
    times = Counter((row["location"], row["name"]) for row in rows)
    for row in rows:
        id_ = str(row["custom_field_id"])
        name = unescaped(row["name"] or "")
        if not name or times[row["location"], row["name"]] > 1:
            # Nothing keeps two fields of a form from having one label; neither must hide the other.
            name = f"{name or 'custom field'} {id_}"
        yield CustomField(id_, name, row["location"] == "address", values.get(id_, {}))


def _values_of_fields(database: Database, tables: Tables, language: int) -> dict[str, dict[str, str]]:
    values = clause(tables, "custom_field_value_description")
    found: dict[str, dict[str, str]] = {}
    for row in database.rows(select(values).where(values.c.language_id == language)):
        field = found.setdefault(str(row["custom_field_id"]), {})
        field[str(row["custom_field_value_id"])] = unescaped(row["name"] or "")
    return found


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, LookupError):
        return None
