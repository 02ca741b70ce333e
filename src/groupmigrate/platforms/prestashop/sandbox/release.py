"""What sets the practised versions of PrestaShop apart, as data; the code that serves them asks here.

Every value was seen in a shop that was run: 9.1.4, 1.7.6.2 and 1.6.1.25, and for 8 the classes of 8.2.6
on the framework of 9.1.4, so that the validators of 8 are those of its source.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from groupmigrate.platforms.prestashop.sandbox.check import (
    RULES_OF_EIGHT,
    RULES_OF_NINE,
    RULES_OF_SEVEN,
    RULES_OF_SIX,
    Rule,
)
from groupmigrate.platforms.prestashop.sandbox.resources import RESOURCES, Field, Resource

Properties = Mapping[str, Any]
Changes = Mapping[str, Mapping[str, Properties | None]]
"""By resource and field the properties that differ from the next newer version; None where it has no such."""


@dataclass(frozen=True)
class Release:
    """One major version: what its webservice does otherwise than the others."""

    name: str
    """As a user asks for it: "9"."""
    version: str
    """As every answer names it in PSWS-Version."""
    resources: Mapping[str, Resource] = field(repr=False)
    rules: Mapping[str, Rule] = field(repr=False)
    methods: tuple[str, ...] = ("GET", "PUT", "POST", "PATCH", "DELETE", "HEAD")
    """The rights that a key can have, in the order in which the root shows them."""
    query_status: int = 500
    """The status of a query that cannot be understood: PHP 8's own warnings turn it into 500."""
    typed_json: bool = True
    """JSON has numbers, and its detail view drops what is empty. Otherwise all is text or null."""
    shows_one_by_display: bool = True
    """`display` beside an id shows the fields; otherwise only the id."""
    membership_ids: bool = False
    """`display=[groups[id]]` shows the ids of the groups."""
    root_in_json: bool = False
    notice: int = 3
    """The code of PHP's complaint about something undefined."""
    raw_json: bool = False
    """JSON holds characters as they are, control characters too: then it cannot be read by the rules."""
    empty_cdata: bool = True
    """Empty values are CDATA in XML, too."""
    empty_type: bool = True
    """Answers without a body have an empty Content-Type; otherwise none."""
    hides_version: bool = True
    """Who has no key is told the version 0."""
    preflight: bool = False
    """OPTIONS without a key is answered 200."""
    all_shops: bool = True
    """id_shop=all is known; otherwise it leads to the storefront."""
    shop_group: tuple[str, ...] = ("id_shop_group", "id_group_shop")
    """What a group of shops is called in an address."""
    storefront: str = "/"
    guest_checkout: bool = True
    """A fresh shop lets guests order."""
    unique_emails: bool = True
    free_guests: bool = True
    """A guest may have the e-mail of a registered customer."""
    keeps_built_in: bool = False
    """No built-in group can be deleted; otherwise only the one of customers is kept."""
    dni: bool = True
    """The identification number is required where the country has one."""
    wide_characters: bool = True
    """Characters of four bytes are kept; otherwise each becomes "????"."""
    nulls_at_once: bool = False
    """An empty text is stored as NULL when a record is made, not only when it is changed."""
    md5: bool = False
    """Passwords are kept as MD5; otherwise in bcrypt's form."""


def _older(resources: Mapping[str, Resource], changes: Changes) -> dict[str, Resource]:
    return {
        name: replace(resource, fields=_changed(resource, changes.get(name, {})))
        for name, resource in resources.items()
    }


def _changed(resource: Resource, changes: Mapping[str, Properties | None]) -> tuple[Field, ...]:
    properties = ((each, changes.get(each.name, {})) for each in resource.fields)
    return tuple(replace(each, **more) for each, more in properties if more is not None)


def _cut(width: int) -> Properties:
    # Not refused when it is too long, but cut by the column without a word (8.2.6 and older, run).
    return {"size": 0, "width": width}


def _warehouse_first(resources: Mapping[str, Resource]) -> dict[str, Resource]:
    # Up to 8 the warehouse stands before the country (8.2.6 and older, run).
    addresses = resources["addresses"]
    first = ("id_customer", "id_manufacturer", "id_supplier", "id_warehouse")
    fields = sorted(addresses.fields, key=lambda each: each.name not in first)
    return {**resources, "addresses": replace(addresses, fields=tuple(fields))}


OF_EIGHT: Changes = {
    "customers": {
        "ip_registration_newsletter": _cut(15),
        "last_passwd_gen": {"writable": True},
        "secure_key": {"writable": True, "size": 0},
        "website": _cut(128),
        "company": _cut(255),
        "siret": _cut(14),
        "ape": _cut(6),
    },
    "addresses": {"vat_number": _cut(32)},
}
OF_SEVEN: Changes = {
    "customers": {
        "passwd": {"rule": "isPasswd"},
        "ape": _cut(5),
        "note": {"rule": "isCleanHtml", "size": 65000},
    },
    "addresses": {"other": {"size": 300}},
    "shops": {"color": None},
    "shop_groups": {"color": None},
}
OF_SIX: Changes = {
    "customers": {
        "passwd": {"size": 32},
        "lastname": {"size": 32},
        "firstname": {"size": 32},
        "email": {"size": 128},
        "company": {"width": 64},
        "siret": {"rule": "isSiret"},
        "reset_password_token": None,
        "reset_password_validity": None,
    },
    "groups": {"reduction": {"width": 15}},
    "languages": {"locale": None},
    "shops": {"theme_name": None},
    "addresses": {"lastname": {"size": 32}, "firstname": {"size": 32}},
}

NINE = Release("9", "9.1.4", RESOURCES, RULES_OF_NINE, preflight=True, keeps_built_in=True)
EIGHT = Release(
    "8", "8.2.6", _warehouse_first(_older(RESOURCES, OF_EIGHT)), RULES_OF_EIGHT, free_guests=False
)
SEVEN = replace(
    EIGHT,
    name="1.7",
    version="1.7.6.2",
    resources=_older(EIGHT.resources, OF_SEVEN),
    rules=RULES_OF_SEVEN,
    methods=("GET", "PUT", "POST", "DELETE", "HEAD"),
    query_status=400,
    typed_json=False,
    shows_one_by_display=False,
    membership_ids=True,
    root_in_json=True,
    notice=5,
    empty_cdata=False,
    empty_type=False,
    hides_version=False,
    nulls_at_once=True,
    all_shops=False,
    shop_group=("id_group_shop",),
    storefront="/index.php",
    unique_emails=False,
    free_guests=True,
    wide_characters=False,
)
SIX = replace(
    SEVEN,
    name="1.6",
    version="1.6.1.25",
    resources=_older(SEVEN.resources, OF_SIX),
    rules=RULES_OF_SIX,
    raw_json=True,
    guest_checkout=False,
    dni=False,
    md5=True,
)

RELEASES = {each.name: each for each in (SIX, SEVEN, EIGHT, NINE)}
