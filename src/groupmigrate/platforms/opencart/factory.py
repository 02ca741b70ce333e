"""A new OpenCart as a shop, for ways that cannot ask the shop: its columns, countries and zones by name."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from datetime import UTC
from zoneinfo import ZoneInfo

from groupmigrate.platforms.opencart.sandbox import places
from groupmigrate.platforms.opencart.sandbox.release import RELEASES, Release
from groupmigrate.platforms.opencart.shop import Country, Shop, Zone
from groupmigrate.platforms.opencart.tables import Column, Table, Tables, type_and_length

EVERY = tuple(RELEASES)
"""Every release, where a file does not say which one it comes from."""


def factory_shop(
    releases: Sequence[str], countries: Mapping[str, str], time_zone: str | None, *, zones: bool
) -> Shop:
    """A new shop of the last of these releases, with the names of countries and zones of them all.

    `countries` gives other names by ISO code.
    """
    news = [RELEASES[release] for release in releases]
    ids = {row["iso_2"]: int(row["id"]) for row in places.countries(news[-1])}
    named = [
        (row["iso_2"], countries.get(row["iso_2"], row["name"]))
        for new in news
        for row in places.countries(new)
    ]
    needing = {row["iso_2"] for row in places.countries(news[-1]) if row["postcode_required"] == "1"}
    there = [row for new in news for row in places.zones(new)] if zones else []
    return Shop(
        tables=Tables("", {name: _table(news[-1], name) for name in news[-1].tables}),
        time_zone=ZoneInfo(time_zone) if time_zone else UTC,
        time_zone_known=time_zone is not None,
        countries=tuple(
            Country(ids[iso], iso, name, needs_postcode=iso in needing) for iso, name in dict.fromkeys(named)
        ),
        zones=tuple(
            dict.fromkeys(
                Zone(int(row["id"]), ids[row["country"]], row["code"], html.unescape(row["name"]))
                for row in there
            )
        ),
    )


def _table(release: Release, name: str) -> Table:
    columns = {}
    for column in release.tables[name].values():
        kind, length = type_and_length(column.type)
        has_default = column.nullable or column.default is not None
        columns[column.name] = Column(column.name, kind, length, column.nullable, has_default)
    return Table(name, columns)
