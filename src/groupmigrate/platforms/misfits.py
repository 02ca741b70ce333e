"""What is wrong with a value by a rule: for the planner, and for stores that refuse nothing by themselves."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from groupmigrate.model import Customer
from groupmigrate.platforms.base import AttributeRule, FieldRule, Rules


def misfits(wanted: Customer, fields: Collection[str], rules: Rules) -> list[str]:
    """The names of those fields that do not fit, as "lastname" or "address 2: city"."""
    found = [
        name
        for name, rule in rules.customer.items()
        if name in fields and not _fits(getattr(wanted, name), rule)
    ]
    for code, value in wanted.attributes.items() if "attributes" in fields else ():
        rule = rules.attributes.get(code)
        if rule is None or trouble(value, rule) or not is_offered(value, rule):
            found.append(f"attribute {code}")
    for number, home in enumerate(wanted.addresses if "addresses" in fields else (), start=1):
        bad = [name for name, rule in rules.address.items() if not _fits(getattr(home, name), rule)]
        bad += ["country"] if rules.countries and home.country not in rules.countries else []
        found += [f"address {number}: {name}" for name in bad]
    return found


def trouble(value: str, rule: FieldRule) -> str:
    """The code of what is wrong with a value, or ""."""
    if not value:
        return "GM301" if rule.required else ""
    if rule.max_length and length(value, rule) > rule.max_length:
        return "GM303"
    if rule.pattern and not compiled(rule.pattern).search(value):
        return "GM302"
    return ""


def is_offered(value: str, rule: AttributeRule) -> bool:
    """Whether an attribute's list offers the value; everything is where there is no list."""
    chosen = value.split("\n")
    return not (value and rule.options) or (
        set(chosen) <= set(rule.options) and (rule.several or len(chosen) == 1)
    )


def length(value: str, rule: FieldRule) -> int:
    """How many places the value takes in the target."""
    places = len(value)
    for character, more in rule.takes.items():
        if character in value:
            places += value.count(character) * (more - 1)
    return places


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern of a rule, compiled once."""
    return re.compile(pattern)


def _fits(value: str | Sequence[str], rule: FieldRule) -> bool:
    if isinstance(value, str):
        return not trouble(value, rule)
    return not any(trouble(line, rule) for line in value or ("",))
