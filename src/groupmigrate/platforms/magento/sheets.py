"""The columns of Magento's own CSV files, declared: those of its exports that are read, and of its imports.

Columns as exported and imported by Magento Open Source 2.4.7-p7, run. Tokens are not among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from groupmigrate.platforms.csvfile import Column, Sheet

_GRID = {"Customer Since": "an export of the grid Customers > All Customers"}
_MISTAKEN = {
    "_address_street": "a single file of customers and addresses",
    **_GRID,
}

_KEY = (
    Column("email", "with `_website` the key of a customer", needed=True),
    Column("_website", "code of the website", needed=True),
)
_OWNER = (
    Column("_website", "with `_email` the customer it belongs to", needed=True),
    Column("_email", "with `_website` the customer it belongs to", needed=True),
)
_NAME = (
    Column("prefix", "Mr, Dr …, free text"),
    Column("firstname", "given name", needed=True),
    Column("middlename", "middle name or initial"),
    Column("lastname", "family name", needed=True),
    Column("suffix", "Jr., MBA …, free text"),
)


def _of(sheet: Sheet, *names: str) -> Iterator[Column]:
    return (column for column in sheet.columns if column.name in names)


CUSTOMERS = Sheet(
    title="Magento's customer export",
    columns=(
        *_KEY,
        Column("_store", "code of the store view"),
        Column("group_id", "number of the customer group", needed=True),
        *_NAME,
        Column("dob", "date of birth, Y-m-d"),
        Column("gender", "the option's label: Male, Female, Not Specified"),
        Column("taxvat", "tax or VAT number"),
        Column("password_hash", "its kind is taken; the hash only for `passwords: carry`"),
        Column("confirmation", "a key as long as the account is not confirmed"),
        Column("created_at", "UTC, Y-m-d H:i:s"),
        Column("updated_at", "UTC, Y-m-d H:i:s"),
    ),
    origin="export it in Magento: System > Data Transfer > Export, type Customers Main File, all columns",
    mistaken={"_email": "the address export", **_MISTAKEN},
)

ADDRESSES = Sheet(
    title="Magento's address export",
    columns=(
        *_OWNER,
        *_NAME,
        Column("company", "company"),
        Column("street", "all lines, separated by line ends inside the cell", needed=True),
        Column("postcode", "postcode"),
        Column("city", "city", needed=True),
        Column("region", "state or province by name"),
        Column("country_id", "ISO 3166-1 alpha-2", needed=True),
        Column("telephone", "phone"),
        Column("fax", "fax"),
        Column("vat_id", "VAT number"),
        Column("_address_default_billing_", "1 for the default billing address"),
        Column("_address_default_shipping_", "1 for the default shipping address"),
    ),
    origin="export it in Magento: System > Data Transfer > Export, type Customer Addresses, all columns",
    mistaken={"group_id": "the customer export", **_MISTAKEN},
)


COMPOSITE_ADDRESS = {
    column.name: column.name if column.name.startswith("_address_") else f"_address_{column.name}"
    for column in ADDRESSES.columns
    if column not in _OWNER
}
"""The columns of an address, as a single file calls them."""

_HOME_COLUMNS = tuple(
    replace(column, name=COMPOSITE_ADDRESS[column.name], needed=False)
    for column in ADDRESSES.columns
    if column.name in COMPOSITE_ADDRESS
)

SINGLE = Sheet(
    title="the customer export of Magento 1",
    columns=(*CUSTOMERS.columns, *_HOME_COLUMNS),
    origin="export it in Magento 1 or OpenMage: System > Import/Export > Export, entity type Customers",
    mistaken={"_email": "the address export of Magento 2", **_GRID},
)
"""The same columns as in Magento 2, with each further address on a row without an e-mail (OpenMage, read)."""

OF_EVERY_SHOP = frozenset(
    {
        *(column.name for column in CUSTOMERS.columns),
        *("website_id", "store_id", "created_in", "rp_token", "rp_token_created_at", "password"),
        *("disable_auto_group_change", "failures_num", "first_failure", "lock_expires", "session_cutoff"),
    }
)
"""The columns that every export of customers can have; further ones are attributes that the shop added."""


def with_attributes(sheet: Sheet, codes: Iterable[str], *, needed: bool) -> Sheet:
    """The sheet with the columns of these attributes."""
    own = (Column(code, "an attribute that the shop added", needed) for code in codes)
    return replace(sheet, columns=(*sheet.columns, *own))


# --- imports -----------------------------------------------------------------------------------------------

_OURS = "groupmigrate writes these files; take them as they are, or empty the folder"

CUSTOMER_IMPORT = Sheet(
    title="Magento's import file of customers",
    columns=(
        *_KEY,
        Column("_store", "code of the store view", needed=True),
        Column("group_id", "number of the customer group", needed=True),
        *_NAME,
        Column("dob", "date of birth, Y-m-d"),
        Column("gender", "the option's label: Male, Female"),
        Column("taxvat", "tax or VAT number"),
        Column("password_hash", "hash, salt and version, where passwords are carried"),
        Column("created_at", "UTC, Y-m-d H:i:s"),
        Column("disable_auto_group_change", "1 or 0, never empty", needed=True),
    ),
    origin=_OURS,
    mistaken={"_email": "an import file of addresses", **_MISTAKEN},
)

ADDRESS_IMPORT = Sheet(
    title="Magento's import file of addresses",
    columns=(
        *_OWNER,
        Column("_entity_id", "left empty: a number would change the address that has it", needed=True),
        *(column for column in ADDRESSES.columns if column not in _OWNER),
    ),
    origin=_OURS,
    mistaken={"group_id": "an import file of customers", **_MISTAKEN},
)

COMPOSITE_IMPORT = Sheet(
    title="Magento's import file of customers and addresses",
    columns=(*CUSTOMER_IMPORT.columns, *_HOME_COLUMNS),
    origin=_OURS,
    mistaken={"_email": "an import file of addresses"},
)

GROUP_CHANGES = Sheet(
    title="Magento's import file of changed groups",
    columns=(*_KEY, *_of(CUSTOMER_IMPORT, "group_id")),
    origin=_OURS,
    mistaken={"_email": "an import file of addresses"},
)

ATTRIBUTE_CHANGES = Sheet(
    title="Magento's import file of changed attributes",
    columns=_KEY,
    origin=_OURS,
    mistaken={"group_id": "another import file of customers"},
)

PERSON_CHANGES = Sheet(
    title="Magento's import file of changed persons",
    columns=(*_KEY, *_NAME, *_of(CUSTOMER_IMPORT, "dob", "gender", "taxvat")),
    origin=_OURS,
    mistaken={"group_id": "another import file of customers"},
)
