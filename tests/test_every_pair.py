"""From every platform to every platform, itself among them: planned, run, done by hand where need be, proven.

Between practice stores. What the target holds afterwards is looked at by opening it anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from threading import Event
from typing import cast

import pytest
from msgspec.structs import replace

from contract.crowd import HOSTILE, ordinary
from contract.grounds import Ground, grounds, way_of
from groupmigrate.compare import EVERYTHING, differing
from groupmigrate.files.connector import Connector
from groupmigrate.files.folder import Folder
from groupmigrate.files.mapping import load_mapping
from groupmigrate.files.migration import Migration
from groupmigrate.identity import key
from groupmigrate.model import Customer, Group, Role
from groupmigrate.planning.fit import Fitting
from groupmigrate.planning.plan import make_plan
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.planning.reading import passed, read_source, read_target
from groupmigrate.planning.snapshot import Snapshot
from groupmigrate.platforms import names
from groupmigrate.platforms.base import Rules, Source, Target
from groupmigrate.running.result import Result
from groupmigrate.running.run import apply_plan
from groupmigrate.running.verify import Verification, verify_plan
from groupmigrate.running.worklist import worklist

MAPPING = """\
version: 1
source: old
target: new
groups: {{"id:{0}": "id:{3}", "id:{1}": "id:{4}", "id:{2}": "id:{5}"}}
unmapped: error
customers: {{misfits: leave_out}}
limits: {{max_updates_percent: 100, max_failures: 0}}
"""
STRANGER = ordinary(50)
"""Somebody whom only the target knows."""


def crowd(ground: Ground) -> list[Customer]:
    """Those who move: hostile and ordinary ones, in two groups and in the default one."""
    first, second = ground.groups
    hostile = ground.holds(HOSTILE)
    return [
        hostile,
        replace(hostile, email="MiXed.O'Case+tag@Example.com", groups=(first,)),
        ordinary(1, groups=(first,)),
        ordinary(2, groups=(first,)),
        ordinary(3, groups=(second,)),
        ordinary(4, groups=(second,)),
        ordinary(5, lastname="Ó Briain-Müller ben מרים", groups=(second,)),
        ordinary(6, firstname="李", addresses=()),
    ]


def in_target(ground: Ground) -> list[Customer]:
    """Two of them are there already, one in another group; and a stranger."""
    return [ordinary(2, groups=ground.groups[1:]), ordinary(4, groups=ground.groups[1:]), STRANGER]


def writable() -> dict[str, list[str]]:
    """The grounds that read and write, by platform: those of its first way that does both."""
    found: dict[str, list[str]] = {platform: [] for platform in names()}
    for name, ground in grounds().items():
        platform, way = name.partition(" via ")[0], way_of(name)
        first = way_of(found[platform][0]) if found[platform] else way
        if ground.writes and way.reads and way == first:
            found[platform].append(name)
    return found


GROUNDS = grounds()
SOURCES = {platform: GROUNDS[found[0]] for platform, found in writable().items()}
TARGETS = {platform: GROUNDS[found[-1]] for platform, found in writable().items()}
"""The oldest version of a platform that is tried is a source, and the newest one a target."""
PAIRS = list(product(SOURCES, TARGETS))


@dataclass
class Move:
    """A migration between two practice stores, each of which is opened anew for every step."""

    source: Ground
    target: Ground
    migration: Migration
    root: Path
    before: dict[str, Customer] = field(default_factory=dict)
    """The target's customers at the start, by identity."""

    @contextmanager
    def opened(self, side: str, *, read_only: bool = True) -> Iterator[Source]:
        ground = self.source if side == "old" else self.target
        with closing(ground.open(self.root / side, read_only)) as store:
            yield store

    def plan(self) -> Path:
        folder = self.migration.folder
        folder.prepare()
        with (
            Snapshot(folder.snapshot) as snapshot,
            self.opened("old") as source,
            self.opened("new") as target,
        ):
            read_source(self.migration, source, passed(source.check(), "old"), snapshot, _nothing)
            target = cast("Target", target)
            read_target(self.migration, target, passed(target.check(), "new"), snapshot, _nothing)
            return make_plan(self.migration, snapshot, folder, _nothing)

    def run(self, path: Path) -> Result:
        with PlanFile.open(path) as plan, self.opened("new", read_only=False) as target:
            return apply_plan(plan, cast("Target", target), watch=_nothing, stop=Event(), pause=0)

    def work(self, path: Path) -> int:
        """Do by hand what is on the worklist; returns how much it was."""
        with PlanFile.open(path) as plan, self.opened("new") as target:
            tasks = list(worklist(plan, cast("Target", target)))
        for task in tasks:
            assert self.target.move is not None
            self.target.move(self.root / "new", task.id, task.wanted)
        return len(tasks)

    def verify(self, path: Path) -> Verification:
        with PlanFile.open(path) as plan, self.opened("new") as target:
            return verify_plan(plan, cast("Target", target), watch=_nothing)


def _nothing(*_: object) -> None:
    """Watch, and say nothing."""


def everybody(store: Source) -> dict[str, Customer]:
    return {key(one.email): one for page in store.customers() for one in page.customers}


def mapped(groups: Sequence[Group], ground: Ground) -> list[str]:
    """The default group and the two ordinary ones."""
    return [next(group.id for group in groups if group.role is Role.DEFAULT), *ground.groups]


@pytest.fixture(params=PAIRS, ids=" to ".join)
def move(request: pytest.FixtureRequest, tmp_path: Path) -> Move:
    """Two filled stores, and a mapping of their groups."""
    source, target = SOURCES[request.param[0]], TARGETS[request.param[1]]
    ids: list[str] = []
    for side, ground, people in (("old", source, crowd(source)), ("new", target, in_target(target))):
        (tmp_path / side).mkdir()
        ground.fill(tmp_path / side, people)
        with closing(ground.open(tmp_path / side, True)) as store:
            ids += mapped(store.groups(), ground)
            before = everybody(store)
    (tmp_path / "mappings").mkdir()
    path = tmp_path / "mappings" / "m.yaml"
    path.write_text(MAPPING.format(*ids), encoding="utf-8")
    old, new = (_connector(side, ground) for side, ground in (("old", source), ("new", target)))
    return Move(source, target, Migration(load_mapping(path), old, new, Folder.of(path)), tmp_path, before)


def _connector(side: str, ground: Ground) -> Connector:
    platform, way = ground.name.partition(" via ")[0], way_of(ground.name)
    return Connector(side, Path(f"{side}.yaml"), platform, way.name, way.options.model_construct(), side)


def expected(move: Move, rules: Rules) -> dict[str, Customer]:
    """What the target should hold of those who move, by what its rules say it can hold."""
    with move.opened("old") as source, move.opened("new") as target:
        ways = dict(
            zip(mapped(source.groups(), move.source), mapped(target.groups(), move.target), strict=True)
        )
        fitting = Fitting(rules, misfits="leave_out")
        people = everybody(source).items()
        return {
            identity: replace(
                fitting.fit(one).customer,
                groups=tuple(dict.fromkeys((ways[one.default_group], *rules.also_in))),
            )
            for identity, one in people
        }


def test_customers_arrive_in_their_groups_as_the_target_can_hold_them_and_stay_there(move: Move) -> None:
    path = move.plan()
    result = move.run(path)
    assert (result.created, result.failed, result.open, result.blocked) == (6, 0, 0, 0)
    assert result.balanced
    with move.opened("new") as target:
        rules = cast("Target", target).rules()
    assert bool(move.work(path)) is rules.groups_by_hand
    assert move.verify(path).verdicts == {"as wanted": 8}
    _look(move, rules)
    assert _to_do(move) == (0, 0)


def _look(move: Move, rules: Rules) -> None:
    """Everybody is there once, as the rules allow; who was there before only changed the group."""
    wanted = expected(move, rules)
    with move.opened("new") as target:
        there = everybody(target)
    assert there.keys() == wanted.keys() | move.before.keys()
    for identity, one in wanted.items():
        before = move.before.get(identity)
        assert differing(one, there[identity], ("groups",) if before else EVERYTHING) == (), identity
        if before:
            now = there[identity]
            assert replace(now, groups=before.groups, updated=before.updated) == before
    stranger = key(STRANGER.email)
    assert there[stranger] == move.before[stranger]


def _to_do(move: Move) -> tuple[int, int]:
    """What a second plan would send, and leave to a person."""
    with PlanFile.open(move.plan()) as plan:
        sent = sum(tally.customers for tally in plan.tallies() if tally.act in ("create", "update"))
        return sent, sum(plan.header.by_hand.values())


def test_every_platform_is_a_source_and_a_target() -> None:
    assert set(PAIRS) == set(product(names(), names()))
