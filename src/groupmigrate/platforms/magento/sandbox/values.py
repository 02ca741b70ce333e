"""The values of the attributes that a shop added itself, as they are stored."""

from __future__ import annotations

from collections.abc import Mapping

from groupmigrate.platforms.magento.sandbox.attributes import own_attributes
from groupmigrate.platforms.magento.sandbox.shop import Shop, narrow

WIDTH = 255


def own_values(shop: Shop, entity: str, number: int) -> dict[str, str]:
    """The values of a customer or an address, by the attributes' codes."""
    sql = f"SELECT attribute_code, value FROM {entity}_entity_value WHERE entity_id = ?"
    return {str(row["attribute_code"]): str(row["value"]) for row in shop.rows(sql, (number,))}


def store_own(shop: Shop, entity: str, number: int, values: Mapping[str, str | None]) -> None:
    """Store these values over those that are there; null and "" take a value away, others stay."""
    known = own_attributes(shop, entity)
    for code, value in values.items():
        if value in (None, ""):
            sql = f"DELETE FROM {entity}_entity_value WHERE entity_id = ? AND attribute_code = ?"
            shop.execute(sql, (number, code))
        else:
            text = narrow(str(value))
            kept = text[:WIDTH] if known[code].backend == "varchar" else text
            sql = f"INSERT OR REPLACE INTO {entity}_entity_value VALUES (?, ?, ?)"
            shop.execute(sql, (number, code, kept))
