"""How a JSON body becomes typed values: which keys each object has, and what PHP makes of their values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from groupmigrate.platforms.magento.sandbox.answer import Refusal, missing, refused, unsupported, wrong_type
from groupmigrate.platforms.magento.sandbox.attributes import Attribute, own_attributes
from groupmigrate.platforms.magento.sandbox.shop import Shop, whole

INT, TEXT, FLAG, TEXTS, INTS = "int", "string", "boolean", "string[]", "int[]"


@dataclass(frozen=True)
class Shape:
    """What an object may hold: its fields with their types, and whose own attributes it takes besides."""

    fields: Mapping[str, str | Shape | Several]
    attributes_of: str = ""
    name: str = ""
    """The type by the shop's own name, as messages give it."""


@dataclass(frozen=True)
class Several:
    """A list of objects."""

    shape: Shape


NAMES = dict.fromkeys(("prefix", "firstname", "middlename", "lastname", "suffix"), TEXT)
GROUP = Shape(
    {
        "id": INT,
        "code": TEXT,
        "tax_class_id": INT,
        "tax_class_name": TEXT,
        "extension_attributes": Shape({"exclude_website_ids": INTS}),
    }
)
TAX_CLASS = Shape({"class_id": INT, "class_name": TEXT, "class_type": TEXT})
REGION = Shape({"region_code": TEXT, "region": TEXT, "region_id": INT, "extension_attributes": Shape({})})
ADDRESS = Shape(
    {
        "id": INT,
        "customer_id": INT,
        "region": REGION,
        "region_id": INT,
        "street": TEXTS,
        **dict.fromkeys(("country_id", "company", "telephone", "fax", "postcode", "city", "vat_id"), TEXT),
        **NAMES,
        "default_billing": FLAG,
        "default_shipping": FLAG,
        "extension_attributes": Shape({}),
    },
    "customer_address",
    "\\Magento\\Customer\\Api\\Data\\AddressInterface",
)
CUSTOMER = Shape(
    {
        **dict.fromkeys(("id", "group_id", "store_id", "website_id", "gender"), INT),
        "disable_auto_group_change": INT,
        **dict.fromkeys(("default_billing", "default_shipping", "confirmation", "created_at"), TEXT),
        **dict.fromkeys(("updated_at", "created_in", "dob", "email", "taxvat"), TEXT),
        **NAMES,
        "addresses": Several(ADDRESS),
        "extension_attributes": Shape({"is_subscribed": FLAG, "assistance_allowed": INT}),
    },
    "customer",
)


def taken(shop: Shop, body: object, name: str, shape: Shape) -> dict[str, Any]:
    """The object of that name in a body, with typed values; what is null is left out. Raises Refusal.

    Custom attributes come as a mapping from their codes, in which null stays. Keys beside the object are
    not looked at (2.4.7, run).
    """
    sent = body.get(name) if isinstance(body, dict) else None
    if sent == []:
        # PHP's empty object.
        return {}
    if not isinstance(sent, dict):
        raise Refusal(400, missing(name))
    return _object(shop, sent, shape)


def number(text: object) -> int:
    """What PHP's integer is of a value, as the largest one at most. Raises Refusal for what is no number."""
    if isinstance(text, (int, float)):
        return whole(int(text))
    if not isinstance(text, str) or not re.fullmatch(r"\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*", text):
        raise wrong_type(text, INT)
    return whole(text)


def _object(shop: Shop, sent: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in sent.items():
        name = re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", key).lower()
        if name == "custom_attributes" and shape.attributes_of:
            found[name] = _own(shop, value, shape.attributes_of)
            continue
        if name not in shape.fields:
            raise unsupported(name)
        if value is not None:
            typed = _typed(shop, name, value, shape.fields[name])
            if typed is not None:
                found[name] = typed
    return found


def _typed(shop: Shop, name: str, value: Any, kind: str | Shape | Several) -> Any:
    # Text in the place of an object is an empty one, and in that of a list of objects ignored (2.4.7, run).
    if isinstance(kind, Shape):
        return _object(shop, value if isinstance(value, dict) else {}, kind)
    if isinstance(kind, Several):
        return _objects(shop, name, value, kind.shape) if isinstance(value, list) else None
    return _scalar(f'in "{name}": ', value, kind)


def _objects(shop: Shop, name: str, values: list[Any], shape: Shape) -> list[dict[str, Any]]:
    _check_count(shop, values, shape)
    try:
        return [_object(shop, value if isinstance(value, dict) else {}, shape) for value in values]
    except Refusal as refusal:
        problem = refusal.problems[0]
        if problem.parameters is not None:
            raise
        raise refused(f'in "{name}": {problem.message}') from None


def _check_count(shop: Shop, values: list[Any], shape: Shape) -> None:
    # Switched on without a number, it limits nothing (2.4.7, run).
    limit = whole(shop.setting("webapi/validation/complex_array_limit"))
    if shop.switched("webapi/validation/input_limit_enabled") and 0 < limit < len(values):
        raise refused('at most %max of "%type" are taken', {"type": shape.name, "max": limit})


def _scalar(place: str, value: Any, kind: str) -> Any:
    if kind in (TEXTS, INTS):
        if not isinstance(value, list):
            raise wrong_type("string" if isinstance(value, str) else value, kind, place)
        return [_scalar(place, one, kind.removesuffix("[]")) for one in value]
    if isinstance(value, (list, dict)):
        raise wrong_type(value, kind, place)
    if kind == INT:
        try:
            return number(value)
        except Refusal:
            raise wrong_type(value, kind, place) from None
    # Any text but "" and "0" is true.
    return value not in ("", "0", 0, False) if kind == FLAG else _text(value)


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def _own(shop: Shop, sent: Any, entity: str) -> dict[str, Any]:
    """The custom attributes that the shop knows; others are ignored without a word (2.4.7, run)."""
    known = own_attributes(shop, entity)
    if isinstance(sent, dict):
        pairs = list(sent.items())
    else:
        pairs = [_pair(one) for one in sent] if isinstance(sent, list) else []
    return {code: _own_value(known[code], value) for code, value in pairs if code in known}


def _pair(one: Any) -> tuple[str, Any]:
    if not isinstance(one, dict) or "attribute_code" not in one:
        raise refused("a custom attribute has no attribute code")
    return str(one["attribute_code"]), one.get("value")


def _own_value(attribute: Attribute, value: Any) -> str | None:
    if value is None:
        return None
    kind = INT if attribute.input in ("select", "boolean") else TEXT
    return str(_scalar(f'the attribute "{attribute.code}": ', value, kind))
