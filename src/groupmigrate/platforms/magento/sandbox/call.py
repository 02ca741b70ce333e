"""One call of an endpoint: the shop, the store view of the address, who calls, and what was sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from groupmigrate.platforms.magento.sandbox.body import Shape, number, taken
from groupmigrate.platforms.magento.sandbox.request import Request
from groupmigrate.platforms.magento.sandbox.shop import Shop, whole


@dataclass(frozen=True)
class Caller:
    """Who calls: the resources they may use, None for all of them."""

    rights: frozenset[str] | None

    def may(self, resource: str) -> bool:
        """Whether the caller may use a resource; "" is for everybody."""
        return not resource or self.rights is None or resource in self.rights


NOBODY = Caller(frozenset())
EVERYTHING = Caller(None)


@dataclass(frozen=True)
class StoreView:
    """A store view, or the admin's (id 0), which stands for all of them."""

    id: int
    code: str
    name: str
    website: int


@dataclass(frozen=True)
class Call:
    """One call of an endpoint."""

    shop: Shop
    store: StoreView
    """The store view that the address names."""
    caller: Caller
    request: Request
    named: tuple[str, ...]
    """The parts of the address that stand for something, as the id in customers/7."""
    body: object

    def number(self, place: int = 0) -> int:
        """A part of the address as a number. Raises Refusal if it is none."""
        return number(self.named[place])

    def object(self, name: str, shape: Shape) -> dict[str, Any]:
        """The object of that name in the body. Raises Refusal."""
        return taken(self.shop, self.body, name, shape)

    def text(self, name: str) -> str:
        """A text beside the objects of the body, "" where there is none."""
        found = self.body.get(name) if isinstance(self.body, dict) else None
        return "" if found is None else str(found)


def store_view(shop: Shop, column: str, value: str | int) -> StoreView | None:
    """The store view whose "code" or "store_id" is this; None if there is none."""
    row = shop.row(f"SELECT * FROM store WHERE {column} = ?", (value,))
    if row is None:
        return None
    return StoreView(whole(row["store_id"]), str(row["code"]), str(row["name"]), whole(row["website_id"]))
