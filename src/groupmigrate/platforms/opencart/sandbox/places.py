"""The countries and zones of a new OpenCart, as its releases have them.

Zones are those of nine countries; their ids, codes and names differ between releases.
"""

from __future__ import annotations

import csv
from importlib.resources import files

from groupmigrate.platforms.opencart.sandbox.release import Release

Row = dict[str, str]


def countries(release: Release) -> list[Row]:
    """All countries: id, iso_2, iso_3, postcode_required, name."""
    names = {row["iso"]: row["name"] for row in _table("country_names.csv") if release.has(row["in"])}
    return [{**row, "name": names.get(row["iso_2"], row["name"])} for row in _table("countries.csv")]


def zones(release: Release) -> list[Row]:
    """The zones: id, country (ISO code), code, and name, which may hold HTML entities."""
    return [row for row in _table("zones.csv") if release.has(row["in"])]


def _table(name: str) -> list[Row]:
    content = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(content.splitlines()))
