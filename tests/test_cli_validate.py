"""`validate` from the outside: exit codes, severities, formats of CI systems; and `groups --save`."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from groupmigrate import __version__
from groupmigrate.cli.app import VERBS
from groupmigrate.codes import catalogue
from groupmigrate.errors import Exit, Problem
from groupmigrate.report.problems import findings
from support.small_shop import SmallShop

GOLDEN = Path(__file__).parent / "example-files" / "reports"
WRONG = """\
version: 1
source: old
target: new
groups:
  Café & "Bar": Customer
unmapped: ask
limit: {max_failures: 5}
"""
NEVER = """\
version: 1
source: old
target: new
groups:
  Wholesale:
    - when: {country: [RO, BG]}
      to: Trade
    - when: {country: RO}
      to: Customer
    - to: Customer
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> SmallShop:
    """A small migration folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    return SmallShop(tmp_path, capsys).make()


@pytest.fixture
def saved(shop: SmallShop) -> SmallShop:
    """The same, with the groups of both stores saved, and a warning: "Press" has no line."""
    shop.run("groups", "old", "--save")
    shop.run("groups", "new", "--save")
    shop.change(shop.mapping, "  Press: {skip: nobody reads it}\n", "")
    return shop


# --- saving the groups ---


def test_groups_are_saved_beside_their_connector_without_people(shop: SmallShop) -> None:
    ran = shop.run("groups", "new", "--save", "--format", "json")
    assert (ran.code, ran.result["saved"]) == (Exit.DONE, "connectors/new.groups.json")
    found = json.loads((shop.root / "connectors/new.groups.json").read_text(encoding="utf-8"))
    assert [group["name"] for group in found["groups"]] == ["Visitor", "Guest", "Customer", "Trade"]
    assert found["target"]["several_groups"] is True
    shop.run("groups", "old", "--save")
    text = (shop.root / "connectors/old.groups.json").read_text(encoding="utf-8")
    assert "@" not in text
    assert "members" not in text
    assert "target" not in text
    assert shop.run("validate").out == "3 files, no problems\n"


def test_nothing_is_saved_unless_it_is_asked_for(shop: SmallShop) -> None:
    assert "saved" not in shop.run("groups", "old", "--format", "json").result
    assert list(shop.root.glob("connectors/*.json")) == []


def test_saving_again_says_what_is_other_than_before(shop: SmallShop) -> None:
    shop.run("groups", "old", "--save")
    shop.change("connectors/old.yaml", "2: Wholesale, 3: Retailer", "2: B2B, 4: Staff")
    ran = shop.run("groups", "old", "--save")
    assert ran.out.splitlines()[-4:] == [
        "saved in connectors/old.groups.json",
        '  renamed: "Wholesale" is "B2B" now',
        '  gone: "Retailer"',
        '  new: "Staff"',
    ]
    shop.run("groups", "new", "--save")
    assert f"{shop.mapping}:7:3: GM133 " in shop.run("validate").err


def test_saved_groups_that_were_damaged_are_replaced(shop: SmallShop) -> None:
    shop.write("connectors/old.groups.json", "<<<<<<< HEAD\n")
    assert shop.run("groups", "old", "--save").code == Exit.DONE
    assert json.loads((shop.root / "connectors/old.groups.json").read_text(encoding="utf-8"))["groups"]


# --- what fails ---


def test_warnings_are_said_and_do_not_fail_unless_they_should(saved: SmallShop) -> None:
    ran = saved.run("validate")
    assert (ran.code, ran.out) == (Exit.DONE, "3 files, 1 warning\n")
    assert ran.err.startswith(f"{saved.mapping}:4:1: warning GM134 ")
    strict = saved.run("validate", "--strict")
    assert (strict.code, strict.out) == (Exit.USAGE, "")
    assert strict.err.endswith("error: 1 problem in the files\n")


def test_notes_never_fail(saved: SmallShop) -> None:
    saved.change(saved.mapping, "[Trade, Customer]", "Customer")
    saved.change(saved.mapping, "limits:", "unmapped: skip\nlimits:")
    ran = saved.run("validate", "--strict")
    assert (ran.code, ran.out) == (Exit.DONE, "3 files, no problems\n")
    assert f"{saved.mapping}:3:1: note GM135 " in ran.err


def test_the_age_that_saved_groups_may_have_is_an_option(saved: SmallShop) -> None:
    text = (saved.root / "connectors/new.groups.json").read_text(encoding="utf-8")
    saved.write("connectors/new.groups.json", re.sub(r'"saved": "\d{4}', '"saved": "2020', text))
    assert "connectors/new.yaml:2:1: warning GM136 " in saved.run("validate").err
    assert "GM136" not in saved.run("validate", "--max-age", "100000").err


def test_json_has_every_finding_with_its_severity(saved: SmallShop) -> None:
    ran = saved.run("validate", "--format", "json")
    assert (ran.code, ran.envelope["errors"], ran.result["problems"]) == (Exit.DONE, [], 0)
    (found,) = ran.result["findings"]
    assert (found["severity"], found["code"], found["path"]) == ("warning", "GM134", saved.mapping)
    strict = saved.run("validate", "--strict", "--format", "json")
    assert (strict.code, strict.envelope["errors"][0]["code"]) == (Exit.USAGE, "GM134")


# --- formats ---


@pytest.mark.parametrize(
    ("form", "name"),
    [("github", "github.txt"), ("gitlab", "gitlab.json"), ("sarif", "sarif.json"), ("junit", "junit.xml")],
)
def test_a_report_is_what_it_was(shop: SmallShop, form: str, name: str) -> None:
    shop.write(shop.mapping, NEVER)
    shop.write("mappings/wrong.yaml", WRONG)
    ran = shop.run("validate", "--format", form)
    assert ran.code == Exit.USAGE
    assert ran.out.replace(f'"{__version__}"', '"VERSION"') == (GOLDEN / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("form", ["github", "gitlab", "sarif", "junit"])
def test_a_report_without_problems_is_a_report_too(shop: SmallShop, form: str) -> None:
    ran = shop.run("validate", "--format", form)
    assert (ran.code, ran.err) == (Exit.DONE, "")
    if form == "junit":
        (suite,) = ET.fromstring(ran.out.encode())
        assert (suite.get("tests"), suite.get("failures")) == ("3", "0")
    else:
        assert "GM" not in ran.out
        assert form == "github" or json.loads(ran.out) is not None


@pytest.mark.parametrize("form", ["gitlab", "sarif", "junit"])
def test_people_who_read_the_log_of_a_job_see_the_problems_too(saved: SmallShop, form: str) -> None:
    assert f"{saved.mapping}:4:1: warning GM134 " in saved.run("validate", "--format", form).err


def test_sarif_is_what_its_schema_asks_for(saved: SmallShop) -> None:
    saved.write("mappings/Ä b%.yaml", WRONG)
    (run,) = json.loads(saved.run("validate", "--format", "sarif").out)["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert {"GM103", "GM134"} <= set(rules) <= set(catalogue())
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
    uris = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in run["results"]}
    assert uris == {"mappings/%C3%84%20b%25.yaml", "mappings/move.yaml"}


def test_a_junit_case_fails_by_warnings_only_if_they_should_fail(saved: SmallShop) -> None:
    lax = ET.fromstring(saved.run("validate", "--format", "junit").out.encode())
    strict = ET.fromstring(saved.run("validate", "--strict", "--format", "junit").out.encode())
    assert [len(tree.findall(".//failure")) for tree in (lax, strict)] == [0, 1]
    assert "GM134" in str(lax.findtext(".//system-out"))


def test_annotations_cannot_be_broken_out_of_by_a_name(shop: SmallShop) -> None:
    shop.write("mappings/a,b:c.yaml", 'version: 1\nplatform: "::error::100%"\n')
    out = shop.run("validate", "mappings/a,b:c.yaml", "--format", "github").out
    *annotations, said = out.splitlines()
    assert all(line.startswith("::error file=mappings/a%2Cb%3Ac.yaml,line=") for line in annotations)
    assert said.startswith("1 file, ")
    assert "100%25" in out


def test_the_page_of_a_github_job_lists_all(
    shop: SmallShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "summary.md"
    page.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))
    shop.write(shop.mapping, WRONG.replace("limit:", '"l|<b>`": x\nlimit:'))
    shop.run("validate", "--format", "github")
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n### groupmigrate validate: 3 files, 3 errors\n")
    rows = [line for line in text.splitlines() if line.startswith("| error")]
    assert len(rows) == 3
    assert "l\\|&lt;b&gt;\\`" in text


def test_a_fingerprint_stays_when_lines_move_and_differs_for_each_problem() -> None:
    def prints(*lines: int) -> list[str]:
        problems = [Problem("GM102", f"stands twice, in line {line}", Path("a.yaml"), line) for line in lines]
        return [one.fingerprint for one in findings(problems)]

    assert prints(3, 9) == prints(5, 12)
    assert len(set(prints(3, 9))) == 2
    other = findings([Problem("GM103", "stands twice, in line 3", Path("a.yaml"), 3)])
    assert other[0].fingerprint not in prints(3, 9)


def test_paths_are_relative_to_the_current_folder_with_forward_slashes(
    shop: SmallShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.write(shop.mapping, WRONG)
    report: Any = json.loads(shop.run("validate", str(shop.root), "--format", "gitlab").out)
    assert {one["location"]["path"] for one in report} == {"mappings/move.yaml"}
    monkeypatch.chdir(shop.root / "connectors")
    report = json.loads(shop.run("validate", "..", "--format", "gitlab").out)
    assert {one["location"]["path"] for one in report} == {"../mappings/move.yaml"}


# --- jobs and hooks ---


@pytest.mark.parametrize(
    ("system", "name"), [("github", ".github/workflows/groupmigrate.yml"), ("gitlab", ".gitlab-ci.yml")]
)
def test_init_writes_a_job_whose_command_runs(shop: SmallShop, system: str, name: str) -> None:
    arguments = ("init", "move", "--source", "magento", "--target", "prestashop", "--ci", system)
    assert name in shop.run(*arguments, "--format", "json").result["files"]
    text = (shop.root / "move" / name).read_text(encoding="utf-8")
    assert yaml.safe_load(text)
    (command,) = re.findall(r"- (?:run: )?groupmigrate ([^>\n]+)", text)
    ran = shop.run(*command.split(), shop.mapping)
    assert (ran.code, ran.err) == (Exit.DONE, "")
    assert shop.run(*arguments).code == Exit.USAGE


def test_a_folder_is_made_without_a_job_unless_one_is_asked_for(shop: SmallShop) -> None:
    shop.run("init", "move", "--source", "magento", "--target", "prestashop")
    assert not (shop.root / "move" / ".github").exists()
    assert not (shop.root / "move" / ".gitlab-ci.yml").exists()


def test_the_hook_for_pre_commit_runs_a_verb_for_the_files_of_a_folder(repository: Path) -> None:
    (hook,) = yaml.safe_load((repository / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    program, verb = hook["entry"].split()
    assert (program, verb in VERBS, hook["pass_filenames"]) == ("groupmigrate", True, False)
    names = ("mappings/a.yaml", "shops/connectors/b.yml", "connectors/b.groups.json")
    assert all(re.search(hook["files"], name) for name in names)
    assert not any(re.search(hook["files"], name) for name in ("schema/a.json", "README.md", "docker.yaml"))


def test_checking_names_imports_nothing_slow(saved: SmallShop) -> None:
    program = (
        "import sys\nfrom groupmigrate.__main__ import main\n"
        "sys.argv = ['groupmigrate', 'validate', '--format', 'github']\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "slow = {'pandas', 'numpy', 'rich', 'requests', 'werkzeug', 'sqlite3', 'tenacity'}\n"
        "print('slow:', sorted(slow & set(sys.modules)))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=saved.root, capture_output=True, text=True, check=True
    )
    assert "GM134" in ran.stdout
    assert "slow: []" in ran.stdout
