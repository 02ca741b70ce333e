"""The worksheets of the Export/Import Tool for OpenCart, declared: Customers and Addresses.

Read in the source of the tool's 4.17.9 (OpenCart 4) and 3.22 (OpenCart 2 and 3), not run. The tool demands
its columns in this order. Cells hold what the database holds: texts are HTML-escaped in both directions, but
for the names of zones and countries.
"""

from __future__ import annotations

from groupmigrate.platforms.csvfile import Column, Sheet

_EXPORT = "export the customers with the shop's Export/Import Tool (System > Tools; since 3.0 Extensions)"
_IMPORT = "groupmigrate writes these workbooks; take them as they are, or empty the folder"

YES = frozenset({"true", "yes", "enabled"})
"""What the tool takes for a yes, in any case."""

_COLUMNS = {
    "customer_id": "the id; who has it in the shop is replaced",
    "customer_group": "name of the group in the shop's default language, letter by letter",
    "store_id": "0 for the default store",
    "firstname": "given name",
    "lastname": "family name",
    "email": "e-mail",
    "telephone": "telephone number",
    "fax": "not used by the shop any more",
    "password": "hash of the password",
    "salt": "salt of the hash",
    "cart": "left empty",
    "wishlist": "left empty",
    "newsletter": "yes or no",
    "custom_field": "JSON by the ids of the shop's own fields",
    "ip": "left empty",
    "status": "true or false",
    "approved": "true or false",
    "safe": "true or false: skip the check for fraud",
    "token": "left empty",
    "code": "left empty",
    "date_added": "Y-m-d H:i:s in the shop's time zone",
}
_UNTIL_3 = ("fax", "salt", "cart", "wishlist")

ADDRESS_COLUMNS = {
    "customer_id": "whose address it is",
    "firstname": "given name",
    "lastname": "family name",
    "company": "company",
    "address_1": "first line of the street",
    "address_2": "second line",
    "city": "city",
    "postcode": "post code",
    "zone": "name of a zone of the country",
    "country": "name of a country of the shop",
    "custom_field": "JSON by the ids of the shop's own fields",
    "default": "yes or no",
}


def customers(release: str) -> Sheet:
    """The sheet Customers for the import into a shop of "2.3", "3.0", "4.0" or "4.1"."""
    absent = {"approved"} if release != "2.3" else set()
    absent |= set(_UNTIL_3) if release in ("4.0", "4.1") else set()
    columns = [Column(name, words, needed=True) for name, words in _COLUMNS.items() if name not in absent]
    return Sheet("the workbook's sheet Customers", tuple(columns), _IMPORT)


ADDRESSES = Sheet(
    "the workbook's sheet Addresses",
    tuple(Column(name, words, needed=True) for name, words in ADDRESS_COLUMNS.items()),
    _IMPORT,
)

_NEEDED = ("customer_id", "customer_group", "firstname", "lastname", "email", "country")

EXPORTED_CUSTOMERS = Sheet(
    "the workbook's sheet Customers",
    tuple(Column(name, words, needed=name in _NEEDED) for name, words in _COLUMNS.items()),
    _EXPORT,
)
EXPORTED_ADDRESSES = Sheet(
    "the workbook's sheet Addresses",
    tuple(Column(name, words, needed=name in _NEEDED) for name, words in ADDRESS_COLUMNS.items()),
    _EXPORT,
)
