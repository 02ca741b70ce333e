"""Which of a customer's addresses a target takes, and whose name they bear. Pure; it knows no platform."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from groupmigrate.model import Address, Customer

NAMES = ("firstname", "lastname", "company")


def kept(addresses: Sequence[Address], most: int) -> list[int]:
    """The places of those that are taken, in their order: the default ones before others. 0 takes all."""
    places = list(range(len(addresses)))
    if not most or len(places) <= most:
        return places
    places.sort(key=lambda place: (not _is_default(addresses[place]), place))
    return sorted(places[:most])


def bearing_name(customer: Customer) -> tuple[Customer, bool]:
    """The customer and their billing address with one name and company, and whether the address had others.

    The customer's are taken; what the customer lacks comes from the address.
    """
    if not customer.addresses:
        return customer, False
    place = billing_place(customer.addresses)
    home = customer.addresses[place]
    names = {name: getattr(customer, name) or getattr(home, name) for name in NAMES}
    lost = any(getattr(home, name) not in ("", value) for name, value in names.items())
    homes = list(customer.addresses)
    homes[place] = replace(home, **names)
    return replace(customer, addresses=tuple(homes), **names), lost


def billing_place(addresses: Sequence[Address]) -> int:
    """The place of the address for bills: the default billing address, else the first."""
    return next((place for place, one in enumerate(addresses) if one.default_billing), 0)


def _is_default(address: Address) -> bool:
    return address.default_billing or address.default_shipping
