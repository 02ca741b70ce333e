"""Between the canonical records and the rows of OpenCart's tables. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from groupmigrate.model import Address, Customer, Group, Role
from groupmigrate.platforms.opencart import passwords
from groupmigrate.platforms.opencart.customfields import filled_in
from groupmigrate.platforms.opencart.escaping import escaped, unescaped
from groupmigrate.platforms.opencart.shop import CustomField, Shop
from groupmigrate.platforms.opencart.tables import Table
from groupmigrate.platforms.timezones import to_local, to_utc

Row = Mapping[str, Any]

PENDING = "gm-pending-"
"""In `ip` of a customer who is half-written, with a 1 for who is to be active. It is a harmless place: `code`
and `token` would let strangers in, and `ip` is overwritten by every login (2.3 to 4.1, run)."""


# --- from the shop ---------------------------------------------------------------------------------------


def customer(row: Row, shop: Shop, addresses: Sequence[Row] = (), *, hashes: bool = False) -> Customer:
    """A customer with their addresses; the hash of the password only if it is asked for."""
    found = passwords.read(text(row, "password"), text(row, "salt") if "salt" in row else None)
    phone, fax = plain(row, "telephone"), plain(row, "fax")
    default = _default(row, addresses)
    return Customer(
        id=text(row, "customer_id"),
        email=plain(row, "email"),
        groups=(group_id(row),),
        # A half-written customer is in no group properly, so that a run that goes on completes them.
        loose_default=is_pending(row),
        firstname=plain(row, "firstname"),
        lastname=plain(row, "lastname"),
        language=shop.languages.get(row.get("language_id") or shop.default_language, ""),
        scope=text(row, "store_id") or "0",
        password=found.scheme if found else "",
        password_hash=found if hashes else None,
        attributes=_attributes(row, shop, addresses, phone),
        newsletter=row.get("newsletter") == 1,
        # 2.3 keeps approval in a column of its own; any other status than 1 is no login (run).
        active=row.get("status") == 1 and row.get("approved", 1) == 1,
        created=to_utc(text(row, "date_added"), shop.time_zone),
        addresses=tuple(address(each, shop, phone, fax, is_default=each is default) for each in addresses),
    )


def address(row: Row, shop: Shop, phone: str, fax: str, *, is_default: bool) -> Address:
    """An address, with the telephone and fax of the customer: OpenCart has none of an address."""
    country = shop.country_by_id.get(row["country_id"] or 0)
    zone = shop.zone_by_id.get(row["zone_id"] or 0)
    return Address(
        firstname=plain(row, "firstname"),
        lastname=plain(row, "lastname"),
        company=plain(row, "company"),
        street=tuple(line for line in (plain(row, "address_1"), plain(row, "address_2")) if line),
        postcode=plain(row, "postcode"),
        city=plain(row, "city"),
        region=zone.name if zone else "",
        region_code=zone.code if zone else "",
        country=country.iso if country else "",
        phone=phone,
        fax=fax,
        default_billing=is_default,
        default_shipping=is_default,
    )


def guest(row: Row, shop: Shop) -> Customer:
    """Who placed an order without an account; addresses as in the order, once if both are the same."""
    phone, fax = plain(row, "telephone"), plain(row, "fax")
    homes = [_of_order(row, kind) for kind in ("payment_", "shipping_")]
    addresses = [address(home, shop, phone, fax, is_default=False) for home in homes if any(home.values())]
    return Customer(
        id=f"order:{text(row, 'order_id')}",
        email=plain(row, "email"),
        groups=(group_id(row),),
        firstname=plain(row, "firstname"),
        lastname=plain(row, "lastname"),
        language=shop.languages.get(row.get("language_id") or shop.default_language, ""),
        scope=text(row, "store_id") or "0",
        guest=True,
        created=to_utc(text(row, "date_added"), shop.time_zone),
        addresses=tuple(dict.fromkeys(addresses)),
    )


def group(row: Row, names: Mapping[int, str], shop: Shop, settings: Mapping[str, str], members: int) -> Group:
    """A group; `names` are as they are stored, by language id."""
    plain_names = {id_: unescaped(name).strip() for id_, name in names.items() if name and name.strip()}
    id_ = group_id(row)
    name = plain_names.get(shop.default_language) or next(
        iter(plain_names.values()), f"(group {id_}: no name)"
    )
    known = {iso: plain_names[id_] for id_, iso in shop.languages.items() if id_ in plain_names}
    return Group(
        id=id_,
        name=name,
        names=known if len(known) > 1 else {},
        role=Role.DEFAULT if id_ == shop.default_group else None,
        settings={"approval": "by hand" if row["approval"] else "at once", **settings},
        members=members,
    )


def group_id(row: Row) -> str:
    """The id of a group, "0" for none (4.1 lets it be NULL)."""
    return text(row, "customer_group_id") or "0"


def is_pending(row: Row) -> bool:
    """Whether a run was cut off while it wrote this customer."""
    return text(row, "ip").startswith(PENDING)


def text(row: Row, name: str) -> str:
    """A column as text, exactly as it is stored; "" for NULL and for a column that is not there."""
    value = row.get(name)
    if value.__class__ is str:
        return value
    return "" if value is None else str(value)


def plain(row: Row, name: str) -> str:
    """A column as people wrote it. Up to 3.0.4 blanks around it are stored, too (3.0.3.9, run)."""
    stored = row.get(name)
    if stored.__class__ is not str:
        stored = text(row, name)
    return (unescaped(stored) if "&" in stored else stored).strip()


def _default(row: Row, addresses: Sequence[Row]) -> Row | None:
    """The default address: flagged (4.x; of two the shop takes the first), else named by the customer's row.

    In a shop that was upgraded from 3.x nothing is flagged, and the old column still names it (4.1.0.4, run).
    """
    named = row.get("address_id")
    found = None
    for one in addresses:
        if one.get("default"):
            return one
        if one["address_id"] == named and found is None:
            found = one
    return found


def _of_order(row: Row, kind: str) -> dict[str, Any]:
    names = ("firstname", "lastname", "company", "address_1", "address_2", "city", "postcode")
    return {name: row.get(kind + name) for name in (*names, "country_id", "zone_id")}


def _attributes(row: Row, shop: Shop, addresses: Sequence[Row], phone: str) -> dict[str, str]:
    """Custom fields by their names, and a telephone number that no address could bear."""
    found = _custom(row, shop)
    for number, each in enumerate(addresses, start=1):
        for name, value in _custom(each, shop).items():
            found[f"address {number}: {name}"] = value
    return found if addresses or not phone else found | {"telephone": phone}


def _custom(row: Row, shop: Shop) -> dict[str, str]:
    """The custom fields of a row by their labels; fields that the shop has no more are nobody's."""
    written = text(row, "custom_field")
    if not written:
        return {}
    try:
        answers = filled_in(written)
    except ValueError:
        # Nothing is lost without a word: the plan tells of attributes that the target does not take.
        return {"custom fields that cannot be read": unescaped(written)}
    known = shop.custom_field_by_id
    return {known[id_].name: _as_chosen(known[id_], some) for id_, some in answers.items() if id_ in known}


def _as_chosen(field: CustomField, answers: Sequence[str]) -> str:
    return ", ".join(field.values.get(one) or unescaped(one) for one in answers)


# --- to the shop -----------------------------------------------------------------------------------------


def new_customer(wanted: Customer, shop: Shop) -> dict[str, Any]:
    """The row of a new customer, who cannot log in before everything else is written.

    NULL is never written: 4.1 answers a NULL name, group, telephone or newsletter with a fatal error (run).
    """
    values: dict[str, Any] = {
        "store_id": shop.store,
        "custom_field": "",
        "safe": 0,
        "commenter": 0,
        "fax": "",
        "token": "",
        "code": "",
        "address_id": 0,
        "telephone": escaped(_phone(wanted)),
        **passwords.columns(wanted.password_hash),
        **{name: value(wanted, shop) for name, (_, value) in COLUMNS.items()},
        "ip": f"{PENDING}{int(_may_log_in(wanted, shop))}",
        "status": 0,
    }
    return whole(values, shop.tables["customer"])


def changed(wanted: Customer, fields: Collection[str], shop: Shop) -> dict[str, Any]:
    """The columns of a customer that change with these fields, by the names of `Customer`."""
    there = shop.tables["customer"].columns
    return {
        name: value(wanted, shop)
        for name, (field, value) in COLUMNS.items()
        if field in fields and name in there
    }


def new_address(wanted: Address, customer_id: int, shop: Shop, *, is_default: bool) -> dict[str, Any]:
    """The row of a new address."""
    country = shop.country_id(wanted.country)
    lines = (*wanted.street, "", "")
    values = {
        "customer_id": customer_id,
        "firstname": escaped(wanted.firstname),
        "lastname": escaped(wanted.lastname),
        "company": escaped(wanted.company),
        "address_1": escaped(lines[0]),
        "address_2": escaped(lines[1]),
        "city": escaped(wanted.city),
        "postcode": escaped(wanted.postcode),
        "country_id": country,
        "zone_id": shop.zone_id(country, wanted.region),
        "custom_field": "",
        "default": int(is_default),
    }
    return whole(values, shop.tables["address"])


def default_first(addresses: Sequence[Address]) -> Sequence[Address]:
    """The addresses, the default one before the others: the first that is written becomes the default."""
    if len(addresses) < 2:
        return addresses
    return sorted(addresses, key=lambda one: (not one.default_billing, not one.default_shipping))


def now(zone: tzinfo) -> str:
    """This moment in the shop's local time."""
    return datetime.now(zone).strftime("%Y-%m-%d %H:%M:%S")


def _phone(wanted: Customer) -> str:
    return next((one.phone for one in default_first(wanted.addresses) if one.phone), "")


def _may_log_in(wanted: Customer, shop: Shop) -> bool:
    """Whether `status` is 1 in the end: on 2.3 it is for who waits, too, who is not `approved` (run)."""
    return wanted.active is not False or "approved" in shop.tables["customer"].columns


def whole(values: Mapping[str, Any], there: Table) -> dict[str, Any]:
    """A row of these values, as far as there are columns, and something neutral for what is demanded."""
    columns = there.columns
    return there.demanded | {name: value for name, value in values.items() if name in columns}


Value = Callable[[Customer, Shop], str | int]

COLUMNS: dict[str, tuple[str, Value]] = {
    "customer_group_id": ("groups", lambda wanted, _: int(wanted.default_group or 0)),
    "email": ("email", lambda wanted, _: escaped(wanted.email)),
    "firstname": ("firstname", lambda wanted, _: escaped(wanted.firstname)),
    "lastname": ("lastname", lambda wanted, _: escaped(wanted.lastname)),
    "language_id": ("language", lambda wanted, shop: shop.language_id(wanted.language)),
    "newsletter": ("newsletter", lambda wanted, _: int(wanted.newsletter is True)),
    "status": ("active", lambda wanted, shop: int(_may_log_in(wanted, shop))),
    "approved": ("active", lambda wanted, _: int(wanted.active is not False)),
    "date_added": (
        "created",
        lambda wanted, shop: to_local(wanted.created, shop.time_zone) or now(shop.time_zone),
    ),
}
"""Which field of a customer stands in each column and how, whether a shop has the column or not."""
