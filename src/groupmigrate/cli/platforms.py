"""`groupmigrate platforms`: what each platform can do, from the cards of the rooms."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from groupmigrate import platforms as rooms
from groupmigrate.cli.options import FormatOption
from groupmigrate.cli.output import Answer, Form, emit
from groupmigrate.errors import UsageError
from groupmigrate.platforms.base import Card
from groupmigrate.report.cards import card_view, cards_view
from groupmigrate.report.options import options_of
from groupmigrate.wording import quoted, suggestion


def platforms(
    name: Annotated[
        str,
        typer.Argument(
            metavar="PLATFORM",
            help="One platform, with every option.",
            show_default=False,
            autocompletion=rooms.names,
        ),
    ] = "",
    form: FormatOption = Form.TEXT,
) -> int:
    """List the platforms, or tell everything about one.

    \b
      groupmigrate platforms
      groupmigrate platforms prestashop
    """
    cards = rooms.cards()
    if not name:
        found = [_as_data(card, options=False) for card in cards.values()]
        return emit(Answer("platforms", found, cards_view(list(cards.values()))), form)
    card = cards.get(name)
    if card is None:
        hint = suggestion(name, list(cards), "platforms")
        raise UsageError(f"there is no platform {quoted(name)}", hint=hint, code="GM107")
    return emit(Answer("platforms", _as_data(card, options=True), card_view(card)), form)


def _as_data(card: Card, *, options: bool) -> dict[str, Any]:
    ways = [
        {
            "name": way.name,
            "reads": way.reads,
            "writes": way.writes,
            "tells_changes": way.tells_changes,
            "removes": way.removes,
            **({"options": options_of(way.options)} if options else {}),
        }
        for way in card.ways
    ]
    return {
        "name": card.name,
        "title": card.title,
        "versions": card.versions,
        "ways": ways,
        "can": card.can,
        "cannot": card.cannot,
        "builtin_groups": card.builtin_groups,
        "sandbox": bool(card.sandbox),
        "details": dict(card.details),
    }
