"""Between Gomag's rows (JSON) and the canonical records. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from groupmigrate.model import Address, Customer, Group, Role
from groupmigrate.platforms.gomag.countries import iso_code
from groupmigrate.platforms.timezones import to_utc

Row = Mapping[str, Any]

LEAD = "lead"
"""The type of somebody who never registered: the field page knows customers and leads."""
DETAILS = (("numar", "nr."), ("bloc", "bl."), ("scara", "sc."), ("apartament", "ap."))
"""Parts of a Romanian address that have fields of their own, with their usual abbreviations."""
WRITABLE = ("firstname", "lastname")


# --- from the shop ---------------------------------------------------------------------------------------


def customer(id_: str, row: Row, groups: Sequence[str], zone: tzinfo) -> Customer:
    """A customer. The row holds no group: membership is asked for group by group."""
    return Customer(
        id=id_,
        email=text(row, "email"),
        groups=tuple(groups),
        firstname=text(row, "firstname"),
        lastname=text(row, "lastname"),
        active=text(row, "active") not in ("", "0"),
        guest=text(row, "type") == LEAD,
        created=to_utc(text(row, "registration"), zone),
        addresses=tuple(_addresses(row)),
    )


def _addresses(row: Row) -> Iterator[Address]:
    """Every address; a default one that is not among the others comes last."""
    defaults = row.get("defaultAdress")
    billing, shipping = (_one(defaults, kind) for kind in ("billing", "shipping"))
    homes = [home for home in _several(row.get("addresses")) if home]
    homes += [home for home in (billing, shipping) if home and home not in homes]
    for number, home in enumerate(homes):
        is_first = home not in homes[:number]
        yield address(home, billing=is_first and home == billing, shipping=is_first and home == shipping)


def address(row: Row, *, billing: bool = False, shipping: bool = False) -> Address:
    """An address. Countries have ids of the shop's own, so they are known by name."""
    return Address(
        firstname=text(row, "firstname"),
        lastname=text(row, "lastname"),
        company=text(row, "company_name"),
        street=tuple(_street(row)),
        postcode=text(row, "zip_code"),
        city=text(row, "city_name"),
        region=text(row, "region_name"),
        country=iso_code(text(row, "country_name")),
        phone=text(row, "phone"),
        mobile=text(row, "phone_2"),
        fax=text(row, "fax"),
        vat_number=text(row, "company_code"),
        default_billing=billing,
        default_shipping=shipping,
    )


def group(id_: str, name: str, *, is_default: bool, members: int | None) -> Group:
    """A group, as the connector names it."""
    return Group(id=id_, name=name, role=Role.DEFAULT if is_default else None, members=members)


def text(row: Row, name: str) -> str:
    """A scalar as text; null and nothing at all are ""."""
    value = row.get(name)
    return "" if value is None else str(value).strip()


def _street(row: Row) -> Iterator[str]:
    yield from filter(None, (line.strip() for line in text(row, "address").splitlines()))
    details = ", ".join(f"{short} {value}" for name, short in DETAILS if (value := text(row, name)))
    if details:
        yield details


def _several(value: Any) -> Sequence[Row]:
    """Addresses by names such as "adress 1", or a list; an empty object may come as an empty list."""
    found = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return [home for home in found if isinstance(home, dict)]


def _one(defaults: Any, kind: str) -> Row:
    home = defaults.get(kind) if isinstance(defaults, dict) else None
    return home if isinstance(home, dict) else {}


# --- to the shop -----------------------------------------------------------------------------------------


def new_customer(wanted: Customer, password: str) -> dict[str, str]:
    """All that a creation takes."""
    return {
        "email": wanted.email,
        "password": password,
        "confirmPassword": password,
        "firstname": wanted.firstname,
        "lastname": wanted.lastname,
    }


def changed_customer(id_: str, row: Row, wanted: Customer, fields: Sequence[str]) -> dict[str, str]:
    """All that a change takes. What does not change is sent again as it is: else it might be emptied."""
    values = {name: text(row, name) for name in ("email", *WRITABLE, "phone")}
    values |= {name: getattr(wanted, name) for name in fields if name in WRITABLE}
    return {"id": id_, **{name: value for name, value in values.items() if value or name != "phone"}}
