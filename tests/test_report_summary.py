"""A plan in numbers, and how the numbers, the names and the errors look."""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO
from pathlib import Path

import pytest
from pydantic import BaseModel, Field
from rich.console import Console, RenderableType

from groupmigrate.codes import title
from groupmigrate.errors import FileProblems, LimitTripped, Problem
from groupmigrate.model import Group, Role
from groupmigrate.planning.action import Act
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.planning.planheader import Tally
from groupmigrate.report import failure
from groupmigrate.report.endings import verify_summary
from groupmigrate.report.lettering import counted, logins_in_words, printable
from groupmigrate.report.options import options_of
from groupmigrate.report.screen import Column, Sheet, facts
from groupmigrate.report.summary import plan_summary
from groupmigrate.report.terminal import balance, plan_view, run_view, verify_view
from groupmigrate.running.forecast import Logins
from groupmigrate.running.result import Failure, Result
from groupmigrate.running.verify import Difference, Verification
from groupmigrate.secret import SecretRef
from support.headers import header

SOURCE = (Group("0", "Visitors", role=Role.VISITOR), Group("1", "General"), Group("2", "Trade"))
TARGET = (Group("3", "Customer"), Group("4", "Trade"), Group("5", "Trade"))


def made(path: Path, *tallies: Tally, read: int | None = None) -> PlanFile:
    """A plan file with these totals and no customers."""
    counted = sum(tally.customers for tally in tallies) if read is None else read
    plan = PlanFile.create(path / "x.plan")
    plan.finish(
        header(source_groups=SOURCE, target_groups=TARGET, read=counted, in_target=7),
        tallies,
        {("GM304", "prefix"): 2},
    )
    return plan


def screen(text: Iterable[RenderableType], width: int = 80) -> str:
    """What a terminal of that width shows."""
    stream = StringIO()
    console = Console(file=stream, width=width, markup=False, emoji=False, highlight=False)
    for part in text:
        console.print(part)
    return stream.getvalue()


def test_customers_who_go_nowhere_are_counted_with_the_only_target_of_their_group(tmp_path: Path) -> None:
    with made(
        tmp_path,
        Tally("1", "3", Act.CREATE, "GM201", 5),
        Tally("1", "", Act.BLOCKED, "GM302", 2),
        Tally("1", "", Act.SKIP, "GM213", 1),
    ) as plan:
        (pair,) = plan_summary(plan).groups
    assert (pair.source, pair.target) == ("General", "Customer")
    assert (pair.customers.create, pair.customers.blocked, pair.customers.skip) == (5, 2, 1)


def test_customers_who_go_nowhere_have_a_row_of_their_own_where_there_are_several_targets(
    tmp_path: Path,
) -> None:
    with made(
        tmp_path,
        Tally("1", "3", Act.CREATE, "GM201", 5),
        Tally("1", "4", Act.SAME, "GM204", 1),
        Tally("1", "", Act.BLOCKED, "GM302", 2),
    ) as plan:
        pairs = plan_summary(plan).groups
    assert [(pair.target, pair.customers.sum) for pair in pairs] == [
        ("Customer", 5),
        ("Trade (id:4)", 1),
        ("", 2),
    ]


def test_groups_are_told_apart_and_unknown_ones_have_their_id(tmp_path: Path) -> None:
    with made(
        tmp_path,
        Tally("9", "5", Act.CREATE, "GM201", 1),
        Tally("", "3", Act.CREATE, "GM201", 1),
        Tally("0", "", Act.BLOCKED, "GM224", 1),
    ) as plan:
        pairs = plan_summary(plan).groups
    assert {(pair.source, pair.target) for pair in pairs} == {
        ("Visitors", ""),
        ("(no group)", "Customer"),
        ("id:9", "Trade (id:5)"),
    }
    assert pairs[0].source == "Visitors"


def test_reasons_are_added_up_over_groups_and_the_most_frequent_comes_first(tmp_path: Path) -> None:
    with made(
        tmp_path,
        Tally("1", "", Act.BLOCKED, "GM302", 2),
        Tally("1", "", Act.BLOCKED, "GM212", 3),
        Tally("2", "", Act.BLOCKED, "GM302", 2),
        Tally("1", "3", Act.CREATE, "GM201", 9),
    ) as plan:
        reasons = plan_summary(plan).reasons
    assert [(reason.code, reason.customers) for reason in reasons] == [("GM302", 4), ("GM212", 3)]
    assert reasons[0].title == "characters that the target refuses"


def test_a_plan_that_does_not_add_up_says_so(tmp_path: Path) -> None:
    with made(tmp_path, Tally("1", "3", Act.CREATE, "GM201", 5), read=6) as plan:
        summary = plan_summary(plan)
    assert not summary.balanced
    assert "6 read = 5 create  DOES NOT ADD UP" in screen(plan_view(summary))


@pytest.mark.parametrize("width", [40, 80, 120])
def test_a_plan_fits_every_terminal_and_loses_no_number(tmp_path: Path, width: int) -> None:
    with made(
        tmp_path,
        Tally("1", "3", Act.CREATE, "GM201", 1234567),
        Tally("2", "4", Act.UPDATE, "GM202", 89),
        Tally("2", "", Act.BLOCKED, "GM302", 7),
    ) as plan:
        shown = screen(plan_view(plan_summary(plan, ["mind the gap"])), width)
    assert max(map(len, shown.splitlines())) <= width
    for words in ("1,234,567", "89", "General", "→", "Customer", "GM302", "mind the gap", "prefix"):
        assert words in shown


def test_the_balance_leaves_parts_away_that_are_zero() -> None:
    assert balance(1200, {"created": 1000, "failed": 0, "same": 200}, holds=True).plain == (
        "1,200 read = 1,000 created + 200 same"
    )
    assert balance(0, {"created": 0}, holds=True).plain == "0 read = 0"


def test_a_run_shows_its_failures_with_their_titles() -> None:
    refused = Failure("GM401", title("GM401"), "rejected", 2)
    differing = Failure("GM405", title("GM405"), "differs", 1)
    result = Result(10, 5, 1, 0, 0, 0, 3, 1, balanced=True, failures=(refused, differing))
    shown = screen(run_view(result))
    assert "10 read = 5 created + 1 updated + 3 failed + 1 open" in shown
    assert "GM401  refused by the store  refused" in " ".join(shown.split("\n"))
    assert "stored differently" in shown


def test_a_verification_is_masked_and_shown_by_group(tmp_path: Path) -> None:
    found = Verification(checked=3)
    found.verdicts.update({"as wanted": 1, "missing": 1, "open": 1})
    found.groups.update({("1", "3", "as wanted"): 1, ("1", "3", "missing"): 1, ("2", "3", "open"): 1})
    found.sample.append(Difference(1, "ana.pop@example.com", "missing", "GM407", ""))
    with made(tmp_path) as plan:
        masked, bare = (verify_summary(plan, found, show_pii=pii) for pii in (False, True))
    assert [(pair.source, pair.wanted, pair.missing, pair.open) for pair in masked.groups] == [
        ("General", 2, 1, 0),
        ("Trade", 1, 0, 1),
    ]
    shown = screen(verify_view(masked))
    assert "1 of 3 customers are not as the plan wanted; 1 customer not sent or refused" in shown
    assert "ana.pop" not in shown
    assert "ana.pop@example.com" in screen(verify_view(bare))


def test_names_from_shops_steer_no_terminal_and_are_no_markup() -> None:
    sheet = Sheet([Column("name"), Column("number", number=True)])
    sheet.add("[red]VIP[/] :smile: \x1b[2J\u202eevil", 1)
    shown = screen([sheet, facts([("to", "a\x1b[31m\x07b")])])
    assert "[red]VIP[/] :smile: " in shown
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "\u202e" not in shown


def test_printable_text_is_left_as_it_is() -> None:
    assert printable("Café «Ünïcode» 客户 עברית 😀") == "Café «Ünïcode» 客户 עברית 😀"
    assert printable("two\nlines\x00") == "two lines�"


def test_things_are_counted_with_the_right_noun() -> None:
    assert counted(1, "customer") == "1 customer"
    assert counted(1200, "customer") == "1,200 customers"
    assert counted(2, "address", "addresses") == "2 addresses"


def test_an_error_is_message_place_and_hint() -> None:
    error = LimitTripped("too much", place="mappings/x.yaml", hint="less", code="GM602")
    assert failure.lines(error) == [
        "error: too much [GM602]",
        "  at   mappings/x.yaml",
        "  hint less",
    ]
    assert failure.lines(LimitTripped("too much")) == ["error: too much"]


def test_problems_of_files_are_lines_that_editors_understand() -> None:
    problems = [
        Problem("GM103", 'unknown key "a\x1b"', Path("x.yaml"), 3, 5, "b"),
        Problem("GM104", "c", Path("y.yaml")),
    ]
    assert failure.lines(FileProblems(problems)) == [
        'x.yaml:3:5: GM103 unknown key "a�"',
        "  hint b",
        "y.yaml:1:1: GM104 c",
        "error: 2 problems in the files",
    ]


def test_options_are_described_in_words() -> None:
    class Options(BaseModel):
        url: str = Field(description="Where it is.", examples=["https://shop.example.com"])
        key: SecretRef | None = Field(None, description="The key.")
        pages: int = Field(5, description="How many.")
        file: Path | None = Field(None, description="A file.")
        names: dict[str, str] = Field(default_factory=dict, description="Names.")
        strict: bool = Field(True, description="Be strict.")

    options = {option.name: option for option in options_of(Options)}
    assert {name: option.type for name, option in options.items()} == {
        "url": "text",
        "key": "secret reference",
        "pages": "whole number",
        "file": "path",
        "names": "block of keys",
        "strict": "yes or no",
    }
    assert options["url"].required
    assert options["url"].examples == ("https://shop.example.com",)
    assert options["key"].secret
    assert not options["url"].secret


@pytest.mark.parametrize(
    ("logins", "words"),
    [
        (Logins(0, {}, {}, 0), "nobody"),
        (Logins(56, {}, {}, 0), "56 as before"),
        (
            Logins(56, {"md5": 7, "sha256": 900}, {"sha256": 1100, "": 23}, 2),
            "56 as before, 907 with the old password (7 md5, 900 sha256),"
            ' 1,123 after "forgot password" (1,100 sha256, 23 without one),'
            " 2 of these not before they are activated",
        ),
    ],
)
def test_who_can_log_in_afterwards_is_said_in_words(logins: Logins, words: str) -> None:
    assert logins_in_words(logins) == words
