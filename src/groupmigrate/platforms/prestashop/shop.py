"""What one shop has, as far as records are translated with it: settings, languages, countries, states.

Plain data; `settings.py` asks the shop for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from functools import cached_property


@dataclass(frozen=True)
class Country:
    """A country of the shop, active or not."""

    id: str
    iso: str
    needs_id_number: bool = False


@dataclass(frozen=True)
class State:
    """A state, province or county of the shop."""

    id: str
    country_id: str
    code: str
    name: str


@dataclass(frozen=True)
class Shop:
    """One shop. Ids are text; languages, countries and states are found by ISO code, never by id."""

    version: tuple[int, ...] = (9, 1, 4)
    languages: dict[str, str] = field(default_factory=dict)
    """ISO 639 code by id."""
    default_language: str = ""
    """The id of the shop's default language: groups are called by their names in it."""
    fallback_language: str = ""
    """The id of the language for customers whose own is not known or not in the shop."""
    visitor_group: str = ""
    guest_group: str = ""
    customer_group: str = ""
    technical_account: str = ""
    """The id of the account that the GDPR module says it made for itself; "" where there is none."""
    takes_guests: bool = False
    """Whether people can buy without an account; only then guests can be created (1.6 to 9.1.4, run)."""
    time_zone: tzinfo = UTC
    """Of every date in the webservice: the shop writes local time and does not say which."""
    time_zone_known: bool = True
    countries: tuple[Country, ...] = ()
    states: tuple[State, ...] = ()

    @property
    def patches(self) -> bool:
        """Whether the shop knows PATCH, which came with 8.0."""
        return self.version >= (8,)

    @property
    def refuses_doubles(self) -> bool:
        """Whether the shop refuses a second customer with one e-mail; 1.6 to 1.7.7 create it silently."""
        return self.version >= (1, 7, 8)

    @property
    def keeps_emoji(self) -> bool:
        """Whether the shop keeps characters of four bytes; 1.6 and 1.7.6 store "????" silently (run)."""
        return self.version >= (1, 7, 7)

    @property
    def demands_of_addresses(self) -> bool:
        """Whether the shop's own required fields of an address hold here: on 1.6 only (run)."""
        return self.version < (1, 7)

    def language_id(self, iso: str) -> str:
        """The id of a language, else that of the fallback."""
        return next((id_ for id_, code in self.languages.items() if code == iso), self.fallback_language)

    def country_id(self, iso: str) -> str:
        """The id of a country, or "0"."""
        country = self.country_by_iso.get(iso)
        return country.id if country else "0"

    def state_id(self, country_id: str, code: str, name: str) -> str:
        """The id of a state by its code, else by its name, or "0"."""
        states = self.states_by_country.get(country_id, ())
        by_code = (state.id for state in states if code and state.code == code)
        by_name = (state.id for state in states if name and state.name.casefold() == name.casefold())
        return next(by_code, None) or next(by_name, "0")

    @cached_property
    def country_by_id(self) -> dict[str, Country]:
        return {country.id: country for country in self.countries}

    @cached_property
    def country_by_iso(self) -> dict[str, Country]:
        return {country.iso: country for country in self.countries}

    @cached_property
    def state_by_id(self) -> dict[str, State]:
        return {state.id: state for state in self.states}

    @cached_property
    def states_by_country(self) -> dict[str, list[State]]:
        found: dict[str, list[State]] = {}
        for state in self.states:
            found.setdefault(state.country_id, []).append(state)
        return found
