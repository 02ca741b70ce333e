"""How far the work is, on stderr: a live bar on a terminal, a line now and then elsewhere, or nothing."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from groupmigrate.report.lettering import lasting

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from groupmigrate.running.run import Progress

EVERY = 5.0
"""Seconds between two lines where there is no terminal."""
ROOMY = 72
"""Columns that a bar with everything needs; narrower terminals get the counts and the rate."""


class Shown(Protocol):
    """Something that is told how far the work is."""

    def count(self, what: str, done: int, total: int | None, detail: str = "") -> None:
        """So many of `total` (None if not known) are done of this piece of work."""

    def close(self) -> None:
        """Say the last of it."""


@contextmanager
def progress(*, quiet: bool) -> Iterator[Shown]:
    """The progress that suits the screen, closed at the end."""
    shown: Shown = Nothing() if quiet else Bar() if sys.stderr.isatty() else Lines()
    try:
        yield shown
    finally:
        shown.close()


def tell_sent(shown: Shown, run: Progress) -> None:
    """Tell how far a run is."""
    detail = f"created {run.created:,}, updated {run.updated:,}, failed {run.failed:,}"
    shown.count("sending", run.done, run.total, detail)


class Nothing:
    """Says nothing."""

    def count(self, what: str, done: int, total: int | None, detail: str = "") -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class Lines:
    """At most one line in five seconds, and one at the end of each piece of work."""

    def __init__(self) -> None:
        self._what = ""
        self._last = ""
        self._began = self._told = 0.0
        self._first = 0

    def count(self, what: str, done: int, total: int | None, detail: str = "") -> None:
        """Print a line if the last one is old enough."""
        now = time.monotonic()
        if what != self._what:
            self.close()
            self._what, self._began, self._told, self._first = what, now, now, done
        rate = (done - self._first) / (now - self._began) if now > self._began else 0.0
        self._last = line(what, done, total, rate, detail)
        if now - self._told >= EVERY:
            self._told = now
            self.close()

    def close(self) -> None:
        """Print the last line, if it was not printed."""
        if self._last:
            print(self._last, file=sys.stderr, flush=True)  # noqa: T201 - progress is printed
        self._last = ""


def line(what: str, done: int, total: int | None, rate: float, detail: str) -> str:
    """One line of progress: "sending: 1,200 of 2,000, 60/s, 13 s left; created 1,190 …"."""
    words = f"{what}: {done:,}" + (f" of {total:,}" if total is not None else "")
    if rate > 0:
        words += f", {rate:,.0f}/s"
        if total is not None and done < total:
            words += f", {lasting((total - done) / rate)} left"
    return f"{words}; {detail}" if detail else words


class Bar:
    """A live bar with rate and remaining time; one for each piece of work."""

    def __init__(self) -> None:
        self._bars: Bars | None = None
        self._tasks: dict[str, TaskID] = {}

    def count(self, what: str, done: int, total: int | None, detail: str = "") -> None:
        """Move the bar of this piece of work."""
        if self._bars is None:
            self._bars = _bars()
            self._bars.start()
        if what not in self._tasks:
            self._tasks[what] = self._bars.add_task(what, total=total, detail="")
        task = self._tasks[what]
        self._bars.update(task, completed=done, total=total, detail=detail)

    def close(self) -> None:
        """Leave the bars as they are and give the screen back."""
        if self._bars is not None:
            self._bars.stop()


def _bars() -> Bars:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Counted(ProgressColumn):
        """So many of so many."""

        def render(self, task: Task) -> Text:
            total = "" if task.total is None else f"/{task.total:,.0f}"
            return Text(f"{task.completed:,.0f}{total}", style="green")

    class Rate(ProgressColumn):
        """Customers a second."""

        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text(f"{speed:,.0f}/s" if speed else "")

    console = Console(file=sys.stderr, highlight=False, emoji=False)
    columns: list[ProgressColumn] = [TextColumn("{task.description}"), Counted(), Rate()]
    if console.width >= ROOMY:
        columns.insert(1, BarColumn(bar_width=16))
        columns += [TimeRemainingColumn(compact=True), TextColumn("{task.fields[detail]}")]
    return Progress(*columns, console=console)
