"""Are two records of one customer the same? Plan, run and verify all ask here, so they cannot disagree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from groupmigrate.model import Address, Customer

PERSON = (
    "firstname",
    "lastname",
    "middlename",
    "prefix",
    "suffix",
    "gender",
    "birthday",
    "company",
    "tax_id",
)
"""The fields that describe the person. `existing: update` changes these, and never blanks one out."""

EVERYTHING = ("groups", *PERSON, "attributes", "language", "newsletter", "active", "created", "addresses")
"""What a customer that we created must have in the end."""


def differing(wanted: Customer, found: Customer, fields: Iterable[str]) -> tuple[str, ...]:
    """The fields in which what was found is not what is wanted, in the order given."""
    return tuple(field for field in fields if not same_field(wanted, found, field))


def same_field(wanted: Customer, found: Customer, field: str) -> bool:
    """Whether one field is as wanted. A language, a date or an attribute that nobody asked for is, always."""
    match field:
        case "groups":
            return not found.loose_default and same_groups(wanted.groups, found.groups)
        case "addresses":
            return not missing_addresses(wanted, found)
        case "attributes":
            return all(found.attributes.get(code, "") == value for code, value in wanted.attributes.items())
        case "active":
            return (wanted.active is not False) == (found.active is not False)
        case "newsletter":
            return bool(wanted.newsletter) == bool(found.newsletter)
        case "language":
            return wanted.language in ("", found.language)
        case "created":
            return not wanted.created or _same_moment(wanted.created, found.created)
        case _:
            return bool(getattr(wanted, field) == getattr(found, field))


def _same_moment(wanted: str, found: str) -> bool:
    """Equal, or an hour apart: who keeps local time cannot tell the hour that happens twice in autumn."""
    if wanted == found:
        return True
    try:
        apart = datetime.fromisoformat(wanted) - datetime.fromisoformat(found)
    except ValueError:
        return False
    return abs(apart) == timedelta(hours=1)


def same_groups(wanted: tuple[str, ...], found: tuple[str, ...]) -> bool:
    """Equal default group, and equal memberships in any order."""
    return wanted == found or (wanted[:1] == found[:1] and set(wanted) == set(found))


def same_person(wanted: Customer, found: Customer) -> bool:
    """Whether `found` can be the customer that we sent, and not somebody who registered in the meantime."""
    return not differing(wanted, found, PERSON)


def most_alike(wanted: Customer, people: Iterable[Customer], fields: Iterable[str]) -> list[Customer]:
    """Those who can be the customer that is wanted, and of these the ones in whom the least fields differ."""
    least, alike, names = len(EVERYTHING), list[Customer](), tuple(fields)
    for one in people:
        wrong = len(differing(wanted, one, names))
        if not same_person(wanted, one) or wrong > least:
            continue
        alike = [*alike, one] if wrong == least else [one]
        least = wrong
    return alike


def missing_addresses(wanted: Customer, found: Customer) -> tuple[Address, ...]:
    """The wanted addresses that are not among those found, each as often as it is missing."""
    if not wanted.addresses:
        return ()
    there = Counter(_content(address) for address in found.addresses)
    missing = []
    for address in wanted.addresses:
        content = _content(address)
        if there[content]:
            there[content] -= 1
        else:
            missing.append(address)
    return tuple(missing)


def has_new_addresses(left: Customer, found: Customer) -> bool:
    """Whether somebody entered an address since: one that the customer was not left with."""
    return not {_content(address) for address in found.addresses} <= {_content(one) for one in left.addresses}


def surplus_addresses(wanted: Customer, found: Customer) -> int:
    """How many addresses the found customer has twice: the trace of a request that was repeated."""
    there = Counter(_content(address) for address in found.addresses)
    wished = Counter(_content(address) for address in wanted.addresses)
    return sum(max(0, there[content] - count) for content, count in wished.items())


def _content(address: Address) -> tuple[object, ...]:
    """What makes an address: everything but its label and which one is the default."""
    return (
        address.firstname,
        address.lastname,
        address.middlename,
        address.prefix,
        address.suffix,
        address.company,
        address.street,
        address.postcode,
        address.city,
        address.region,
        address.country,
        address.phone,
        address.mobile,
        address.fax,
        address.vat_number,
        address.id_number,
        address.note,
    )
