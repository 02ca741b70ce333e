"""Asks a store for its groups, as far as it tells of them: everything that is in `shop.py`."""

from __future__ import annotations

from groupmigrate.errors import AccessDenied, WrongAnswer
from groupmigrate.platforms.neto.api import Api
from groupmigrate.platforms.neto.csvoptions import FACTORY_GROUPS, GroupOptions
from groupmigrate.platforms.neto.shapes import rows, text
from groupmigrate.platforms.neto.shop import Shop

PRODUCTS = 100
"""So many products are asked for their prices: most have one for every group."""


def read_shop(api: Api, options: GroupOptions) -> Shop:
    """The groups of the connector, or those of a new store, and those with prices. Raises StoreError."""
    return Shop(
        default_group=options.default_group,
        listed=options.groups,
        factory=() if options.groups else FACTORY_GROUPS,
        priced=_priced(api),
    )


def _priced(api: Api) -> dict[str, str]:
    """The names of price groups by number; none if the key may not read products, which is no must."""
    try:
        items = api.priced_items(PRODUCTS)
    except (AccessDenied, WrongAnswer):
        return {}
    groups = (
        row for item in items for outer in rows(item.get("PriceGroups")) for row in rows(outer, "PriceGroup")
    )
    return {
        number: name for row in groups if (number := text(row, "GroupID")) and (name := text(row, "Group"))
    }
