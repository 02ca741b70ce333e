"""Mappings held against saved groups, offline: what a plan would find wrong is found without the stores."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from groupmigrate.errors import Problem
from groupmigrate.files.catalogue import catalogue_of, catalogue_path, read_catalogue, save_catalogue
from groupmigrate.files.migration import check_files
from groupmigrate.model import Group, Role
from groupmigrate.platforms.base import Rules

SOURCE = (
    Group("0", "NOT LOGGED IN", role=Role.VISITOR),
    Group("1", "General", role=Role.DEFAULT),
    Group("2", "Wholesale"),
    Group("6", "Press"),
)
TARGET = (
    Group("1", "Visitor", role=Role.VISITOR),
    Group("2", "Guest", role=Role.GUEST),
    Group("3", "Customer", names={"en": "Customer", "es": "Cliente"}, role=Role.DEFAULT),
    Group("4", "Trade"),
    Group("7", "Twin"),
    Group("8", "Twin"),
)
MAPPING = """\
version: 1
source: old
target: new
groups:
  NOT LOGGED IN: Visitor
  General: Customer
  Wholesale: [Trade, Customer]
  Press: {skip: nobody buys}
assert:
  - {group: Wholesale, customers: 218}
"""
CONNECTORS = {
    "old": "version: 1\nplatform: magento\nvia: csv\ncustomers: a.csv\ngroups: {0: A, 1: B}\n",
    "new": "version: 1\nplatform: prestashop\nvia: webservice\nurl: https://shop.example.com\nkey: env:KEY\n",
}


class Place:
    """A migration folder with saved groups."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name, text in CONNECTORS.items():
            self.write(f"connectors/{name}.yaml", text)
        self.write("mappings/move.yaml", MAPPING)
        self.save("old", *SOURCE)
        self.save("new", *TARGET, rules=Rules(several_groups=True, also_in=("3",)))

    def write(self, name: str, text: str) -> None:
        (self.root / name).parent.mkdir(exist_ok=True)
        (self.root / name).write_text(text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def saved(self, name: str) -> Path:
        return catalogue_path(self.root / "connectors" / f"{name}.yaml")

    def save(self, name: str, *groups: Group, rules: Rules | None = None, days: int = 0) -> None:
        now = datetime.now(UTC) - timedelta(days=days)
        before = read_catalogue(self.saved(name))
        found = catalogue_of(groups, store="", version="", rules=rules, before=before, now=now)
        save_catalogue(found, self.saved(name))

    def problems(self, max_age: int | None = None) -> list[Problem]:
        return check_files([self.root], max_age=max_age).problems

    def found(self, max_age: int | None = None) -> list[str]:
        """File, line, column and code of every problem, but for the note about "Twin"."""
        return [
            f"{one.file.name}:{one.line}:{one.column} {one.code}"
            for one in self.problems(max_age)
            if one.code != "GM135"
        ]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_names_that_fit_are_no_problem_and_numbers_are_left_to_the_plan(place: Place) -> None:
    assert place.found() == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Wholesale: [", "Wholesail: [", ["move.yaml:7:3 GM120"]),
        ("Wholesale: [", "wholesale: [", ["move.yaml:7:3 GM123"]),
        ("General: Customer", "General: Custommer", ["move.yaml:6:12 GM121"]),
        ("General: Customer", "General: Cliente", ["move.yaml:6:12 GM121"]),
        ("General: Customer", "General: Twin", ["move.yaml:6:12 GM122"]),
        ("General: Customer", "General: id:8", []),
        ("General: Customer", "General: Visitor", ["move.yaml:6:12 GM124"]),
        ("General: Customer", "General: {same_as: Visitor}", ["move.yaml:6:3 GM132"]),
        ("group: Wholesale", "group: Wholesail", ["move.yaml:10:5 GM120"]),
        ("  Press:", "  id:6:", []),
        ("  Press: {skip: nobody buys}\n", "  Press: Trade\n  id:6: Trade\n", ["move.yaml:9:3 GM102"]),
        ("assert:", "customers: {guests: create}\nassert:", ["move.yaml:1:1 GM130"]),
        ("assert:", "customers: {passwords: carry}\nassert:", ["move.yaml:1:1 GM128"]),
    ],
)
def test_what_planning_would_find_is_found_offline(
    place: Place, old: str, new: str, expected: list[str]
) -> None:
    place.change("mappings/move.yaml", old, new)
    assert place.found() == expected


def test_a_name_that_is_not_there_is_said_with_the_day_of_the_names(place: Place) -> None:
    place.save("old", *SOURCE, days=30)
    place.change("mappings/move.yaml", "General: Customer", "General: Custommer")
    day = datetime.now(UTC) - timedelta(days=30)
    (problem,) = place.problems()
    assert problem.hint.startswith('did you mean "Customer"? ')
    assert problem.hint.endswith(f"; groups as saved on {day:%Y-%m-%d}")


def test_several_groups_are_a_problem_where_the_target_holds_one(place: Place) -> None:
    place.save("new", *TARGET, rules=Rules())
    assert place.found() == ["move.yaml:7:14 GM126"]


def test_a_source_group_without_a_line_is_a_warning_unless_the_mapping_says_what_happens(
    place: Place,
) -> None:
    place.change("mappings/move.yaml", "  Press: {skip: nobody buys}\n", "")
    (problem,) = [one for one in place.problems() if one.code == "GM134"]
    assert '"Press"' in problem.message
    for policy in ("skip", "{to: Customer}"):
        place.change("mappings/move.yaml", "assert:", f"unmapped: {policy}\nassert:")
        assert place.found() == []
        place.change("mappings/move.yaml", f"unmapped: {policy}\n", "")


def test_target_groups_that_nobody_is_sent_to_are_noted_once_for_all(place: Place) -> None:
    (note,) = place.problems()
    assert (note.code, note.line, note.message) == (
        "GM135",
        3,
        'nobody is sent to 2 groups of the target: "Twin", "Twin"',
    )


def test_a_renamed_group_is_said_by_both_names_wherever_it_is_written(place: Place) -> None:
    place.save("old", *SOURCE[:2], Group("2", "B2B"), SOURCE[3])
    renamed = (Group("1", "Visitante", role=Role.VISITOR), *TARGET[1:3], Group("4", "Trade EU"), *TARGET[4:])
    place.save("new", *renamed, rules=Rules(several_groups=True))
    place.change("mappings/move.yaml", "assert:", "unmapped: {to: Trade}\nassert:")
    assert place.found() == [
        "move.yaml:5:18 GM133",
        "move.yaml:7:3 GM133",
        "move.yaml:7:14 GM133",
        "move.yaml:9:16 GM133",
        "move.yaml:11:5 GM133",
    ]
    messages = [one.message for one in place.problems()]
    assert 'the target has renamed the group "Trade" to "Trade EU"' in messages
    assert 'the source has renamed the group "Wholesale" to "B2B"' in messages


def test_one_side_alone_checks_nothing_and_says_so(place: Place) -> None:
    place.change("mappings/move.yaml", "General: Customer", "General: Nobody")
    place.saved("old").unlink()
    assert place.found() == ["move.yaml:2:1 GM137"]
    place.saved("new").unlink()
    assert place.found() == []


def test_groups_that_were_saved_long_ago_are_a_warning_at_their_connector(place: Place) -> None:
    place.save("old", *SOURCE, days=90)
    place.save("new", *TARGET, rules=Rules(several_groups=True), days=91)
    assert place.found(max_age=90) == ["new.yaml:2:1 GM136"]
    assert place.found(max_age=0) == ["new.yaml:2:1 GM136", "old.yaml:2:1 GM136"]
    assert place.found() == []


def test_saved_groups_that_cannot_be_read_are_said_once(place: Place) -> None:
    place.saved("new").write_text("<<<<<<< HEAD\n", encoding="utf-8")
    assert place.found(max_age=90) == ["new.groups.json:1:1 GM105"]
    found = check_files([place.saved("new"), place.saved("old")])
    assert ([one.code for one in found.problems], found.files) == (["GM105"], 2)


# --- without any store ---


@pytest.mark.parametrize(
    ("first", "second", "never"),
    [
        ("country: [RO, BG]", "country: RO", True),
        ("country: RO", "country: [RO, BG]", False),
        ("country: RO", "country: RO, website: base", True),
        ("country: RO, website: base", "country: RO", False),
        ("newsletter: true", "newsletter: true, country: RO", True),
        ("newsletter: true", "newsletter: false", False),
        ("newsletter: true", "country: RO", False),
        ("created: {since: 2020-01-01}", "created: {since: 2021-01-01}", True),
        ("created: {since: 2021-01-01}", "created: {since: 2020-01-01}", False),
        ("created: {since: 2020-01-01}", "created: {before: 2019-01-01}", False),
        ("created: {since: 2020-01-01}", "country: RO", False),
        ("country: RO", "country: RO, created: {since: 2020-01-01}", True),
        ("attribute: {tier: [Gold, Silver]}", "attribute: {tier: Gold}", True),
        ("attribute: {tier: Gold}", "attribute: {tier: [Gold, Silver]}", False),
        ("attribute: {tier: Gold}", "attribute: {tier: Gold, size: XL}", True),
        ("attribute: {tier: Gold}", "country: RO", False),
        ("in_file: vips.csv", "in_file: vips.csv, country: RO", True),
        ("in_file: vips.csv", "in_file: press.csv", False),
        ("in_file: vips.csv", "country: RO", False),
        ("country: RO", "in_file: vips.csv, country: RO", True),
    ],
)
def test_a_rule_whose_customers_are_all_taken_before_is_found(
    place: Place, first: str, second: str, never: bool
) -> None:
    rules = (
        f"  Press:\n    - when: {{{first}}}\n      to: Trade\n    - when: {{{second}}}\n      to: Customer\n"
    )
    place.change("mappings/move.yaml", "  Press: {skip: nobody buys}\n", f"{rules}    - to: Customer\n")
    for name in ("vips", "press"):
        (place.root / f"mappings/{name}.csv").write_text(f"{name}@example.com\n", encoding="utf-8")
    for name in ("old", "new"):
        place.saved(name).unlink()
    assert place.found() == (["move.yaml:12:11 GM138"] if never else [])


def test_several_rules_together_can_leave_nothing_for_one_behind_them(place: Place) -> None:
    rules = "".join(
        f"    - when: {{country: {country}}}\n      to: Trade\n" for country in ("RO", "BG", "[BG, RO]")
    )
    place.change("mappings/move.yaml", "  Press: {skip: nobody buys}\n", f"  Press:\n{rules}")
    assert place.found() == ["move.yaml:14:11 GM138"]


def test_spans_of_time_together_can_leave_nothing_for_one_behind_them(place: Place) -> None:
    spans = ("{before: 2021-01-01}", "{since: 2021-01-01}", "{since: 2020-01-01, before: 2022-01-01}")
    rules = "".join(f"    - when: {{created: {span}}}\n      to: Trade\n" for span in spans)
    place.change("mappings/move.yaml", "  Press: {skip: nobody buys}\n", f"  Press:\n{rules}")
    assert place.found() == ["move.yaml:14:11 GM138"]


def test_customers_of_whom_a_store_does_not_say_whether_they_get_the_newsletter_are_left(
    place: Place,
) -> None:
    rules = "".join(
        f"    - when: {{{condition}}}\n      to: Trade\n"
        for condition in ("newsletter: true", "newsletter: false", "country: RO")
    )
    place.change("mappings/move.yaml", "  Press: {skip: nobody buys}\n", f"  Press:\n{rules}")
    assert place.found() == []


def test_two_numbers_for_one_group_cannot_both_be_true(place: Place) -> None:
    place.change("mappings/move.yaml", "218}", "218}\n  - {group: Wholesale, customers: 219}")
    assert place.found() == ["move.yaml:11:5 GM127"]


# --- comments that allow ---


def test_a_warning_is_allowed_in_its_line_or_from_the_line_above(place: Place) -> None:
    place.save("new", *TARGET, rules=Rules(several_groups=True), days=91)
    comment = "# groupmigrate: allow GM136"
    place.change("connectors/new.yaml", "platform: prestashop", f"platform: prestashop  {comment}")
    assert place.found(max_age=90) == []
    place.change(
        "connectors/new.yaml",
        f"platform: prestashop  {comment}",
        f"{comment}\n\n# a shop\nplatform: prestashop",
    )
    assert place.found(max_age=90) == []
    place.change("connectors/new.yaml", "GM136", "GM135, GM136")
    assert place.found(max_age=90) == ["new.yaml:2:1 GM139"]


@pytest.mark.parametrize(
    ("comment", "says"),
    [
        ("allow GM134", "GM134 is not found in line 6"),
        ("allow GM121", "GM121 is an error, and errors cannot be allowed"),
        ("allow GM999", "there is no code GM999"),
        ("ignore GM134", "looks as if it should allow something"),
        ("allow GM134 because", "looks as if it should allow something"),
    ],
)
def test_a_comment_that_allows_nothing_is_said(place: Place, comment: str, says: str) -> None:
    place.change("mappings/move.yaml", "General: Customer", f"General: Customer  # groupmigrate: {comment}")
    problem = next(one for one in place.problems() if one.code == "GM139")
    assert says in problem.message
    assert (problem.line, problem.column) == (6, 22)


def test_an_error_is_never_allowed_and_hides_what_could_not_be_checked(place: Place) -> None:
    place.change("mappings/move.yaml", "General: Customer", "General: No  # groupmigrate: allow GM121, GM134")
    assert place.found() == ["move.yaml:6:12 GM121"]
    place.change("mappings/move.yaml", "General: No", "General: Customer")
    place.change("connectors/old.yaml", "customers:", "customer:")
    assert {entry.partition(":")[0] for entry in place.found()} == {"old.yaml"}


def test_other_comments_are_left_alone(place: Place) -> None:
    place.change("mappings/move.yaml", "version: 1", "# groupmigrate: the move of 2026\nversion: 1")
    place.change("mappings/move.yaml", "nobody buys", "'see groupmigrate: allow GM134'")
    assert place.found() == []
