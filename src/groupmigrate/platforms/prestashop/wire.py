"""Between the canonical records and PrestaShop's rows (JSON) and entities (XML). Pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET

from groupmigrate.model import Address, Customer, Group, PasswordHash, Role
from groupmigrate.platforms import hashes
from groupmigrate.platforms.prestashop.shop import Shop
from groupmigrate.platforms.timezones import to_local, to_utc

Row = Mapping[str, Any]

# Made by PrestaShop's own GDPR module to hang the carts of deleted people on: no customer (9.1.4, run). Its
# setting tells the id, and before module 1.1.1 it had another e-mail (psgdpr 1.4.3, read).
TECHNICAL = "anonymous@psgdpr.com"
# Gender ids of a fresh shop; the webservice has no resource that would tell others (PrestaShop 9.1.4, run).
GENDERS = {"1": "male", "2": "female"}
GENDER_IDS = {name: id_ for id_, name in GENDERS.items()}
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


# --- from the shop ---------------------------------------------------------------------------------------


def customer(
    row: Row, shop: Shop, addresses: Iterable[Row] = (), *, cookie_key: str | None = None
) -> Customer:
    """A customer of the list view, which has every field; the JSON view of one record drops empty ones.

    The password's hash comes along unless `cookie_key` is None; see `password_hash`.
    """
    default = text(row, "id_default_group") or "0"
    members = [text(group, "id") for group in (row.get("associations") or {}).get("groups") or ()]
    others = sorted((id_ for id_ in members if id_ != default), key=lambda id_: (len(id_), id_))
    return Customer(
        id=text(row, "id"),
        email=text(row, "email"),
        groups=(default, *others),
        # Default group and memberships are independent of each other (PrestaShop 9.1.4, run).
        loose_default=default not in members,
        firstname=text(row, "firstname"),
        lastname=text(row, "lastname"),
        gender=GENDERS.get(text(row, "id_gender"), ""),
        birthday=_date(text(row, "birthday")),
        company=text(row, "company"),
        language=shop.languages.get(text(row, "id_lang"), ""),
        scope=text(row, "id_shop"),
        password=hashes.kind(text(row, "passwd")),
        password_hash=None if cookie_key is None else password_hash(text(row, "passwd"), cookie_key),
        newsletter=truth(row, "newsletter"),
        active=truth(row, "active"),
        guest=truth(row, "is_guest"),
        deleted=truth(row, "deleted"),
        created=to_utc(text(row, "date_add"), shop.time_zone),
        updated=to_utc(text(row, "date_upd"), shop.time_zone),
        addresses=tuple(address(each, shop) for each in addresses),
    )


def password_hash(passwd: str, cookie_key: str) -> PasswordHash | None:
    """The hash in `passwd`; None where there is none, or it cannot be used without the cookie key.

    Up to 1.6 it is md5(cookie key + password), and stays so in a shop that was upgraded until the customer
    logs in (PrestaShop 9.1.4, run).
    """
    found = hashes.of(passwd, cookie_key)
    return None if found and found.scheme == "md5" else found


def address(row: Row, shop: Shop) -> Address:
    """An address. PrestaShop has no default addresses."""
    country = shop.country_by_id.get(text(row, "id_country"))
    state = shop.state_by_id.get(text(row, "id_state"))
    return Address(
        firstname=text(row, "firstname"),
        lastname=text(row, "lastname"),
        company=text(row, "company"),
        street=tuple(line for line in (text(row, "address1"), text(row, "address2")) if line),
        postcode=text(row, "postcode"),
        city=text(row, "city"),
        region=state.name if state else "",
        region_code=state.code if state else "",
        country=country.iso if country else "",
        phone=text(row, "phone"),
        mobile=text(row, "phone_mobile"),
        vat_number=text(row, "vat_number"),
        id_number=text(row, "dni"),
        alias=text(row, "alias"),
        note=text(row, "other"),
    )


def group(row: Row, shop: Shop) -> Group:
    """A group. Built-in ones are known by the shop's settings: names are free and differ by language."""
    id_ = text(row, "id")
    names = _names(row.get("name"), shop)
    roles = {
        shop.visitor_group: Role.VISITOR,
        shop.guest_group: Role.GUEST,
        shop.customer_group: Role.DEFAULT,
    }
    return Group(
        id=id_,
        name=names.get(shop.default_language) or next(filter(None, names.values()), ""),
        names={shop.languages[key]: name for key, name in names.items() if name and key in shop.languages},
        role=roles.get(id_),
        settings={
            "discount": f"{float(text(row, 'reduction') or 0):g} %",
            "prices": "tax excluded" if truth(row, "price_display_method") else "tax included",
            "show prices": "yes" if truth(row, "show_prices") else "no",
        },
    )


def technical(row: Row, account: str = "") -> bool:
    """Whether a customer is the account that PrestaShop's GDPR module made, and nobody; `account`: its id."""
    known = bool(account) and text(row, "id") == account
    return known or text(row, "email").casefold() == TECHNICAL


def text(row: Row, name: str) -> str:
    """A scalar as text: versions and views differ in whether it comes as a number, a string or null."""
    value = row.get(name)
    return value if isinstance(value, str) else "" if value is None else str(value)


def truth(row: Row, name: str) -> bool:
    """A flag; "0", 0, null and nothing at all are no."""
    return row.get(name) not in {None, "", "0", 0}


def _date(value: str) -> str:
    return "" if value.startswith("0000") else value


def _names(value: object, shop: Shop) -> dict[str, str]:
    """By language id. With one language the name is plain text instead of a list (PrestaShop 9.1.4, run)."""
    if isinstance(value, list):
        return {text(each, "id"): text(each, "value") for each in value}
    return {shop.default_language: "" if value is None else str(value)}


# --- to the shop -----------------------------------------------------------------------------------------


def document(entities: Sequence[ET.Element]) -> bytes:
    """The body of a request that writes: one entity or several. Input is XML in every version."""
    root = ET.Element("prestashop")
    root.extend(entities)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    # A bare carriage return becomes a line feed in every XML parser; written as a reference it stays.
    return body.replace(b"\r", b"&#13;")


def new_customer(wanted: Customer, shop: Shop, password: str) -> ET.Element:
    """A customer to be created, with every default said: what is left out is stored as 0 or nothing.

    (PrestaShop 1.6 to 9.1.4, run: without `active` nobody can log in, without groups nobody sees a price.)
    """
    entity = ET.Element("customer")
    _set(entity, "passwd", password)
    _set(entity, "email", wanted.email)
    for name in (
        "firstname",
        "lastname",
        "gender",
        "birthday",
        "company",
        "language",
        "active",
        "newsletter",
    ):
        WRITERS[name](entity, wanted, shop)
    _set(entity, "is_guest", "1" if wanted.guest else "0")
    for name in ("optin", "deleted"):
        _set(entity, name, "0")
    _set_groups(entity, wanted, shop)
    return entity


def new_group(name: str, price_display: str, shop: Shop) -> ET.Element:
    """A group to be created, with a name in every language and visible prices.

    (PrestaShop 9.1.4, run: `show_prices` left out hides all prices, and one language only is a 500.)
    """
    entity = ET.Element("group")
    _set(entity, "reduction", "0")
    _set(entity, "price_display_method", price_display or "0")
    _set(entity, "show_prices", "1")
    names = ET.SubElement(entity, "name")
    for language in shop.languages:
        ET.SubElement(names, "language", id=language).text = name
    return entity


def changed_customer(wanted: Customer, fields: Iterable[str], shop: Shop) -> ET.Element:
    """The named fields of a customer for PATCH, which leaves all others, and the secure key, as they are."""
    entity = ET.Element("customer")
    _set(entity, "id", wanted.id)
    for name in fields:
        WRITERS[name](entity, wanted, shop)
    return entity


def whole_customer(row: Row, wanted: Customer, fields: Iterable[str], shop: Shop) -> ET.Element:
    """Everything the shop has of a customer, with the named fields changed: for PUT, which empties the rest.

    Memberships are sent only if they change: PUT keeps them otherwise, those of other shops of a multistore
    among them, which the row does not show (PrestaShop 1.6.1 and 1.7.6, run).
    """
    entity = changed_customer(wanted, fields, shop)
    changed = {element.tag for element in entity}
    for name in row:
        if name not in changed and name != "associations":
            ET.SubElement(entity, name).text = text(row, name)
    return entity


def new_address(wanted: Address, customer_id: str, number: int, shop: Shop) -> ET.Element:
    """An address to be created; `number` (from 1) names it if it has no alias, which the shop demands."""
    country_id = shop.country_id(wanted.country)
    entity = ET.Element("address")
    _set(entity, "id_customer", customer_id)
    _set(entity, "id_country", country_id)
    _set(entity, "id_state", shop.state_id(country_id, wanted.region_code, wanted.region))
    _set(entity, "alias", alias(wanted.alias, number, shop))
    _set(entity, "address1", wanted.street[0] if wanted.street else "")
    _set(entity, "address2", ", ".join(wanted.street[1:]))
    for name, value in (
        ("firstname", wanted.firstname),
        ("lastname", wanted.lastname),
        ("company", wanted.company),
        ("postcode", wanted.postcode),
        ("city", wanted.city),
        ("phone", wanted.phone),
        ("phone_mobile", wanted.mobile),
        ("vat_number", wanted.vat_number),
        ("dni", wanted.id_number),
        ("other", wanted.note),
    ):
        _set(entity, name, value)
    return entity


def alias(name: str, number: int, shop: Shop) -> str:
    """The label of an address as the shop takes it: at most 32 characters, none of < > { } =."""
    fallback = "Address" if number == 1 else f"Address {number}"
    kept = name if shop.keeps_emoji else re.sub("[\U00010000-\U0010ffff]", "", name)
    return re.sub("[<>{}=]", "", kept).strip()[:32].strip() or fallback


def _set(entity: ET.Element, name: str, value: str) -> None:
    # A character that XML cannot carry would make the shop refuse the whole body (code 127, 9.1.4, run).
    ET.SubElement(entity, name).text = NOT_IN_XML.sub("", value)


def _set_groups(entity: ET.Element, wanted: Customer, _: Shop) -> None:
    _set(entity, "id_default_group", wanted.default_group)
    groups = ET.SubElement(ET.SubElement(entity, "associations"), "groups")
    for id_ in wanted.groups:
        _set(ET.SubElement(groups, "group"), "id", id_)


def _set_created(entity: ET.Element, wanted: Customer, shop: Shop) -> None:
    if local := to_local(wanted.created, shop.time_zone):
        _set(entity, "date_add", local)


Writer = Callable[[ET.Element, Customer, Shop], None]

WRITERS: dict[str, Writer] = {
    "groups": _set_groups,
    "created": _set_created,
    "email": lambda entity, wanted, _: _set(entity, "email", wanted.email),
    "firstname": lambda entity, wanted, _: _set(entity, "firstname", wanted.firstname),
    "lastname": lambda entity, wanted, _: _set(entity, "lastname", wanted.lastname),
    "company": lambda entity, wanted, _: _set(entity, "company", wanted.company),
    "birthday": lambda entity, wanted, _: _set(entity, "birthday", wanted.birthday),
    "gender": lambda entity, wanted, _: _set(entity, "id_gender", GENDER_IDS.get(wanted.gender, "0")),
    "language": lambda entity, wanted, shop: _set(entity, "id_lang", shop.language_id(wanted.language)),
    "active": lambda entity, wanted, _: _set(entity, "active", "0" if wanted.active is False else "1"),
    "newsletter": lambda entity, wanted, _: _set(entity, "newsletter", "1" if wanted.newsletter else "0"),
}
"""How each field of a customer is written, by the names of `Customer`."""
