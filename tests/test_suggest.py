"""A mapping suggested from what both stores hold: by role, by name, by people, and never too sure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from groupmigrate.errors import Exit
from groupmigrate.files.mapping import load_mapping
from groupmigrate.model import Customer, Group, Role
from groupmigrate.planning.sidetable import Side
from groupmigrate.planning.snapshot import Reading, Snapshot
from groupmigrate.planning.suggest import Confidence, Suggestion, suggest
from groupmigrate.report.suggested import mapping_text
from support.memory import MemoryStore
from support.small_shop import SmallShop

TARGET = (
    Group("1", "Visitor", role=Role.VISITOR),
    Group("2", "Guest", role=Role.GUEST),
    Group("3", "Customer", role=Role.DEFAULT),
    Group("4", "Großhandel", names={"de": "Großhandel", "es": "Mayoristas"}),
    Group("5", "Friends"),
    Group("6", "Family"),
)


@pytest.fixture
def snapshot(tmp_path: Path) -> Iterator[Snapshot]:
    with Snapshot(tmp_path / "snapshot.db") as opened:
        yield opened


def read(snapshot: Snapshot, side: Side, groups: Sequence[Group], people: Sequence[Customer]) -> None:
    store = MemoryStore(people, groups=groups, page=50)
    snapshot.read(Reading(side, store, side, store.check()), lambda _count, _total: None)


def people(group: str, count: int, start: int = 0) -> list[Customer]:
    """So many customers in a group; equal numbers are equal people."""
    numbers = range(start + 1, start + count + 1)
    return [Customer(str(number), f"p{number}@example.com", (group,)) for number in numbers]


def suggested(
    snapshot: Snapshot,
    group: Group,
    target: Sequence[Group] = TARGET,
    *,
    old: Sequence[Customer] = (),
    new: Sequence[Customer] = (),
) -> Suggestion:
    """What is suggested for the only group of the source."""
    read(snapshot, "source", (group,), old)
    read(snapshot, "target", target, new)
    return suggest(snapshot)[0]


def verdict(one: Suggestion) -> tuple[str, str]:
    return (one.target.name if one.target else "", one.confidence.value)


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (Group("0", "NOT LOGGED IN", role=Role.VISITOR), ("Visitor", "sure")),
        (Group("9", "Gäste", role=Role.GUEST), ("Guest", "sure")),
        (Group("1", "General", role=Role.DEFAULT), ("Customer", "sure")),
        (Group("1", "Cliente"), ("Customer", "likely")),
        (Group("2", "Friends"), ("Friends", "sure")),
        (Group("2", "FRIENDS "), ("Friends", "sure")),
        (Group("2", "Mayoristas"), ("Großhandel", "sure")),
        (Group("2", "Wholesale"), ("Großhandel", "likely")),
        (Group("2", "Nagykereskedő"), ("Großhandel", "likely")),
        (Group("2", "Angrosiști"), ("Großhandel", "likely")),
        (Group("2", "Friend"), ("Friends", "likely")),
        (Group("2", "Fiends etc."), ("Friends", "unsure")),
        (Group("2", "Wholesale Spain"), ("", "unsure")),
        (Group("2", "Visitor"), ("", "unsure")),
        (Group("2", "日本"), ("", "unsure")),
        (Group("2", ""), ("", "unsure")),
    ],
    ids=lambda value: value.name if isinstance(value, Group) else "",
)
def test_a_group_is_found_by_its_role_or_its_name(
    snapshot: Snapshot, group: Group, expected: tuple[str, str]
) -> None:
    assert verdict(suggested(snapshot, group)) == expected


def test_a_group_for_visitors_without_a_twin_is_left_to_a_person(snapshot: Snapshot) -> None:
    one = suggested(snapshot, Group("0", "Visitor", role=Role.VISITOR), TARGET[2:])
    assert (verdict(one), one.reasons) == (("", "unsure"), ("the target has no group for visitors",))
    text = mapping_text("old", "new", [one], [one.source], TARGET[2:])
    assert "# Visitor: GROUP\n  # or leave out who sits in it: Visitor: {skip: why}\n" in text
    assert "same_as" not in text


def test_several_groups_that_fit_are_left_to_a_person(snapshot: Snapshot) -> None:
    twice = (*TARGET, Group("7", "Mayorista Norte"), Group("8", "Trade"))
    one = suggested(snapshot, Group("2", "Wholesale"), twice)
    assert one.confidence is Confidence.UNSURE
    assert one.reasons[0] == 'several groups are like it: "Großhandel", "Trade"'


def test_people_who_are_in_both_stores_speak_for_a_group_without_a_name_like_it(snapshot: Snapshot) -> None:
    new = [*people("5", 19), *people("6", 1, start=19)]
    one = suggested(snapshot, Group("2", "Nahestehende"), old=people("2", 30), new=new)
    assert verdict(one) == ("Friends", "likely")
    assert one.reasons == ('of 20 shared e-mails in "Nahestehende", 19 in "Friends"',)


def test_name_and_people_together_are_sure(snapshot: Snapshot) -> None:
    one = suggested(snapshot, Group("2", "Wholesale"), old=people("2", 9), new=people("4", 9))
    assert verdict(one) == ("Großhandel", "sure")


@pytest.mark.parametrize("name", ["Friends", "Friend"])
def test_a_name_that_the_people_contradict_is_left_to_a_person(snapshot: Snapshot, name: str) -> None:
    one = suggested(snapshot, Group("2", name), old=people("2", 9), new=people("4", 9))
    assert verdict(one) == ("Friends", "unsure")


def test_few_people_a_bare_majority_and_the_default_group_prove_nothing(snapshot: Snapshot) -> None:
    odd = Group("2", "Nahestehende")
    assert verdict(suggested(snapshot, odd, old=people("2", 4), new=people("4", 4)))[1] == "unsure"
    split = [*people("4", 7), *people("5", 3, start=7)]
    one = suggested(snapshot, odd, old=people("2", 10), new=split)
    assert verdict(one) == ("Großhandel", "unsure")
    everybody = suggested(snapshot, odd, old=people("2", 9), new=people("3", 9))
    assert verdict(everybody) == ("", "unsure")
    assert "as is everybody who registers" in everybody.reasons[1]
    named = suggested(snapshot, Group("2", "Wholesale"), old=people("2", 9), new=people("3", 9))
    assert verdict(named) == ("Großhandel", "likely")


def test_guests_and_deleted_customers_are_no_evidence(snapshot: Snapshot) -> None:
    odd = Group("2", "Nahestehende")
    one = suggested(
        snapshot, odd, old=people("2", 9), new=[replace(one, deleted=True) for one in people("4", 9)]
    )
    assert one.reasons == ("no group of the target is like it",)
    one = suggested(
        snapshot, odd, old=[replace(one, guest=True) for one in people("2", 9)], new=people("4", 9)
    )
    assert one.reasons == ("no group of the target is like it",)


def test_a_group_that_only_customers_know_comes_last_and_is_named_by_id(snapshot: Snapshot) -> None:
    read(snapshot, "source", (Group("1", "Friends"),), people("99", 3))
    read(snapshot, "target", TARGET, [])
    first, last = suggest(snapshot)
    assert (first.reasons, first.customers) == (("the names are the same", "nobody is in it"), 0)
    assert (last.source.id, last.customers, verdict(last)) == ("99", 3, ("", "unsure"))
    text = mapping_text("old", "new", [first, last], snapshot.groups("source"), TARGET)
    assert "\n  # id:99: GROUP\n" in text


@given(
    st.lists(st.text(st.characters(codec="utf-8"), max_size=12), min_size=1, max_size=4),
    st.lists(st.text(st.characters(codec="utf-8"), max_size=12), min_size=1, max_size=4),
)
def test_any_name_comes_through_the_file_as_it_is(
    tmp_path_factory: pytest.TempPathFactory, old: list[str], new: list[str]
) -> None:
    source = [Group(str(number), name) for number, name in enumerate(old)]
    target = [Group(str(number), name) for number, name in enumerate(new)]
    pairs = [
        Suggestion(group, 1, target[-1], Confidence.SURE, (f"is {group.name}\n- x: y",)) for group in source
    ]
    path = tmp_path_factory.mktemp("named") / "x.yaml"
    path.write_text(mapping_text("old", "new", pairs, source, target), encoding="utf-8")
    lines = load_mapping(path).groups
    assert len(lines) == len(source)
    for line, group in zip(lines, source, strict=True):
        assert line.source in (group.name, f"id:{group.id}")
        assert line.destinations[0].groups[0] in (target[-1].name, f"id:{target[-1].id}")


# --- the verb ---


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> SmallShop:
    monkeypatch.chdir(tmp_path)
    return SmallShop(tmp_path, capsys).make()


def test_the_file_is_written_validates_and_can_be_planned_offline(shop: SmallShop) -> None:
    ran = shop.run("suggest", "old", "new", "--format", "json")
    assert ran.code == Exit.DONE
    assert ran.result["mapping"] == "mappings/old-to-new.yaml"
    found = {one["source"]: (one["target"], one["confidence"]) for one in ran.result["groups"]}
    assert found["Wholesale"] == ("Trade", "likely")
    assert found["Press"] == (None, "unsure")
    text = (shop.root / "mappings/old-to-new.yaml").read_text(encoding="utf-8")
    assert '\n  # likely, 1 customer: "Wholesale" and "Trade" mean the same\n' in text
    assert "\n  # Press: GROUP\n" in text
    assert shop.run("validate", "mappings/old-to-new.yaml").code == Exit.DONE
    ran = shop.run("plan", "mappings/old-to-new.yaml", "--offline", "--format", "json")
    assert ran.code == Exit.USAGE
    assert {error["code"] for error in ran.envelope["errors"]} == {"GM125"}


def test_the_same_stores_give_the_same_file(shop: SmallShop) -> None:
    for name in ("one", "two"):
        shop.run("suggest", "old", "new", "--out", f"mappings/{name}.yaml")
    one, two = ((shop.root / f"mappings/{name}.yaml").read_bytes() for name in ("one", "two"))
    assert one == two


def test_nothing_is_overwritten_unless_asked(shop: SmallShop) -> None:
    before = (shop.root / shop.mapping).read_bytes()
    ran = shop.run("suggest", "old", "new", "--out", shop.mapping, "--format", "json")
    assert (ran.code, ran.envelope["errors"][0]["code"]) == (Exit.USAGE, "GM612")
    assert (shop.root / shop.mapping).read_bytes() == before
    assert shop.run("suggest", "old", "new", "--out", shop.mapping, "--force").code == Exit.DONE
    assert (shop.root / shop.mapping).read_bytes() != before


def test_a_file_that_would_not_find_its_connectors_is_refused(shop: SmallShop, tmp_path: Path) -> None:
    ran = shop.run("suggest", "old", "new", "--out", str(tmp_path / "elsewhere" / "x.yaml"))
    assert ran.code == Exit.USAGE
    assert "would not find the connector" in ran.err
    assert not (tmp_path / "elsewhere").exists()


def test_one_store_on_both_sides_is_refused(shop: SmallShop) -> None:
    ran = shop.run("suggest", "new", "new", "--format", "json")
    assert (ran.code, ran.envelope["errors"][0]["code"]) == (Exit.USAGE, "GM111")
    assert not (shop.root / "mappings/new-to-new.yaml").exists()
