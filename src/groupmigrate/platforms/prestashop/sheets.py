"""The columns of PrestaShop's import page, declared: Advanced Parameters > Import, customers and addresses.

In the order in which the page lists them, so that its own choice for each column is right. Read in the
source of PrestaShop 8 and 9 (AdminImportController, CustomerFieldsProvider, AddressFieldsProvider), not run.
"""

from __future__ import annotations

from groupmigrate.platforms.csvfile import Column, Sheet

DELIMITER = ";"
SEVERAL = ","
"""What the page calls the multiple value separator."""

_ORIGIN = "groupmigrate writes these files; take them as they are, or empty the folder"

CUSTOMERS = Sheet(
    title="PrestaShop's customer import file",
    columns=(
        Column("id", "left empty: a number would change whoever has it in the shop", needed=True),
        Column("active", "1 or 0", needed=True),
        Column("id_gender", "1 Mr, 2 Mrs, else 0", needed=True),
        Column("email", "e-mail", needed=True),
        Column("passwd", "a password in plain text; the page demands one", needed=True),
        Column("birthday", "Y-m-d", needed=True),
        Column("lastname", "family name", needed=True),
        Column("firstname", "given name", needed=True),
        Column("newsletter", "1 or 0", needed=True),
        Column("optin", "offers of partners, 1 or 0", needed=True),
        Column("date_add", "Y-m-d H:i:s in the shop's time zone", needed=True),
        Column("group", "ids of groups, separated by commas", needed=True),
        Column("id_default_group", "id of the group that decides prices", needed=True),
    ),
    origin=_ORIGIN,
    mistaken={"customer_email": "an address import file"},
)

ADDRESSES = Sheet(
    title="PrestaShop's address import file",
    columns=(
        Column("id", "left empty: a number would change the address that has it", needed=True),
        Column("alias", "the address's label", needed=True),
        Column("active", "1", needed=True),
        Column("customer_email", "the customer it belongs to", needed=True),
        Column("id_customer", "left empty: the e-mail says it", needed=True),
        Column("manufacturer", "left empty", needed=True),
        Column("supplier", "left empty", needed=True),
        Column("company", "company", needed=True),
        Column("lastname", "family name", needed=True),
        Column("firstname", "given name", needed=True),
        Column("address1", "first line of the street", needed=True),
        Column("address2", "second line", needed=True),
        Column("postcode", "post code", needed=True),
        Column("city", "city", needed=True),
        Column("country", "name or id of a country of the shop", needed=True),
        Column("state", "name of a state of the shop", needed=True),
        Column("other", "note", needed=True),
        Column("phone", "phone", needed=True),
        Column("phone_mobile", "mobile phone", needed=True),
        Column("vat_number", "VAT number", needed=True),
        Column("dni", "identification number", needed=True),
    ),
    origin=_ORIGIN,
    mistaken={"passwd": "a customer import file"},
)
