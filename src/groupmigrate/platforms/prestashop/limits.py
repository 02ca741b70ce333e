"""What PrestaShop can hold: lengths, patterns and demands, declared. A shop's lists are in `shop.py`.

Lengths and patterns are those of PrestaShop 9.1.4, tried value by value, and of 8.2.6 where it says so.
"""

from __future__ import annotations

from collections.abc import Iterable

from groupmigrate.platforms.base import CountryRule, FieldRule, Rules
from groupmigrate.platforms.prestashop.shop import Country, Shop

CUSTOMER_NAME = FieldRule(
    required=True,
    max_length=255,
    pattern=r"""^(?!\s*\Z)(?:[^0-9!<>,;?=+()/\\@#"°*`{}_^$%:¤\[\]|.。]|[。.](?:\s|\Z))*\Z""",
    says="no digits, no signs but - ' ’ & ~, a dot only at the end or before a space",
)
ADDRESS_NAME = FieldRule(
    required=True,
    max_length=255,
    pattern=r"""^[^0-9!<>,;?=+()@#"°{}_$%:¤|]*\Z""",
    says='no digits, none of ! < > , ; ? = + ( ) @ # " ° { } _ $ % : ¤ |',
)
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL = FieldRule(
    required=True,
    max_length=255,
    pattern=rf"^(?=[^@]{{1,64}}@){ATOM}(?:\.{ATOM})*@(?:{LABEL}\.)+{LABEL}\Z",
    says="a plain ASCII address with a dot in the host, no two dots together, no quotes",
)
GENERIC = r"^[^<>{}]*\Z"
GENERIC_BEFORE_9_0_3 = r"^[^<>={}]*\Z"
STREET = FieldRule(
    required=True, max_length=128, pattern=r"^[^!<>?=+@{}_$%]*\Z", says="none of ! < > ? = + @ { } _ $ %"
)
CITY = FieldRule(
    required=True,
    max_length=64,
    pattern=r"""^[^!<>;?=+@#"°{}_$%]*\Z""",
    says='none of ! < > ; ? = + @ # " ° { } _ $ %',
)
POST_CODE = FieldRule(
    max_length=12, pattern=r"^[A-Za-z 0-9-]*\Z", says="ASCII letters, digits, spaces and hyphens"
)
PHONE = FieldRule(max_length=32, pattern=r"^[+0-9. ()/-]*\Z", says="digits, spaces and + . ( ) / -")
ID_NUMBER = FieldRule(
    max_length=16, pattern=r"^[0-9A-Za-z.-]*\Z", says="ASCII letters, digits, dots and hyphens, no space"
)
NOTE = FieldRule(max_length=4_194_303, pattern=GENERIC, says="none of < > { }")

NEVER = ("prefix", "suffix", "tax_id", "address.prefix", "address.suffix", "address.fax")
"""Fields for which PrestaShop has no place; a middle name is joined to the first name instead."""

ALWAYS_SENT = {
    *("email", "passwd", "firstname", "lastname", "id_gender", "id_lang", "active", "newsletter", "optin"),
    *("is_guest", "deleted", "id_default_group", "id_shop", "id_shop_group", "date_add", "date_upd"),
}
OF_CUSTOMER = ("birthday", "company")
"""Further fields that a shop can make required and a customer may have, by the same name on both sides."""


def rules(shop: Shop, *, required: Iterable[str], always_customer_group: bool) -> Rules:
    """What the shop can hold; `required` are the fields its own settings demand."""
    modern = shop.version >= (9, 0, 3)
    generic = GENERIC if modern else GENERIC_BEFORE_9_0_3
    says = "none of < > { }" if modern else "none of < > { } ="
    company = FieldRule(max_length=255, pattern=generic, says=says)
    demanded = set(required)
    return Rules(
        customer={
            "firstname": CUSTOMER_NAME,
            "lastname": CUSTOMER_NAME,
            "email": EMAIL,
            "company": FieldRule("company" in demanded, 255, generic, says),
            "birthday": FieldRule(required="birthday" in demanded),
        },
        address={
            "firstname": ADDRESS_NAME,
            "lastname": ADDRESS_NAME,
            "company": company,
            "street": STREET,
            "postcode": POST_CODE,
            "city": CITY,
            "phone": PHONE,
            "mobile": PHONE,
            "vat_number": FieldRule(max_length=32, pattern=generic, says=says),
            "id_number": ID_NUMBER,
            "note": NOTE,
        },
        never=NEVER,
        countries={country.iso: _country(country, shop) for country in shop.countries},
        languages=tuple(shop.languages.values()),
        street_lines=2,
        joins_middlename=True,
        several_groups=True,
        also_in=(shop.customer_group,) if always_customer_group and shop.customer_group else (),
        # Filters and the check for doubles ignore accents as well as case (PrestaShop 9.1.4, run).
        ignores_accents=True,
        ascii_host=True,
        # 200 years from 1.7.8 to 9.0.0, 120 since 9.0.3 (PrestaShop 9.1.4, run; older ones read).
        oldest_birthday_years=120 if modern else 200,
    )


def unmeetable(required: Iterable[str]) -> list[str]:
    """The required fields that no customer of another platform has."""
    return sorted(set(required) - ALWAYS_SENT - set(OF_CUSTOMER))


def _country(country: Country, shop: Shop) -> CountryRule:
    states = shop.states_by_country.get(country.id, ())
    return CountryRule(
        regions={state.code: state.name for state in states}, needs_id_number=country.needs_id_number
    )
