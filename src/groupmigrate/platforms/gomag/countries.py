"""Countries by the names that a Gomag shop gives them: its own ids of countries are not published."""

from __future__ import annotations

import csv
import unicodedata
from functools import cache
from importlib.resources import files


def iso_code(name: str) -> str:
    """The ISO code of a country by its Romanian or English name, or by the code; "" if none is known."""
    return _codes().get(_folded(name), "")


@cache
def _codes() -> dict[str, str]:
    text = files("groupmigrate.platforms.gomag").joinpath("countries.csv").read_text(encoding="utf-8")
    return {
        _folded(name): row["iso"]
        for row in csv.DictReader(text.splitlines())
        for name in (*row["others"].split("|"), row["romanian"], row["english"], row["iso"])
        if name
    }


def _folded(name: str) -> str:
    """Without case, accents and signs: "România" and "ROMANIA" are one."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("&", " and "))
    plain = (letter for letter in letters if not unicodedata.combining(letter))
    return " ".join("".join(letter if letter.isalnum() else " " for letter in plain).split())
