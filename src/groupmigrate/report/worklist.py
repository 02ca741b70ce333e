"""The worklist as files for the person who does the work: a CSV file, and a page that works offline.

E-mails in them are in full, because customers are looked for by them. Both files are for their owner only.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from msgspec import Struct

from groupmigrate.planning.planheader import Header
from groupmigrate.report.draft import draft_of
from groupmigrate.report.html import write_page
from groupmigrate.report.lettering import counted
from groupmigrate.report.summary import group_names, name_of
from groupmigrate.report.tables import harmless
from groupmigrate.running.worklist import Task

COLUMNS = ("id", "email", "name", "group_now", "group_wanted")


class Worklist(Struct, frozen=True):
    """The files of a worklist, and how many customers are to go into which group; "" where nobody is left."""

    csv: str
    html: str
    groups: dict[str, int]

    @property
    def customers(self) -> int:
        """All of them."""
        return sum(self.groups.values())


def write_worklist(header: Header, tasks: Iterable[Task], folder: Path) -> Worklist:
    """Write worklist.csv and worklist.html (UTF-8, mode 0600); raises DiskError.

    The tasks come group by group and are written as they come: memory does not grow with them. Where there
    are none there are no files, and older ones are deleted.
    """
    names = group_names(header.target_groups)
    counts: Counter[str] = Counter()
    table, page = folder / "worklist.csv", folder / "worklist.html"
    with draft_of(table) as draft, draft.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        people = _copied((_named(task, names) for task in tasks), rows, counts)
        write_page("worklist.html", page, header=header, sections=groupby(people, attrgetter("wanted")))
    if not counts:
        for path in (table, page):
            path.unlink()
        return Worklist("", "", {})
    return Worklist(str(table), str(page), dict(counts))


def worklist_facts(found: Worklist | None) -> list[tuple[str, str]]:
    """What is left to be done by hand, and where it is written, below a result."""
    if not found or not found.groups:
        return []
    groups = ", ".join(f'{count:,} into "{group}"' for group, count in found.groups.items())
    return [
        ("by hand", f"{counted(found.customers, 'customer')}: {groups}"),
        ("worklist", f"{found.html} and {found.csv}, with e-mails in full"),
    ]


def _named(task: Task, names: dict[str, str]) -> Task:
    """The task with the names of its groups."""
    now, wanted = name_of(task.now, names), name_of(task.wanted, names)
    return Task(task.id, task.email, task.name, now, wanted)


def _copied(tasks: Iterable[Task], rows: Any, counts: Counter[str]) -> Iterator[Task]:
    """The tasks, each copied into the table while the page takes it."""
    for task in tasks:
        counts[task.wanted] += 1
        rows.writerow([harmless(cell) for cell in _cells(task)])
        yield task


def _cells(task: Task) -> Sequence[str]:
    return task.id, task.email, task.name, task.now, task.wanted
