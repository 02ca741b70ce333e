"""Everything about one customer of a plan, and the list of many."""

from __future__ import annotations

from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest
from msgspec.structs import replace
from rich.console import Console

from groupmigrate.model import Customer, Group
from groupmigrate.planning.action import Act, Action, Before
from groupmigrate.planning.fittext import Note
from groupmigrate.planning.planrow import Row
from groupmigrate.report.people import People, Person
from groupmigrate.report.persons import list_view, person_view
from support.headers import header

MAPPING = "groups:\n  General: Customer\n  Café: Trade  # cafés\n"
CREATE = Action(
    Act.CREATE,
    "GM201",
    "ana.pop@example.com",
    "Ana.Pop@example.com",
    "17",
    "2",
    line=3,
    groups=("4",),
    notes=(Note("GM304", "prefix", "Dr."),),
    wanted=Customer("", "Ana.Pop@example.com", ("4",), firstname="Ana", lastname="Pop"),
)
UPDATE = replace(
    CREATE,
    act=Act.UPDATE,
    code="GM202",
    notes=(),
    target_id="9",
    fields=("groups",),
    before=Before(("3",)),
)


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "move.yaml"
    path.write_text(MAPPING, encoding="utf-8")
    return path


def person(row: Row, mapping: Path, *, show_pii: bool = False) -> Person:
    fingerprint = sha256(MAPPING.encode()).hexdigest()
    said = header(fingerprints={"mapping": fingerprint}, source_groups=(Group("2", "Café"),))
    return People(said, show_pii=show_pii, mapping=mapping).person(row)


def screen(*text: object) -> str:
    stream = StringIO()
    console = Console(file=stream, width=110)
    for part in text:
        console.print(part)
    return stream.getvalue()


def test_the_line_of_the_mapping_is_quoted(mapping: Path) -> None:
    said = screen(*person_view(person(Row(1, UPDATE), mapping), "mappings/move.yaml"))
    assert "mappings/move.yaml:3  Café: Trade  # cafés" in said
    assert "Customer → Trade" in said


def test_a_line_of_a_file_that_was_edited_since_is_not_quoted(mapping: Path) -> None:
    mapping.write_text("# moved\n" + MAPPING, encoding="utf-8")
    found = person(Row(1, UPDATE), mapping)
    assert (found.rule, found.line) == ("", 3)
    assert person(Row(1, UPDATE), mapping.with_name("gone.yaml")).rule == ""


def test_who_no_line_decided_about_has_no_rule(mapping: Path) -> None:
    assert person(Row(1, replace(CREATE, line=0)), mapping).rule == ""
    assert person(Row(1, replace(CREATE, line=99)), mapping).rule == ""


def test_a_person_is_told_why_and_what_to_do_for_every_note(mapping: Path) -> None:
    said = " ".join(screen(*person_view(person(Row(1, CREATE), mapping), "m.yaml")).split())
    assert "why Nobody in the target has this e-mail. do The customer is created." in said
    assert "note GM304 field that the target does not have: prefix: Dr. It is left out;" in said


def test_what_to_do_is_not_said_twice(mapping: Path) -> None:
    blocked = replace(
        CREATE, act=Act.BLOCKED, code="GM301", groups=(), wanted=None, notes=(Note("GM301", "lastname"),)
    )
    said = screen(*person_view(person(Row(1, blocked), mapping), "m.yaml"))
    assert said.count("Fill it in the source.") == 1


def test_a_new_customers_values_are_shown_only_if_asked(mapping: Path) -> None:
    hidden, shown = (person(Row(1, CREATE), mapping, show_pii=pii) for pii in (False, True))
    assert [change.field for change in hidden.changes] == ["groups"]
    assert [(change.field, change.after) for change in shown.changes] == [
        ("groups", "Trade"),
        ("firstname", "Ana"),
        ("lastname", "Pop"),
    ]
    assert "Ana" not in screen(*person_view(hidden, "m.yaml"))


def test_the_list_says_a_code_and_its_words_once(mapping: Path) -> None:
    refused = Row(1, UPDATE, "rejected", 1, "GM401", "the name is not valid")
    wordless = Row(2, UPDATE, "rejected", 1, "GM404", "")
    planned = Row(3, UPDATE)
    said = screen(*list_view([person(row, mapping) for row in (refused, wordless, planned)]))
    first, second, third = (line.split("  ") for line in said.splitlines()[2:])
    cells = [[cell.strip() for cell in line if cell.strip()][2:5] for line in (first, second, third)]
    assert cells == [
        ["update, rejected", "GM401", "the name is not valid"],
        ["update, rejected", "GM404", "changed since the plan"],
        ["update", "GM202", "other group"],
    ]
