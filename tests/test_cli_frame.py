"""The frame of the command line: help, errors at the edge, the JSON envelope, output that others can read."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from groupmigrate import __version__
from groupmigrate.cli import edge, explain
from groupmigrate.cli.app import VERBS
from groupmigrate.errors import Exit
from groupmigrate.platforms import cards

ANSI = re.compile(r"\x1b\[")


def process(*arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as its own process, with pipes."""
    return subprocess.run(
        [sys.executable, "-m", "groupmigrate", *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )


def test_help_lists_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert edge.run([]) == Exit.DONE
    out = capsys.readouterr().out
    assert [verb for verb in VERBS if f"\n  {verb} " not in out] == []


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_a_help_that_begins_with_examples(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert edge.run([verb, "--help"]) == Exit.DONE
    out = capsys.readouterr().out
    assert out.startswith(f"Usage: groupmigrate {verb} ")
    assert out.index(f"  groupmigrate {verb}") < out.index("Options:")
    assert "--format" in out
    assert "\b" not in out


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert edge.run(["--version"]) == Exit.DONE
    assert capsys.readouterr().out == f"groupmigrate {__version__}\n"


def test_a_misspelt_verb_is_named_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert edge.run(["verfy"]) == Exit.USAGE
    err = capsys.readouterr().err
    assert err.startswith('error: there is no verb "verfy"\n')
    assert 'did you mean "verify"?' in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["plan"], "missing argument 'MAPPING'"),
        (["plan", "--wrong", "x"], "no such option: --wrong"),
        (["explain", "--format", "yaml"], "'yaml' is not one of 'text', 'json'"),
        (["show", "x", "--limit", "0"], "greater than or equal to 1"),
        (["init", "x"], "missing option '--source'"),
    ],
)
def test_wrong_usage_is_said_in_our_form_and_exits_with_2(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert edge.run(arguments) == Exit.USAGE
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: ")
    assert says in said.err
    assert f"hint `groupmigrate {arguments[0]} --help`" in said.err


def test_an_option_before_the_verb_is_told_where_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    assert edge.run(["--format", "json", "platforms"]) == Exit.USAGE
    assert "the options of a verb stand behind it" in capsys.readouterr().err


@pytest.mark.parametrize("option", [["--format", "json"], ["--format=json"]])
def test_even_an_error_of_usage_is_an_envelope_in_json(
    option: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert edge.run(["plan", "--wrong", *option]) == Exit.USAGE
    envelope = json.loads(capsys.readouterr().out)
    assert envelope["format"] == "groupmigrate/1"
    assert (envelope["command"], envelope["status"], envelope["exit"]) == ("plan", "error", 2)
    assert [error["message"] for error in envelope["errors"]] == ["no such option: --wrong"]


def test_every_problem_of_a_file_is_in_the_envelope_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.yaml"
    key = "KEY-WRITTEN-INTO-THE-FILE"  # no fingerprint or path can hold it by chance
    wrong.write_text(
        f"version: 1\nplatform: prestashop\nvia: webservice\nurll: x\nkey: {key}\n", encoding="utf-8"
    )
    assert edge.run(["validate", str(wrong), "--format", "json"]) == Exit.USAGE
    said = capsys.readouterr()
    envelope = json.loads(said.out)
    assert (envelope["result"]["files"], envelope["result"]["problems"]) == (1, len(envelope["errors"]))
    assert len(envelope["errors"]) >= 2
    for error in envelope["errors"]:
        assert re.fullmatch(r"GM1\d\d", error["code"])
        assert re.match(rf"{re.escape(str(wrong))}:\d+:\d+$", error["place"])
        assert f"{error['place']}: {error['code']} {error['message']}\n" in said.err
    assert key not in said.out + said.err


def test_a_bug_is_called_one_and_its_log_holds_no_secret(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def broken() -> dict[str, object]:
        raise ZeroDivisionError("ws_key=ABCDEF of ana.pop@example.com")

    monkeypatch.setattr(explain, "catalogue", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert edge.run(["explain"]) == Exit.COULD_NOT
    said = capsys.readouterr()
    (log,) = tmp_path.glob("groupmigrate-*.log")
    text = log.read_text(encoding="utf-8")
    assert said.err.startswith("error: this is a bug in groupmigrate: ZeroDivisionError\n")
    assert f"  at   {log}\n" in said.err
    assert "Traceback" in text
    assert __version__ in text
    assert "ABCDEF" not in text + said.err
    assert "ana.pop" not in text + said.err
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_piped_output_has_no_colours_and_narrow_terminals_get_lines() -> None:
    wide = process("platforms", "prestashop", FORCE_COLOR="")
    narrow = process("platforms", COLUMNS="40", FORCE_COLOR="")
    assert wide.returncode == narrow.returncode == 0
    assert not ANSI.search(wide.stdout + wide.stderr + narrow.stdout)
    assert max(map(len, narrow.stdout.splitlines())) <= 40


def test_a_reader_that_leaves_early_is_no_error() -> None:
    command = f"{sys.executable} -m groupmigrate explain --format json | head -n 1"
    ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert ran.stdout == "{\n"
    assert ran.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_result_that_finds_the_disk_full_is_no_bug() -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "groupmigrate", "explain"]
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.returncode == Exit.COULD_NOT
    assert ended.stderr.splitlines()[0] == "error: the disk is full: No space left on device [GM515]"
    assert "Exception ignored" not in ended.stderr


def test_a_terminal_without_our_letters_gets_question_marks() -> None:
    ran = process("explain", "GM224", PYTHONIOENCODING="ascii")
    assert ran.returncode == 0, ran.stderr
    assert process("platforms", PYTHONIOENCODING="ascii").returncode == 0


def test_python_can_run_the_package_as_a_module() -> None:
    assert process("--version").stdout == f"groupmigrate {__version__}\n"


@pytest.mark.parametrize("code", ["GM301", "gm301", "301"])
def test_explain_takes_a_code_as_people_write_it(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert edge.run(["explain", code]) == Exit.DONE
    assert capsys.readouterr().out.startswith("GM301: required field is empty\n")


def test_explain_names_the_nearest_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert edge.run(["explain", "GM3001"]) == Exit.USAGE
    assert 'did you mean "GM301"?' in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["mapping", "connector"])
def test_schema_prints_a_json_schema(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert edge.run(["schema", kind]) == Exit.DONE
    bare = json.loads(capsys.readouterr().out)
    assert bare["$schema"].endswith("2020-12/schema")
    assert edge.run(["schema", kind, "--format", "json"]) == Exit.DONE
    assert json.loads(capsys.readouterr().out)["result"] == bare


def test_platforms_tells_every_option_with_its_type_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert edge.run(["platforms", "--format", "json"]) == Exit.DONE
    listed = json.loads(capsys.readouterr().out)["result"]
    assert len(listed) >= 2
    for card in listed:
        assert edge.run(["platforms", card["name"], "--format", "json"]) == Exit.DONE
        told = json.loads(capsys.readouterr().out)["result"]
        for way in told["ways"]:
            assert [option["name"] for option in way["options"] if not option["help"]] == []
            assert [option["name"] for option in way["options"] if not option["type"]] == []


def test_platforms_tells_which_way_knows_changes_and_can_take_back(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, card in cards().items():
        assert edge.run(["platforms", name]) == Exit.DONE
        shown = capsys.readouterr().out
        assert shown.count("tells who changed") == sum(way.tells_changes for way in card.ways)
        assert shown.count("customers, for `undo`") == sum(bool(way.removes) for way in card.ways)


def test_a_platform_that_is_not_there_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert edge.run(["platforms", "prestashp"]) == Exit.USAGE
    assert 'did you mean "prestashop"?' in capsys.readouterr().err
