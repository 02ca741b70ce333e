"""What Magento can hold: lengths, patterns and demands, declared. What a shop adds to them is in `shop.py`.

Lengths and patterns are those of Magento 2.4.7, tried value by value. What is too long is cut there without a
word, and characters of four bytes become "????".
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import groupby

from msgspec.structs import replace

from groupmigrate.platforms.base import AttributeRule, CountryRule, FieldRule, Rules
from groupmigrate.platforms.magento import passwords
from groupmigrate.platforms.magento.shop import Attribute, Shop

NO_POSTCODE = ("HK", "IE", "MO", "PA", "GB")
"""The factory setting of `general/country/optional_zip_countries` (Magento 2.4.7, read)."""
NO_EMOJI = r"\A[^\U00010000-\U0010ffff]*\Z"
TEXT = FieldRule(max_length=255, pattern=NO_EMOJI, says="no emoji")
NEEDED = replace(TEXT, required=True)
SHORT = replace(TEXT, max_length=40)
STREET = replace(NEEDED, max_length=0)

_ATOM = r"[^\s@\"(),:;<>\[\]\\.]+"
_LABEL = r"[^\W_](?:(?:[^\W_]|-){0,61}[^\W_])?"
EMAIL = FieldRule(
    required=True,
    max_length=255,
    pattern=rf"^(?=[^\U00010000-\U0010ffff]*\Z)(?=.{{1,64}}@)(?:{_ATOM}(?:\.{_ATOM})*|\"[^\"\s]+\")"
    rf"@(?:{_LABEL}\.)+(?![0-9]+\Z){_LABEL}\Z",
    says="at most 64 characters before the @, a host name with a dot behind it, no two dots together",
)

ADDRESS = {
    "firstname": NEEDED,
    "lastname": NEEDED,
    "middlename": TEXT,
    "prefix": SHORT,
    "suffix": SHORT,
    "company": TEXT,
    "street": STREET,
    "postcode": TEXT,
    "city": NEEDED,
    "region": TEXT,
    "phone": TEXT,
    "fax": TEXT,
    "vat_number": TEXT,
}
NEVER = ("company", "active", "address.mobile", "address.id_number", "address.note")
"""Fields for which a customer of Magento has no place; deactivated accounts do not exist (2.4.7, run)."""

SAME = {name: name for name in ("prefix", "middlename", "suffix")}
OF_CUSTOMER = {"taxvat": "tax_id", "gender": "gender", **SAME}
"""What a shop can demand of a customer: by Magento's names those of ours. A day of birth that it demands is
asked for in its forms only, and customers are saved without one (2.4.7, run)."""
OF_ADDRESS = {"telephone": "phone", "company": "company", "fax": "fax", "vat_id": "vat_number", **SAME}
"""The same of an address."""


def of_shop(shop: Shop, *, no_postcode: Iterable[str], was_run: bool = True) -> Rules:
    """What a shop holds that was asked; addresses in the countries of `no_postcode` need no post code.

    Where what is known of such a shop was only read, nothing counts as proven before a customer shows it.
    """
    without = frozenset(no_postcode)
    languages = {
        store.language
        for store in shop.stores
        if store.language and store.active and (shop.website is None or store.website == shop.website.id)
    }
    held = rules(
        {
            country: CountryRule(
                regions={code: region.name for code, region in regions.items()},
                needs_postcode=country not in without,
            )
            for country, regions in shop.regions.items()
        },
        never=() if shop.subscribes else ("newsletter",),
        languages=sorted(languages),
        required=[OF_CUSTOMER[name] for name in sorted(shop.demanded) if name in OF_CUSTOMER],
        required_of_addresses=[
            OF_ADDRESS[name] for name in sorted(shop.demanded_of_addresses) if name in OF_ADDRESS
        ],
        street_lines=shop.street_lines,
        makes_groups=True,
        attributes={
            code: attribute_rule(attribute, required=code in shop.demanded)
            for code, attribute in shop.attributes.items()
            if attribute.can_be_written
        },
    )
    return replace(held, unproven_groups=not was_run)


def rules(
    countries: Mapping[str, CountryRule],
    *,
    never: Iterable[str] = (),
    languages: Iterable[str] = (),
    required: Iterable[str] = (),
    required_of_addresses: Iterable[str] = ("phone",),
    street_lines: int = 2,
    makes_groups: bool = False,
    attributes: dict[str, AttributeRule] | None = None,
) -> Rules:
    """What a shop with these countries holds; `required` are fields of customers that it demands besides."""
    customer = {
        "email": EMAIL,
        "firstname": replace(person_name(), required=True),
        "lastname": replace(person_name(), required=True),
        "middlename": person_name(),
        "prefix": SHORT,
        "suffix": SHORT,
        "tax_id": replace(TEXT, max_length=50),
    }
    for name in required:
        customer[name] = replace(customer.get(name, FieldRule()), required=True)
    return Rules(
        customer=customer,
        address=ADDRESS | {name: replace(ADDRESS[name], required=True) for name in required_of_addresses},
        never=(*NEVER, *never),
        countries=dict(countries),
        free_regions=True,
        languages=tuple(languages),
        street_lines=street_lines,
        makes_groups=makes_groups,
        attributes=attributes or {},
        passwords=passwords.SCHEMES,
        # E-mails are compared without case and accents: josé@… and jose@… are one (2.4.7, run).
        ignores_accents=True,
    )


def attribute_rule(attribute: Attribute, *, required: bool = False) -> AttributeRule:
    """What an attribute of the shop holds. A label that two options have names neither of them."""
    if not attribute.options:
        # What is longer than its column is cut without a word (2.4.7, run).
        longest = 255 if attribute.in_a_row else 0
        return AttributeRule(required=required, max_length=longest, pattern=NO_EMOJI, says="no emoji")
    times = Counter(attribute.options.values())
    options = tuple(label for label, number in times.items() if number == 1)
    return AttributeRule(required=required, options=options, several=attribute.several)


@cache
def person_name() -> FieldRule:
    """Names of customers, which are checked, unlike those of addresses (2.4.7, run)."""
    return FieldRule(
        max_length=255,
        pattern=rf"\A[{_letters()}\s,\-_.'’`&]*\Z",
        says="letters, digits, blanks and , - _ . ' ’ ` &",
        cleans=((rf"[^{_letters()}\s,\-_.'’`&]", " "),),
    )


@cache
def _letters() -> str:
    """Letters, marks and digits of two or three bytes as ranges: Python's patterns have no such class."""
    wanted = (
        code
        for code in range(0x10000)
        if (kind := unicodedata.category(chr(code))) == "Nd" or kind[0] in "LM"
    )
    runs = (list(run) for _, run in groupby(enumerate(wanted), key=lambda pair: pair[1] - pair[0]))
    ranges = ((chr(run[0][1]), chr(run[-1][1])) for run in runs)
    return "".join(re.escape(first) if first == last else f"{first}-{last}" for first, last in ranges)
