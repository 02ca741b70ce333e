"""The Markdown report: within a comment's limit, a diagram that Mermaid takes, and names that do nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from groupmigrate.report.markdown import MOST, markdown
from groupmigrate.report.page import Cause, Flow, Page, Table
from support.report_plans import made, page_of


@pytest.fixture
def page(tmp_path: Path) -> Page:
    """The page of a small plan with hostile names."""
    with made(tmp_path) as plan:
        return page_of(plan)


def ways(text: str) -> list[str]:
    """The lines of the diagram."""
    return text.partition("```mermaid\nsankey-beta\n\n")[2].partition("\n```")[0].splitlines()


def test_a_plan_is_told_with_its_balance_groups_reasons_and_customers(page: Page) -> None:
    text = markdown(page)
    assert "## Migration plan: `move`" in text
    assert "**7 read = 3 create + 1 change + 1 same + 1 skip + 1 blocked**" in text
    assert "| `Wholesale` | 2 | `Trade` | 1 | 1 | 0 | 0 | 0 |" in text
    assert "- **1 blocked**: characters that the target refuses (GM302)." in text
    assert "All 7 customers of the plan are listed." in text
    assert "person1" not in text
    assert "Cut to fit" not in text


def test_the_diagram_has_one_line_for_each_way(page: Page) -> None:
    assert ways(markdown(page))[:4] == [
        '"from General","to Customer",2',
        '"from General","not sent: skip",1',
        '"from General","not sent: blocked",1',
        '"from Wholesale","to Trade",2',
    ]


def test_a_name_in_the_diagram_is_what_mermaid_can_read(page: Page) -> None:
    flows = (
        Flow('Café "Größe" 50%%', "оптовый", "create", 3),
        Flow("a#35;b", "розница", "create", 2),
        Flow("x" * 60, "C", "create", 1),
    )
    found = ways(markdown(replace(page, flows=flows)))
    assert found[0] == '"from Cafe ""Gro?e"" 50% %","to ???????",3'
    assert found[1] == '"from a# 35;b","to ??????? (2)",2'
    assert all(line.isascii() for line in found)
    assert len(found[2]) < 60


def test_names_stand_in_code_spans_that_they_cannot_leave(page: Page) -> None:
    span = r"""``</script><img src=x onerror="alert(1)">\|`@team`=1+1``"""
    assert f"| {span} | 1 | {span} | 1 | 0 | 0 | 0 | 0 |" in markdown(page).splitlines()


def test_what_does_not_fit_is_left_out_and_said(page: Page) -> None:
    rows = tuple((f"group {number}", number, "somewhere" * 5, *(0,) * 5) for number in range(3000))
    long = Table(page.tables[0].title, page.tables[0].columns, rows)
    text = markdown(replace(page, tables=(long, *page.tables[1:])))
    assert 60_000 < len(text) <= MOST
    assert re.search(r'Cut to fit into 65,000 characters.* [\d,]+ of 3,000 rows of "Groups"', text)
    assert 'nothing of "Where the groups go"' in text
    assert text.endswith("_\n")


def test_a_text_of_endless_reasons_stays_within_the_limit(page: Page) -> None:
    causes = tuple(Cause("blocked", "GM302", "x" * 300, "y" * 300, "", 1) for _ in range(500))
    assert len(markdown(replace(page, causes=causes))) <= MOST
