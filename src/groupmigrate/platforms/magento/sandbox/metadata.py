"""What the shop tells about its attributes."""

from __future__ import annotations

from typing import Any

from groupmigrate.platforms.magento.sandbox.answer import Problem, Refusal, no_such
from groupmigrate.platforms.magento.sandbox.attributes import Attribute, attributes, own_attributes
from groupmigrate.platforms.magento.sandbox.call import Call

ENTITIES = {"customer": "customer", "customerAddress": "customer_address"}


def everything(call: Call) -> list[dict[str, Any]]:
    """GET attributeMetadata/customer, and customerAddress: the metadata of every attribute."""
    return [_told(attribute) for attribute in attributes(call.shop, _entity(call)).values()]


def own(call: Call) -> list[dict[str, Any]]:
    """GET attributeMetadata/customer/custom: of those that the shop added itself."""
    return [_told(attribute) for attribute in own_attributes(call.shop, _entity(call)).values()]


def one(call: Call) -> dict[str, Any]:
    """GET attributeMetadata/customer/attribute/:code."""
    entity, code = _entity(call), call.named[1]
    found = attributes(call.shop, entity).get(code)
    if found is None:
        raise no_such("entityType", entity, "attributeCode", code)
    return _told(found)


def _entity(call: Call) -> str:
    if call.named[0] not in ENTITIES:
        raise Refusal(404, Problem("no route fits this request"))
    return ENTITIES[call.named[0]]


def _told(attribute: Attribute) -> dict[str, Any]:
    rules = (rule.partition("=") for rule in attribute.rules.split())
    return {
        "frontend_input": attribute.input,
        "input_filter": attribute.filter,
        "store_label": attribute.label or None,
        "validation_rules": [{"name": name, "value": value} for name, _, value in rules],
        "multiline_count": 2 if attribute.input == "multiline" else 0,
        "visible": attribute.visible,
        "required": attribute.required,
        "data_model": attribute.model,
        "options": [{"label": label, "value": value} for label, value in attribute.options],
        "frontend_class": attribute.css_class,
        "user_defined": attribute.own,
        "sort_order": attribute.sort,
        "frontend_label": attribute.label or None,
        "note": "",
        "system": attribute.system,
        "backend_type": attribute.backend,
        "is_used_in_grid": "u" in attribute.grid,
        "is_visible_in_grid": "v" in attribute.grid,
        "is_filterable_in_grid": "f" in attribute.grid,
        "is_searchable_in_grid": "s" in attribute.grid,
        "attribute_code": attribute.code,
    }
