"""Which reports were asked for, and where they go. What is in them is the report's business."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import RenderableType

from groupmigrate.cli.output import Form
from groupmigrate.errors import UsageError
from groupmigrate.report.page import Page
from groupmigrate.report.people import Person
from groupmigrate.report.screen import facts
from groupmigrate.wording import quoted

STDOUT = Path("-")


@dataclass(frozen=True)
class Reports:
    """The files that were asked for."""

    html: Path | None
    markdown: Path | None

    @classmethod
    def of(cls, html: Path | None, markdown: Path | None, form: Form = Form.TEXT) -> Reports:
        """Refuse what cannot be before anything is read. Raises UsageError."""
        ends_in(html, ".html", "--html")
        if markdown != STDOUT:
            ends_in(markdown, ".md", "--markdown")
        elif form is not Form.TEXT:
            raise UsageError(
                "--markdown - and --format json would both be printed", hint="name a file: --markdown plan.md"
            )
        return cls(html, markdown)

    @property
    def places(self) -> list[tuple[str, str]]:
        """The files, to be told."""
        return [("report", str(path)) for path in (self.html, self.markdown) if path and path != STDOUT]

    def view(self) -> Iterator[RenderableType]:
        """The files as lines below a result."""
        if self.places:
            yield ""
            yield facts(self.places)

    def write(self, page: Callable[[], Page]) -> list[str]:
        """Write the files; what is to be printed instead of the usual text, if anything. Raises DiskError."""
        if not (self.html or self.markdown):
            return []
        made = page()
        if self.html:
            from groupmigrate.report.html import write_html

            write_html(made, self.html)
        return self._markdown(made) if self.markdown else []

    def _markdown(self, page: Page) -> list[str]:
        from groupmigrate.report.draft import draft_of
        from groupmigrate.report.markdown import markdown

        text = markdown(page)
        if self.markdown == STDOUT:
            return [text.removesuffix("\n")]
        assert self.markdown is not None
        with draft_of(self.markdown) as draft:
            draft.write_text(text, encoding="utf-8", newline="\n")
        return []


@dataclass(frozen=True)
class Sheets:
    """The spreadsheets of customers that were asked for."""

    csv: Path | None
    xlsx: Path | None

    @classmethod
    def of(cls, csv: Path | None, xlsx: Path | None) -> Sheets:
        """Refuse other endings before anything is read. Raises UsageError."""
        ends_in(csv, ".csv", "--csv")
        ends_in(xlsx, ".xlsx", "--xlsx")
        return cls(csv, xlsx)

    def __bool__(self) -> bool:
        return bool(self.csv or self.xlsx)

    def write(self, people: Callable[[], Iterable[Person]]) -> list[tuple[Path, int]]:
        """Write the files; each with the number of its customers. Raises DiskError."""
        from groupmigrate.report.tables import write_csv, write_xlsx

        ways = ((self.csv, write_csv), (self.xlsx, write_xlsx))
        return [(path, write(people(), path)) for path, write in ways if path]


def ends_in(path: Path | None, ending: str, option: str) -> None:
    """Refuse another ending: a slip must not overwrite a mapping or a plan. Raises UsageError."""
    if path and path.suffix.lower() != ending:
        raise UsageError(
            f"{option} writes a file that ends in {ending}, not {quoted(path.name)}",
            hint=f"{option} {path.with_suffix(ending) if path.name else f'report{ending}'}",
        )
