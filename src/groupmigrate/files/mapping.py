"""The mapping file, loaded: which source group goes where, in names. It knows nothing of the stores."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from groupmigrate.errors import Problem
from groupmigrate.files.condition import Condition
from groupmigrate.files.language import Fallback, Limits, MappingFile, Policy, Rule, SameAs, Skip
from groupmigrate.files.schema import check
from groupmigrate.yamlfile import Document, load

__all__ = [
    "Assertion",
    "Condition",
    "Destination",
    "GroupLine",
    "Limits",
    "Mapping",
    "Policy",
    "Unmapped",
    "load_mapping",
    "read_mapping",
]


@dataclass(frozen=True)
class Destination:
    """Target groups, as names or `id:7`, and for whom; None means for all that are left."""

    groups: tuple[str, ...]
    """The first becomes the default group."""
    when: Condition | None
    line: int
    column: int


@dataclass(frozen=True)
class GroupLine:
    """What the mapping says about one source group."""

    source: str
    """The group's name, or `id:999`."""
    destinations: tuple[Destination, ...]
    """In the order in which they are tried; empty for a group that is skipped, or only `same_as` another."""
    skip: str | None
    """Why its customers are left out."""
    same_as: str | None
    """The built-in group of the target that means the same."""
    line: int
    column: int


@dataclass(frozen=True)
class Unmapped:
    """What becomes of source groups without a line."""

    kind: Literal["error", "skip", "to"]
    groups: tuple[str, ...]
    line: int
    column: int


@dataclass(frozen=True)
class Assertion:
    """A number of customers that a source group must have."""

    group: str
    customers: int
    line: int
    column: int


@dataclass(frozen=True)
class Mapping:
    """A mapping file. Lines and columns count from 1."""

    name: str
    """The file's name without ending."""
    path: Path
    source: str
    """The name of the connector to read from."""
    target: str
    groups: tuple[GroupLine, ...]
    """In the order of the file, which is their priority."""
    unmapped: Unmapped
    policy: Policy
    attribute_places: dict[str, tuple[int, int]]
    """Line and column of each of the policy's attributes, by its code in the source."""
    limits: Limits
    assertions: tuple[Assertion, ...]
    fingerprint: str
    """SHA-256 of the file's bytes and of the lists that it names, in hexadecimal."""

    def problem(self, code: str, message: str, line: int = 1, column: int = 1, hint: str = "") -> Problem:
        """A problem at a line of this file."""
        return Problem(code, message, self.path, line, column, hint)


def load_mapping(path: Path) -> Mapping:
    """Load a mapping file. Raises FileProblems with everything that is wrong in it."""
    return read_mapping(load(path))


def read_mapping(document: Document) -> Mapping:
    """The mapping in a document. Raises FileProblems with everything that is wrong in it."""
    file = check(MappingFile, document.data, document)
    groups = tuple(_group_line(document, name, line) for name, line in file.groups.items())
    return Mapping(
        name=document.path.stem,
        path=document.path,
        source=file.source,
        target=file.target,
        groups=groups,
        unmapped=_unmapped(document, file.unmapped),
        policy=file.customers,
        attribute_places={
            code: document.position(("customers", "attributes", code)) for code in file.customers.attributes
        },
        limits=file.limits,
        assertions=tuple(
            Assertion(one.group, one.customers, *document.position(("assert", number)))
            for number, one in enumerate(file.assertions)
        ),
        fingerprint=_fingerprint(document, groups),
    )


def _fingerprint(document: Document, groups: tuple[GroupLine, ...]) -> str:
    lists = [place.when.in_file for line in groups for place in line.destinations if place.when]
    digests = b"".join(one.digests for one in lists if one is not None)
    return (
        hashlib.sha256(digests + document.fingerprint.encode()).hexdigest()
        if digests
        else document.fingerprint
    )


def _group_line(
    document: Document, name: str, line: tuple[str, ...] | Rule | list[Rule] | Skip | SameAs
) -> GroupLine:
    loc = ("groups", name)
    skip = line.skip if isinstance(line, Skip) else None
    same_as = line.same_as if isinstance(line, SameAs) else None
    destinations: tuple[Destination, ...] = ()
    if isinstance(line, SameAs) and line.customers is not None:
        destinations = _destinations(document, (*loc, "customers"), line.customers)
    elif not isinstance(line, Skip | SameAs):
        destinations = _destinations(document, loc, line)
    return GroupLine(name, destinations, skip, same_as, *document.position(loc, key=True))


def _destinations(
    document: Document, loc: tuple[str | int, ...], form: tuple[str, ...] | Rule | list[Rule]
) -> tuple[Destination, ...]:
    if isinstance(form, Rule):
        return (Destination(form.to, form.when, *document.position((*loc, "to"))),)
    if isinstance(form, tuple):
        return (Destination(form, None, *document.position(loc)),)
    return tuple(
        Destination(rule.to, rule.when, *document.position((*loc, number, "to")))
        for number, rule in enumerate(form)
    )


def _unmapped(document: Document, form: Fallback | Literal["error", "skip"]) -> Unmapped:
    if isinstance(form, Fallback):
        return Unmapped("to", form.to, *document.position(("unmapped", "to")))
    return Unmapped(form, (), *document.position(("unmapped",), key=True))
