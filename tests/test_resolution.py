"""A mapping held against two stores: every name that does not fit is found, at its line, with advice."""

from __future__ import annotations

from pathlib import Path

import pytest

from groupmigrate.errors import FileProblems
from groupmigrate.files.mapping import load_mapping
from groupmigrate.files.resolution import resolve
from groupmigrate.files.route import Resolution
from groupmigrate.model import Customer, Group, Role
from groupmigrate.platforms.base import Rules

SOURCE = (
    Group("0", "NOT LOGGED IN", role=Role.VISITOR),
    Group("1", "General", role=Role.DEFAULT),
    Group("2", "Wholesale"),
    Group("6", "Press"),
    Group("9", "id:9"),
)
TARGET = (
    Group("1", "Visitor", role=Role.VISITOR),
    Group("2", "Guest", role=Role.GUEST),
    Group("3", "Customer", names={"en": "Customer", "es": "Cliente"}, role=Role.DEFAULT),
    Group("4", "Trade"),
    Group("7", "Twin"),
    Group("8", "Twin"),
    Group("10", "Shut", closed="nobody can be in it"),
)
RULES = Rules(several_groups=True, also_in=("3",))
COMPLETE = """\
version: 1
source: a
target: b
groups:
  NOT LOGGED IN: Visitor
  General: Customer
  Wholesale: [Trade, Customer]
  Press: {skip: nobody buys}
  id:9: Customer
"""
MEMBERS: dict[tuple[str, ...], int] = {("1",): 900, ("2",): 90, ("9",): 2}


def resolved(text: str, tmp_path: Path, rules: Rules = RULES, members: object = None) -> Resolution:
    path = tmp_path / "m.yaml"
    path.write_text(text, encoding="utf-8")
    counts = MEMBERS if members is None else members
    return resolve(load_mapping(path), SOURCE, TARGET, rules, counts)  # type: ignore[arg-type]


def problems(text: str, tmp_path: Path, rules: Rules = RULES, members: object = None) -> list[str]:
    with pytest.raises(FileProblems) as caught:
        resolved(text, tmp_path, rules, members)
    return [f"{problem.line}:{problem.column} {problem.code}" for problem in caught.value.problems]


def test_names_become_ids_and_everybody_is_also_in_the_group_for_all(tmp_path: Path) -> None:
    resolution = resolved(COMPLETE, tmp_path)
    assert resolution.routes["2"].paths[0].groups == ("4", "3")
    assert resolution.routes["1"].paths[0].groups == ("3",)
    assert resolution.routes["9"].paths[0].groups == ("3",)
    assert resolution.managed == {"1", "2", "3", "4"}


def test_a_line_between_groups_for_nobody_moves_nobody(tmp_path: Path) -> None:
    route = resolved(COMPLETE, tmp_path).routes["0"]
    assert (route.nobody, route.paths) == (True, ())
    text = COMPLETE.replace("Visitor", "{same_as: Visitor, customers: Customer}")
    path = resolved(text, tmp_path).routes["0"].path_for(Customer("1", "a@example.com"))
    assert path is not None
    assert path.groups == ("3",)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Wholesale:", "Wholesail:", ["4:1 GM125", "7:3 GM120"]),
        ("Wholesale:", "wholesale:", ["4:1 GM125", "7:3 GM123"]),
        ("General: Customer", "General: Custommer", ["6:12 GM121"]),
        ("General: Customer", "General: Cliente", ["6:12 GM121"]),
        ("General: Customer", "General: customer", ["6:12 GM123"]),
        ("General: Customer", "General: Twin", ["6:12 GM122"]),
        ("General: Customer", "General: Shut", ["6:12 GM142"]),
        ("General: Customer", "General: Visitor", ["6:12 GM124"]),
        ("General: Customer", "General: Guest", ["6:12 GM124"]),
        ("General: Customer", "General: {same_as: Visitor, customers: Customer}", ["6:3 GM132"]),
        ("NOT LOGGED IN: Visitor", "NOT LOGGED IN: {same_as: Trade}", ["5:3 GM132"]),
        ("  id:9: Customer\n", "", ["4:1 GM125"]),
        ("  id:9: Customer\n", "  id:2: Customer\n  id:9: Customer\n", ["9:3 GM102"]),
        (
            "version: 1",
            "version: 1\ncustomers: {passwords: carry, guests: create}",
            ["1:1 GM128", "1:1 GM130"],
        ),
        ("version: 1", "version: 1\nassert: [{group: Wholesale, customers: 91}]", ["2:10 GM127"]),
        ("version: 1", "version: 1\nunmapped: {to: Nowhere}", ["2:16 GM121"]),
    ],
)
def test_every_mismatch_is_found_at_its_place(
    tmp_path: Path, old: str, new: str, expected: list[str]
) -> None:
    found = problems(COMPLETE.replace(old, new), tmp_path)
    assert sorted(code.split()[1] for code in found) == sorted(code.split()[1] for code in expected)
    named = [entry for entry in expected if entry.split()[1] not in {"GM125", "GM128", "GM130"}]
    assert set(named) <= set(found)


def test_all_mismatches_are_reported_at_once(tmp_path: Path) -> None:
    text = COMPLETE.replace("General: Customer", "General: Custommer").replace("Visitor", "Visitr")
    assert len(problems(text, tmp_path)) == 2


def test_the_nearest_name_is_proposed(tmp_path: Path) -> None:
    with pytest.raises(FileProblems) as caught:
        resolved(COMPLETE.replace("General: Customer", "General: Cliente"), tmp_path)
    assert 'did you mean "Customer"?' in caught.value.problems[0].hint


def test_one_group_per_customer_is_a_rule_of_the_target(tmp_path: Path) -> None:
    assert "7:14 GM126" in problems(COMPLETE, tmp_path, Rules())


def test_ambiguous_names_can_be_told_apart_by_id(tmp_path: Path) -> None:
    resolution = resolved(COMPLETE.replace("General: Customer", "General: id:8"), tmp_path)
    assert resolution.routes["1"].paths[0].groups == ("8", "3")


def test_customers_in_a_group_that_was_deleted_are_mapped_by_its_id(tmp_path: Path) -> None:
    text, members = f"{COMPLETE}  id:555: Trade\n", {**MEMBERS, ("555",): 3}
    assert resolved(text, tmp_path, members=members).routes["555"].paths[0].groups == ("4", "3")
    assert problems(text, tmp_path) == ["10:3 GM120"]
    with pytest.raises(FileProblems) as caught:
        resolved(COMPLETE, tmp_path, members=members)
    assert caught.value.problems[0].hint == 'add below `groups:`  "id:555": GROUP'


def test_an_empty_group_without_a_line_is_only_remarked(tmp_path: Path) -> None:
    resolution = resolved(COMPLETE.replace("  Press: {skip: nobody buys}\n", ""), tmp_path)
    assert [remark.code for remark in resolution.remarks] == ["GM131"]


def test_customers_in_no_group_need_a_word(tmp_path: Path) -> None:
    members: dict[tuple[str, ...], int] = {**MEMBERS, (): 3}
    assert problems(COMPLETE, tmp_path, members=members) == ["1:1 GM125"]
    resolution = resolved(COMPLETE + "unmapped: {to: Customer}\n", tmp_path, members=members)
    route = resolution.route_for(())
    assert route is not None
    assert route.fallback


def test_a_customer_in_several_groups_needs_a_line_for_one_of_them(tmp_path: Path) -> None:
    resolution = resolved(COMPLETE, tmp_path, members={("77", "1"): 5})
    route = resolution.route_for(("77", "1"))
    assert route is not None
    assert route.source.name == "General"


def test_a_target_that_proves_no_group_is_remarked(tmp_path: Path) -> None:
    remarks = resolved(
        COMPLETE, tmp_path, Rules(several_groups=True, also_in=("3",), unproven_groups=True)
    ).remarks
    assert [remark.code for remark in remarks] == ["GM562"]
    assert resolved(COMPLETE, tmp_path).remarks == ()
