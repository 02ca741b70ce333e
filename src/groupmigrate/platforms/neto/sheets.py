"""The columns of Neto's files, declared: those of the import and export wizard, by its names, in its order.

Read in the vendor's help ("Customer Import and Export Fields", "Customer Import Wizard"), not run.
"""

from __future__ import annotations

from groupmigrate.platforms.csvfile import Column, Sheet

USERNAME = "Username"
BILL = {
    "firstname": "Bill First Name",
    "lastname": "Bill Last Name",
    "company": "Bill Company",
    "city": "Bill City",
    "region": "Bill State",
    "postcode": "Bill Post Code",
    "country": "Bill Country",
    "phone": "Bill Phone",
    "fax": "Bill Fax",
}
BILL_STREET = ("Bill Street Address Line 1", "Bill Street Address Line 2")
SHIP = {
    "firstname": "Ship First Name",
    "lastname": "Ship Last Name",
    "company": "Ship Company",
    "city": "Ship City",
    "region": "Ship State",
    "postcode": "Ship Post Code",
    "country": "Ship Country",
    "phone": "Ship Phone",
    "fax": "Ship Fax",
}
# The second line has no blank before its number, in the wizard's own list.
SHIP_STREET = ("Ship Address Line 1", "Ship Address Line2")
TITLE, DEFAULT_SHIP = "Ship Address Book Title", "Default Ship Address"
OF_PARCELS = (DEFAULT_SHIP, TITLE, *SHIP.values(), *SHIP_STREET)
"""The columns that differ between the rows of one customer: there is a row for each address for parcels."""

MEANINGS = {
    USERNAME: "the customer's key, 15 characters, or 25 if the store's settings say so",
    "Bill Company": "company",
    "Bill First Name": "given name, 30 characters",
    "Bill Last Name": "family name, 30 characters",
    "Email Address": "e-mail, 50 characters, nobody else's",
    "Bill Phone": "phone",
    "Bill Fax": "fax",
    "ABN/ACN": "tax number",
    "User Group": "name of the group",
    "Gender": "M, F or U",
    "Date Of Birth": "YYYY-MM-DD",
    "Active": "Yes or No",
    "Type": "Customer or Prospect",
    "Newsletter Subscriber": "Yes or No",
    "Bill Street Address Line 1": "first line of the street",
    "Bill Street Address Line 2": "second line",
    "Bill City": "city",
    "Bill State": "state",
    "Bill Post Code": "post code",
    "Bill Country": "country, two letters",
    DEFAULT_SHIP: "Yes for the address that parcels go to",
    TITLE: "a title that no other address of any customer has",
    "Ship Company": "company",
    "Ship First Name": "given name",
    "Ship Last Name": "family name",
    "Ship Address Line 1": "first line of the street",
    "Ship Address Line2": "second line",
    "Ship City": "city",
    "Ship State": "state",
    "Ship Post Code": "post code",
    "Ship Country": "country, two letters",
    "Ship Phone": "phone",
    "Ship Fax": "fax",
}
"""The columns that are written, and read where they are there."""

READ_ONLY = {
    "Bill Middle Name": "middle name",
    "Bill Full Name": "given and family name in one, where the two are empty",
    "Classification 1": "a classification that the store made",
    "Classification 2": "another one",
}

ATTRIBUTES = {"Type": "Type", "Classification1": "Classification 1", "Classification2": "Classification 2"}
"""The columns of what conditions of a mapping may ask for, by the names of the API."""

IMPORT = Sheet(
    title="Neto's customer import file",
    columns=tuple(Column(name, meaning, needed=True) for name, meaning in MEANINGS.items()),
    origin="groupmigrate writes these files; take them as they are, or empty the folder",
)

EXPORT = Sheet(
    title="Neto's customer export",
    columns=tuple(
        Column(name, meaning, needed=name in (USERNAME, "Email Address", "User Group"))
        for name, meaning in (MEANINGS | READ_ONLY).items()
    ),
    origin="export it in Settings & tools > Import & export data > Export data: customers, with all fields",
)
