"""What the practice Magento of the tests starts with: two websites, own attributes, two customers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from groupmigrate.platforms.sandbox import Practice

SEED: dict[str, Any] = {
    "settings": {"customer/address/taxvat_show": "opt"},
    "websites": [
        {"code": "second", "name": "Second", "store_views": {"second_en": "Second EN"}},
        {"code": "base", "store_views": {"default_de": "German"}},
    ],
    "attributes": [
        {"code": "fav_color", "label": "Colour", "input": "select", "options": ["Red", "Green"]},
        {"code": "door_code", "label": "Door code", "entity": "customer_address"},
    ],
    "groups": [{"code": "VIP", "excluded_websites": ["second"]}],
    "customers": [
        {
            "email": "ana.ionescu@example.com",
            "firstname": "Ana",
            "lastname": "Ionescu",
            "group": "VIP",
            "store": "second_en",
            "subscribed": ["second_en"],
            "own": {"fav_color": "Green"},
            "addresses": [
                {
                    "country_id": "RO",
                    "region": "CJ",
                    "city": "Cluj-Napoca",
                    "street": ["Bd. Eroilor 10", "Ap. 2"],
                    "postcode": "400129",
                    "telephone": "0264 555 010",
                    "default_billing": True,
                    "own": {"door_code": "42#"},
                }
            ],
        },
        {"email": "left@example.com", "firstname": "A/B", "lastname": "Left", "group": 555},
    ],
    "tokens": {"read-only": ["Magento_Customer::customer"]},
}
EMPTY: dict[str, Any] = {}

Serve = Callable[..., Practice]
"""Serves a practice shop with a seed, and with further arguments of its own."""
