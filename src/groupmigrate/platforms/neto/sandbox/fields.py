"""The fields of a customer that the API writes, with the most characters of each (documentation, read)."""

from __future__ import annotations

FLAGS = ("Active", "NewsletterSubscriber", "OnCreditHold")
HOME = {
    "FirstName": 50,
    "LastName": 50,
    "Company": 50,
    "StreetLine1": 50,
    "StreetLine2": 50,
    "City": 50,
    "State": 50,
    "PostCode": 15,
    "Country": 2,
    "Phone": 30,
    "Fax": 30,
}
BILLING = {f"Bill{name}": length for name, length in HOME.items()}
SHIPPING = {f"Ship{name}": length for name, length in HOME.items()} | {"ShipTitle": 255}
HOMES = {"BillingAddress": BILLING, "ShippingAddress": SHIPPING}
TEXTS = {
    "Username": 25,
    "EmailAddress": 50,
    "UserGroup": 50,
    "Gender": 6,
    "ABN": 255,
    "Classification1": 20,
    "Classification2": 20,
    "SalesChannel": 15,
    "Type": 8,
    "InternalNotes": 0,
}
"""0 is no limit."""
DATES = ("DateOfBirth",)
ZERO_DATE = "0000-00-00"
ZERO = "0000-00-00 00:00:00"
