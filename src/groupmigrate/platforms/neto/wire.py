"""Between the canonical records and Neto's customers. Pure functions.

Neto has no name of the customer: it is that of the billing address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from groupmigrate.homes import billing_place
from groupmigrate.model import Address, Customer
from groupmigrate.platforms.neto.shapes import Row, rows, text, truth
from groupmigrate.platforms.neto.shop import Shop

Body = dict[str, Any]

NARROW = ("Username", "UserGroup")
"""What is asked for to learn who there is and in which group."""
FULL = (
    *("Username", "ID", "Type", "EmailAddress", "UserGroup", "Active", "NewsletterSubscriber", "Gender"),
    *("DateOfBirth", "ABN", "Classification1", "Classification2", "RegistrationDate"),
    *("DateAddedUTC", "DateUpdatedUTC", "BillingAddress", "ShippingAddress", "ShippingAddressBook"),
)
"""What is asked for to read customers whole."""
ATTRIBUTES = ("Type", "Classification1", "Classification2")
GENDERS = frozenset({"male", "female"})
ZERO = "0000-00-00"
"""How a date begins that is none."""

BILL, SHIP = "Bill", "Ship"
HOME = {
    "FirstName": "firstname",
    "LastName": "lastname",
    "Company": "company",
    "City": "city",
    "State": "region",
    "PostCode": "postcode",
    "Country": "country",
    "Phone": "phone",
    "Fax": "fax",
}
"""The fields of an address behind "Bill" or "Ship", and ours."""


# --- from the store --------------------------------------------------------------------------------------


def customer(row: Row, shop: Shop) -> Customer:
    """A customer. The username is the key: UpdateCustomer takes no other (read)."""
    group = shop.group_name(text(row, "UserGroup"))
    gender = text(row, "Gender").casefold()
    billing = next(iter(rows(row.get("BillingAddress"))), {})
    return Customer(
        id=text(row, "Username"),
        username=text(row, "Username"),
        email=text(row, "EmailAddress"),
        groups=(group,) if group else (),
        firstname=text(billing, "BillFirstName"),
        lastname=text(billing, "BillLastName"),
        company=text(billing, "BillCompany"),
        gender=gender if gender in GENDERS else "",
        birthday=moment(text(row, "DateOfBirth"))[:10],
        tax_id=text(row, "ABN"),
        attributes=attributes({name: text(row, name) for name in ATTRIBUTES}),
        newsletter=truth(row, "NewsletterSubscriber"),
        active=truth(row, "Active"),
        created=moment(text(row, "RegistrationDate")) or moment(text(row, "DateAddedUTC")),
        updated=moment(text(row, "DateUpdatedUTC")),
        addresses=_addresses(row),
    )


def attributes(values: Mapping[str, str]) -> dict[str, str]:
    """What conditions of a mapping may ask for. Who is no prospect is a customer: that needs no saying."""
    return {name: value for name, value in values.items() if value and (name, value) != ("Type", "Customer")}


def moment(written: str) -> str:
    """A date or a moment as ours, "2015-05-05 05:05:05"; "" for zero dates and what is no date. It is UTC."""
    if written.startswith(ZERO):
        return ""
    try:
        found = datetime.fromisoformat(written.removesuffix("(UTC)").strip())
    except ValueError:
        return ""
    return found.replace(tzinfo=None).isoformat(" ", "seconds")


def _addresses(row: Row) -> tuple[Address, ...]:
    """That for bills and those for parcels, each once: the default one may be in the book, too (unsure)."""
    homes = [_address(one, BILL, default_billing=True) for one in rows(row.get("BillingAddress"))]
    homes += [_address(one, SHIP, default_shipping=True) for one in rows(row.get("ShippingAddress"))]
    homes += [_address(one, SHIP) for one in rows(row.get("ShippingAddressBook"), "ShippingAddress")]
    found: dict[Address, Address] = {}
    for home in filter(_is_somewhere, homes):
        content = replace(home, alias="", default_billing=False, default_shipping=False)
        known = found.get(content, home)
        found[content] = replace(
            known,
            default_billing=known.default_billing or home.default_billing,
            default_shipping=known.default_shipping or home.default_shipping,
        )
    return tuple(found.values())


def _address(
    row: Row, kind: str, *, default_billing: bool = False, default_shipping: bool = False
) -> Address:
    lines = (text(row, f"{kind}StreetLine{number}") for number in (1, 2))
    return Address(
        **{ours: text(row, kind + theirs) for theirs, ours in HOME.items()},
        street=tuple(line for line in lines if line),
        alias=text(row, f"{kind}Title"),
        default_billing=default_billing,
        default_shipping=default_shipping,
    )


def _is_somewhere(home: Address) -> bool:
    """Whether it is an address: the names alone, and a country that the store fills in, make none."""
    return bool(home.street or home.city or home.postcode)


# --- to the store ----------------------------------------------------------------------------------------


def new_customer(wanted: Customer) -> Body:
    """A customer to be created, with type and flags said: nobody documents the defaults."""
    body = {"Type": "Customer", **changed_customer(wanted, WRITERS)}
    bill, ship = homes(wanted.addresses)
    body["BillingAddress"] |= _home(bill, BILL) if bill else {}
    return body | ({"ShippingAddress": _home(ship, SHIP)} if ship else {})


def changed_customer(wanted: Customer, fields: Iterable[str]) -> Body:
    """The named fields of a customer: UpdateCustomer leaves all others as they are (clients' tests, read)."""
    body: Body = {"Username": wanted.id or wanted.username}
    for name in fields:
        for key, value in WRITERS[name](wanted).items():
            body[key] = {**body.get(key, {}), **value} if isinstance(value, dict) else value
    return body


def more_homes(wanted: Customer, there: Customer) -> Body:
    """Addresses for the places that a customer has free; what has no place is left out."""
    waiting = list(wanted.addresses)
    body: Body = {}
    if waiting and not any(home.default_billing for home in there.addresses):
        body["BillingAddress"] = _home(waiting.pop(billing_place(waiting)), BILL)
    if waiting and not any(not home.default_billing for home in there.addresses):
        body["ShippingAddress"] = _home(waiting.pop(0), SHIP)
    return body


def homes(addresses: Sequence[Address]) -> tuple[Address | None, Address | None]:
    """The address for bills and the one for parcels, as far as there are two places."""
    if not addresses:
        return None, None
    place = billing_place(addresses)
    others = [home for number, home in enumerate(addresses) if number != place]
    parcel = next((home for home in others if home.default_shipping), others[0] if others else None)
    if parcel is None and addresses[place].default_shipping:
        parcel = addresses[place]
    return addresses[place], parcel


def _home(home: Address, kind: str) -> Body:
    lines = (*home.street, "", "")
    body = {kind + theirs: str(getattr(home, ours)) for theirs, ours in HOME.items()}
    body |= {f"{kind}StreetLine1": lines[0], f"{kind}StreetLine2": lines[1]}
    # Nothing says whether an empty text clears or is refused; what is not there need not be said.
    return {name: value for name, value in body.items() if value}


def flag(value: bool) -> str:
    """A flag as the API writes it."""
    return "True" if value else "False"


WRITERS: Mapping[str, Callable[[Customer], Body]] = {
    "groups": lambda wanted: {"UserGroup": wanted.default_group},
    "email": lambda wanted: {"EmailAddress": wanted.email},
    "firstname": lambda wanted: {"BillingAddress": {"BillFirstName": wanted.firstname}},
    "lastname": lambda wanted: {"BillingAddress": {"BillLastName": wanted.lastname}},
    "company": lambda wanted: {"BillingAddress": {"BillCompany": wanted.company}},
    "gender": lambda wanted: {"Gender": wanted.gender} if wanted.gender else {},
    "birthday": lambda wanted: {"DateOfBirth": f"{wanted.birthday} 00:00:00"} if wanted.birthday else {},
    "tax_id": lambda wanted: {"ABN": wanted.tax_id} if wanted.tax_id else {},
    "active": lambda wanted: {"Active": flag(wanted.active is not False)},
    "newsletter": lambda wanted: {"NewsletterSubscriber": flag(bool(wanted.newsletter))},
}
"""How each field of a customer is written, by the names of `Customer`."""
