"""What Neto can hold: lengths and signs, as the vendor's API documentation gives them (read, not run).

Where the API and the pages on the import wizard differ, each way has its own: see `csvwire.py`.
"""

from __future__ import annotations

from groupmigrate.platforms.base import FieldRule, Rules

LONGEST_USERNAME = 25
LONGEST_EMAIL = 50
SHORT = FieldRule(max_length=50)
PHONE = FieldRule(max_length=30)
EMAIL = FieldRule(
    required=True,
    max_length=LONGEST_EMAIL,
    pattern=r"^[^\s@,;<>()\"]+@[^\s@,;<>()\"]+\.[^\s@,;<>()\"]+\Z",
    says="an address with a dot in the host",
)
# "Alphanumeric" says the documentation; other signs are dropped without a word, as for products (read).
USERNAME = FieldRule(
    required=True,
    max_length=LONGEST_USERNAME,
    pattern=r"^[A-Za-z0-9]+\Z",
    says="ASCII letters and digits",
    cleans=((r"[^A-Za-z0-9]", ""),),
)

NEVER = (
    *("prefix", "suffix", "language", "created"),
    *("address.prefix", "address.suffix", "address.mobile", "address.vat_number", "address.id_number"),
    "address.note",
)
"""Fields for which Neto has no place, or that no call can set: the day of registration."""

RULES = Rules(
    customer={
        "firstname": SHORT,
        "lastname": SHORT,
        "company": SHORT,
        "email": EMAIL,
        "tax_id": FieldRule(max_length=255),
    },
    address={
        "firstname": SHORT,
        "lastname": SHORT,
        "company": SHORT,
        "street": SHORT,
        # The store demands nothing; what has no city is read back as no address.
        "city": FieldRule(required=True, max_length=50),
        "region": SHORT,
        "postcode": FieldRule(max_length=15),
        "phone": PHONE,
        "fax": PHONE,
    },
    never=NEVER,
    street_lines=2,
    joins_middlename=True,
    most_addresses=2,
    billing_bears_name=True,
    username=USERNAME,
    unproven_groups=True,
    # Whether it tells such e-mails apart is not known; both readings are safe this way.
    ignores_accents=True,
    ascii_host=True,
)
