"""The canonical records: groups, customers and addresses, in no platform's words.

Rooms translate their platform's rows into these and back. The records are plain data: they check nothing
and know no store. Text is Unicode as people wrote it, never escaped for a wire or a database.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Role(StrEnum):
    """What a built-in group stands for, whatever the shop calls it."""

    VISITOR = "visitor"  # people who are not logged in
    GUEST = "guest"  # people who bought without an account
    DEFAULT = "default"  # the group of everybody who registers


class Group(Struct, frozen=True, omit_defaults=True):
    """A customer group of one store."""

    id: str
    name: str
    """The name in the store's default language."""
    names: dict[str, str] = {}
    """The same name in every language of the store, by ISO 639 code; empty where a store has one language."""
    role: Role | None = None
    settings: dict[str, str] = {}
    """What the group means there (tax class, discount, price display …), in words for people."""
    members: int | None = None
    """How many customers are in it, if the platform tells."""
    closed: str = ""
    """Why no customer can be put into it, in words; "" for all groups that are open."""


# gc=False: there are millions of them, never in a circle, and looking for garbage among them takes time.
class Address(Struct, frozen=True, omit_defaults=True, gc=False):
    """A postal address of a customer. Empty text means "none"."""

    firstname: str = ""
    lastname: str = ""
    company: str = ""
    street: tuple[str, ...] = ()
    """One entry a line, as it was written."""
    postcode: str = ""
    city: str = ""
    region: str = ""
    """State, province or county by name."""
    region_code: str = ""
    """The same by the code within its country ("TX"), if known."""
    country: str = ""
    """ISO 3166-1 alpha-2, upper case."""
    phone: str = ""
    mobile: str = ""
    vat_number: str = ""
    id_number: str = ""
    """A person's identification number where a country asks for one (the Spanish DNI)."""
    prefix: str = ""
    middlename: str = ""
    suffix: str = ""
    fax: str = ""
    alias: str = ""
    """The name a customer gave the address. A label: never compared."""
    note: str = ""
    default_billing: bool = False
    default_shipping: bool = False


class PasswordHash(Struct, frozen=True, omit_defaults=True, gc=False):
    """A password's hash on its way from one store to another. It is shown to nobody, not even in a repr."""

    scheme: str
    """How it was made, in the words of `platforms/hashes.py`: "sha256", "md5+salt", "bcrypt" …"""
    digest: str
    salt: str = ""

    def __repr__(self) -> str:
        return f"PasswordHash({self.scheme!r})"


class Customer(Struct, frozen=True, omit_defaults=True, gc=False):
    """A customer of one store. Empty text means "none", and None means "the store does not say"."""

    id: str
    email: str
    groups: tuple[str, ...] = ()
    """Ids of the groups; the first is the default group, the one that decides prices."""
    loose_default: bool = False
    """The default group is not among the memberships; a store that keeps the two apart gives such a customer
    the prices of the group, but not what is open to its members."""
    firstname: str = ""
    lastname: str = ""
    middlename: str = ""
    prefix: str = ""
    suffix: str = ""
    gender: str = ""
    """"male", "female" or empty."""
    birthday: str = ""
    """An ISO date, "1980-02-29"."""
    company: str = ""
    tax_id: str = ""
    language: str = ""
    """ISO 639, two letters."""
    scope: str = ""
    """The website or shop that the account belongs to, by the store's own code."""
    password: str = ""
    """The kind of the password's hash ("sha256", "bcrypt"), never the hash; "" if there is none or the store
    does not say. It forecasts who can log in, and is never compared."""
    password_hash: PasswordHash | None = None
    """The hash itself, only where a store was opened to read it (`Opening.passwords`). Never compared."""
    username: str = ""
    """The name that a store knows the customer by besides the e-mail, where a platform has one."""
    attributes: dict[str, str] = {}
    """Attributes that a shop added, by code: labels and no option ids; several values are one a line, in the
    shop's order of its options."""
    newsletter: bool | None = None
    active: bool | None = None
    guest: bool = False
    """Bought without an account: a row, but nobody who can log in."""
    deleted: bool = False
    """The store keeps the row though the customer is gone: no log-in, but the e-mail may stay taken."""
    created: str = ""
    """When the account was made: UTC, "2015-05-05 05:05:05"."""
    updated: str = ""
    """When the store last changed it: UTC, the same form."""
    addresses: tuple[Address, ...] = ()

    @property
    def default_group(self) -> str:
        """The id of the group that decides prices, or "" for a customer in no group."""
        return self.groups[0] if self.groups else ""

    @property
    def country(self) -> str:
        """The country a person is said to live in: of the default billing address, else of the first one."""
        for address in self.addresses:
            if address.default_billing:
                return address.country
        return self.addresses[0].country if self.addresses else ""
