"""The attributes of customers and addresses: those of every shop, and those that this one added."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from groupmigrate.platforms.magento.sandbox.directory import countries
from groupmigrate.platforms.magento.sandbox.shop import Shop
from groupmigrate.platforms.practicefile import Row

Options = tuple[tuple[str, str], ...]
"""Labels and values."""

EMPTY: Options = ((" ", ""),)
GENDERS: Options = (*EMPTY, ("Male", "1"), ("Female", "2"), ("Not Specified", "3"))
SHOWN = {
    "customer": ("prefix", "middlename", "suffix", "dob", "taxvat", "gender"),
    "customer_address": ("prefix", "middlename", "suffix", "company", "telephone", "fax"),
}
"""What the configuration hides (""), shows ("opt") or requires ("req"), as customer/address/<code>_show."""


@dataclass(frozen=True)
class Attribute:
    """One attribute as the metadata describe it."""

    entity: str
    code: str
    input: str
    label: str
    sort: int
    required: bool = False
    visible: bool = False
    system: bool = False
    own: bool = False
    """Added by the shop."""
    backend: str = "static"
    options: Options = ()
    grid: str = ""
    filter: str = ""
    css_class: str = ""
    rules: str = ""
    model: str = ""


def attributes(shop: Shop, entity: str) -> dict[str, Attribute]:
    """All attributes of "customer" or "customer_address" by code, as the shop's configuration has them."""
    built_in = {one.code: _configured(shop, one) for one in _built_in() if one.entity == entity}
    return built_in | own_attributes(shop, entity)


def own_attributes(shop: Shop, entity: str) -> dict[str, Attribute]:
    """The attributes that the shop added itself, by code."""
    sql = "SELECT * FROM eav_attribute WHERE entity_type = ? ORDER BY attribute_id"
    rows = shop.rows(sql, (entity,))
    return {str(row["attribute_code"]): _own(shop, row, 900 + place) for place, row in enumerate(rows)}


def required(shop: Shop, entity: str, among: Iterable[str]) -> list[Attribute]:
    """Those of these attributes that are required, and the shop's own required ones."""
    known = attributes(shop, entity)
    return [one for code, one in known.items() if one.required and (one.own or code in among)]


@cache
def _built_in() -> tuple[Attribute, ...]:
    text = files(__package__).joinpath("attributes.csv").read_text(encoding="utf-8")
    return tuple(
        Attribute(
            row["entity"],
            row["code"],
            row["input"],
            row["label"],
            int(row["sort"]),
            required="r" in row["flags"],
            visible="v" in row["flags"],
            system="s" in row["flags"],
            grid=row["grid"],
            filter=row["filter"],
            css_class=row["class"],
            rules=row["rules"],
            model=row["model"],
        )
        for row in csv.DictReader(text.splitlines())
    )


def _configured(shop: Shop, one: Attribute) -> Attribute:
    if one.code in SHOWN[one.entity]:
        shown = shop.setting(f"customer/address/{one.code}_show")
        if shown:
            needed = shown == "req"
            css_class = "required-entry" if needed else ""
            one = replace(one, visible=True, required=needed, css_class=css_class)
    options = _options(shop, one.code)
    return replace(one, options=options) if options else one


def _options(shop: Shop, code: str) -> Options:
    match code:
        case "gender":
            return GENDERS
        case "country_id":
            return (*EMPTY, *((country.name, country.code) for country in countries().values()))
        case "website_id":
            sql = "SELECT name, website_id FROM store_website WHERE website_id > 0 ORDER BY website_id"
        case "group_id":
            sql = (
                "SELECT customer_group_code, customer_group_id FROM customer_group "
                "WHERE customer_group_id > 0 ORDER BY fold(customer_group_code)"
            )
        case _:
            return ()
    return tuple((str(name), str(value)) for name, value in (row.values() for row in shop.rows(sql)))


def _own(shop: Shop, row: Row, sort: int) -> Attribute:
    sql = "SELECT label, option_id FROM eav_attribute_option WHERE attribute_id = ? ORDER BY option_id"
    options = tuple(
        (str(one["label"]), str(one["option_id"])) for one in shop.rows(sql, (row["attribute_id"],))
    )
    needed = bool(row["is_required"])
    return Attribute(
        str(row["entity_type"]),
        str(row["attribute_code"]),
        str(row["frontend_input"]),
        str(row["frontend_label"]),
        sort,
        needed,
        visible=True,
        own=True,
        backend=str(row["backend_type"]),
        options=EMPTY + options if options else (),
        css_class="required-entry" if needed else "",
    )
