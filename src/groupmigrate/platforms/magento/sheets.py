"""The columns of Magento's own CSV exports that are read, declared. Tokens are not among them.

Columns as exported by Magento Open Source 2.4.7-p7, run.
"""

from __future__ import annotations

from groupmigrate.platforms.csvfile import Column, Sheet

_MISTAKEN = {
    "_address_street": "a Customers and Addresses (single file) import",
    "Customer Since": "an export of the grid Customers > All Customers",
}

CUSTOMERS = Sheet(
    title="Magento's customer export",
    columns=(
        Column("email", "with `_website` the key of a customer", needed=True),
        Column("_website", "code of the website", needed=True),
        Column("_store", "code of the store view"),
        Column("group_id", "number of the customer group", needed=True),
        Column("prefix", "Mr, Dr …, free text"),
        Column("firstname", "given name", needed=True),
        Column("middlename", "middle name or initial"),
        Column("lastname", "family name", needed=True),
        Column("suffix", "Jr., MBA …, free text"),
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
        Column("_website", "with `_email` the customer it belongs to", needed=True),
        Column("_email", "with `_website` the customer it belongs to", needed=True),
        Column("prefix", "Mr, Dr …, free text"),
        Column("firstname", "given name", needed=True),
        Column("middlename", "middle name or initial"),
        Column("lastname", "family name", needed=True),
        Column("suffix", "Jr., MBA …, free text"),
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
