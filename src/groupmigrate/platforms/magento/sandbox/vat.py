"""The automatic group by VAT number: it overrules the group that was sent, without a word."""

from __future__ import annotations

from groupmigrate.platforms.magento.sandbox import groups
from groupmigrate.platforms.magento.sandbox.shop import Shop, whole
from groupmigrate.platforms.practicefile import Row

SWITCH = "customer/create_account/auto_group_assign"
INVALID = "customer/create_account/viv_invalid_group"
EUROPEAN_UNION = frozenset(
    (
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    )
)


def grouped_by_vat(shop: Shop, customer: Row) -> int | None:
    """The group that a customer gets whose default billing address was just saved; None if they keep theirs.

    A number counts as invalid: the practice shop asks no authority, and a real shop without a VAT number of
    its own does not either (2.4.7, run).
    """
    if not shop.switched(SWITCH) or customer["disable_auto_group_change"]:
        return None
    sql = "SELECT country_id, vat_id FROM customer_address_entity WHERE entity_id = ?"
    address = shop.row(sql, (customer["default_billing"],))
    if address is None:
        return None
    if not address["vat_id"] or address["country_id"] not in EUROPEAN_UNION:
        return groups.default(shop)
    return whole(shop.setting(INVALID)) or groups.default(shop)
