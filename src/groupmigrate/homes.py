"""Which of a customer's addresses a target takes, whose name they bear, and their telephone. Pure."""

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


def with_one_phone(addresses: Sequence[Address]) -> tuple[list[Address], bool]:
    """The addresses, all with one telephone number, and whether another number was lost by that.

    It is that of the billing address, else the first there is; a mobile number serves where there is no
    other.
    """
    if not addresses:
        return [], False
    first = addresses[billing_place(addresses)]
    numbers = [number for one in (first, *addresses) for number in (one.phone, one.mobile) if number.strip()]
    phone = numbers[0] if numbers else ""
    lost = any(number != phone for number in numbers)
    return [replace(one, phone=phone, mobile="") for one in addresses], lost


def billing_place(addresses: Sequence[Address]) -> int:
    """The place of the address for bills: the default billing address, else the first."""
    return next((place for place, one in enumerate(addresses) if one.default_billing), 0)


def _is_default(address: Address) -> bool:
    return address.default_billing or address.default_shipping
