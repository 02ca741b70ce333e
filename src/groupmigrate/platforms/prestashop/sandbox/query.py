"""What the address of a request asks for: fields, filters, order and limit, made into SQL.

Every oddity is the real shop's (PrestaShop 1.6.1.25 to 9.1.4, run).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from groupmigrate.platforms.collation import fold
from groupmigrate.platforms.practicefile import Value
from groupmigrate.platforms.prestashop.sandbox.answer import NOISE, BadQuery, Refusal
from groupmigrate.platforms.prestashop.sandbox.context import Context
from groupmigrate.platforms.prestashop.sandbox.resources import Field, Kind, Resource
from groupmigrate.platforms.prestashop.sandbox.shop import Shop, whole

NUMBERS = (Kind.WHOLE, Kind.FLAG, Kind.DECIMAL)


@dataclass(frozen=True)
class Shown:
    """Which fields an answer has. `fields` is None for the plain list of ids."""

    fields: frozenset[str] | None
    associations: str = ""
    """ "full" for memberships with ids, "bare" for those without, "" for none."""


def shown(resource: Resource, parameters: Mapping[str, str]) -> Shown:
    """The fields that `display` names. Raises BadQuery with 35 or 36."""
    display = parameters.get("display", "minimum")
    if display == "minimum":
        return Shown(None)
    every = ["id", *(field.name for field in resource.fields)]
    if display == "full":
        return Shown(frozenset(every), "full")
    if not re.fullmatch(r"\[.*\]", display):
        raise BadQuery(36, f'"display" is "full" or a list of fields in brackets, not "{display}"')
    wanted = display[1:-1].split(",")
    # groups[id] gives memberships without their ids on 8 and 9.
    bare = resource.groups and "groups[id]" in wanted
    for name in wanted:
        if name not in every and not (bare and name == "groups[id]"):
            raise BadQuery(35, f'field "{name}" cannot be displayed; there are: {", ".join(every)}')
    return Shown(frozenset(wanted), "bare" if bare else "")


def found(shop: Shop, resource: Resource, parameters: Mapping[str, str], context: Context) -> list[int]:
    """The ids that the filters let through, in the order asked for. Raises BadQuery with 31 to 39."""
    filters, values = _filters(resource, parameters)
    order = _order(resource, parameters)
    limit = _limit(parameters.get("limit"))
    condition = " AND ".join(filters) or "1"
    if resource.name == "customers":
        condition += f" AND {context.customers}"
    elif resource.name == "groups":
        # Whatever several shops are asked about, a list has the groups of one (9.1.4, run).
        condition += f" AND id_group IN (SELECT id_group FROM ps_group_shop WHERE id_shop = {context.home})"
    table = f"{resource.table} AS main"
    sql = f"SELECT {resource.key} AS id FROM {table} WHERE {condition} ORDER BY {order} {limit}"
    return [whole(row["id"]) for row in shop.rows(sql, values)]


def _filters(resource: Resource, parameters: Mapping[str, str]) -> tuple[list[str], list[Value]]:
    language = whole(parameters.get("language", ""))
    conditions: list[str] = []
    values: list[Value] = []
    for parameter, wanted in parameters.items():
        name = re.fullmatch(r"filter\[(\w+)\](\[.*)?", parameter)
        if not name:
            if parameter == "filter":
                raise Refusal(500, NOISE)
            continue
        if name[2]:
            raise BadQuery(31, f'"{resource.name}" cannot be filtered by what they are linked to')
        condition, more = _filter(resource, _filterable(resource, name[1], parameters), wanted, language)
        conditions.append(condition)
        values += more
    return conditions, values


def _filterable(resource: Resource, name: str, parameters: Mapping[str, str]) -> Field:
    fields = _fields_for_conditions(resource, parameters)
    if name not in fields:
        near = get_close_matches(name, fields, 1)
        raise BadQuery(32, f'no filter "{name}"' + (f'; did you mean "{near[0]}"?' if near else ""))
    return fields[name]


def _fields_for_conditions(resource: Resource, parameters: Mapping[str, str]) -> dict[str, Field]:
    # date_add and date_upd can be filtered and sorted by only with date=1.
    hidden = () if parameters.get("date") == "1" else ("date_add", "date_upd")
    fields = {"id": Field(resource.key, Kind.WHOLE)}
    return fields | {field.name: field for field in resource.fields if field.name not in hidden}


def _filter(resource: Resource, field: Field, wanted: str, language: int) -> tuple[str, list[Value]]:
    if wanted == "":
        raise BadQuery(33, f'the filter of "{field.name}" is empty')
    condition, texts = _condition(_column(field), wanted)
    alike = condition.endswith("LIKE ?")
    values = [fold(text) if alike else _comparable(field, text) for text in texts]
    if not field.i18n:
        return condition, values
    inner = f"SELECT {resource.key} FROM {resource.names} WHERE {condition}"
    if language:
        inner += f" AND id_lang = {language}"
    return f"{resource.key} IN ({inner})", values


def _condition(column: str, wanted: str) -> tuple[str, list[str]]:
    """The condition in SQL and its values, all texts still."""
    brackets = re.fullmatch(r"(.*)\[(.*)\](.*)", wanted, re.DOTALL)
    if not brackets:
        return f"{column} = ?", [wanted]
    before, inside, behind = brackets.groups()
    if before == "%" or behind == "%":
        return f"{column} LIKE ?", [before + inside + behind]
    if before == "!":
        several = inside.split("|")
        return " AND ".join([f"{column} <> ?"] * len(several)), several
    if before in (">", "<"):
        return f"{column} {before} ?", [inside]
    if before or behind:
        return "1", []
    if inside.find("|") > 0:
        several = inside.split("|")
        return f"{column} IN ({', '.join('?' * len(several))})", several
    # A comma makes a range, but of two values only: [13,15,17] is compared as one text, which begins with 13.
    span = re.fullmatch(r"([\d.:\s-]+),([\d.:\s-]+)", inside)
    if span:
        return f"{column} BETWEEN ? AND ?", sorted(span.groups(), key=_php_order)
    return f"{column} = ?", [inside]


def _column(field: Field) -> str:
    if field.name == "email":
        return "email_folded"
    if field.kind is Kind.DECIMAL:
        return f"CAST({field.name} AS REAL)"
    return field.name if field.kind is not Kind.TEXT else f"fold({field.name})"


def _comparable(field: Field, text: str) -> Value:
    if field.kind is Kind.DECIMAL:
        number = re.match(r"\s*[+-]?\d+(\.\d+)?", text)
        return number[0].strip() if number else "0"
    if field.kind in NUMBERS:
        return whole(text)
    if field.kind is Kind.MOMENT and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return f"{text} 00:00:00"
    return str(fold(text))


def _php_order(text: str) -> tuple[int, float, str]:
    try:
        return (0, float(text), "")
    except ValueError:
        return (1, 0.0, text)


def _order(resource: Resource, parameters: Mapping[str, str]) -> str:
    asked = parameters.get("sort")
    if asked is None:
        # Without a sort the shop promises no order.
        return resource.order or resource.key
    fields = _fields_for_conditions(resource, parameters)
    parts = re.sub(r"^\[(.*)\]$", r"\1", asked).split(",")
    return ", ".join(_sort(resource, fields, part, parameters) for part in parts)


def _sort(resource: Resource, fields: Mapping[str, Field], part: str, parameters: Mapping[str, str]) -> str:
    name, _, direction = part.rpartition("_")
    if not name or direction.upper() not in ("ASC", "DESC"):
        raise BadQuery(37, f'"sort" is written as [field_ASC,field_DESC], not "{part}"')
    field = fields.get(name)
    if field is None:
        raise BadQuery(38, f'cannot sort by "{name}"; there are: {", ".join(fields)}')
    if not field.i18n:
        return f"{_column(field)} {direction}"
    language = whole(parameters.get("language", "")) or 1
    inner = f"SELECT fold(name) FROM {resource.names} AS n WHERE n.{resource.key} = main.{resource.key}"
    return f"({inner} AND id_lang = {language}) {direction}"


def _limit(asked: str | None) -> str:
    if asked is None:
        return ""
    numbers = [whole(part) for part in asked.split(",")]
    if len(numbers) > 2:
        raise BadQuery(39, '"limit" is a number, or an offset and a number')
    offset, count = numbers if len(numbers) == 2 else (0, numbers[0])
    # A limit that is no number counts as 0, and a negative one is an SQL error that shows as an empty list.
    return f"LIMIT {count} OFFSET {offset}" if count > 0 and offset >= 0 else "LIMIT 0"
