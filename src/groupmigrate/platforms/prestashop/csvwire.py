"""Between the canonical records and the rows of the import page's files and of the list. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import tzinfo

from msgspec.structs import replace

from groupmigrate.model import Address, Customer
from groupmigrate.platforms.base import FieldRule, Rules
from groupmigrate.platforms.prestashop import limits, sheets, wire
from groupmigrate.platforms.prestashop.shop import Shop
from groupmigrate.platforms.timezones import to_local, to_utc

Cells = dict[str, str]


# --- what the files can hold -----------------------------------------------------------------------------


def rules(shop: Shop, *, always_customer_group: bool) -> Rules:
    """What the import page takes: what the shop holds, as far as there is a column for it."""
    whole = limits.rules(shop, required=(), always_customer_group=always_customer_group)
    address = {name: _without_backslash(rule) for name, rule in whole.address.items()}
    # Where the post code is empty the import page writes an X (AdminImportController of 8 and 9, read).
    address["postcode"] = replace(address["postcode"], required=True)
    return replace(
        whole,
        customer={name: rule for name, rule in whole.customer.items() if name != "company"},
        address=address,
        never=(*whole.never, "company"),
        guests=False,
        makes_groups=False,
    )


def _without_backslash(rule: FieldRule) -> FieldRule:
    # PHP's fgetcsv takes \" for text, and not for the end of a cell: the rest of the file would be misread.
    if rule.pattern and not re.search(rule.pattern, "\\"):
        return rule
    words = f"{rule.says}, no backslash" if rule.says else "no backslash"
    cleans = (*rule.cleans, (r"\\", " ")) if rule.cleans else ()
    return replace(rule, pattern=rf"^(?![\s\S]*\\){rule.pattern}", says=words, cleans=cleans)


# --- to the files ----------------------------------------------------------------------------------------


def new_customer(wanted: Customer, shop: Shop, password: str) -> Cells:
    """The row of a customer. The id stays empty, so that nobody who is in the shop is changed."""
    cells = dict.fromkeys((column.name for column in sheets.CUSTOMERS.columns), "")
    return change(cells | {"passwd": password, "optin": "0"}, wanted, WRITERS, shop)


def change(cells: Cells, wanted: Customer, fields: Iterable[str], shop: Shop) -> Cells:
    """The row with these fields of the customer, by the names of `Customer`, and all else as it is."""
    changed = dict(cells)
    for name in fields:
        changed |= WRITERS[name](wanted, shop)
    return changed


def new_address(wanted: Address, number: int, shop: Shop) -> Cells:
    """The row of an address, but for whose it is.

    `number` (from 1) names it if it has no alias, which the page demands.
    """
    country = shop.country_id(wanted.country)
    state = shop.state_id(country, wanted.region_code, wanted.region)
    street = wanted.street or ("",)
    cells = dict.fromkeys((column.name for column in sheets.ADDRESSES.columns), "")
    return cells | {
        "alias": wire.alias(wanted.alias.replace("\\", ""), number, shop),
        "active": "1",
        "company": wanted.company,
        "lastname": wanted.lastname,
        "firstname": wanted.firstname,
        "address1": street[0],
        "address2": ", ".join(street[1:]),
        "postcode": wanted.postcode,
        "city": wanted.city,
        "country": country,
        "state": "" if state == "0" else state,
        "other": wanted.note,
        "phone": wanted.phone,
        "phone_mobile": wanted.mobile,
        "vat_number": wanted.vat_number,
        "dni": wanted.id_number,
    }


def _groups(wanted: Customer, _: Shop) -> Cells:
    return {"group": sheets.SEVERAL.join(wanted.groups), "id_default_group": wanted.default_group}


WRITERS: Mapping[str, Callable[[Customer, Shop], Cells]] = {
    "groups": _groups,
    "email": lambda wanted, _: {"email": wanted.email},
    "firstname": lambda wanted, _: {"firstname": wanted.firstname},
    "lastname": lambda wanted, _: {"lastname": wanted.lastname},
    "birthday": lambda wanted, _: {"birthday": wanted.birthday},
    "gender": lambda wanted, _: {"id_gender": wire.GENDER_IDS.get(wanted.gender, "0")},
    "active": lambda wanted, _: {"active": "0" if wanted.active is False else "1"},
    "newsletter": lambda wanted, _: {"newsletter": "1" if wanted.newsletter else "0"},
    "created": lambda wanted, shop: {"date_add": to_local(wanted.created, shop.time_zone)},
}
"""How each field of a customer is written; the import page has no column for any other."""


# --- from the files --------------------------------------------------------------------------------------


def customer(cells: Cells, id_: str, homes: Iterable[Cells], shop: Shop) -> Customer:
    """The customer that the import page makes of a row, and of the rows of the addresses."""
    default = cells["id_default_group"]
    others = [group for group in cells["group"].split(sheets.SEVERAL) if group not in ("", default)]
    return Customer(
        id=id_,
        email=cells["email"],
        groups=(default, *others) if default else tuple(others),
        firstname=cells["firstname"],
        lastname=cells["lastname"],
        gender=wire.GENDERS.get(cells["id_gender"], ""),
        birthday=cells["birthday"],
        language=shop.languages.get(shop.fallback_language, ""),
        newsletter=cells["newsletter"] == "1",
        active=cells["active"] != "0",
        created=to_utc(cells["date_add"], shop.time_zone),
        addresses=tuple(address(home, shop) for home in homes),
    )


def address(cells: Cells, shop: Shop) -> Address:
    """The address of a row."""
    country = shop.country_by_id.get(cells["country"])
    state = shop.state_by_id.get(cells["state"])
    return Address(
        firstname=cells["firstname"],
        lastname=cells["lastname"],
        company=cells["company"],
        street=tuple(line for line in (cells["address1"], cells["address2"]) if line),
        postcode=cells["postcode"],
        city=cells["city"],
        region=state.name if state else cells["state"],
        region_code=state.code if state else "",
        country=country.iso if country else "",
        phone=cells["phone"],
        mobile=cells["phone_mobile"],
        vat_number=cells["vat_number"],
        id_number=cells["dni"],
        alias=cells["alias"],
        note=cells["other"],
    )


def listed(cells: Cells, group: str, zone: tzinfo, *, guest: bool) -> Customer:
    """The customer of a row of the list Customers > Export, with the one group that it tells."""
    return Customer(
        id=cells["id_customer"],
        email=cells["email"],
        groups=(group,),
        firstname=cells["firstname"],
        lastname=cells["lastname"],
        company=cells["company"],
        newsletter=cells["newsletter"] == "1",
        active=cells["active"] == "1",
        guest=guest,
        created=to_utc(cells["date_add"], zone),
    )
