"""DELETE: what goes with a record that is deleted, and what the shop puts in its place."""

from __future__ import annotations

from collections.abc import Sequence

from groupmigrate.platforms.prestashop.sandbox.answer import Refusal
from groupmigrate.platforms.prestashop.sandbox.context import Context
from groupmigrate.platforms.prestashop.sandbox.record import load
from groupmigrate.platforms.prestashop.sandbox.resources import Resource
from groupmigrate.platforms.prestashop.sandbox.shop import Shop, whole


def delete(shop: Shop, resource: Resource, numbers: Sequence[int], context: Context) -> None:
    """Delete all of them, or none if one is not there. Raises Refusal."""
    with shop.writing():
        missing = [number for number in numbers if load(shop, resource, number, context) is None]
        if missing:
            raise Refusal(404, (87, f"no {resource.name} with these ids: {', '.join(map(str, missing))}"))
        for number in numbers:
            _delete(shop, resource, number)


def _delete(shop: Shop, resource: Resource, number: int) -> None:
    if resource.name == "customers":
        shop.set_groups(number, [])
        shop.execute("DELETE FROM ps_address WHERE id_customer = ?", (number,))
    elif resource.name == "groups":
        _empty_group(shop, number)
    shop.execute(f"DELETE FROM {resource.table} WHERE {resource.key} = ?", (number,))


def _empty_group(shop: Shop, group: int) -> None:
    # Customers with no other group get PS_CUSTOMER_GROUP, and as default their lowest group (9.1.4, run).
    fallback = shop.setting("PS_CUSTOMER_GROUP")
    members = shop.rows("SELECT id_customer FROM ps_customer_group WHERE id_group = ?", (group,))
    shop.execute("DELETE FROM ps_customer_group WHERE id_group = ?", (group,))
    for member in members:
        if not shop.groups_of(whole(member["id_customer"])):
            shop.set_groups(whole(member["id_customer"]), [int(fallback)])
    lowest = "SELECT min(id_group) FROM ps_customer_group AS g WHERE g.id_customer = ps_customer.id_customer"
    shop.execute(
        f"UPDATE ps_customer SET id_default_group = coalesce(({lowest}), ?) WHERE id_default_group = ?",
        (int(fallback), group),
    )
    shop.execute("DELETE FROM ps_group_shop WHERE id_group = ?", (group,))
    shop.execute("DELETE FROM ps_group_lang WHERE id_group = ?", (group,))
