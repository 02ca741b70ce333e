"""A mapping held against the saved groups of both its stores, offline; planning holds it against the stores.

How many customers are in a group is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, product

from groupmigrate.errors import FileProblems, Problem
from groupmigrate.files.catalogue import Catalogue
from groupmigrate.files.mapping import Assertion, Condition, Destination, GroupLine, Mapping
from groupmigrate.files.resolution import resolve
from groupmigrate.files.route import Resolution
from groupmigrate.model import Address, Customer
from groupmigrate.platforms.base import Rules, Severity
from groupmigrate.wording import MOST_NAMES, quoted
from groupmigrate.yamlfile import Document

SEVERITIES = {
    "GM134": Severity.WARNING,
    "GM135": Severity.NOTE,
    "GM136": Severity.WARNING,
    "GM137": Severity.NOTE,
    "GM138": Severity.WARNING,
    "GM139": Severity.WARNING,
}
"""How bad a code in a file is, where it is no error."""
OF_NAMES = frozenset({"GM120", "GM121", "GM122", "GM123", "GM124"})
"""Problems that a newer list of groups may not have."""


def severity(code: str) -> Severity:
    """How bad it is to have a problem of this code in a file."""
    return SEVERITIES.get(code, Severity.ERROR)


def review(mapping: Mapping) -> list[Problem]:
    """What contradicts itself in the mapping, and rules that never apply; no store is needed."""
    return [*_covered(mapping), *_contradictions(mapping)]


def review_names(mapping: Mapping, document: Document, source: Catalogue, target: Catalogue) -> list[Problem]:
    """What planning would find wrong about the names, and what is left out on either side."""
    renaming = _Renaming(mapping, source, target)
    present = renaming.mapping()
    # counts are known to the store only; what an assertion names is checked nevertheless
    uncounted = tuple(replace(claim, customers=0) for claim in present.assertions)
    present = replace(present, assertions=uncounted)
    rules = target.target.rules() if target.target else Rules(several_groups=True)
    try:
        resolution = resolve(present, source.groups, target.groups, rules, {})
    except FileProblems as error:
        since = min(source.saved, target.saved)
        return [*renaming.problems, *(_dated(problem, since) for problem in error.problems)]
    left_out = (_without_line(document, source, resolution), _unused(document, target, resolution))
    return [*renaming.problems, *chain.from_iterable(left_out)]


def _dated(problem: Problem, saved: datetime) -> Problem:
    """The problem with a hint at how old the names are that it was found with."""
    if problem.code not in OF_NAMES:
        return problem
    dated = f"groups as saved on {saved:%Y-%m-%d}"
    return replace(problem, hint=f"{problem.hint}; {dated}" if problem.hint else dated)


def is_young(catalogue: Catalogue, days: int) -> bool:
    """Whether the groups were saved no longer than so many days ago."""
    return _age(catalogue) <= days


def age_problem(catalogue: Catalogue, connector: Document) -> Problem:
    """The problem that the groups were saved too long ago."""
    message = f"the groups were saved {_age(catalogue)} days ago, and may be others now"
    hint = f"save them again: `groupmigrate groups {connector.path.stem} --save`"
    return connector.problem("GM136", message, ("platform",), hint=hint, key=True)


def _age(catalogue: Catalogue) -> int:
    """In whole days."""
    return (datetime.now(UTC) - catalogue.saved).days


# --- names that a store has changed ---


class _Renaming:
    """Writes a mapping as it should be after groups were renamed; each old name becomes a problem."""

    def __init__(self, mapping: Mapping, source: Catalogue, target: Catalogue) -> None:
        self._mapping = mapping
        self._sides = {"source": source, "target": target}
        self.problems: list[Problem] = []

    def mapping(self) -> Mapping:
        old, fallback = self._mapping, self._mapping.unmapped
        to = tuple(self._today(name, "target", fallback.line, fallback.column) for name in fallback.groups)
        return replace(
            old,
            groups=tuple(self._line(line) for line in old.groups),
            unmapped=replace(fallback, groups=to),
            assertions=tuple(self._claim(claim) for claim in old.assertions),
        )

    def _line(self, old: GroupLine) -> GroupLine:
        source = self._today(old.source, "source", old.line, old.column)
        same_as = old.same_as and self._today(old.same_as, "target", old.line, old.column)
        places = tuple(self._place(place) for place in old.destinations)
        return replace(old, source=source, same_as=same_as, destinations=places)

    def _place(self, old: Destination) -> Destination:
        groups = tuple(self._today(name, "target", old.line, old.column) for name in old.groups)
        return replace(old, groups=groups)

    def _claim(self, old: Assertion) -> Assertion:
        return replace(old, group=self._today(old.group, "source", old.line, old.column))

    def _today(self, name: str, side: str, line: int, column: int) -> str:
        group = self._sides[side].renamed(name)
        if group is None:
            return name
        message = f"the {side} has renamed the group {quoted(name)} to {quoted(group.name)}"
        hint = f"write {quoted(group.name)}"
        self.problems.append(self._mapping.problem("GM133", message, line, column, hint))
        return group.name


# --- groups that the mapping does not speak of ---


def _without_line(document: Document, source: Catalogue, resolution: Resolution) -> Iterator[Problem]:
    if resolution.fallback is not None:
        return
    place = "unmapped" if "unmapped" in document.data else "groups"
    for group in source.groups:
        if group.id not in resolution.routes:
            message = (
                f"the source group {quoted(group.name)} has no line; a plan stops if customers are in it"
            )
            hint = f"add below `groups:`  {quoted(group.name)}: GROUP"
            yield document.problem("GM134", message, (place,), hint=hint, key=True)


def _unused(document: Document, target: Catalogue, resolution: Resolution) -> Iterator[Problem]:
    names = [quoted(group.name) for group in target.groups if group.id not in resolution.managed]
    if names:
        listed = ", ".join(names[:MOST_NAMES]) + (" …" if len(names) > MOST_NAMES else "")
        groups = "1 group" if len(names) == 1 else f"{len(names)} groups"
        message = f"nobody is sent to {groups} of the target: {listed}"
        yield document.problem("GM135", message, ("target",), key=True)


# --- the mapping by itself ---


def _covered(mapping: Mapping) -> Iterator[Problem]:
    """Rules all of whose customers are taken by the rules before them."""
    for line in mapping.groups:
        earlier: list[Condition] = []
        for place in line.destinations:
            if place.when is None:
                break
            if _is_covered(place.when, earlier):
                message = "this rule never applies: the rules before it take everybody it is for"
                hint = "remove it, or put it first"
                yield mapping.problem("GM138", message, place.line, place.column, hint)
            earlier.append(place.when)


def _is_covered(condition: Condition, earlier: Sequence[Condition]) -> bool:
    # Who is on a list is known to the list only: a rule for another list takes nobody for certain.
    rivals = [replace(one, in_file=None) for one in earlier if one.in_file in (None, condition.in_file)]
    return all(any(rival.matches(person) for rival in rivals) for person in _people(condition, rivals))


def _people(condition: Condition, rivals: Sequence[Condition]) -> Iterator[Customer]:
    """One customer of every kind that the condition is true of, "" standing for all other values."""
    newsletters = (True, False, None) if condition.newsletter is None else (condition.newsletter,)
    for country, website, newsletter in product(
        condition.country or ("",), condition.website or ("",), newsletters
    ):
        addresses = (Address(country=country),)
        for created, attributes in product(_moments(condition, rivals), _attributes(condition)):
            yield Customer(
                "",
                "",
                scope=website,
                newsletter=newsletter,
                created=created,
                attributes=attributes,
                addresses=addresses,
            )


def _attributes(condition: Condition) -> Iterator[dict[str, str]]:
    for values in product(*condition.attribute.values()):
        yield dict(zip(condition.attribute, values, strict=True))


def _moments(condition: Condition, rivals: Sequence[Condition]) -> Sequence[str]:
    """A moment in each of the spans into which the rivals cut the condition's own."""
    if condition.created is None:
        return ("",)
    spans = [one.created for one in rivals if one.created]
    cuts = {
        condition.created.since or "0001-01-01",
        *(day for one in spans for day in (one.since, one.before)),
    }
    return [f"{day} 00:00:00" for day in cuts if day and condition.created.holds(f"{day} 00:00:00")]


def _contradictions(mapping: Mapping) -> Iterator[Problem]:
    """Assertions of which only one can be true."""
    first = {claim.group: claim for claim in reversed(mapping.assertions)}
    for claim in mapping.assertions:
        other = first[claim.group]
        if claim.customers != other.customers:
            count, says = f"{claim.customers:,}", f"line {other.line} says {other.customers:,}"
            message = f"{quoted(claim.group)} cannot have {count} customers: {says}"
            yield mapping.problem("GM127", message, claim.line, claim.column, "remove one of the two")
