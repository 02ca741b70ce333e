"""What an undo took back, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from groupmigrate.codes import title
from groupmigrate.identity import mask
from groupmigrate.report.lettering import counted
from groupmigrate.report.screen import Column, Sheet, heading
from groupmigrate.running.journal import UndoJournal
from groupmigrate.running.undo import Undone

SAMPLE = 20
"""How many of those who are not taken back are listed."""


def undo_view(found: Undone, removes: str, *, dry: bool = False) -> list[RenderableType]:
    """The counts, and in one sentence how it stands; `removes` is the card's word: "deletes"."""
    sheet = Sheet([Column("what"), Column("customers", number=True)])
    done = f"{removes.removesuffix('s')}d"
    for words, count in (
        (f"would be {done}" if dry else done, found.removed),
        ("would get back what they had" if dry else "got back what they had", found.restored),
        ("changed since the run, left alone", found.left),
        ("created, and the shop cannot remove them", found.kept),
        ("failed", found.failed),
        ("open", 0 if dry else found.open),
    ):
        if count:
            sheet.add(words, count)
    return [sheet, Text(), _verdict(found, dry=dry)] if sheet.rows else [_verdict(found, dry=dry)]


def _verdict(found: Undone, *, dry: bool) -> Text:
    if dry:
        return Text("nothing was written: this was a dry run")
    if found == Undone():
        return Text("nothing to take back: the run changed nobody")
    if found.complete:
        return Text("the run is taken back", style="bold green")
    rest = found.left + found.kept + found.failed + found.open
    return Text(f"{counted(rest, 'customer')} not taken back", style="bold red")


def left_over(journal: UndoJournal) -> Iterator[RenderableType]:
    """The first customers who are not as they were before the run; e-mails are masked."""
    rows = journal.not_taken_back(SAMPLE)
    if not rows:
        return
    yield heading("not taken back" if len(rows) < SAMPLE else "not taken back, the first ones")
    people = Sheet([Column("no."), Column("customer"), Column("code"), Column("why")])
    for seq, email, code, words in rows:
        people.add(str(seq), mask(email), code, words or title(code))
    yield people
