"""The cards of the platforms on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from groupmigrate.platforms.base import Card, Way
from groupmigrate.report.options import Option, options_of
from groupmigrate.report.screen import Column, Sheet, facts, heading


def cards_view(cards: Sequence[Card]) -> Iterator[RenderableType]:
    """One line a platform."""
    sheet = Sheet([Column("name"), Column("platform"), Column("via"), Column("sandbox"), Column("versions")])
    for card in cards:
        ways = ", ".join(f"{way.name} ({_direction(way)})" for way in card.ways)
        sheet.add(card.name, card.title, ways, "yes" if card.sandbox else "no", card.versions)
    yield sheet
    yield Text()
    yield Text("groupmigrate platforms NAME tells the rest")


def card_view(card: Card) -> Iterator[RenderableType]:
    """Everything on a card, with every option of every way."""
    yield facts(
        [
            ("platform", f"{card.name}: {card.title}"),
            ("versions", card.versions),
            *(("can", words) for words in card.can),
            *(("cannot", words) for words in card.cannot),
            ("built-in groups", card.builtin_groups),
            ("sandbox", f"groupmigrate sandbox {card.name}" if card.sandbox else "none"),
            *card.details.items(),
        ]
    )
    for way in card.ways:
        yield heading(f"via: {way.name} ({_direction(way)})")
        yield from (Text(words) for words in _besides(way))
        yield facts([(option.name, _option(option)) for option in options_of(way.options)])


def _option(option: Option) -> str:
    default = (
        "required"
        if option.required
        else ""
        if option.default in (None, "", {})
        else f"default {option.default}"
    )
    return f"{option.type}{f', {default}' if default else ''}. {option.help}"


def _besides(way: Way) -> Iterator[str]:
    """What a way can do besides reading and writing."""
    if way.tells_changes:
        yield "tells who changed, for `plan --since-last`"
    if way.removes:
        yield f"{way.removes} customers, for `undo`"


def _direction(way: Way) -> str:
    return " and ".join(word for word, can in (("read", way.reads), ("write", way.writes)) if can)
