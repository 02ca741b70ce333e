"""The flow as a whole, between two stores in memory: read, plan, run, verify, and plan again."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from groupmigrate.errors import FileProblems, LimitTripped, StoreError
from groupmigrate.files.migration import Migration, load_migration
from groupmigrate.model import Address, Customer, Group, Role
from groupmigrate.planning.action import Act
from groupmigrate.planning.plan import check_limits, make_plan
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.planning.reading import passed, read_source, read_target
from groupmigrate.planning.snapshot import Snapshot
from groupmigrate.platforms.base import Check, FieldRule, Finding, Rules, Severity
from groupmigrate.running.result import Result
from groupmigrate.running.run import apply_plan
from groupmigrate.running.staleness import same_files
from groupmigrate.running.verify import Verification, verify_plan
from support.memory import GROUPS, MemoryStore

SOURCE_GROUPS = (
    Group("0", "NOT LOGGED IN", role=Role.VISITOR),
    Group("1", "General", role=Role.DEFAULT),
    Group("2", "Wholesale"),
    Group("6", "Press"),
)
MAPPING = """\
version: 1
source: old
target: new
groups:
  NOT LOGGED IN: Visitor
  General: Customer
  Wholesale:
    - when: {country: RO}
      to: [Trade, Customer]
    - to: Shops
  Press: {skip: nobody buys}
customers: {duplicates: newest, misfits: leave_out}
limits: {max_updates_percent: 100, max_failures: 1000}
"""
RULES = Rules(
    customer={"lastname": FieldRule(required=True, pattern=r"^[^0-9]*\Z")},
    address={"phone": FieldRule(pattern=r"^[0-9 ]*\Z")},
    never=("prefix",),
    several_groups=True,
    also_in=("3",),
    ignores_accents=True,
    guests=True,
)


def nothing(*_: object) -> None:
    """Watch, and say nothing."""


@dataclass
class World:
    """Two stores and the folder between them."""

    source: MemoryStore
    target: MemoryStore
    migration: Migration

    def plan(self) -> Path:
        """Read both stores and plan."""
        folder = self.migration.folder
        folder.prepare()
        with Snapshot(folder.snapshot) as snapshot:
            read_source(self.migration, self.source, passed(self.source.check(), "source"), snapshot, nothing)
            read_target(self.migration, self.target, passed(self.target.check(), "target"), snapshot, nothing)
            return make_plan(self.migration, snapshot, folder, nothing)

    def run(self, path: Path) -> Result:
        """Apply the plan."""
        with PlanFile.open(path) as plan:
            return apply_plan(plan, self.target, watch=nothing, stop=Event(), pause=0)

    def verify(self, path: Path) -> Verification:
        """Read back."""
        with PlanFile.open(path) as plan:
            return verify_plan(plan, self.target, watch=nothing)


@contextmanager
def world(
    source: Sequence[Customer], target: Sequence[Customer] = (), mapping: str = MAPPING
) -> Iterator[World]:
    """A migration folder with these customers on both sides."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for folder in ("mappings", "connectors"):
            (root / folder).mkdir()
        (root / "mappings" / "m.yaml").write_text(mapping, encoding="utf-8")
        for connector in ("old", "new"):
            text = (
                "version: 1\nplatform: prestashop\nvia: webservice\n"
                f"url: https://{connector}.example.com\nkey: env:NONE\n"
            )
            (root / "connectors" / f"{connector}.yaml").write_text(text, encoding="utf-8")
        yield World(
            Named("the old shop", source, groups=SOURCE_GROUPS),
            Named("the new shop", target, rules=RULES),
            load_migration(root / "mappings" / "m.yaml"),
        )


class Named(MemoryStore):
    """A store in memory with a name of its own."""

    def __init__(
        self,
        name: str,
        customers: Sequence[Customer],
        *,
        groups: Sequence[Group] = GROUPS,
        rules: Rules = RULES,
    ) -> None:
        super().__init__(customers, rules=rules, groups=groups)
        self.name = name
        self.findings: tuple[Finding, ...] = ()

    def check(self) -> Check:
        return Check(self.name, "1", findings=self.findings)


RO = Address("Ana", "Pop", street=("1 Example Street",), city="Cluj", country="RO", phone="0722 000")
LOCAL = st.sampled_from(["ana", "ANA", "ána", "bob", "o'neil", "x+y", "zoë", "zoe", "p1", "p2", "p3"])
PERSON = st.builds(
    Customer,
    id=st.just(""),
    email=LOCAL.map(lambda local: f"{local}@example.com"),
    groups=st.sampled_from([("0",), ("1",), ("2",), ("6",), ("2", "1")]),
    firstname=st.sampled_from(["Ana", "Zoë"]),
    lastname=st.sampled_from(["Pop", "R2D2", "O'Neil"]),
    prefix=st.sampled_from(["", "Dr."]),
    created=st.sampled_from(["2019-01-01 00:00:00", "2020-01-01 00:00:00"]),
    deleted=st.booleans(),
    guest=st.booleans(),
    addresses=st.sampled_from([(), (RO,), (replace(RO, phone="CALL"), RO)]),
)
KNOWN = st.builds(
    Customer,
    id=st.just(""),
    email=LOCAL.map(lambda local: f"{local}@example.com"),
    groups=st.sampled_from([("3",), ("4", "3"), ("5", "3"), ("3", "4"), ("9", "3")]),
    loose_default=st.booleans(),
    firstname=st.sampled_from(["Known", "Ana"]),
    lastname=st.sampled_from(["Before", "Pop"]),
    guest=st.sampled_from([False, False, True]),
    deleted=st.sampled_from([False, False, False, True]),
)


def numbered(people: Sequence[Customer], start: int) -> list[Customer]:
    return [replace(person, id=str(number)) for number, person in enumerate(people, start=start)]


@settings(max_examples=150)
@given(
    source=st.lists(PERSON, max_size=14),
    target=st.lists(KNOWN, max_size=8),
    guests=st.sampled_from(["skip", "create"]),
)
def test_a_run_leaves_everybody_as_planned_and_nothing_to_do(
    source: list[Customer], target: list[Customer], guests: str
) -> None:
    mapping = MAPPING.replace("duplicates:", f"guests: {guests}, duplicates:")
    with world(numbered(source, 1), numbered(target, 501), mapping) as both:
        before = dict(both.target.customers_by_id)
        path = both.plan()
        with PlanFile.open(path) as plan:
            actions = [row.action for row in plan.rows()]
            tallied = sum(tally.customers for tally in plan.tallies())
        assert sorted(action.source_id for action in actions) == sorted(
            one.id for one in both.source.everybody
        )
        assert tallied == len(source)

        result = both.run(path)
        assert result.balanced
        assert (result.failed, result.open) == (0, 0)
        assert both.verify(path).faults == 0

        changed = {action.target_id for action in actions if action.act is Act.UPDATE}
        for id_, customer in before.items():
            there = both.target.customers_by_id[id_]
            if id_ in changed:
                assert (
                    replace(there, groups=customer.groups, loose_default=customer.loose_default) == customer
                )
            else:
                assert there == customer
        created = [action for action in actions if action.act is Act.CREATE]
        assert len(both.target.customers_by_id) == len(before) + len(created)

        with PlanFile.open(both.plan()) as again:
            left = [row.action for row in again.rows("a.act IN ('create', 'update')")]
        assert left == []


@contextmanager
def migrated() -> Iterator[tuple[World, Path]]:
    """Three customers, migrated."""
    ana = Customer("", "", ("2",), firstname="Ana", lastname="Pop", addresses=(RO,))
    people = [replace(ana, id=str(number), email=f"p{number}@example.com") for number in (1, 2, 3)]
    with world(people) as both:
        path = both.plan()
        assert both.run(path).created == 3
        yield both, path


def first(both: World) -> Customer:
    return both.target.everybody[0]


@pytest.mark.parametrize(
    ("changes", "verdict", "field"),
    [
        ({"groups": ("3",)}, "differs", "groups"),
        ({"lastname": "Popa"}, "differs", "lastname"),
        ({"addresses": ()}, "differs", "addresses"),
        ({"addresses": (RO, RO)}, "differs", "addresses twice"),
        ({"deleted": True}, "missing", ""),
    ],
)
def test_verify_finds_what_changed_in_the_target(
    changes: dict[str, object], verdict: str, field: str
) -> None:
    with migrated() as (both, path):
        customer = first(both)
        both.target.customers_by_id[customer.id] = replace(customer, **changes)
        found = both.verify(path)
        assert found.verdicts == {verdict: 1, "as wanted": 2}
        assert [(one.verdict, one.words) for one in found.sample] == [(verdict, field)]


def test_verify_finds_who_is_missing_and_who_is_there_twice() -> None:
    with migrated() as (both, path):
        one, two, _ = both.target.everybody
        del both.target.customers_by_id[one.id]
        both.target.customers_by_id["999"] = replace(two, id="999")
        assert both.verify(path).verdicts == {"missing": 1, "doubled": 1, "as wanted": 1}


def test_verify_before_the_run_finds_everything_open() -> None:
    with world([Customer("1", "a@example.com", ("1",), firstname="A", lastname="B")]) as both:
        found = both.verify(both.plan())
        assert found.verdicts == {"open": 1}
        assert found.faults == 0


def test_a_plan_that_changes_too_many_is_refused() -> None:
    people = [Customer(str(number), f"p{number}@example.com", ("2",)) for number in range(1, 21)]
    there = [Customer(str(number), f"p{number}@example.com", ("3",)) for number in range(1, 31)]
    for limit, refused in ((66, True), (67, False)):
        text = MAPPING.replace("max_updates_percent: 100", f"max_updates_percent: {limit}")
        with world(people, there, text) as both, PlanFile.open(both.plan()) as plan:
            if refused:
                with pytest.raises(LimitTripped):
                    check_limits(plan)
            else:
                check_limits(plan)


def test_a_few_updates_are_never_too_many() -> None:
    there = [Customer("1", "p1@example.com", ("3",))]
    text = MAPPING.replace("max_updates_percent: 100", "max_updates_percent: 1")
    with world([Customer("9", "p1@example.com", ("2",))], there, text) as both:
        with PlanFile.open(both.plan()) as plan:
            check_limits(plan)
        assert both.run(path=both.migration.folder.plans()[-1]).updated == 1


def test_not_even_one_update_is_allowed_where_none_is() -> None:
    there = [Customer("1", "p1@example.com", ("3",))]
    text = MAPPING.replace("max_updates_percent: 100", "max_updates_percent: 0")
    with (
        world([Customer("9", "p1@example.com", ("2",))], there, text) as both,
        PlanFile.open(both.plan()) as plan,
        pytest.raises(LimitTripped),
    ):
        check_limits(plan)


def test_the_same_store_on_both_sides_is_refused() -> None:
    with world([]) as both:
        both.target.name = both.source.name  # type: ignore[attr-defined]
        with pytest.raises(FileProblems) as caught:
            both.plan()
        assert [problem.code for problem in caught.value.problems] == ["GM111"]


def test_a_store_with_an_error_is_not_read() -> None:
    with world([]) as both:
        both.source.findings = (  # type: ignore[attr-defined]
            Finding("GM503", Severity.ERROR, "may not read customers", "grant it"),
            Finding("GM508", Severity.WARNING, "no time zone"),
        )
        with pytest.raises(StoreError, match="may not read customers"):
            both.plan()


def test_the_kinds_of_passwords_of_new_customers_are_counted_and_nothing_else_of_them() -> None:
    ana = Customer("", "", ("1",), firstname="Ana", lastname="Pop", password="sha256")
    people = [replace(ana, id=str(number), email=f"p{number}@example.com") for number in (1, 2, 3)]
    people.append(replace(ana, id="4", email="p4@example.com", password=""))
    known = Customer("501", "p1@example.com", ("3",))
    with world(people, [known]) as both, PlanFile.open(both.plan()) as plan:
        assert plan.logins(carried=False) == {"sha256": 2, "": 1}


def test_an_edited_mapping_is_noticed() -> None:
    with world([]) as both, PlanFile.open(both.plan()) as plan:
        assert same_files(plan.header, both.migration)
        mapping = both.migration.mapping.path
        mapping.write_text(mapping.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")
        assert not same_files(plan.header, load_migration(mapping))


def test_two_empty_stores_are_a_plan_with_nothing_to_do() -> None:
    with world([]) as both:
        path = both.plan()
        result = both.run(path)
        assert (result.read, result.balanced) == (0, True)
        assert both.verify(path).checked == 0
