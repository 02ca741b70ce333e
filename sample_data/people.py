"""The invented people of the sample shop: places to live, and a maker of customers in Magento's columns."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import NamedTuple, TypeVar

STORES = {
    "default": ("1", "1", "Default Store View"),
    "ro": ("1", "2", "Română"),
    "de": ("1", "3", "Deutsch"),
    "fr": ("1", "4", "Français"),
    "es": ("1", "5", "Español"),
    "it": ("1", "6", "Italiano"),
    "second_en": ("2", "7", "Second Shop, English"),
    "second_de": ("2", "8", "Second Shop, Deutsch"),
}
WEBSITES = {"1": "base", "2": "second"}

# General, Wholesale, Retailer, VIP & Partners, Café Trade: up to which hundredth. Nobody is in Press (6).
GROUPS = (("1", 64), ("2", 82), ("3", 91), ("4", 96), ("5", 100))
TRADERS = {"2", "3", "5"}

COMPANIES = (
    "Müller & Söhne GmbH",
    "O'Malley's Café",
    "Țăranu & Fiii SRL",
    '"La Casa" S.L.',
    "Smith, Brown & Partners",
    "Brasserie de l'Île",
    "Dell'Acqua S.r.l.",
    "R&D Ltd",
    "Kővári és Társa Kft.",
    "Żabka Hurt Sp. z o.o.",
    "Caffè 900",
    "Bäckerei Süß",
)

Row = dict[str, str]
T = TypeVar("T")

_MARK = re.compile("[9A]")


class Name(NamedTuple):
    """A name and its spelling in an e-mail address."""

    written: str
    ascii: str


class Place(NamedTuple):
    """Where somebody may live."""

    country: str
    store: str
    first: tuple[tuple[Name, ...], tuple[Name, ...]]
    """Female and male."""
    last: tuple[Name, ...]
    streets: tuple[str, ...]
    lines: tuple[str, ...]
    cities: tuple[tuple[str, ...], ...]
    """Name, postcode pattern, and for some countries the region and Magento's number for it."""
    phones: tuple[str, ...]


def read_places(path: Path) -> tuple[tuple[Place, float], ...]:
    """The places, each with the share of customers up to and including it."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    shares = accumulate(table["weight"] / 1000 for table in tables.values())
    return tuple(
        (_place(country, table), share)
        for (country, table), share in zip(tables.items(), shares, strict=True)
    )


def _place(country: str, table: dict[str, list[str]]) -> Place:
    return Place(
        country=country,
        store=str(table["store"]),
        first=(_names(table["female"]), _names(table["male"])),
        last=_names(table["last"]),
        streets=tuple(table["streets"]),
        lines=tuple(table["lines"]),
        cities=tuple(tuple(city.split("|")) for city in table["cities"]),
        phones=tuple(table["phones"]),
    )


def _names(texts: Iterable[str]) -> tuple[Name, ...]:
    return tuple(Name(text.partition("=")[0], _ascii(text.rpartition("=")[2])) for text in texts)


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss").replace("ł", "l"))
    return re.sub(r"[^a-z]+", "", plain.encode("ascii", "ignore").decode())


class Maker:
    """Makes customers, one after the other, from one stream of random numbers."""

    def __init__(self, random: Random, places: tuple[tuple[Place, float], ...], customers: int) -> None:
        self._random = random.random
        self._places = places
        self._days = 4000 / max(1, customers)

    def ordinary(self, number: int) -> tuple[Row, list[Row]]:
        """A customer like most."""
        place = self._place()
        sex = self._below(2)
        first, last = self._one(place.first[sex]), self._one(place.last)
        group = self._group()
        person = self._account(number, self._store(place)) | {
            "email": f"{first.ascii}.{last.ascii}{number}@example.{self._one(('com', 'com', 'org', 'test'))}",
            "firstname": first.written,
            "lastname": last.written,
            "group_id": group,
        }
        self._adorn(person, place, sex)
        homes = (0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2)[self._below(20)]
        return person, [self._home(person, place, index, homes) for index in range(homes)]

    def hard(self, number: int, case: dict[str, str | list[Row]]) -> tuple[Row, list[Row]]:
        """A customer written by hand."""
        cells = {key: text for key, text in case.items() if isinstance(text, str) and key != "why"}
        person = self._account(number, cells.get("_store", "default")) | cells
        given = case.get("address", [])
        return person, [
            self._key(person) | {"country_id": "GB"} | home for home in given if isinstance(home, dict)
        ]

    def _account(self, number: int, store: str) -> Row:
        website_id, store_id, created_in = STORES[store]
        created = self._moment(number)
        return {
            "_website": WEBSITES[website_id],
            "_store": store,
            "website_id": website_id,
            "store_id": store_id,
            "created_in": created_in,
            "group_id": "1",
            "password_hash": "not-a-real-hash:sample:1",
            "created_at": created,
            "updated_at": created,
            "disable_auto_group_change": "0",
            "failures_num": "0",
        }

    def _adorn(self, person: Row, place: Place, sex: int) -> None:
        chance = self._random()
        if chance < 0.4:
            person["gender"] = ("Female", "Male")[sex]
            person["dob"] = f"{1940 + self._below(64)}-{1 + self._below(12):02}-{1 + self._below(28):02}"
        elif chance < 0.5:
            person["gender"] = "Not Specified"
        if chance > 0.97:
            person["prefix"] = ("Ms.", "Mr.")[sex]
        if 0.94 < chance < 0.98:
            person["middlename"] = self._one(place.first[sex]).written
        if place.country == "ES" and chance < 0.9:
            person["taxvat"] = self._nif()
        elif person["group_id"] in TRADERS and chance < 0.7:
            person["taxvat"] = self._filled(f"{place.country}99999999")

    def _home(self, person: Row, place: Place, index: int, homes: int) -> Row:
        city, postcode, region, region_id = (*self._one(place.cities), "", "")[:4]
        street = f"{self._one(place.streets)} {1 + self._below(199)}"
        if self._random() < 0.15:
            street += "\n" + self._one(place.lines)
        trader = person["group_id"] in TRADERS
        return self._key(person) | {
            "city": city,
            "company": self._one(COMPANIES) if trader else "",
            "country_id": place.country,
            "postcode": self._filled(postcode),
            "region": region,
            "region_id": region_id,
            "street": street,
            "telephone": self._filled(self._one(place.phones)),
            "vat_id": person.get("taxvat", "") if trader else "",
            "_address_default_billing_": "1" if index == 0 else "",
            "_address_default_shipping_": "1" if index == homes - 1 else "",
        }

    def _key(self, person: Row) -> Row:
        return {
            "_website": person["_website"],
            "_email": person["email"],
            "firstname": person["firstname"],
            "lastname": person["lastname"],
            "middlename": person.get("middlename", ""),
            "_address_default_billing_": "1",
            "_address_default_shipping_": "1",
        }

    def _place(self) -> Place:
        chance = self._random()
        return next((place for place, share in self._places if chance < share), self._places[0][0])

    def _store(self, place: Place) -> str:
        if self._random() < 0.9:
            return place.store
        return "second_de" if place.store == "de" else "second_en"

    def _group(self) -> str:
        chance = self._random() * 100
        return next(group for group, share in GROUPS if chance < share)

    def _moment(self, number: int) -> str:
        day = int(number * self._days)
        seconds = self._below(86400)
        date = f"{2015 + day // 372}-{1 + day % 372 // 31:02}-{1 + min(day % 31, 27):02}"
        return f"{date} {seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"

    def _nif(self) -> str:
        digits = self._below(10**8)
        return f"{digits:08}{'TRWAGMYFPDXBNJZSQVHLCKE'[digits % 23]}"

    def _filled(self, pattern: str) -> str:
        return _MARK.sub(
            lambda mark: "0123456789"[self._below(10)] if mark[0] == "9" else "ABEHJLNPRSTV"[self._below(12)],
            pattern,
        )

    def _below(self, limit: int) -> int:
        return int(self._random() * limit)

    def _one(self, choices: tuple[T, ...]) -> T:
        return choices[self._below(len(choices))]
