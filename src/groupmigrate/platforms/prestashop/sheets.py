"""The columns of PrestaShop's files, declared: import page, exports of the SQL Manager, list of customers.

The import page's are in the order in which it lists them, so that its own choice for each column is right.
Read in the source of PrestaShop 8 and 9 (AdminImportController, CustomerFieldsProvider,
AddressFieldsProvider; SqlRequestExporter; CustomerController::exportAction, CsvResponse), not run.
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


# --- exports of the SQL Manager ---------------------------------------------------------------------------


CUSTOMER_ID = "id_customer"
"""The column that says whose a row is, in every export."""

_LIST = {"ID": "the list Customers > Export, which is read without `memberships`"}


def _table(title: str, table: str, columns: str, order: str) -> Sheet:
    """The export of a query: one table, without joins, in a stable order."""
    query = f"SELECT {columns} FROM ps_{table} ORDER BY {order}"
    return Sheet(
        title=f"the export of PrestaShop's {title}",
        columns=tuple(Column(name, table, needed=True) for name in columns.split(", ")),
        origin=f"export it in Advanced Parameters > Database > SQL Manager with the query: {query}",
        mistaken=_LIST,
    )


CUSTOMER_TABLE = _table(
    "customers",
    "customer",
    "id_customer, id_default_group, id_lang, id_gender, id_shop, firstname, lastname, email, birthday, "
    "company, newsletter, active, is_guest, deleted, date_add, date_upd",
    "id_customer",
)
MEMBERSHIP_TABLE = _table("memberships", "customer_group", "id_customer, id_group", "id_customer")
ADDRESS_TABLE = _table(
    "addresses",
    "address",
    "id_customer, id_address, id_country, id_state, alias, company, firstname, lastname, address1, address2, "
    "postcode, city, other, phone, phone_mobile, vat_number, dni, deleted",
    "id_customer",
)
COUNTRY_TABLE = _table("countries", "country", "id_country, iso_code", "id_country")
STATE_TABLE = _table("states", "state", "id_state, id_country, iso_code, name", "id_state")


# --- the list of customers --------------------------------------------------------------------------------


CUSTOMER_LIST = Sheet(
    title="the list Customers > Export of PrestaShop 8 and 9",
    columns=(
        Column("id_customer", "ID"),
        Column("social_title", "Social title: a word of the employee's language"),
        Column("firstname", "First name"),
        Column("lastname", "Last name"),
        Column("email", "Email address"),
        Column("default_group", "Group: the default group's name in the employee's language"),
        Column("company", "Company"),
        Column("total_spent", "Sales, as the employee's language writes a price"),
        Column("active", "Enabled, 1 or 0"),
        Column("newsletter", "Newsletter, 1 or 0"),
        Column("optin", "Partner offers, 1 or 0"),
        Column("date_add", "Registration, Y-m-d H:i:s in the shop's time zone"),
        Column("connect", "Last visit"),
    ),
    origin="reset the filters of Customers > Customers, export the list, and take the file as it is; up to "
    "1.7 it names no group: there, export the tables with the SQL Manager, as the PrestaShop page says",
    mistaken={CUSTOMER_ID: "an export of the SQL Manager, which `memberships` belongs to"},
    by_place=True,
)
