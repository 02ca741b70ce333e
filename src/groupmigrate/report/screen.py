"""What a terminal is given: a console without surprises, and tables that narrow screens get as lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from groupmigrate.report.lettering import printable

NARROW = 72
"""Columns below which a table is written as lines."""


def console_for(stream: TextIO) -> Console:
    """A console that prints what it is given: names of groups are no markup, and `:key:` is no emoji."""
    return Console(file=stream, markup=False, emoji=False, highlight=False)


@dataclass
class Column:
    """One column: its title, whether it holds numbers, and the colour of numbers that are not 0."""

    title: str
    number: bool = False
    style: str = ""


@dataclass
class Sheet:
    """A small table; without rows nothing. Numbers get thousands separators, 0 is a dot. Narrow terminals
    get lines instead.
    """

    columns: Sequence[Column]
    rows: list[Sequence[str | int]] = field(default_factory=list)

    def add(self, *cells: str | int) -> None:
        """Add one row."""
        self.rows.append(cells)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self.rows:
            yield self._table() if options.max_width >= NARROW else self._lines()

    def _table(self) -> Table:
        table = Table(
            box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold", show_edge=False
        )
        for column in self.columns:
            table.add_column(
                column.title,
                justify="right" if column.number else "left",
                no_wrap=column.number,
                overflow="fold",
            )
        for row in self.rows:
            pairs = zip(row, self.columns, strict=True)
            table.add_row(*(_cell(value, column) for value, column in pairs))
        return table

    def _lines(self) -> Text:
        """The texts of a row on one line, its numbers with their titles below."""
        text = Text()
        for row in self.rows:
            cells = list(zip(row, self.columns, strict=True))
            words = " ".join(_plain(value) for value, column in cells if not column.number and value)
            numbers = ", ".join(
                f"{column.title} {_plain(value)}" for value, column in cells if column.number and value
            )
            text.append(f"{words}\n" + (f"    {numbers}\n" if numbers else ""))
        text.rstrip()
        return text


def facts(entries: Sequence[tuple[str, str]]) -> RenderableType:
    """Labels with what belongs to them, below each other."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, value in entries:
        grid.add_row(Text(label), Text(printable(value)))
    return Group(grid, Text())


def heading(words: str) -> Text:
    """A title above a table."""
    return Text(f"\n{printable(words)}", style="bold")


def warning(words: str) -> Text:
    """A line that should not be overlooked."""
    return Text.assemble(("warning: ", "bold yellow"), printable(words))


def _plain(value: str | int) -> str:
    return f"{value:,}" if isinstance(value, int) else printable(value)


def _cell(value: str | int, column: Column) -> Text:
    if isinstance(value, int) and not value:
        return Text("·", style="dim")
    return Text(_plain(value), style=column.style if isinstance(value, int) else "")
