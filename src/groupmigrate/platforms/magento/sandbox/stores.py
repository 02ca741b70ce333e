"""Websites, stores and store views, and which modules the shop has."""

from __future__ import annotations

import re
from typing import Any

from groupmigrate.platforms.magento.sandbox.call import Call
from groupmigrate.platforms.magento.sandbox.segments import SEGMENTS
from groupmigrate.platforms.practicefile import Row

MODULES = (
    "Magento_Store",
    "Magento_Config",
    "Magento_Directory",
    "Magento_Backend",
    "Magento_Eav",
    "Magento_Customer",
    "Magento_Integration",
    "Magento_Tax",
    "Magento_Newsletter",
    "Magento_CustomerImportExport",
    "Magento_Webapi",
    "Magento_WebapiAsync",
)
"""Those of a real shop that a migration of customers has to do with."""


def websites(call: Call) -> list[Row]:
    """GET store/websites; the admin's is 0, and default_group_id is a store, not a customer group."""
    sql = "SELECT website_id AS id, code, name, default_group_id FROM store_website ORDER BY website_id"
    return call.shop.rows(sql)


def store_groups(call: Call) -> list[Row]:
    """GET store/storeGroups."""
    columns = "group_id AS id, website_id, root_category_id, default_store_id, name, code"
    return call.shop.rows(f"SELECT {columns} FROM store_group ORDER BY group_id")


def store_views(call: Call) -> list[Row]:
    """GET store/storeViews, with the admin's."""
    columns = "store_id AS id, code, name, website_id, group_id AS store_group_id, is_active"
    return call.shop.rows(f"SELECT {columns} FROM store ORDER BY rowid")


def store_configs(call: Call) -> list[dict[str, Any]]:
    """GET store/storeConfigs, without the admin's."""
    address = re.split("/(?:rest|V1)/", call.request.url)[0] + "/"
    sql = "SELECT store_id AS id, code, website_id FROM store WHERE store_id > 0 ORDER BY store_id"
    same = {
        "locale": call.shop.setting("general/locale/code", "en_US"),
        "timezone": call.shop.setting("general/locale/timezone", "UTC"),
        "base_currency_code": "USD",
        "default_display_currency_code": "USD",
        "weight_unit": "lbs",
        "base_url": address,
        "secure_base_url": address,
    }
    return [{**row, **same} for row in call.shop.rows(sql)]


def modules(call: Call) -> list[str]:
    """GET modules: the whole list, whatever page is asked for (2.4.7, run)."""
    more = call.shop.setting("sandbox/modules")
    if call.shop.setting(SEGMENTS):
        more += ",Magento_CustomerSegment"
    two_factor = ["Magento_TwoFactorAuth"] if call.shop.setting("sandbox/two_factor") else []
    return [*MODULES, *two_factor, *filter(None, more.split(","))]
