"""Mapping files: every form of the language, and every mistake at its line and column."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from groupmigrate.codes import catalogue
from groupmigrate.errors import FileProblems, Problem
from groupmigrate.files.condition import Created
from groupmigrate.files.emaillist import read_list
from groupmigrate.files.mapping import (
    Condition,
    Destination,
    GroupLine,
    Limits,
    Mapping,
    Policy,
    load_mapping,
)
from groupmigrate.model import Address, Customer

EXAMPLES = Path(__file__).parent / "example-files"
GOOD = sorted((EXAMPLES / "good").glob("*.yaml"))
BAD = sorted((EXAMPLES / "bad").glob("*.yaml"))
START = "version: 1\nsource: a\ntarget: b\n"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def mapped(tmp_path: Path, groups: str, rest: str = "") -> Mapping:
    return load_mapping(written(tmp_path, f"{START}groups:\n{groups}\n{rest}"))


def problems(tmp_path: Path, text: str) -> list[Problem]:
    with pytest.raises(FileProblems) as caught:
        load_mapping(written(tmp_path, text))
    return list(caught.value.problems)


def line_of(mapping: Mapping, source: str) -> GroupLine:
    return next(line for line in mapping.groups if line.source == source)


# --- the language ---


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good_examples_load(path: Path) -> None:
    assert load_mapping(path).name == path.stem


def test_every_form_of_a_line_is_understood() -> None:
    mapping = load_mapping(EXAMPLES / "good" / "everything.yaml")
    lines = {
        line.source: ([(place.groups, place.when) for place in line.destinations], line.skip, line.same_as)
        for line in mapping.groups
    }
    assert lines == {
        "NOT LOGGED IN": ([(("Customer",), None)], None, "Visitor"),
        "General": ([(("Customer",), None)], None, None),
        "Wholesale": ([(("Trade", "Customer"), None)], None, None),
        "Retailer": (
            [
                (("Trade",), Condition(country=("RO", "BG"), newsletter=True)),
                (("Trade", "id:7"), Condition(website=("second",))),
                (("Customer",), None),
            ],
            None,
            None,
        ),
        "Partners": (
            [
                (
                    ("Trade",),
                    Condition(
                        created=Created("2019-01-01", "2024-12-31"),
                        attribute={"tier": ("Gold", "Silver"), "size": ("XL",)},
                    ),
                ),
                (("Trade",), Condition(in_file=read_list(EXAMPLES / "good" / "vips.csv"))),
                (("Customer",), None),
            ],
            None,
            None,
        ),
        "Café Trade": ([(("Customer",), None)], None, None),
        "Press": ([(("Trade", "Customer"), None)], None, None),
        "VIP & Partners": ([(("Trade",), Condition(country=("DE",)))], None, None),
        "Guest": ([], "they never had an account", None),
        "id:9": ([(("Customer",), None)], None, None),
        "Visitors": ([], None, "Visitor"),
        "Old visitors": ([(("Trade", "Customer"), None)], None, "Visitor"),
        "Older visitors": (
            [(("Trade",), Condition(country=("RO",))), (("Customer",), None)],
            None,
            "Visitor",
        ),
    }
    assert list(lines) == [line.source for line in mapping.groups]


def test_the_rest_of_the_file_is_understood() -> None:
    mapping = load_mapping(EXAMPLES / "good" / "everything.yaml")
    assert (mapping.source, mapping.target) == ("old-shop", "new-shop")
    assert (mapping.unmapped.kind, mapping.unmapped.groups) == ("to", ("Customer",))
    assert mapping.policy == Policy("update", "skip", "newest", "reset", False, "leave_out", "old{id}")
    assert mapping.limits == Limits(0, 100)
    assert [(one.group, one.customers) for one in mapping.assertions] == [("Wholesale", 812), ("General", 0)]


def test_defaults_are_the_careful_ones() -> None:
    mapping = load_mapping(EXAMPLES / "good" / "smallest.yaml")
    assert mapping.policy == Policy("group", "skip", "error", "reset", True, "block")
    assert mapping.limits == Limits(50, 30)
    assert (mapping.unmapped.kind, mapping.groups, mapping.assertions) == ("error", (), ())


def test_names_that_yaml_would_change_stay_as_written() -> None:
    mapping = load_mapping(EXAMPLES / "good" / "yaml-names.yaml")
    assert {line.source: line.destinations[0].groups for line in mapping.groups} == {
        "on": ("no",),
        "yes": ("off",),
        "0123": ("1e3",),
        "1.10": ("2020-01-01",),
        "0x1F": ("12:30:45",),
        "null": (".inf",),
        "~": ("null",),
        "true": ('it\'s "fine"',),
        "n": ("y", "no", "007"),
    }


def test_lines_know_where_they_stand(tmp_path: Path) -> None:
    mapping = mapped(
        tmp_path,
        "  A: X\n  B: [X, Y]\n  C:\n    - {when: {country: RO}, to: X}\n    - to: Y\n"
        "  D: {same_as: V, customers: X}\n  E: {skip: why}",
        "unmapped: {to: X}\nassert:\n  - {group: A, customers: 1}\n",
    )
    assert [(line.line, line.column) for line in mapping.groups] == [(5, 3), (6, 3), (7, 3), (10, 3), (11, 3)]
    places = {line.source: [(one.line, one.column) for one in line.destinations] for line in mapping.groups}
    assert places == {"A": [(5, 6)], "B": [(6, 6)], "C": [(8, 33), (9, 11)], "D": [(10, 30)], "E": []}
    assert (mapping.unmapped.line, mapping.unmapped.column) == (12, 16)
    assert (mapping.assertions[0].line, mapping.assertions[0].column) == (14, 5)


def test_an_unmapped_rule_that_is_not_written_stands_at_the_start(tmp_path: Path) -> None:
    mapping = mapped(tmp_path, "  A: X")
    assert (mapping.unmapped.line, mapping.unmapped.column) == (1, 1)


def test_a_mapping_makes_problems_of_its_own_file(tmp_path: Path) -> None:
    mapping = mapped(tmp_path, "  A: X")
    problem = mapping.problem("GM121", "no such group", 5, 6, hint="write Y")
    assert problem.place == f"{tmp_path / 'mapping.yaml'}:5:6"
    assert mapping.problem("GM128", "x").place.endswith("mapping.yaml:1:1")


def test_a_single_value_is_as_good_as_a_list_of_one(tmp_path: Path) -> None:
    mapping = mapped(tmp_path, "  A: X\n  B: [X]\n  C: {to: X}\n  D: {to: [X]}\n  E: [{to: X}]")
    assert {line.destinations[0].groups for line in mapping.groups} == {("X",)}


def test_a_changed_byte_changes_the_fingerprint(tmp_path: Path) -> None:
    assert mapped(tmp_path, "  A: X").fingerprint != mapped(tmp_path, "  A: Y").fingerprint


# --- conditions ---


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition(), True),
        (Condition(country=("RO",)), True),
        (Condition(country=("BG", "RO")), True),
        (Condition(country=("BG",)), False),
        (Condition(website=("base",)), True),
        (Condition(website=("Base",)), False),
        (Condition(newsletter=True), True),
        (Condition(newsletter=False), False),
        (Condition(country=("RO",), website=("second",)), False),
        (Condition(country=("RO",), website=("base",), newsletter=True), True),
        (Condition(created=Created(since="2019-03-01")), True),
        (Condition(created=Created(since="2019-03-02")), False),
        (Condition(created=Created(before="2019-03-01")), False),
        (Condition(created=Created(before="2019-03-02")), True),
        (Condition(attribute={"tier": ("Gold", "Silver")}), True),
        (Condition(attribute={"tier": ("Gol",)}), False),
        (Condition(attribute={"hobbies": ("Chess",)}), True),
        (Condition(attribute={"hobbies": ("Chess, Golf",)}), False),
        (Condition(attribute={"tier": ("Gold",), "size": ("XL",)}), False),
    ],
)
def test_all_conditions_must_be_true_of_the_customer(condition: Condition, expected: bool) -> None:
    customer = Customer(
        "1",
        "ana@example.com",
        scope="base",
        newsletter=True,
        created="2019-03-01 00:00:00",
        attributes={"tier": "Gold", "hobbies": "Chess\nGolf"},
        addresses=(Address(country="BG"), Address(country="RO", default_billing=True)),
    )
    assert condition.matches(customer) is expected


def test_an_account_without_a_date_was_made_in_no_span() -> None:
    assert not Condition(created=Created(before="2030-01-01")).matches(Customer("1", "ana@example.com"))


def test_a_list_is_sought_beside_the_mapping_and_its_people_are_found_in_any_case(tmp_path: Path) -> None:
    (tmp_path / "vips.csv").write_text("Ana@Example.com\n", encoding="utf-8")
    mapping = mapped(tmp_path, "  A: {when: {in_file: vips.csv}, to: X}")
    when = mapping.groups[0].destinations[0].when
    assert when is not None
    on_it = [when.matches(Customer("1", f"{who}@example.com")) for who in ("ana", "ANA", "ion")]
    assert on_it == [True, True, False]


def test_a_list_that_could_lose_somebody_is_refused_where_the_mapping_names_it(tmp_path: Path) -> None:
    (tmp_path / "vips.csv").write_text("Email\nana@example.com\nion\n", encoding="utf-8")
    (problem,) = problems(tmp_path, f"{START}groups:\n  A: {{when: {{in_file: vips.csv}}, to: X}}\n")
    assert (problem.code, problem.line, problem.column) == ("GM113", 5, 23)
    assert problem.message == 'the list "vips.csv" is of no use: line 3 holds no e-mail address'


def test_another_list_is_another_mapping(tmp_path: Path) -> None:
    prints = set()
    for text in ("ana@example.com\n", "ana@example.com\nion@example.com\n"):
        (tmp_path / "vips.csv").write_text(text, encoding="utf-8")
        prints.add(mapped(tmp_path, "  A: {when: {in_file: vips.csv}, to: X}").fingerprint)
    assert len(prints) == 2


@pytest.mark.parametrize("wanted", [True, False])
def test_a_newsletter_condition_is_never_true_where_the_source_does_not_say(wanted: bool) -> None:
    assert not Condition(newsletter=wanted).matches(Customer("1", "ana@example.com"))


def test_country_codes_may_be_written_small_and_norway_is_no_boolean(tmp_path: Path) -> None:
    mapping = mapped(tmp_path, "  A: {when: {country: [no, ro]}, to: X}")
    assert mapping.groups[0].destinations == (Destination(("X",), Condition(country=("NO", "RO")), 5, 38),)


# --- mistakes ---


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad_examples_give_exactly_the_problems_that_they_announce(path: Path) -> None:
    announced = re.findall(r"^# (GM\d+ \d+:\d+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    with pytest.raises(FileProblems) as caught:
        load_mapping(path)
    found = [(one.line, one.column, one.code) for one in caught.value.problems]
    assert sorted(f"{code} {line}:{column}" for line, column, code in found) == sorted(announced)
    assert announced


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_messages_are_for_people(path: Path) -> None:
    with pytest.raises(FileProblems) as caught:
        load_mapping(path)
    for problem in caught.value.problems:
        assert problem.code in catalogue()
        assert problem.message[:1] == problem.message[:1].lower()
        assert problem.message[-1] != "."
        for words in ("Input should", "validation", "dict", "NoneType", "instance", "str_type", "<rule"):
            assert words not in problem.message + problem.hint


def hint_of(tmp_path: Path, text: str) -> str:
    (problem,) = problems(tmp_path, text)
    return problem.hint


def test_the_nearest_name_is_offered_with_all_that_are_allowed(tmp_path: Path) -> None:
    assert hint_of(tmp_path, START + "groups: {}\nunmaped: skip\n").startswith('did you mean "unmapped"?')
    assert hint_of(tmp_path, START + "groups: {}\ncustomers: {existing: grup}\n") == (
        'did you mean "group"? allowed: "group", "update", "keep", "error"'
    )
    assert hint_of(tmp_path, START + "groups: {A: {to: X, wen: {}}}\n") == (
        'did you mean "when"? allowed: "when", "to"'
    )
    assert hint_of(tmp_path, START + "groups: {A: [{to: X, when: {countri: RO}}]}\n").startswith(
        'did you mean "country"? allowed: "country", "website", "newsletter"'
    )


def test_a_misspelt_key_is_offered_for_the_missing_one(tmp_path: Path) -> None:
    missing, unknown = problems(tmp_path, "version: 1\nsource: a\ntarged: b\ngroups: {}\n")
    assert missing.code == "GM104"
    assert '"targed"' in missing.hint
    assert unknown.code == "GM103"


def test_a_file_of_another_version_is_not_judged_by_the_rules_of_this_one(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "version: 2\nmapping: {a: b}\n")
    assert (problem.code, problem.line) == ("GM110", 1)


def test_every_wrong_value_gives_exactly_one_problem(tmp_path: Path) -> None:
    values = (
        "",
        "[]",
        "{}",
        "[[X]]",
        "[{}]",
        "[X, {to: Y}]",
        "{to: }",
        "{skip: }",
        "{same_as: }",
        "{when: {}}",
    )
    for value in values:
        found = problems(tmp_path, f"{START}groups:\n  A: {value}\n")
        places = [(one.line, one.column) for one in found]
        assert len(places) == len(set(places)), (value, found)
        assert len(found) == (2 if value == "{when: {}}" else 1), (value, found)


def test_a_long_value_is_cut_and_a_password_in_an_address_is_hidden(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, f"{START}groups: {{}}\nunmapped: {'x' * 5000}\n")
    assert len(problem.message) < 200
    (problem,) = problems(tmp_path, START + "groups: {}\nunmapped: https://ana:hunter2@example.com\n")
    assert "hunter2" not in problem.message
