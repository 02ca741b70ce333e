"""A small migration folder for tests of the command line, which is run in this process."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from groupmigrate.cli import edge

GENERAL, WHOLESALE, PRESS = "1", "2", "6"
NEW = "Ana.Pop@example.com"
REGROUPED = "ion.rosu@example.com"
AS_WANTED = "eva.lang@example.org"
SKIPPED = "press.desk@example.test"
BLOCKED = "r2d2@example.test"
PEOPLE = (
    (NEW, "Ana", "Pop", GENERAL),
    (REGROUPED, "Ion", "Roșu", WHOLESALE),
    (AS_WANTED, "Eva", "Lang", GENERAL),
    (SKIPPED, "Press", "Desk", PRESS),
    (BLOCKED, "R2D2", "Robot", GENERAL),
)
"""One customer for each action: create, update, same, skip, blocked."""
KNOWN = ((REGROUPED, "Ion", "Roșu"), (AS_WANTED, "Eva", "Lang"))

MAPPING = """\
version: 1
source: old
target: new
groups:
  NOT LOGGED IN: Visitor
  General: Customer
  Wholesale: [Trade, Customer]
  Retailer: Customer
  Press: {skip: nobody reads it}
limits: {max_failures: 5, max_updates_percent: 50}
"""


class Ran(NamedTuple):
    """How a command ended, and what it said where."""

    code: int
    out: str
    err: str

    @property
    def envelope(self) -> dict[str, Any]:
        """The JSON envelope on stdout."""
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def result(self) -> Any:
        """The result in the envelope."""
        return self.envelope["result"]


@dataclass
class SmallShop:
    """A migration folder with one mapping, from a Magento export into a practice PrestaShop."""

    root: Path
    capsys: pytest.CaptureFixture[str] | None = None

    mapping = "mappings/move.yaml"

    def make(self, more: Sequence[tuple[str, str, str, str]] = (), known: Sequence[str] = ()) -> SmallShop:
        """Write the files. `more` are further source customers, `known` e-mails that the target has, too."""
        self.write(self.mapping, MAPPING)
        groups = "groups: {0: NOT LOGGED IN, 1: General, 2: Wholesale, 3: Retailer, 6: Press}\n"
        self.write(
            "connectors/old.yaml",
            f"version: 1\nplatform: magento\nvia: csv\ncustomers: ../customer.csv\n{groups}",
        )
        self.connect()
        with (self.root / "customer.csv").open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(("email", "_website", "group_id", "firstname", "lastname", "created_at"))
            for email, first, last, group in (*PEOPLE, *more):
                rows.writerow((email, "base", group, first, last, "2020-02-02 02:02:02"))
        people = [*KNOWN, *((email, "Known", "Before") for email in known)]
        seed = {
            "groups": [{"name": {"en": "Trade", "es": "Mayoristas"}}],
            "customers": [
                {"email": email, "firstname": first, "lastname": last, "groups": ["Customer"]}
                for email, first, last in people
            ],
        }
        self.write("seed.json", json.dumps(seed))
        return self

    def connect(self, *lines: str) -> None:
        """Write the target's connector, with further options."""
        fixed = (
            "version: 1",
            "platform: prestashop",
            "via: webservice",
            "url: sandbox",
            "seed: ../seed.json",
        )
        self.write("connectors/new.yaml", "\n".join((*fixed, *lines, "")))

    def write(self, name: str, text: str) -> None:
        """Write a file of the folder, and make the folder that it lies in."""
        path = self.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        """Change a file of the folder."""
        text = (self.root / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def run(self, *arguments: str) -> Ran:
        """Run the command line in this process; the current folder must be the migration folder."""
        assert self.capsys is not None
        self.capsys.readouterr()
        code = edge.run(arguments)
        return Ran(code, *self.capsys.readouterr())

    def plans(self) -> list[Path]:
        """The plan files, newest last."""
        return sorted((self.root / ".groupmigrate" / "move").glob("*.plan"))

    def age(self) -> Path:
        """Make the newest plan older than all that are still to be made; its path within the folder."""
        newest = self.plans()[-1]
        aged = newest.with_name(f"2000{len(self.plans()):04}-000000-0.plan")
        return newest.rename(aged).relative_to(self.root)

    def target(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask, or change, the database of the practice shop."""
        path = self.root / ".groupmigrate" / ".stores" / "new.db"
        with closing(sqlite3.connect(path)) as database, database:
            return database.execute(query, values).fetchall()

    def groups_of(self, email: str) -> list[str]:
        """The names of the groups that a customer of the target is in; empty if there is no such customer."""
        rows = self.target(
            "SELECT l.name FROM ps_customer c JOIN ps_customer_group g USING(id_customer)"
            " JOIN ps_group_lang l ON l.id_group = g.id_group AND l.id_lang = 1"
            " WHERE c.email = ? COLLATE NOCASE ORDER BY 1",
            email,
        )
        return [name for (name,) in rows]
