"""Which of its shops a request is about: what it may see of customers and groups, and where new ones land.

As PrestaShop 9.1.4 with four shops does (run); in a shop of one, all of this is shop 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from groupmigrate.platforms.practicefile import Row
from groupmigrate.platforms.prestashop.sandbox.answer import Refusal
from groupmigrate.platforms.prestashop.sandbox.shop import Shop, whole


@dataclass(frozen=True)
class Context:
    """The shops that a request is about."""

    shops: tuple[int, ...]
    home: int
    """The shop in which a new customer lands, and whose groups a list shows."""
    home_group: int
    shared_by: int = 0
    """The shop group whose shops share their customers, when the request is about one of these shops."""
    uri: str = ""
    """What stands before "api" in the links of this shop."""

    @property
    def customers(self) -> str:
        """The condition in SQL for customers that are seen: of no shop, a customer is in no list."""
        if self.shared_by:
            # Then the shop group counts alone: a customer of shop 3 with shop group 1 is not seen (run).
            return f"id_shop_group = {self.shared_by}"
        return f"id_shop IN ({self.listed})"

    @property
    def listed(self) -> str:
        """The shops, for SQL's IN."""
        return ", ".join(map(str, self.shops))


def context(shop: Shop, parameters: Mapping[str, str]) -> Context:
    """The context that the address asks for. Raises Refusal for a shop group without shops."""
    sql = (
        "SELECT id_shop, id_shop_group, share_customer, virtual_uri "
        "FROM ps_shop JOIN ps_shop_group USING (id_shop_group) ORDER BY id_shop"
    )
    shops = {whole(row["id_shop"]): row for row in shop.rows(sql)}
    home = shops[whole(shop.setting("PS_SHOP_DEFAULT"))]
    asked = parameters.get("id_shop")
    if asked == "all":
        return _several(home, tuple(shops))
    if asked is not None:
        return _one(shops[whole(asked)])
    group = next((parameters[name] for name in shop.release.shop_group if name in parameters), None)
    if group is None:
        return _one(home)
    members = tuple(one for one, row in shops.items() if row["id_shop_group"] == whole(group))
    if not members:
        raise Refusal(500, (999, "this shop group has no shops"))
    return _several(home, members)


def _several(home: Row, shops: tuple[int, ...]) -> Context:
    return Context(shops, whole(home["id_shop"]), whole(home["id_shop_group"]))


def _one(row: Row) -> Context:
    number, group = whole(row["id_shop"]), whole(row["id_shop_group"])
    shared_by = group if row["share_customer"] else 0
    return Context((number,), number, group, shared_by, str(row["virtual_uri"]))
