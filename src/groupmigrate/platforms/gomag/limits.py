"""What a Gomag shop can hold of what its API writes, declared: an e-mail and a name (vendor's text)."""

from __future__ import annotations

from groupmigrate.platforms.base import FieldRule, Rules
from groupmigrate.platforms.gomag import ApiOptions

NAME = FieldRule(required=True)
"""Lengths are not documented: what comes back shorter is told after the creation."""
EMAIL = FieldRule(
    required=True,
    pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+\Z",
    says="an address with a dot in the host, no blanks",
)
NEVER = (
    "prefix",
    "suffix",
    "gender",
    "birthday",
    "company",
    "tax_id",
    "language",
    "newsletter",
    "active",
    "created",
    "addresses",
)
"""Fields that no call writes; a middle name is joined to the first name."""


def rules(options: ApiOptions) -> Rules:
    """What the shop can hold."""
    return Rules(
        customer={"email": EMAIL, "firstname": NAME, "lastname": NAME},
        never=NEVER,
        joins_middlename=True,
        groups_by_hand=True,
        mails_on_create=options.welcome_mail,
    )
