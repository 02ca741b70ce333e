"""What one shop has, as far as records are translated with it: websites, store views, attributes, regions.

Plain data; `settings.py` asks the shop for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Website:
    """A website; an e-mail may have one account on each."""

    id: int
    code: str
    default_store: int = 0


@dataclass(frozen=True)
class StoreView:
    """A store view of a website."""

    id: int
    code: str
    website: int
    language: str = ""
    """ISO 639, if the shop tells its locale."""
    active: bool = True
    """Whether customers can see it."""


@dataclass(frozen=True)
class Region:
    """A state, province or county. Ids differ from shop to shop."""

    id: int
    name: str


@dataclass(frozen=True)
class Attribute:
    """An attribute of customers that the shop added."""

    input: str = "text"
    """How the admin asks for it, in Magento's words: "text", "select", "multiselect", "date" …"""
    options: dict[str, str] = field(default_factory=dict)
    """Labels by value, in the shop's order; empty for everything that is not chosen from a list."""
    in_a_row: bool = False
    """Its text has room for 255 characters, and no more."""

    @property
    def several(self) -> bool:
        """Whether its value is a list of options."""
        return self.input == "multiselect"

    @property
    def can_be_written(self) -> bool:
        """Texts and lists; days and files were not tried."""
        return self.input in ("text", "textarea") or bool(self.options)

    def shown(self, value: str) -> str:
        """A stored value as the admin shows it; several options are one a line, in the order of the list."""
        if not self.options:
            return value
        chosen = value.split(",") if self.several else [value]
        gone = [each for each in chosen if each not in self.options]
        return "\n".join([*(label for each, label in self.options.items() if each in chosen), *gone])

    def stored(self, shown: str) -> str | None:
        """What is written for a text that the admin would show."""
        if not self.options:
            return shown
        if not shown and not self.several:
            # A text empties everything but a list of one, where it is refused and null empties (2.4.7, run).
            return None
        values = {label: value for value, label in self.options.items()}
        return ",".join(values.get(label, label) for label in shown.split("\n"))


@dataclass(frozen=True)
class Shop:
    """One shop, seen as a connector means it."""

    version: tuple[int, ...] = (2, 4)
    """() if it does not tell."""
    websites: tuple[Website, ...] = (Website(1, "base", 1),)
    stores: tuple[StoreView, ...] = (StoreView(1, "default", 1),)
    website: Website | None = None
    """The one that is meant; None for a shop of several that is read whole."""
    store: StoreView | None = None
    """The store view of new customers, where the connector names one."""
    default_group: str = "1"
    attributes: dict[str, Attribute] = field(default_factory=dict)
    """By code."""
    regions: dict[str, dict[str, Region]] = field(default_factory=dict)
    """Country -> code -> region; a code that a country has several times is followed by the id."""
    demanded: frozenset[str] = frozenset()
    """Fields of a customer that the shop demands, by Magento's names."""
    demanded_of_addresses: frozenset[str] = frozenset()
    street_lines: int = 2
    shared_accounts: bool = False
    """One e-mail has one account for all websites."""
    keeps_group: bool = True
    """Customers who are written are taken out of the shop's automatic change of groups."""
    subscribes: bool = False
    """Subscriptions are written, and mailed."""

    @property
    def saves_parts(self) -> bool:
        """Whether a PUT of some fields keeps the others: since 2.4.0 (magento2#21237)."""
        return self.version >= (2, 4)

    @cached_property
    def website_codes(self) -> dict[int, str]:
        return {website.id: website.code for website in self.websites}

    @cached_property
    def languages(self) -> dict[int, str]:
        """The language of each store view that tells one, by id."""
        return {store.id: store.language for store in self.stores if store.language}

    def store_for(self, language: str) -> int:
        """The id of the store view that a new customer belongs to: the connector's, else by language."""
        if self.store:
            return self.store.id
        website = self.website or self.websites[0]
        own = [store.id for store in self.stores if store.website == website.id and store.active]
        of_default = self.languages.get(website.default_store)
        if language and language != of_default:
            own_language = (id_ for id_ in own if self.languages.get(id_) == language)
            return next(own_language, website.default_store)
        return website.default_store

    def region_id(self, country: str, code: str) -> int:
        """The id of a region by its code, as `regions` has it; 0 if the country has none of that code."""
        region = self.regions.get(country, {}).get(code)
        return region.id if region else 0
