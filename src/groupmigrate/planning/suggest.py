"""Which group of the target a group of the source may be: by role, by name in several languages, by people.

A guess with its reasons, never a decision. The same stores give the same guesses.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

import msgspec
from msgspec import Struct

from groupmigrate.files.resolution import NOBODY
from groupmigrate.model import Group, Role
from groupmigrate.planning.snapshot import Snapshot

FEWEST = 5
"""So many people must be in both stores before their groups say anything."""
MOST, ALL = 0.6, 0.9
"""Shares of these people in one group: a hint, and as good as a name."""
ALIKE, SIMILAR = 0.8, 0.6
"""How much of two names is the same: likely one group, and worth a look."""

SYNONYMS = {
    "customer": "general customer customers default standard normal registered kunde kunden standardkunde"
    " cliente clientes clienti client clients clienta klant klanten klient klienci vasarlo vasarlok ugyfel",
    "wholesale": "wholesale wholesaler wholesalers trade b2b grosshandel grosshandler mayorista mayoristas"
    " grossiste grossistes angro angrosist angrosisti ingrosso grossista grossisti nagyker"
    " nagykereskedo nagykereskedok groothandel hurt hurtownia atacado atacadista",
    "retail": "retail retailer retailers b2c einzelhandel einzelhandler minorista minoristas detaillant"
    " detaillants detaillist detailhandel dettagliante dettaglio kisker kiskereskedo retailist",
    "guest": "guest guests gast gaste invitado invitados invite invites ospite ospiti vizitator vizitatori"
    " vendeg vendegek oaspete",
    "vip": "vip vips premium",
    "partner": "partner partners partneri partenaire partenaires socio socios partnerek kooperationspartner",
    "dealer": "dealer dealers reseller resellers handler wiederverkaufer revendeur revendeurs revendedor"
    " revendedores rivenditore rivenditori viszontelado viszonteladok",
    "distributor": "distributor distributors distribuidor distribuidores distributeur distribuitor"
    " distribuitori distributore distributori",
    "employee": "employee employees staff mitarbeiter empleado empleados employes dipendente dipendenti"
    " angajat angajati dolgozo dolgozok",
    "press": "press presse prensa stampa presa sajto",
}
"""Words that shops use for the same kind of customer, without accents and in lower case."""
MEANINGS = {word: meaning for meaning, words in SYNONYMS.items() for word in words.split()}


class Confidence(StrEnum):
    """How far a suggestion can be trusted; an unsure one is for a person to decide."""

    SURE = "sure"
    LIKELY = "likely"
    UNSURE = "unsure"


class Suggestion(Struct, frozen=True):
    """What a source group may be in the target, and why."""

    source: Group
    customers: int
    """How many customers have it as their default group."""
    target: Group | None
    confidence: Confidence
    reasons: tuple[str, ...]


class _Match(NamedTuple):
    """A target group that a name or a role points to, and why."""

    group: Group
    confidence: Confidence
    words: str


class _Evidence(NamedTuple):
    """Where most of the people are who have an account in both stores."""

    group: Group
    there: int
    total: int

    def words(self, source: Group) -> str:
        """The numbers, and what they are worth."""
        mails = "e-mail" if self.total == 1 else "e-mails"
        weak = ", as is everybody who registers" if self.group.role is Role.DEFAULT else ""
        name = source.name or f"id:{source.id}"
        return f'of {self.total:,} shared {mails} in "{name}", {self.there:,} in "{self.group.name}"{weak}'

    @property
    def share(self) -> float:
        """The part of the people who are there; 0 where too few or a default group say nothing."""
        # whoever registers is in the default group, wherever they belong
        says_something = self.total >= FEWEST and self.group.role is not Role.DEFAULT
        return self.there / self.total if says_something else 0.0


class _Seen(Struct, frozen=True):
    """The part of a customer that evidence needs."""

    groups: tuple[str, ...] = ()
    deleted: bool = False
    guest: bool = False


def suggest(snapshot: Snapshot) -> list[Suggestion]:
    """One suggestion for each group of the source, in its order; last those that only customers know."""
    people: Counter[str] = Counter()
    for groups, count in snapshot.members("source").items():
        people[groups[0] if groups else ""] += count
    source = snapshot.groups("source")
    known = {group.id for group in source}
    lost = [Group(id_, "") for id_ in people if id_ and id_ not in known]
    target = snapshot.groups("target")
    shared = _shared(snapshot)
    return [_suggestion(group, people[group.id], target, shared) for group in (*source, *lost)]


def _shared(snapshot: Snapshot) -> Counter[tuple[str, str]]:
    """How many people with an account in both stores are in which pair of default groups."""
    decode = msgspec.json.Decoder(_Seen).decode
    found: Counter[tuple[str, str]] = Counter()
    for pair in snapshot.pairs():
        if pair.key and pair.source and pair.target:
            sides = [[decode(document) for document in side] for side in (pair.source, pair.target)]
            here, there = ([one for one in side if one.groups and not _nobody(one)] for side in sides)
            if here and there:
                found[here[0].groups[0], there[0].groups[0]] += 1
    return found


def _nobody(customer: _Seen) -> bool:
    return customer.deleted or customer.guest


def _suggestion(
    group: Group, customers: int, target: Sequence[Group], shared: Mapping[tuple[str, str], int]
) -> Suggestion:
    if group.role in NOBODY:
        return _builtin(group, customers, target)
    candidates = [other for other in target if other.role not in NOBODY]
    named = _named(group, candidates)
    found = _evidence(group, candidates, shared)
    choice, confidence = _weighed(named, found)
    reasons = [named.words] if named else []
    if found:
        reasons.append(found.words(group))
    if not customers:
        reasons.append("nobody is in it")
    if choice is None:
        reasons.insert(0, "no group of the target is like it")
    return Suggestion(group, customers, choice, confidence, tuple(reasons))


def _builtin(group: Group, customers: int, target: Sequence[Group]) -> Suggestion:
    """A group for visitors or guests: only the role counts."""
    people = "visitors" if group.role is Role.VISITOR else "guests"
    twin = next((other for other in target if other.role is group.role), None)
    if twin is None:
        words = (f"the target has no group for {people}",)
        return Suggestion(group, customers, None, Confidence.UNSURE, words)
    return Suggestion(group, customers, twin, Confidence.SURE, (f"both are the group for {people}",))


def _weighed(named: _Match | None, found: _Evidence | None) -> tuple[Group | None, Confidence]:
    """The group to suggest. Name and people together are sure; where they contradict, a person decides."""
    share = found.share if found else 0.0
    strong = found.group if found and share >= MOST else None
    if named and named.confidence is not Confidence.UNSURE:
        if strong and strong.id != named.group.id:
            return named.group, Confidence.UNSURE
        return named.group, Confidence.SURE if strong and share >= ALL else named.confidence
    if strong:
        return strong, Confidence.LIKELY if share >= ALL else Confidence.UNSURE
    return (named.group if named else None), Confidence.UNSURE


def _evidence(
    group: Group, candidates: Sequence[Group], shared: Mapping[tuple[str, str], int]
) -> _Evidence | None:
    counts = [(shared.get((group.id, other.id), 0), other) for other in candidates]
    total = sum(count for (source, _), count in shared.items() if source == group.id)
    most, where = max(counts, key=lambda entry: entry[0], default=(0, group))
    return _Evidence(where, most, total) if most else None


# --- names ---


def _named(group: Group, candidates: Sequence[Group]) -> _Match | None:
    """The candidate whose role or name points to this group; the strongest sign wins."""
    for sign in (_same_name, _same_default, _same_meaning, _similar):
        found = [match for other in candidates if (match := sign(group, other))]
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(f'"{match.group.name}"' for match in found)
            best = max(found, key=lambda match: _likeness(group, match.group))
            return _Match(best.group, Confidence.UNSURE, f"several groups are like it: {names}")
    return None


def _same_name(group: Group, other: Group) -> _Match | None:
    if group.name and group.name == other.name:
        return _Match(other, Confidence.SURE, "the names are the same")
    if _names(group) & _names(other):
        return _Match(other, Confidence.SURE, "the names are the same but for case, accents or language")
    return None


def _same_default(group: Group, other: Group) -> _Match | None:
    if group.role is other.role is Role.DEFAULT:
        return _Match(other, Confidence.SURE, "both are the group of everybody who registers")
    return None


def _same_meaning(group: Group, other: Group) -> _Match | None:
    meanings = {_meaning(name) for name in _names(group)} & {_meaning(name) for name in _names(other)}
    if not any(word in SYNONYMS for words in meanings for word in words):
        return None
    return _Match(other, Confidence.LIKELY, f'"{group.name}" and "{other.name}" mean the same')


def _similar(group: Group, other: Group) -> _Match | None:
    share = _likeness(group, other)
    if share >= ALIKE:
        return _Match(other, Confidence.LIKELY, f'"{group.name}" and "{other.name}" are nearly the same')
    if share >= SIMILAR:
        return _Match(other, Confidence.UNSURE, f'"{group.name}" and "{other.name}" are a little alike')
    return None


def _likeness(group: Group, other: Group) -> float:
    pairs = ((one, two) for one in sorted(_names(group)) for two in sorted(_names(other)))
    return max((SequenceMatcher(None, one, two).ratio() for one, two in pairs), default=0.0)


def _meaning(name: str) -> frozenset[str]:
    """The words of a name, those that shops use for the same thing as one word."""
    return frozenset(MEANINGS.get(word, word) for word in name.split())


def _names(group: Group) -> set[str]:
    """The names of a group in all its languages, in lower case and without accents and signs."""
    return {plain for name in (group.name, *group.names.values()) if (plain := _plain(name))}


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", bare))
