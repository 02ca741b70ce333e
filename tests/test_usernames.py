"""Usernames of new customers are made by the mapping's rule, and are nobody else's."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from msgspec.structs import replace

from groupmigrate.errors import FileProblems
from groupmigrate.files.mapping import load_mapping
from groupmigrate.files.migration import load_migration
from groupmigrate.model import Customer, Group, Role
from groupmigrate.planning.action import Act, Action
from groupmigrate.planning.plan import make_plan
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.planning.reading import passed, read_source, read_target
from groupmigrate.planning.snapshot import Snapshot
from groupmigrate.planning.usernames import Usernames
from groupmigrate.platforms.base import Check, FieldRule, Rules
from groupmigrate.running.run import apply_plan
from support.memory import MemoryStore

RULE = FieldRule(max_length=8, pattern=r"^[A-Za-z0-9]+\Z", cleans=(("[ .-]", ""),))
MAPPING = """\
version: 1
source: old
target: new
groups:
  General: Customer
"""


class Store(MemoryStore):
    """A store in memory with a name of its own."""

    name = "the new shop"

    def check(self) -> Check:
        return Check(self.name, "1")


class OldStore(Store):
    name = "the old shop"


def person(id_: str, username: str = "") -> Customer:
    return Customer(
        id_, f"person{id_}@example.com", ("1",), firstname="Ana", lastname="Pop", username=username
    )


def of(
    id_: str, source: Sequence[str] = (), target: Sequence[str] = (), form: str = "c{id}"
) -> tuple[str, str]:
    there = [Customer("1", "x@example.com", username=name) for name in target]
    with closing(Usernames(RULE, form, map(person, {id_, *source}), there)) as names:
        return names.of(person(id_))


def test_a_username_is_made_of_the_id_as_the_store_will_write_it() -> None:
    assert of("17") == ("c17", "")
    assert of("1-7", form="old {id}") == ("old17", "")


@pytest.mark.parametrize(("id_", "form"), [("12345678", "c{id}"), ("--", "{id}"), ("ö1", "c{id}")])
def test_a_name_that_the_store_would_not_take_is_told(id_: str, form: str) -> None:
    assert of(id_, form=form)[1] == "GM229"


def test_a_name_that_somebody_has_or_gets_is_told() -> None:
    assert of("17", source=["1-7"]) == ("c17", "GM230")
    assert of("17", target=["C17"]) == ("c17", "GM230")
    assert of("17", source=["18"], target=["c18"]) == ("c17", "")


def migrated(
    root: Path, source: Sequence[Customer], target: MemoryStore, mapping: str = MAPPING
) -> list[Action]:
    """Plan and run; the actions of the plan."""
    for folder in ("mappings", "connectors"):
        (root / folder).mkdir(exist_ok=True)
    (root / "mappings" / "m.yaml").write_text(mapping, encoding="utf-8")
    for name in ("old", "new"):
        text = f"version: 1\nplatform: prestashop\nvia: webservice\nurl: https://{name}.example.com\n"
        text += "key: env:NONE\n"
        (root / "connectors" / f"{name}.yaml").write_text(text, encoding="utf-8")
    migration = load_migration(root / "mappings" / "m.yaml")
    migration.folder.prepare()
    old = OldStore(source, groups=[Group("1", "General", role=Role.DEFAULT)])
    with Snapshot(migration.folder.snapshot) as snapshot:
        read_source(migration, old, passed(old.check(), "old"), snapshot, lambda *_: None)
        read_target(migration, target, passed(target.check(), "new"), snapshot, lambda *_: None)
        path = make_plan(migration, snapshot, migration.folder, lambda *_: None)
    with PlanFile.open(path) as plan:
        if any(tally.act in (Act.CREATE, Act.UPDATE) for tally in plan.tallies()):
            apply_plan(plan, target, watch=lambda _: None, stop=Event(), pause=0)
        return [row.action for row in plan.rows()]


def test_new_customers_get_their_usernames_and_a_second_plan_finds_nothing_to_do(tmp_path: Path) -> None:
    target = Store([replace(person("101"), username="c12")], rules=Rules(username=RULE))
    people = [person("11", username="annie"), person("12"), person("13")]
    first = {action.source_id: action for action in migrated(tmp_path, people, target)}
    assert [first[id_].code for id_ in ("11", "12", "13")] == ["GM201", "GM230", "GM201"]
    assert sorted(one.username for one in target.everybody) == ["c11", "c12", "c13"]
    second = migrated(tmp_path, people, target)
    assert sorted(action.code for action in second) == ["GM204", "GM204", "GM230"]


def test_a_target_without_usernames_gets_none_and_the_rule_is_remarked(tmp_path: Path) -> None:
    target = Store()
    mapping = MAPPING + 'customers: {usernames: "u{id}"}\n'
    (action,) = migrated(tmp_path, [person("11", username="annie")], target, mapping)
    assert action.act is Act.CREATE
    assert [one.username for one in target.everybody] == [""]
    (plan,) = (tmp_path / ".groupmigrate" / "m").glob("*.plan")
    with PlanFile.open(plan) as opened:
        assert [remark[:5] for remark in opened.header.remarks] == ["GM143"]


@pytest.mark.parametrize("form", ["c", "{id}{id}", "{name}{id}", "c{ID}"])
def test_a_rule_without_the_id_or_with_more_is_no_rule(tmp_path: Path, form: str) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(MAPPING + f'customers: {{usernames: "{form}"}}\n', encoding="utf-8")
    with pytest.raises(FileProblems) as caught:
        load_mapping(path)
    (problem,) = caught.value.problems
    assert (problem.code, problem.line) == ("GM105", 6)
    assert "{id}" in problem.message
