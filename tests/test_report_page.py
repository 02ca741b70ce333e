"""What a report says, before it is drawn: who is listed, what the diagram holds, what a verification adds."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from groupmigrate.model import Group
from groupmigrate.planning.action import Act
from groupmigrate.report.diagram import LETTERS, NODES, diagram, merged
from groupmigrate.report.endings import verify_summary
from groupmigrate.report.lettering import field_in_words
from groupmigrate.report.listing import listing
from groupmigrate.report.page import Flow, verify_page
from groupmigrate.report.people import People
from groupmigrate.running.journal import Ended, Entry, Journal
from groupmigrate.running.verify import Difference, Verification
from support.report_plans import action, made, page_of


def test_all_are_listed_where_they_fit(tmp_path: Path) -> None:
    with made(tmp_path) as plan:
        found = page_of(plan).listing
    assert [one.seq for one in found.people[:2]] == [6, 1]
    assert sorted(one.seq for one in found.people) == [1, 2, 3, 4, 5, 6, 7]
    assert found.chosen == "All 7 customers of the plan are listed."
    assert found.actions == {"blocked": 1, "create": 3, "change": 1, "same": 1, "skip": 1}
    assert found.groups["Wholesale"] == 2


def test_a_large_plan_lists_who_needs_a_look_and_examples_of_each_group(tmp_path: Path) -> None:
    many = [action(number, Act.CREATE, "GM201") for number in range(900)]
    few = [action(number, Act.CREATE, "GM201", "2", "8") for number in range(900, 905)]
    stuck = [action(number, Act.BLOCKED, "GM302") for number in range(905, 935)]
    with made(tmp_path, [*many, *few, *stuck]) as plan:
        found = listing(plan, People(plan.header, show_pii=False), most=50)
    assert Counter((one.action, one.source) for one in found.people) == {
        ("blocked", "General"): 30,
        ("create", "General"): 15,
        ("create", "Wholesale"): 5,
    }
    assert found.chosen.startswith("50 of 935 customers are listed: blocked and failed customers first")


def test_a_plan_of_blocked_customers_keeps_room_for_the_others_and_for_each_reason(tmp_path: Path) -> None:
    stuck = [action(number, Act.BLOCKED, "GM302") for number in range(200)]
    rare = [action(number, Act.BLOCKED, "GM301") for number in range(200, 203)]
    good = [action(number, Act.CREATE, "GM201") for number in range(300, 400)]
    with made(tmp_path, [*stuck, *rare, *good]) as plan:
        found = listing(plan, People(plan.header, show_pii=False), most=50)
    assert Counter(one.code for one in found.people) == {"GM302": 37, "GM301": 3, "GM201": 10}


def test_what_was_refused_is_listed_first_and_found_by_its_outcome(tmp_path: Path) -> None:
    with made(tmp_path) as plan:
        journal = Journal(plan)
        journal.begin([], [2])
        journal.ended([Entry(2, Ended.REJECTED, code="GM401", words="the target said no")])
        page = page_of(plan)
    assert [one.seq for one in page.listing.people[:2]] == [2, 6]
    refused = page.listing.people[0]
    assert (refused.action, refused.state, refused.notes) == (
        "create",
        "refused",
        ("GM401 the target said no",),
    )
    assert "GM401" in refused.codes
    assert [(cause.kind, cause.code, cause.customers) for cause in page.causes][-1] == ("refused", "GM401", 1)
    assert page.causes[-1].cure


def test_customers_who_go_nowhere_end_at_their_action() -> None:
    found = merged([Flow("A", "X", "create", 3), Flow("A", "", "skip", 2), Flow("B", "X", "create", 1)])
    assert [(flow.source, flow.target, flow.customers) for flow in found] == [
        ("A", "X", 3),
        ("A", "not sent: skip", 2),
        ("B", "X", 1),
    ]


def test_a_diagram_of_many_groups_draws_the_small_ones_as_one_and_loses_nobody() -> None:
    flows = [Flow(f"group {number}", "X", "create", number) for number in range(1, 301)]
    drawn = diagram(flows)
    assert len(drawn.left) == NODES
    assert sum(bar.customers for bar in drawn.left) == sum(range(1, 301))
    assert drawn.right[0].customers == sum(range(1, 301))
    assert any(bar.name == f"{300 - NODES + 1} smaller groups" for bar in drawn.left)


def test_bars_of_a_diagram_do_not_overlap_and_are_as_high_as_their_customers() -> None:
    drawn = diagram([Flow("A", "X", "create", 900), Flow("A", "Y", "create", 90), Flow("B", "Y", "same", 10)])
    for side in (drawn.left, drawn.right):
        for above, below in pairwise(side):
            assert above.y + above.height < below.y
        assert side[-1].y + side[-1].height <= drawn.height
    assert drawn.left[0].height == 260 * 0.99
    assert drawn.left[1].height == 260 * 0.01


def test_a_diagram_of_nothing_is_empty() -> None:
    assert diagram([]).bands == ()


def test_a_verification_lists_its_examples_with_their_verdicts_and_says_what_to_do(tmp_path: Path) -> None:
    found = Verification(checked=3)
    found.verdicts.update({"as wanted": 1, "missing": 1, "differs": 1})
    found.groups.update({("1", "7", "as wanted"): 1, ("1", "7", "missing"): 1, ("2", "8", "differs"): 1})
    found.sample += [
        Difference(1, "person1@example.com", "missing", "GM407", ""),
        Difference(2, "person2@example.com", "differs", "GM405", "groups"),
    ]
    with made(tmp_path) as plan:
        page = verify_page(plan, verify_summary(plan, found, show_pii=False), show_pii=False)
    assert not page.sound
    assert page.balance == "3 checked = 1 as wanted + 1 differs + 1 missing"
    assert [(one.seq, one.source, one.action, one.code) for one in page.listing.people] == [
        (1, "General", "missing", "GM407"),
        (2, "Wholesale", "differs", "GM405"),
    ]
    assert [(cause.code, cause.customers) for cause in page.causes] == [("GM407", 1), ("GM405", 1)]
    assert Flow("Wholesale", "Trade", "differs", 1) in page.flows
    assert "person1" not in str(page)


def test_groups_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    twins = (Group("7", "Trade"), Group("8", "Trade"))
    with made(tmp_path, [action(1, Act.CREATE, "GM201")], target=twins) as plan:
        page = page_of(plan)
    assert page.flows == (Flow("General", "Trade (id:7)", "create", 1),)


def test_a_page_tells_what_groups_mean_and_which_ones_the_source_does_not_explain(tmp_path: Path) -> None:
    target = (Group("7", "Customer", settings={"discount": "12.5 %"}), Group("8", "Trade"))
    with made(tmp_path, [action(1, Act.CREATE, "GM201")], target=target) as plan:
        page = page_of(plan)
    (meant,) = [table for table in page.tables if table.title == "What the groups mean"]
    assert meant.rows[0][:3] == ("General", "Customer", 1)
    assert "12.5 %" in str(meant.rows[0][3])
    assert page.remarks == ("the source does not tell what these groups mean: General",)


def test_a_plan_that_is_to_be_run_says_what_a_run_will_send(tmp_path: Path) -> None:
    with made(tmp_path) as plan:
        assert ("to send", "4 customers") in page_of(plan).facts
        assert ("mails", "no mail to customers") in page_of(plan).facts


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("lastname", "last name"),
        ("tax_id", "tax number"),
        ("address.postcode", "post code of an address"),
        ("address.vat_number", "vat number of an address"),
        ("", ""),
    ],
)
def test_a_field_is_named_as_people_name_it(name: str, words: str) -> None:
    assert field_in_words(name) == words


def test_the_page_names_fields_as_people_do(tmp_path: Path) -> None:
    with made(tmp_path) as plan:
        page = page_of(plan)
    (table,) = [one for one in page.tables if one.title == "What does not fit as it is"]
    names = {str(row[2]) for row in table.rows}
    assert names
    assert not {name for name in names if "." in name or "_" in name}


def test_a_long_name_leaves_room_for_its_number() -> None:
    name = "Wholesale customers of the north"
    flow = Flow("General", name, "create", 1_234_567)
    (bar,) = diagram([flow]).right
    assert bar.name == name
    assert bar.label == "Wholesale custo…"
    assert len(f"{bar.label} {bar.customers:,}") == LETTERS
