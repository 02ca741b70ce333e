"""The connector file, loaded: one store, how to reach it, and its options. The store is not opened here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from groupmigrate import platforms
from groupmigrate.errors import FileProblems
from groupmigrate.files.schema import Collector, check
from groupmigrate.platforms.base import Card, Way
from groupmigrate.values import Name, Version
from groupmigrate.wording import found, quoted, suggestion
from groupmigrate.yamlfile import Document, load


@dataclass(frozen=True)
class Connector:
    """A connector file: everything that is needed to open its store, but for the secrets themselves."""

    name: str
    """The file's name without ending."""
    path: Path
    platform: str
    via: str
    options: BaseModel
    """The options of the way, as the room defines them; secrets are references."""
    fingerprint: str
    """SHA-256 of the file's bytes, in hexadecimal."""


class Header(BaseModel):
    """The keys that every connector file has, whatever the platform."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    version: Version = Field(description="The version of this language: 1.")
    platform: Name = Field(description="The software that the store runs.")
    via: Name = Field(
        "", description="How the store is reached; may be left out where there is one way only."
    )


def load_connector(path: Path) -> Connector:
    """Load a connector file. Raises FileProblems with everything that is wrong in it."""
    return read_connector(load(path))


def read_connector(document: Document) -> Connector:
    """The connector in a document. Raises FileProblems with everything that is wrong in it."""
    if "source" in document.data and "platform" not in document.data:
        message = "this is a mapping, and a connector is meant"
        raise FileProblems([document.problem("GM105", message, ())])
    collector = Collector()
    header = collector.attempt(check, Header, document.data, document)
    if any(problem.code == "GM110" for problem in collector.problems):
        raise FileProblems(collector.sorted())
    way = collector.attempt(_way, document)
    options = collector.attempt(_options, way, document) if way else None
    if header and way and options and not collector.problems:
        path = document.path
        return Connector(path.stem, path, header.platform, way.name, options, document.fingerprint)
    raise FileProblems(collector.sorted())


def _options(way: Way, document: Document) -> BaseModel:
    header = tuple(Header.model_fields)
    data = {key: value for key, value in document.data.items() if key not in header}
    return check(way.options, data, document, also=header)


def _way(document: Document) -> Way | None:
    """The way that `platform` and `via` name; None where `platform` is no text. Raises FileProblems."""
    platform = document.data.get("platform")
    if not isinstance(platform, str) or not platform:
        return None
    card = _card(platform, document)
    if "via" not in document.data and len(card.ways) == 1:
        return card.ways[0]
    return _way_of(card, document)


def _card(platform: str, document: Document) -> Card:
    card = platforms.card(platform)
    if card is None:
        hint = suggestion(platform, tuple(platforms.cards()))
        message = f"there is no platform {quoted(platform)}"
        raise FileProblems([document.problem("GM107", message, ("platform",), hint=hint)])
    return card


def _way_of(card: Card, document: Document) -> Way:
    via = document.data.get("via", "")
    way = card.way(via) if isinstance(via, str) else None
    if way is None:
        code, message = "GM107", f"{card.title} cannot be reached via {found(via)}"
        if "via" not in document.data:
            code, message = "GM104", 'the key "via" is missing'
        hint = suggestion(str(via), tuple(way.name for way in card.ways))
        raise FileProblems([document.problem(code, message, ("via",), hint=hint)])
    return way
