"""Reports and spreadsheets from the command line: which files are written, and what is refused before."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from groupmigrate.errors import Exit
from support.small_shop import BLOCKED, NEW, PEOPLE, SmallShop


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> SmallShop:
    """A small migration folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return SmallShop(tmp_path, capsys).make()


def text(shop: SmallShop, name: str) -> str:
    """A file of the folder."""
    return (shop.root / name).read_text(encoding="utf-8")


def test_a_plan_is_written_as_html_and_as_markdown_and_both_are_told(shop: SmallShop) -> None:
    ran = shop.run("plan", shop.mapping, "--html", "out/plan.html", "--markdown", "plan.md")
    assert ran.code == Exit.DONE
    assert [line.split() for line in ran.out.splitlines() if line.startswith("report")] == [
        ["report", "out/plan.html"],
        ["report", "plan.md"],
    ]
    for name in ("out/plan.html", "plan.md"):
        assert "5 read = 1 create + 1 change + 1 same + 1 skip + 1 blocked" in text(shop, name)
        assert NEW not in text(shop, name)
    shop.run("show", shop.mapping, "--html", "plan.html", "--show-pii")
    assert NEW in text(shop, "plan.html")


def test_markdown_can_be_piped(shop: SmallShop) -> None:
    ran = shop.run("plan", shop.mapping, "--markdown", "-")
    assert ran.out.startswith("## Migration plan: `move`\n")
    assert "source group  " not in ran.out
    assert shop.run("show", shop.mapping, "--markdown", "-").out.startswith("## Migration plan: `move`\n")


def test_a_verification_is_reported_after_the_run(shop: SmallShop) -> None:
    shop.run("run", shop.mapping, "--yes")
    shop.target("DELETE FROM ps_customer WHERE email = ? COLLATE NOCASE", NEW)
    ran = shop.run("verify", shop.mapping, "--html", "verified.html", "--markdown", "-")
    assert ran.code == Exit.SOME_FAILED
    assert "**3 checked = 2 as wanted + 1 missing** (not as it should be)" in ran.out
    assert "3 checked = 2 as wanted + 1 missing" in text(shop, "verified.html")
    assert "GM407" in text(shop, "verified.html")
    assert NEW not in text(shop, "verified.html")


def test_a_list_is_written_as_csv_and_as_a_workbook(shop: SmallShop) -> None:
    shop.run("plan", shop.mapping)
    ran = shop.run(
        "show", shop.mapping, "--action", "blocked", "--csv", "a.csv", "--xlsx", "a.xlsx", "--show-pii"
    )
    assert ran.out.splitlines()[:2] == ["1 customer in a.csv", "1 customer in a.xlsx"]
    with (shop.root / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["customer"] for row in csv.DictReader(file)] == [BLOCKED]
    assert (shop.root / "a.xlsx").read_bytes().startswith(b"PK")


def test_a_file_has_everybody_unless_limited_and_a_screen_has_fifty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    names = [f"{one}{two}" for one in "abcdefgh" for two in "abcdefgh"]
    crowd = [(f"w{name}@example.com", "Willy", f"W{name}", "2") for name in names]
    shop = SmallShop(tmp_path, capsys).make(crowd)
    shop.run("plan", shop.mapping)
    ran = shop.run("show", shop.mapping, "--csv", "a.csv", "--format", "json")
    assert ran.result["files"] == [{"file": "a.csv", "customers": len(PEOPLE) + len(crowd)}]
    assert shop.run("show", shop.mapping, "--csv", "a.csv", "--limit", "3").out == "3 customers in a.csv\n"
    ran = shop.run("show", shop.mapping, "--action", "create", "--format", "json")
    assert (len(ran.result["customers"]), ran.result["more"]) == (50, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["plan", "--html", "mappings/move.yaml"],
            '--html writes a file that ends in .html, not "move.yaml"',
        ),
        (["plan", "--markdown", "plan.html"], '--markdown writes a file that ends in .md, not "plan.html"'),
        (
            ["plan", "--markdown", "-", "--format", "json"],
            "--markdown - and --format json would both be printed",
        ),
        (["verify", "--html", "a"], '--html writes a file that ends in .html, not "a"'),
        (["show", "--csv", "a.xlsx"], '--csv writes a file that ends in .csv, not "a.xlsx"'),
        (["show", "--xlsx", "a.csv"], '--xlsx writes a file that ends in .xlsx, not "a.csv"'),
        (["show", "--html", "a.html", "--action", "skip"], "--html and --markdown tell of the whole plan"),
    ],
)
def test_a_slip_is_refused_before_anything_is_read_or_overwritten(
    shop: SmallShop, arguments: list[str], words: str
) -> None:
    before = text(shop, shop.mapping)
    ran = shop.run(arguments[0], shop.mapping, *arguments[1:])
    assert ran.code == Exit.USAGE
    assert words in ran.out + ran.err
    assert text(shop, shop.mapping) == before
    assert shop.plans() == []


def test_a_report_that_cannot_be_written_is_told_and_the_plan_stays(shop: SmallShop) -> None:
    shop.write("file", "x")
    ran = shop.run("plan", shop.mapping, "--html", "file/plan.html")
    assert ran.code == Exit.COULD_NOT
    assert "cannot write here" in ran.err
    assert len(shop.plans()) == 1
