"""A report as Markdown for a pull request: one comment long, with a Mermaid diagram. Decides nothing.

Names come from shops, and so from anybody: they stand in code spans, where they mention nobody, link to
nothing and are no HTML.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from unicodedata import combining, normalize

from groupmigrate.report.diagram import NOT_SENT, merged
from groupmigrate.report.lettering import counted, printable
from groupmigrate.report.page import NOTHING, Cell, Page, Table

MOST = 65_000
"""Characters of the text. GitHub takes 65,536 in a comment."""
ROOM = 1_000
"""Characters that are kept for saying what was cut."""
NODES = 12
"""Groups of one side of the diagram, so that it stays readable in the width of a comment."""
LETTERS = 40
"""Letters of a name in the diagram; Mermaid draws longer ones over each other."""
PEOPLE = 50
"""Customers that are listed; a comment is no place for more of them."""
MORE = "Blocked and failed customers come first. `groupmigrate show` lists the others."


def markdown(page: Page) -> str:
    """The page, at most 65,000 characters; what was cut is said at the end."""
    text = _Text()
    text.add([f"## {_plain(page.title)}", ""])
    text.add([f"**{page.balance}**" + ("" if page.sound else " (not as it should be)"), ""])
    for words in page.warnings:
        text.add([f"> **Warning:** {_code(words)}", ""])
    for label, value in page.facts:
        text.add([f"- {label}: {_code(value)}"])
    groups, *tables = page.tables
    text.table(groups)
    text.section("Who is left out or not as wanted, and why", _causes(page), "reasons")
    text.block("Where the groups go", _diagram(page))
    for table in tables:
        text.table(table)
    for words in page.remarks:
        text.add(["", f"Note: {_code(words)}"])
    if page.listing.people:
        few = len(page.listing.people) <= PEOPLE
        text.table(_people(page), note=page.listing.chosen if few else MORE)
    return text.ended()


@dataclass
class _Text:
    """Lines with a limit; what does not fit is left out and noted down."""

    lines: list[str] = field(default_factory=list)
    length: int = 0
    cut: list[str] = field(default_factory=list)

    def add(self, lines: Sequence[str]) -> bool:
        """Add the lines if all of them fit."""
        size = sum(len(line) + 1 for line in lines)
        if self.length + size > MOST - ROOM:
            return False
        self.lines += lines
        self.length += size
        return True

    def section(self, title: str, rows: Sequence[str], noun: str, head: Sequence[str] = ()) -> None:
        """Add a title and as many rows as fit."""
        if not rows:
            return
        fitting = 0
        if self.add(["", f"### {title}", "", *head]):
            fitting = next((place for place, row in enumerate(rows) if not self.add([row])), len(rows))
        if fitting < len(rows):
            self.cut.append(f"{fitting:,} of {len(rows):,} {noun}")

    def table(self, table: Table, note: str = "") -> None:
        """Add a table, as many of its rows as fit."""
        numbers = [isinstance(cell, int) for cell in table.rows[0]] if table.rows else []
        head = [
            *([note, ""] if note else []),
            _row(table.columns),
            _row(["---:" if number else "---" for number in numbers]),
        ]
        rows = [_row([_cell(cell) for cell in row]) for row in table.rows]
        self.section(table.title, rows, f'rows of "{table.title}"', head)

    def block(self, title: str, lines: Sequence[str]) -> None:
        """Add something that is of use only as a whole."""
        if lines and not self.add(["", f"### {title}", "", *lines]):
            self.cut.append(f'nothing of "{title}"')

    def ended(self) -> str:
        """The text, and what was cut."""
        if self.cut:
            kept = "; ".join(self.cut)[: ROOM - 200]
            self.lines += [
                "",
                f"_Cut to fit into {MOST:,} characters. Of these parts only this is shown: {kept}._",
            ]
        return "\n".join(self.lines) + "\n"


def _diagram(page: Page) -> list[str]:
    """A Mermaid block. Source and target names are told apart: Mermaid would take equal ones for one bar."""
    counts: Counter[tuple[str, str]] = Counter()
    for flow in merged(page.flows, NODES):
        nowhere = flow.target.startswith(NOT_SENT)
        counts[f"from {flow.source}", flow.target if nowhere else f"to {flow.target}"] += flow.customers
    if not counts:
        return []
    labels = _labels(dict.fromkeys(name for way in counts for name in way))
    ways = [f'"{labels[source]}","{labels[target]}",{count}' for (source, target), count in counts.items()]
    return ["```mermaid", "sankey-beta", "", *ways, "```"]


def _labels(names: Iterable[str]) -> dict[str, str]:
    """The names as Mermaid can read them, told apart by numbers where they would be the same."""
    labels: dict[str, str] = {}
    for name in names:
        label = short = _letters(name)
        while label in labels.values():
            label = f"{short} ({sum(one.startswith(short) for one in labels.values()) + 1})"
        labels[name] = label
    return labels


def _letters(name: str) -> str:
    # Mermaid's sankey takes ASCII only; "%%" begins a comment, and "#35;" turns into no ASCII (11.17, run)
    plain = "".join(letter for letter in normalize("NFKD", name) if not combining(letter))
    plain = re.sub("[^ -~]", "?", plain)
    plain = re.sub("%(?=%)|#(?=[^ ])", r"\g<0> ", plain)
    short = plain if len(plain) <= LETTERS else f"{plain[: LETTERS - 3]}..."
    return short.replace('"', '""')


def _causes(page: Page) -> list[str]:
    return [
        f"- **{cause.customers:,} {cause.kind}**: {cause.title} ({cause.code}). {cause.cause} {cause.cure}"
        for cause in page.causes
    ]


def _people(page: Page) -> Table:
    found = page.listing.people
    shown = found[:PEOPLE]
    title = "Customers" if len(found) == len(shown) else f"The first {counted(len(shown), 'customer')}"
    rows = (
        (one.email, one.source, one.target or NOTHING, one.action, f"{one.code} {one.why}") for one in shown
    )
    return Table(title, ("customer", "source group", "target groups", "action", "why"), tuple(rows))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell) -> str:
    if isinstance(cell, int):
        return f"{cell:,}"
    return cell if cell == NOTHING else _code(cell).replace("|", "\\|")


def _code(words: str) -> str:
    """The words as a code span, whatever is in them."""
    words = printable(words).strip()
    if not words:
        return ""
    fence = "`" * (1 + max(map(len, _ticks(words)), default=0))
    edge = " " if "`" in (words[0], words[-1]) else ""
    return f"{fence}{edge}{words}{edge}{fence}"


def _ticks(words: str) -> Iterator[str]:
    """The runs of backticks."""
    run = ""
    for letter in f"{words} ":
        if letter == "`":
            run += letter
        elif run:
            yield run
            run = ""


def _plain(words: str) -> str:
    title, colon, name = words.partition(": ")
    return f"{title}{colon}{_code(name)}"
