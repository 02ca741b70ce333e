"""What a change of group means for people: the settings of both groups, compared and said in words.

Stores name their settings themselves; whatever only one side tells is said as far as it goes. Nothing is
guessed about a store that tells nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct

from groupmigrate.model import Group
from groupmigrate.planning.action import Act
from groupmigrate.planning.planheader import Tally

PHRASES = {
    ("discount", "0 %"): "get no discount",
    ("prices", "tax included"): "see prices with tax",
    ("prices", "tax excluded"): "see prices without tax",
    ("show prices", "yes"): "see prices",
    ("show prices", "no"): "see no prices",
}
"""Settings and values that have words of their own."""
PREFIXES = {"discount": "get a discount of ", "tax class": "are taxed as ", "approval": "approval: "}
EXPECTED = {("show prices", "yes")}
"""Not worth a word unless it was otherwise before."""


class Meaning(Struct, frozen=True):
    """What it means to come from one group into another, for the customers who do."""

    source: str
    """The id of the source group."""
    target: str
    """The id of the default group in the target."""
    customers: int
    """Whom the plan creates in the group, or changes and wants in it."""
    says: tuple[str, ...]
    """What holds for them: "get a discount of 12.5 %", "see prices without tax (before: with tax)"."""
    source_tells: bool
    """Whether the source says what its group means; otherwise what the people had is not known."""
    hides_prices: bool
    """They will see no prices at all."""


def meanings(
    tallies: Iterable[Tally], source_groups: Sequence[Group], target_groups: Sequence[Group]
) -> list[Meaning]:
    """One for each pair of groups that customers are sent through, if either side tells anything."""
    sent: Counter[tuple[str, str]] = Counter()
    for tally in tallies:
        if tally.act in (Act.CREATE, Act.UPDATE):
            sent[tally.source_group, tally.target_group] += tally.customers
    old = {group.id: group.settings for group in source_groups}
    new = {group.id: group.settings for group in target_groups}
    found = (
        _meaning(pair, count, old.get(pair[0], {}), new.get(pair[1], {})) for pair, count in sent.items()
    )
    return [meaning for meaning in found if meaning.says]


def _meaning(pair: tuple[str, str], count: int, old: dict[str, str], new: dict[str, str]) -> Meaning:
    names = [*new, *(name for name in old if name not in new)]
    said = (_said(name, old.get(name, ""), new.get(name, "")) for name in names)
    return Meaning(
        *pair,
        count,
        tuple(words for words in said if words),
        source_tells=bool(old),
        hides_prices=new.get("show prices") == "no",
    )


def _said(name: str, old: str, new: str) -> str:
    """One setting in words; empty where there is nothing to say."""
    if not new:
        return f"{name}: {old} before, and the target does not tell" if old else ""
    if not old or old == new:
        if (name, new) in EXPECTED:
            return ""
        return f"{_phrase(name, new)}{' as before' if old else ''}"
    return f"{_phrase(name, new)} (before: {old})"


def _phrase(name: str, value: str) -> str:
    return PHRASES.get((name, value)) or f"{PREFIXES.get(name, f'{name}: ')}{value}"
