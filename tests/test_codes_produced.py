"""Every code of the catalogue is one that the program really produces, as some test sees."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest

from groupmigrate.cli.chosen import newest
from groupmigrate.codes import catalogue
from groupmigrate.errors import FileProblems, GroupmigrateError
from groupmigrate.files.mapping import load_mapping
from groupmigrate.model import Customer, Group
from groupmigrate.planning.action import Act, Action
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.planning.planheader import Tally
from groupmigrate.platforms import findings
from groupmigrate.platforms.base import Opening
from groupmigrate.platforms.prestashop import WebserviceOptions
from groupmigrate.platforms.prestashop.store import Webservice
from groupmigrate.running.run import TRIES, apply_plan
from support.headers import header
from support.memory import GROUPS, MemoryStore

TESTS = Path(__file__).parent
ANA = "ana@example.com"


def plan(path: Path, *, read: int = 1) -> PlanFile:
    """A plan that creates Ana in Trade."""
    ana = Customer("", ANA, ("4",), firstname="Ana", lastname="Pop")
    made = PlanFile.create(path / "x.plan")
    made.add([Action(Act.CREATE, "GM201", ANA, ANA, "17", "1", groups=("4",), wanted=ana)])
    said = header(
        source_groups=(Group("1", "General"),),
        target_groups=GROUPS,
        read=read,
        max_failures=9,
        managed=("4",),
    )
    made.finish(said, [Tally("1", "4", Act.CREATE, "GM201", 1)], {})
    return made


def after(path: Path, *script: str) -> str:
    """The code in the journal after a run against a store that behaves so."""
    with plan(path) as made:
        apply_plan(made, MemoryStore(script=script), watch=lambda _: None, stop=Event(), pause=0)
        return next(made.rows()).ended


def refused(act: Callable[[], object]) -> str:
    """The code that this ends with."""
    with pytest.raises(GroupmigrateError) as caught:
        act()
    if isinstance(caught.value, FileProblems):
        return caught.value.problems[0].code
    return caught.value.code


def rule_never_reached(_: Path) -> str:
    return refused(lambda: load_mapping(TESTS / "example-files" / "bad" / "rule-never-reached.yaml"))


def outcome_never_known(path: Path) -> str:
    return after(path, *["lost before"] * TRIES)


def half_written_customer(path: Path) -> str:
    return after(path, "half")


def renamed_group(path: Path) -> str:
    groups = [Group("4", "Trade 2026") if group.id == "4" else group for group in GROUPS]
    with plan(path) as made:
        store = MemoryStore(groups=groups)
        return refused(lambda: apply_plan(made, store, watch=lambda _: None, stop=Event(), pause=0))


def balance_that_does_not_hold(path: Path) -> str:
    with plan(path, read=2) as made:
        store = MemoryStore()
        return refused(lambda: apply_plan(made, store, watch=lambda _: None, stop=Event(), pause=0))


def mapping_without_a_plan(path: Path) -> str:
    mapping = path / "move.yaml"
    mapping.write_text("version: 1\n", encoding="utf-8")
    return refused(lambda: newest(mapping))


def unencrypted_connection(path: Path) -> str:
    options = WebserviceOptions.model_validate({"url": "sandbox"})
    with pytest.MonkeyPatch.context() as patch:
        # a practice shop is on this machine, where http is nothing to warn of
        patch.setattr(findings, "LOOPBACK", ())
        with closing(Webservice(options, Opening("demo", path, path))) as store:
            return next(
                finding.code for finding in store.check().findings if "unencrypted" in finding.message
            )


HOW: dict[str, Callable[[Path], str]] = {
    "GM129": rule_never_reached,
    "GM403": outcome_never_known,
    "GM409": half_written_customer,
    "GM523": unencrypted_connection,
    "GM603": renamed_group,
    "GM607": balance_that_does_not_hold,
    "GM611": mapping_without_a_plan,
}
"""How codes are produced that no other test names."""


@pytest.mark.parametrize("code", HOW)
def test_a_code_is_produced(code: str, tmp_path: Path) -> None:
    assert HOW[code](tmp_path) == code


def named() -> dict[str, str]:
    """A test function for every code that one names, with its decorators: code to "file::test"."""
    found: dict[str, str] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        if not path.name.startswith("test_codes"):
            for name, text in functions(path):
                for code in re.findall(r"\bGM\d{3}\b", text):
                    found.setdefault(code, f"{path.name}::{name}")
    return found


def functions(path: Path) -> Iterator[tuple[str, str]]:
    """The test functions of a file, as text."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            start = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            yield node.name, "\n".join(lines[start - 1 : node.end_lineno])


def test_every_code_is_produced_by_a_test() -> None:
    assert set(catalogue()) - set(named()) - set(HOW) == set()
