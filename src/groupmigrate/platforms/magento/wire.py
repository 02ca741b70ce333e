"""Between the canonical records and Magento's JSON. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from groupmigrate.model import Address, Customer, Group, Role
from groupmigrate.platforms.magento import passwords
from groupmigrate.platforms.magento.shop import Attribute, Shop

Row = Mapping[str, Any]

VISITORS = "0"
"""The id of NOT LOGGED IN in every shop, whatever it is called there (2.4.7, run)."""
LAST_GROUP = 65_535
"""The largest number of a group that a customer's row has room for (2.4.7's tables, read)."""
GENDERS = {1: "male", 2: "female"}
GENDER_IDS = {"male": 1, "female": 2, "": 0}

PERSON = {
    "firstname": "firstname",
    "lastname": "lastname",
    "middlename": "middlename",
    "prefix": "prefix",
    "suffix": "suffix",
    "birthday": "dob",
    "tax_id": "taxvat",
}
"""By the names of `Customer`: what Magento calls a text of the person."""
HOME = {
    "firstname": "firstname",
    "lastname": "lastname",
    "middlename": "middlename",
    "prefix": "prefix",
    "suffix": "suffix",
    "company": "company",
    "postcode": "postcode",
    "city": "city",
    "country": "country_id",
    "phone": "telephone",
    "fax": "fax",
    "vat_number": "vat_id",
}
"""The same of an address."""
CONFIRMED = {"confirmation": ""}
"""Lets a customer log in who waits for the click on a link; said with the creation it is not heard (run)."""
NOT_WRITABLE = ("created_at", "updated_at", "extension_attributes")
"""What Magento tells of a customer and does not take back unchanged."""


# --- from the shop ---------------------------------------------------------------------------------------


def customer(row: Row, shop: Shop) -> Customer:
    """A customer as a search and a single read give it: empty fields are not there at all (2.4.7, run)."""
    extension = row.get("extension_attributes") or {}
    # Whose website was deleted has none; e-mails may be missing, too (tables of 2.4.7, read).
    website = row.get("website_id") or 0
    return Customer(
        id=str(row["id"]),
        email=row.get("email") or "",
        groups=(str(row["group_id"]),),
        firstname=row.get("firstname") or "",
        lastname=row.get("lastname") or "",
        middlename=row.get("middlename") or "",
        prefix=row.get("prefix") or "",
        suffix=row.get("suffix") or "",
        gender=GENDERS.get(row.get("gender") or 0, ""),
        birthday=_moment(row.get("dob")),
        tax_id=row.get("taxvat") or "",
        language=shop.languages.get(row.get("store_id") or 0, ""),
        scope=shop.website_codes.get(website, str(website or "")),
        attributes=_attributes(row.get("custom_attributes") or (), shop.attributes),
        # Shops before 2.3.4 do not tell (magento2#13252).
        newsletter=extension.get("is_subscribed"),
        # The key stays until the link in the mail is opened; deactivated accounts do not exist (2.4.7, run).
        active=False if row.get("confirmation") else None,
        created=_moment(row.get("created_at")),
        updated=_moment(row.get("updated_at")),
        addresses=tuple(address(each) for each in row.get("addresses") or ()),
    )


def address(row: Row) -> Address:
    """An address. A region that was written freely has its name as code and the id 0 (2.4.7, run)."""
    region = row.get("region") or {}
    return Address(
        firstname=row.get("firstname") or "",
        lastname=row.get("lastname") or "",
        middlename=row.get("middlename") or "",
        prefix=row.get("prefix") or "",
        suffix=row.get("suffix") or "",
        company=row.get("company") or "",
        postcode=row.get("postcode") or "",
        city=row.get("city") or "",
        country=row.get("country_id") or "",
        phone=row.get("telephone") or "",
        fax=row.get("fax") or "",
        vat_number=row.get("vat_id") or "",
        street=tuple(line for line in row.get("street") or () if line),
        region=region.get("region") or "",
        region_code=(region.get("region_code") or "") if region.get("region_id") else "",
        default_billing=bool(row.get("default_billing")),
        default_shipping=bool(row.get("default_shipping")),
    )


def group(row: Row, shop: Shop) -> Group:
    """A group."""
    id_ = str(row["id"])
    roles = {shop.default_group: Role.DEFAULT, VISITORS: Role.VISITOR}
    settings = {"tax class": str(row.get("tax_class_name") or row.get("tax_class_id") or "")}
    excluded = (row.get("extension_attributes") or {}).get("exclude_website_ids") or ()
    if excluded:
        settings["not on"] = ", ".join(shop.website_codes.get(each, str(each)) for each in excluded)
    closed = f"the shop keeps no number above {LAST_GROUP:,}" if row["id"] > LAST_GROUP else ""
    return Group(id=id_, name=row["code"], role=roles.get(id_), settings=settings, closed=closed)


def _moment(value: str | None) -> str:
    """A date or time; zeros are none. Every time of the interface is UTC (2.4.7, run)."""
    return "" if not value or value.startswith("0000") else value


def _attributes(rows: Iterable[Row], known: Mapping[str, Attribute]) -> dict[str, str]:
    """The shop's own attributes, options by their labels; several values are one a line."""
    found = {}
    for row in rows:
        code, value = row["attribute_code"], row.get("value")
        if value not in (None, "", []):
            found[code] = known.get(code, Attribute()).shown(str(value))
    return found


# --- to the shop -----------------------------------------------------------------------------------------


def new_customer(wanted: Customer, shop: Shop) -> dict[str, Any]:
    """The body that creates a customer. Never an id: the customer who has it would be overwritten (run)."""
    website = shop.website or shop.websites[0]
    fields: dict[str, Any] = {
        "email": wanted.email,
        "group_id": int(wanted.default_group),
        # Both, always: what is left out is guessed from the address of the request (2.4.7, run).
        "website_id": website.id,
        "store_id": shop.store_for(wanted.language),
        **{theirs: value for name, theirs in PERSON.items() if (value := getattr(wanted, name))},
    }
    if wanted.gender:
        fields["gender"] = GENDER_IDS[wanted.gender]
    if wanted.created:
        fields["created_at"] = wanted.created
    if wanted.attributes:
        fields["custom_attributes"] = _custom(wanted, shop)
    if wanted.addresses:
        fields["addresses"] = [new_address(each, shop) for each in wanted.addresses]
    if shop.subscribes and wanted.newsletter:
        # False would mail, too: that the customer is not subscribed any more (2.4.7, run).
        fields["extension_attributes"] = {"is_subscribed": True}
    body: dict[str, Any] = {"customer": _guarded(fields, shop)}
    if wanted.password_hash and (stored := passwords.stored(wanted.password_hash)):
        body["passwordHash"] = stored
    return body


def changed_customer(
    wanted: Customer, fields: Iterable[str], shop: Shop, row: Row | None = None
) -> dict[str, Any]:
    """The body that changes the named fields; `row` is what the shop has, where that must be sent again.

    Addresses are added to those of the row: a list replaces all that are not in it by their id (run).
    """
    fields = set(fields)
    changed: dict[str, Any] = {"id": int(wanted.id)}
    if row and not shop.saves_parts:
        changed |= {name: value for name, value in row.items() if name not in NOT_WRITABLE}
    changed |= {theirs: getattr(wanted, name) for name, theirs in PERSON.items() if name in fields}
    if "groups" in fields:
        changed["group_id"] = int(wanted.default_group)
    if "gender" in fields:
        changed["gender"] = GENDER_IDS[wanted.gender]
    if "attributes" in fields:
        kept = (
            one
            for one in changed.get("custom_attributes", ())
            if one["attribute_code"] not in wanted.attributes
        )
        changed["custom_attributes"] = [*kept, *_custom(wanted, shop)]
    if "language" in fields:
        changed["store_id"] = shop.store_for(wanted.language)
    if "active" in fields and wanted.active is not False:
        changed |= CONFIRMED
    if "newsletter" in fields and shop.subscribes:
        changed["extension_attributes"] = {"is_subscribed": bool(wanted.newsletter)}
    if "addresses" in fields and row:
        added = [new_address(each, shop) for each in wanted.addresses]
        changed["addresses"] = [*(row.get("addresses") or ()), *added]
    return {"customer": _guarded(changed, shop)}


def new_address(wanted: Address, shop: Shop) -> dict[str, Any]:
    """An address to be created. Only the id of a region makes it one: a code alone is lost (2.4.7, run)."""
    fields: dict[str, Any] = {
        theirs: value for name, theirs in HOME.items() if (value := getattr(wanted, name))
    }
    fields["street"] = list(wanted.street)
    if region := shop.region_id(wanted.country, wanted.region_code):
        fields["region"] = {"region_id": region}
    elif wanted.region:
        fields["region"] = {"region": wanted.region}
    for flag in ("default_billing", "default_shipping"):
        if getattr(wanted, flag):
            fields[flag] = True
    return fields


def _custom(wanted: Customer, shop: Shop) -> list[dict[str, str | None]]:
    """The wanted attributes; options go by their numbers, which differ from shop to shop (2.4.7, run)."""
    return [
        {"attribute_code": code, "value": shop.attributes.get(code, Attribute()).stored(value)}
        for code, value in wanted.attributes.items()
    ]


def _guarded(fields: dict[str, Any], shop: Shop) -> dict[str, Any]:
    # With automatic groups by VAT number a saved billing address undoes the group, silently, and every
    # change of a customer saves all addresses (2.4.7, run).
    return {**fields, "disable_auto_group_change": 1} if shop.keeps_group else fields
