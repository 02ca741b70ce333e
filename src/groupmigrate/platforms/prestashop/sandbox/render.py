"""Records as XML and JSON, exactly as the real shop's webservice writes them (PrestaShop 1.6 to 9.1, run)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from groupmigrate.platforms.practicefile import Value
from groupmigrate.platforms.prestashop.sandbox.answer import (
    CLOSING,
    JSON,
    OPENING,
    XML,
    Answer,
    attribute,
    cdata,
)
from groupmigrate.platforms.prestashop.sandbox.query import Shown
from groupmigrate.platforms.prestashop.sandbox.record import Record
from groupmigrate.platforms.prestashop.sandbox.release import Release
from groupmigrate.platforms.prestashop.sandbox.resources import Field, Resource


@dataclass(frozen=True)
class Page:
    """How answers are written: the address that links begin with, and the languages of names."""

    api: str
    languages: tuple[int, ...]
    in_json: bool
    release: Release


def ids(page: Page, resource: Resource, numbers: Sequence[int]) -> Answer:
    """The plain list of ids."""
    if page.in_json:
        return _json_list(page, resource, [{"id": number} for number in numbers])
    lines = "".join(_id_node(page, resource, number) for number in numbers)
    return _xml(f"<{resource.name}>\n{lines}</{resource.name}>\n")


def one_id(page: Page, resource: Resource, number: int) -> Answer:
    """One id alone, which is in a list in JSON only."""
    return ids(page, resource, [number]) if page.in_json else _xml(_id_node(page, resource, number))


def full_list(page: Page, resource: Resource, records: Sequence[Record], shown: Shown) -> Answer:
    """A list of records with the fields that were asked for."""
    if not page.in_json:
        body = "".join(_node(page, resource, record, shown) for record in records)
        return _xml(f"<{resource.name}>\n{body}</{resource.name}>\n")
    entries = [_entry(page, resource, record, shown) for record in records]
    named = any(field.i18n and field.name in (shown.fields or ()) for field in resource.fields)
    undefined = named and any(_lacks_name(page, resource, one) for one in records)
    return _json_list(page, resource, entries, undefined=undefined)


def details(page: Page, resource: Resource, records: Sequence[Record], status: int = 200) -> Answer:
    """Records one by one, as `GET /customers/1` and every write answers. In JSON the last one only."""
    shown = Shown(frozenset(["id", *(field.name for field in resource.fields)]), "full")
    if not page.in_json:
        return _xml("".join(_node(page, resource, record, shown) for record in records), status)
    if not records:
        return Answer(status, "[]", JSON)
    entry = _entry(page, resource, records[-1], shown)
    if page.release.typed_json:
        # PrestaShop 8 and 9 drop empty, 0 and false fields from the JSON detail view (run on 9.1.4).
        entry = {name: one for name, one in entry.items() if one not in ("", "0", 0, None)}
    answer: dict[str, object] = {resource.node: entry}
    if _lacks_name(page, resource, records[-1]):
        return Answer(500, _json(page, {**answer, "errors": [_undefined(page)]}), JSON)
    return Answer(status, _json(page, answer), JSON)


def schema(page: Page, resource: Resource, required: Sequence[str], *, blank: bool) -> Answer:
    """`schema=blank` and `schema=synopsis`; in JSON there is nothing of use in them."""
    fields = [field for field in resource.fields if field.writable or not blank]
    if page.in_json:
        return Answer(
            200, _json(page, {resource.node: _empty(page, resource, fields, blank=blank) or []}), JSON
        )
    lines = f"\t<id>{_text(page, '')}</id>\n" if blank else ""
    lines += "".join(_schema_line(page, field, required, blank=blank) for field in fields)
    kind = "" if blank else ' nodeType="group" api="groups"'
    if resource.groups:
        group = f"\t<group>\n\t<id>{_text(page, '')}</id>\n\t</group>\n"
        lines += f"<associations>\n<groups{kind}>\n{group}</groups>\n</associations>\n"
    return _xml(f"<{resource.node}>\n{lines}</{resource.node}>\n")


def _empty(page: Page, resource: Resource, fields: Sequence[Field], *, blank: bool) -> dict[str, object]:
    empty: dict[str, object] = {}
    if not page.release.typed_json:
        empty = dict.fromkeys([*(["id"] if blank else []), *(field.name for field in fields)], "")
    return empty | ({"associations": {"groups": [{"id": None}]}} if resource.groups else {})


def root(page: Page, shop_name: str, rights: dict[str, set[str]], descriptions: dict[str, str]) -> Answer:
    """The list of resources with the rights of the key. In JSON it is a fatal error on 8 and 9."""
    if page.in_json and page.release.root_in_json:
        return Answer(200, _json(page, sorted(rights)), JSON)
    if page.in_json:
        return Answer(500, "", "text/html; charset=utf-8")
    nodes = "".join(_root_node(page, name, rights[name], descriptions[name]) for name in sorted(rights))
    return _xml(f'<api shopName="{attribute(shop_name)}">\n{nodes}</api>\n')


def _root_node(page: Page, name: str, methods: set[str], description: str) -> str:
    link = f'xlink:href="{page.api}{name}'
    rights = " ".join(
        f'{one.lower()}="{"true" if one in methods else "false"}"' for one in page.release.methods
    )
    return (
        f'<{name} {link}" {rights}>\n<description {link}" {rights}>\n{description}</description>\n'
        f'<schema {link}?schema=blank" type="blank"/>\n<schema {link}?schema=synopsis" type="synopsis"/>\n'
        f"</{name}>\n"
    )


def _id_node(page: Page, resource: Resource, number: int) -> str:
    return f'<{resource.node} id="{number}" xlink:href="{page.api}{resource.name}/{number}"/>\n'


def _node(page: Page, resource: Resource, record: Record, shown: Shown) -> str:
    fields = shown.fields or frozenset()
    lines = [f"\t<id>{_text(page, record.id)}</id>\n"] if "id" in fields else []
    for field in resource.fields:
        if field.name in fields:
            lines.append(
                _names(page, record) if field.i18n else _line(page, field, record.values[field.name])
            )
    if resource.groups and shown.associations:
        with_ids = shown.associations == "full" or page.release.membership_ids
        lines.append(_associations(page, record.groups, with_ids=with_ids))
    return f"<{resource.node}>\n{''.join(lines)}</{resource.node}>\n"


def _line(page: Page, field: Field, value: Value) -> str:
    linked = field.points_to and value not in (None, "", "0", 0)
    link = f' xlink:href="{page.api}{field.points_to}/{value}"' if linked else ""
    return f"\t<{field.name}{link}>{_text(page, value)}</{field.name}>\n"


def _text(page: Page, value: Value) -> str:
    return cdata(value) if page.release.empty_cdata or value not in (None, "") else ""


def _names(page: Page, record: Record) -> str:
    link = f'xlink:href="{page.api}languages/'
    names = "".join(
        f'<language id="{one}" {link}{one}">{_text(page, record.names.get(one))}</language>'
        for one in page.languages
    )
    return f"\t<name>{names}</name>\n"


def _associations(page: Page, groups: Sequence[int], *, with_ids: bool) -> str:
    if not groups:
        return '<associations>\n<groups nodeType="group" api="groups"/>\n</associations>\n'
    nodes = "".join(
        f'\t<group xlink:href="{page.api}groups/{group}">\n'
        + (f"\t<id>{_text(page, group)}</id>\n" if with_ids else "")
        + "\t</group>\n"
        for group in groups
    )
    return f'<associations>\n<groups nodeType="group" api="groups">\n{nodes}</groups>\n</associations>\n'


def _schema_line(page: Page, field: Field, required: Sequence[str], *, blank: bool) -> str:
    about = "" if blank else _synopsis(field, required)
    value = _text(page, "")
    if field.i18n:
        about_language = "" if blank else ' xlink:href="{}languages/{}" format="isUnsignedId" '
        value = "".join(
            f'<language id="{one}"{about_language.format(page.api, one)}>{value}</language>'
            for one in page.languages
        )
    return f"\t<{field.name}{about}>{value}</{field.name}>\n"


def _synopsis(field: Field, required: Sequence[str]) -> str:
    parts = [
        'required="true"' if field.name in required else "",
        "" if field.writable else 'read_only="true"',
        f'maxSize="{field.size}"' if field.size else "",
        f'format="{field.rule}"' if field.rule else "",
        'readOnly="true"' if field.read_only else "",
    ]
    return "".join(f" {part}" for part in parts if part)


def _entry(page: Page, resource: Resource, record: Record, shown: Shown) -> dict[str, object]:
    fields = shown.fields or frozenset()
    entry: dict[str, object] = {"id": record.id} if "id" in fields else {}
    for field in resource.fields:
        if field.name in fields:
            entry[field.name] = (
                _json_names(page, record) if field.i18n else _scalar(field.name, record.values[field.name])
            )
    with_ids = shown.associations == "full" or page.release.membership_ids
    if record.groups and shown.associations and with_ids:
        entry["associations"] = {"groups": [{"id": _id(page, group)} for group in record.groups]}
    return entry


def _scalar(name: str, value: Value) -> Value:
    # An id that was not sent is an empty text, everything else null (PrestaShop 1.7.6.2, run).
    return "" if value is None and name.startswith("id_") else value


def _json_names(page: Page, record: Record) -> object:
    # A list with every language, or a plain text where there is one language only.
    if len(page.languages) == 1:
        return record.names.get(page.languages[0], "")
    return [{"id": _id(page, one), "value": record.names.get(one)} for one in page.languages]


def _id(page: Page, number: int) -> Value:
    return number if page.release.typed_json else str(number)


def _lacks_name(page: Page, resource: Resource, record: Record) -> bool:
    # A missing translation makes JSON answers 500, though all the data is there (every version, run).
    return (
        bool(resource.names)
        and len(page.languages) > 1
        and any(one not in record.names for one in page.languages)
    )


def _undefined(page: Page) -> dict[str, object]:
    return {"code": page.release.notice, "message": "[PHP] Undefined key (/var/www/html/classes/webservice)"}


def _json_list(
    page: Page, resource: Resource, entries: Sequence[object], *, undefined: bool = False
) -> Answer:
    # An empty JSON list is a bare [] (every version).
    if not entries:
        return Answer(200, "[]", JSON)
    if undefined:
        return Answer(500, _json(page, {resource.name: entries, "errors": [_undefined(page)]}), JSON)
    return Answer(200, _json(page, {resource.name: entries}), JSON)


def _json(page: Page, content: object) -> str:
    text = json.dumps(content, separators=(",", ":"))
    if not page.release.raw_json:
        return text
    # 1.6 takes back what PHP has escaped, so that a control character breaks the JSON (1.6.1.25, run).
    return re.sub(r"\\u(?!d[89a-f])([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)


def _xml(body: str, status: int = 200) -> Answer:
    return Answer(status, f"{OPENING}{body}{CLOSING}", XML)
