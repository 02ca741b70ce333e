"""What one shop has, as far as records are translated with it: settings, languages, countries, zones.

Plain data; `settings.py` asks the shop for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from functools import cached_property

from groupmigrate.platforms.opencart.tables import Tables


@dataclass(frozen=True)
class Country:
    """A country of the shop."""

    id: int
    iso: str
    name: str
    enabled: bool = True
    needs_postcode: bool = False


@dataclass(frozen=True)
class Zone:
    """A state, province or county of the shop. Ids and codes differ between versions; names hardly do."""

    id: int
    country_id: int
    code: str
    name: str


@dataclass(frozen=True)
class CustomField:
    """A field that the shop asks its customers for."""

    id: str
    name: str
    of_address: bool
    values: dict[str, str] = field(default_factory=dict)
    """What can be chosen, by id; empty where people write."""


@dataclass(frozen=True)
class Shop:
    """One shop. Languages, countries and zones are found by code or name, never by an id of another shop."""

    tables: Tables
    name: str = ""
    store: int = 0
    languages: dict[int, str] = field(default_factory=dict)
    """ISO 639 code by id."""
    default_language: int = 0
    """The id of the storefront's language: groups are called by their names in it."""
    admin_language: int = 0
    """The id of the back office's language: it lists no customers of a group without a name in it."""
    fallback_language: int = 0
    """The id of the language for customers whose own is not known or not in the shop."""
    default_group: str = ""
    time_zone: tzinfo = UTC
    """Of every date in the database: OpenCart writes local time and does not say which."""
    time_zone_known: bool = True
    countries: tuple[Country, ...] = ()
    zones: tuple[Zone, ...] = ()
    custom_fields: tuple[CustomField, ...] = ()

    def language_id(self, iso: str) -> int:
        """The id of a language, else that of the fallback."""
        return next((id_ for id_, code in self.languages.items() if code == iso), self.fallback_language)

    def country_id(self, iso: str) -> int:
        """The id of a country, or 0."""
        country = self.country_by_iso.get(iso)
        return country.id if country else 0

    def zone_id(self, country_id: int, name: str) -> int:
        """The id of a zone by its name, or 0."""
        zones = self.zones_by_country.get(country_id, ()) if name else ()
        return next((zone.id for zone in zones if zone.name == name), 0)

    @cached_property
    def country_by_id(self) -> dict[int, Country]:
        return {country.id: country for country in self.countries}

    @cached_property
    def country_by_iso(self) -> dict[str, Country]:
        # Enabled ones win over disabled ones of the same code.
        return {one.iso: one for one in sorted(self.countries, key=lambda one: (one.enabled, -one.id))}

    @cached_property
    def zone_by_id(self) -> dict[int, Zone]:
        return {zone.id: zone for zone in self.zones}

    @cached_property
    def zones_by_country(self) -> dict[int, list[Zone]]:
        found: dict[int, list[Zone]] = {}
        for zone in self.zones:
            found.setdefault(zone.country_id, []).append(zone)
        return found

    @cached_property
    def custom_field_by_id(self) -> dict[str, CustomField]:
        return {one.id: one for one in self.custom_fields}
