"""What an OpenCart can hold: lengths and characters as its columns have them, demands as its forms do."""

from __future__ import annotations

from groupmigrate.platforms.base import CountryRule, FieldRule, Rules
from groupmigrate.platforms.opencart import passwords
from groupmigrate.platforms.opencart.escaping import TAKES
from groupmigrate.platforms.opencart.shop import Country, Shop
from groupmigrate.platforms.opencart.tables import Tables

BATCH = 500
"""Customers in one transaction: fewer cost more round trips than they save (MariaDB 10.11, measured)."""
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL = rf"^(?=[^@]{{1,64}}@){ATOM}(?:\.{ATOM})*@(?:{LABEL}\.)+{LABEL}\Z"
NO_EMOJI = "^[^\U00010000-\U0010ffff]*\\Z"

NEVER = (
    *("prefix", "suffix", "gender", "birthday", "company", "tax_id"),
    *("address.prefix", "address.suffix", "address.mobile", "address.fax"),
    *("address.vat_number", "address.id_number", "address.note"),
)
"""Fields for which OpenCart has no place; a middle name is joined to the first name instead."""

REQUIRED = ("firstname", "lastname", "city", "street")
"""What OpenCart's own forms demand in every version (run); its database does not."""
OF_ADDRESS = {
    "firstname": "firstname",
    "lastname": "lastname",
    "company": "company",
    "street": "address_1",
    "postcode": "postcode",
    "city": "city",
}
"""By our names those of the columns."""


def rules(shop: Shop) -> Rules:
    """What the shop can hold, by its tables."""
    tables = shop.tables
    return Rules(
        batch=BATCH,
        customer={
            "firstname": _rule(tables, "customer", "firstname"),
            "lastname": _rule(tables, "customer", "lastname"),
            # The check of OpenCart's forms: no accents, no quotes, a dot in the host (2.3 to 4.1, run).
            "email": FieldRule(
                required=True,
                max_length=tables.length("customer", "email"),
                takes=TAKES,
                pattern=EMAIL,
                says="a plain ASCII address with a dot in the host, no two dots together, no quotes",
            ),
        },
        address={
            **{name: _rule(tables, "address", name, OF_ADDRESS[name]) for name in OF_ADDRESS},
            "phone": _rule(tables, "customer", "telephone"),
        },
        never=NEVER,
        countries={one.iso: _country(one, shop) for one in shop.countries if _is_printed(one, shop)},
        languages=tuple(dict.fromkeys(shop.languages.values())),
        street_lines=2,
        joins_middlename=True,
        one_phone=True,
        makes_groups=True,
        passwords=passwords.accepted(tables),
        # The collations of all versions compare without accents, case and trailing blanks (run).
        ignores_accents=True,
        ascii_host=True,
    )


def _rule(tables: Tables, table: str, name: str, column: str = "") -> FieldRule:
    there = tables[table].columns[column or name]
    # 2.3 and 3.0 talk to their database in three bytes, whatever the column holds (3.0.5.1, run).
    holds_emoji = there.holds_four_bytes and tables.default_is_flagged
    return FieldRule(
        required=name in REQUIRED,
        max_length=there.length,
        takes=TAKES,
        pattern="" if holds_emoji else NO_EMOJI,
        says="" if holds_emoji else "no emoji",
    )


def _is_printed(country: Country, shop: Shop) -> bool:
    """Whether an address there can be seen: 4.x prints nothing of it in a disabled country, 3.0 all (run)."""
    return bool(country.iso) and (country.enabled or not shop.tables.default_is_flagged)


def _country(country: Country, shop: Shop) -> CountryRule:
    """Zones by their code, as far as that tells them apart: some are empty, and some twice (run)."""
    zones = shop.zones_by_country.get(country.id, ())
    codes = [zone.code for zone in zones]
    return CountryRule(
        regions={
            zone.code if zone.code and codes.count(zone.code) == 1 else f"zone {zone.id}": zone.name
            for zone in zones
            if zone.name
        },
        # Its forms demand one there: four countries of a new shop (2.3 to 4.1, run).
        needs_postcode=country.needs_postcode,
    )
