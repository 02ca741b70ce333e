"""What PrestaShop can hold: lengths, patterns and demands, declared. A shop's lists are in `shop.py`.

Lengths and patterns are those of PrestaShop 9.1.4, tried value by value; what 1.6.1.25, 1.7.6.2 and 8.2.6 do
otherwise was tried on these.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from groupmigrate.platforms.base import CountryRule, FieldRule, Rules
from groupmigrate.platforms.prestashop.shop import Country, Shop

CUSTOMER_NAME = FieldRule(
    required=True,
    max_length=255,
    pattern=r"""^(?!\s*\Z)(?:[^0-9!<>,;?=+()/\\@#"°*`{}_^$%:¤\[\]|.。]|[。.](?:\s|\Z))*\Z""",
    says="no digits, no signs but - ' ’ & ~, a dot only at the end or before a space",
    cleans=((r"""[0-9!<>,;?=+()/\\@#"°*`{}_^$%:¤\[\]|]""", " "), (r"([.。])(?=\S)", r"\1 ")),
)
ADDRESS_NAME = FieldRule(
    required=True,
    max_length=255,
    pattern=r"""^[^0-9!<>,;?=+()@#"°{}_$%:¤|]*\Z""",
    says='no digits, none of ! < > , ; ? = + ( ) @ # " ° { } _ $ % : ¤ |',
    cleans=((r"""[0-9!<>,;?=+()@#"°{}_$%:¤|]""", " "),),
)
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL = FieldRule(
    required=True,
    max_length=255,
    pattern=rf"^(?=[^@]{{1,64}}@){ATOM}(?:\.{ATOM})*@(?:{LABEL}\.)+{LABEL}\Z",
    says="a plain ASCII address with a dot in the host, no two dots together, no quotes",
)
EMAIL_BEFORE_1_7_7 = FieldRule(
    required=True,
    max_length=255,
    pattern=r"^[\w!#$%&'*+/=?^`{}|~-][\w.!#$%&'*+/=?^`{}|~-]*@[^\W_](?:\.?[\w-])*\.[^\W_]+\Z",
    says="an address with a dot in the host, no quotes",
)
GENERIC = FieldRule(max_length=255, pattern=r"^[^<>{}]*\Z", says="none of < > { }")
GENERIC_BEFORE_9_0_3 = FieldRule(max_length=255, pattern=r"^[^<>={}]*\Z", says="none of < > { } =")
STREET = FieldRule(
    required=True,
    max_length=128,
    pattern=r"^[^!<>?=+@{}_$%]*\Z",
    says="none of ! < > ? = + @ { } _ $ %",
    cleans=((r"[!<>?=+@{}_$%]", " "),),
)
CITY = FieldRule(
    required=True,
    max_length=64,
    pattern=r"""^[^!<>;?=+@#"°{}_$%]*\Z""",
    says='none of ! < > ; ? = + @ # " ° { } _ $ %',
    cleans=((r"""[!<>;?=+@#"°{}_$%]""", " "),),
)
POST_CODE = FieldRule(
    max_length=12, pattern=r"^[A-Za-z 0-9-]*\Z", says="ASCII letters, digits, spaces and hyphens"
)
PHONE = FieldRule(max_length=32, pattern=r"^[+0-9. ()/-]*\Z", says="digits, spaces and + . ( ) / -")
PHONE_ON_1_6 = FieldRule(max_length=32, pattern=r"^[+0-9. ()-]*\Z", says="digits, spaces and + . ( ) -")
ID_NUMBER = FieldRule(
    max_length=16, pattern=r"^[0-9A-Za-z.-]*\Z", says="ASCII letters, digits, dots and hyphens, no space"
)
NOTE = FieldRule(max_length=4_194_303, pattern=GENERIC.pattern, says=GENERIC.says)
NO_EMOJI = r"\A(?=[^\U00010000-\U0010ffff]*\Z)"

NEVER = ("prefix", "suffix", "tax_id", "address.prefix", "address.suffix", "address.fax")
"""Fields for which PrestaShop has no place; a middle name is joined to the first name instead."""

ALWAYS_SENT = {
    *("email", "passwd", "firstname", "lastname", "id_gender", "id_lang", "active", "newsletter", "optin"),
    *("is_guest", "deleted", "id_default_group", "id_shop", "id_shop_group", "date_add", "date_upd"),
}
OF_CUSTOMER = ("birthday", "company")
"""Further fields that a shop can make required and a customer may have, by the same name on both sides."""


OF_ADDRESS = {
    **{name: name for name in ("company", "postcode", "phone", "vat_number")},
    "phone_mobile": "mobile",
    "dni": "id_number",
    "other": "note",
}
"""The same of an address: by PrestaShop's names those of ours."""


def rules(
    shop: Shop, *, required: Iterable[str], always_customer_group: bool, of_address: Iterable[str] = ()
) -> Rules:
    """What the shop can hold; `required` and `of_address` are the fields that its own settings demand."""
    return Rules(
        customer=_of_version(_customer(shop.version, set(required)), shop),
        address=_demanded(_of_version(_address(shop.version), shop), of_address),
        never=NEVER,
        countries={country.iso: _country(country, shop) for country in shop.countries},
        languages=tuple(shop.languages.values()),
        street_lines=2,
        joins_middlename=True,
        several_groups=True,
        makes_groups=True,
        guests=shop.takes_guests,
        also_in=(shop.customer_group,) if always_customer_group and shop.customer_group else (),
        # Filters and the check for doubles ignore accents as well as case (PrestaShop 1.6 to 9.1.4, run).
        ignores_accents=True,
        ascii_host=True,
        oldest_birthday_years=_oldest_birthday(shop.version),
    )


def _customer(version: tuple[int, ...], demanded: set[str]) -> dict[str, FieldRule]:
    company = GENERIC if version >= (9, 0, 3) else GENERIC_BEFORE_9_0_3
    if version < (1, 7):
        # What is longer is cut without a word: the column has 64 characters (PrestaShop 1.6.1, run).
        company = replace(company, max_length=64)
    return {
        "firstname": CUSTOMER_NAME,
        "lastname": CUSTOMER_NAME,
        # 1.6 takes no e-mail above 128, and 1.7.6 and it are loose about the rest (run; 1.7.7 to 8 read).
        "email": replace(
            EMAIL if version >= (1, 7, 7) else EMAIL_BEFORE_1_7_7,
            max_length=255 if version >= (1, 7) else 128,
        ),
        "company": replace(company, required="company" in demanded),
        "birthday": FieldRule(required="birthday" in demanded),
    }


def _address(version: tuple[int, ...]) -> dict[str, FieldRule]:
    generic = GENERIC if version >= (9, 0, 3) else GENERIC_BEFORE_9_0_3
    phone = PHONE if version >= (1, 7) else PHONE_ON_1_6
    return {
        "firstname": ADDRESS_NAME,
        "lastname": ADDRESS_NAME,
        "company": generic,
        "street": STREET,
        "postcode": POST_CODE,
        "city": CITY,
        "phone": phone,
        "mobile": phone,
        # Up to 8 what is longer is cut without a word (PrestaShop 1.6.1, 1.7.6 and 9.1.4, run).
        "vat_number": replace(generic, max_length=32),
        "id_number": ID_NUMBER,
        "note": NOTE if version >= (8,) else replace(NOTE, max_length=300),
    }


def _of_version(fields: dict[str, FieldRule], shop: Shop) -> dict[str, FieldRule]:
    """The rules with what an old version holds less of: short names on 1.6, and no emoji before 1.7.7."""
    if shop.version < (1, 7):
        fields |= {name: replace(fields[name], max_length=32) for name in ("firstname", "lastname")}
    if shop.keeps_emoji:
        return fields
    return {
        name: replace(rule, pattern=NO_EMOJI + rule.pattern, says=_also(rule.says))
        for name, rule in fields.items()
    }


def _demanded(fields: dict[str, FieldRule], required: Iterable[str]) -> dict[str, FieldRule]:
    names = {OF_ADDRESS[name] for name in required if name in OF_ADDRESS}
    return fields | {name: replace(fields[name], required=True) for name in names}


def _also(says: str) -> str:
    return f"{says}; no emoji" if says else "no emoji"


def _oldest_birthday(version: tuple[int, ...]) -> int:
    """120 years since 9.0.3 (9.1.4, run), 200 since 1.7.8 (read), none before (1.6.1 and 1.7.6, run)."""
    if version >= (9, 0, 3):
        return 120
    return 200 if version >= (1, 7, 8) else 0


def unmeetable(required: Iterable[str]) -> list[str]:
    """The required fields that no customer of another platform has."""
    return sorted(set(required) - ALWAYS_SENT - set(OF_CUSTOMER))


def _country(country: Country, shop: Shop) -> CountryRule:
    states = shop.states_by_country.get(country.id, ())
    # 1.6 does not insist on the number, 1.7.6 and later do (run).
    needs_id_number = country.needs_id_number and shop.version >= (1, 7, 6)
    return CountryRule(regions={state.code: state.name for state in states}, needs_id_number=needs_id_number)
