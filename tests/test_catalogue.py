"""The groups that are saved beside a connector: small differences, old names, and nothing about people."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from groupmigrate.errors import DiskError, FileProblems
from groupmigrate.files.catalogue import (
    Catalogue,
    catalogue_of,
    catalogue_path,
    read_catalogue,
    save_catalogue,
)
from groupmigrate.model import Group, Role
from groupmigrate.platforms.base import FieldRule, Rules

NOW = datetime(2026, 5, 6, 7, 8, 9, 123456, tzinfo=UTC)
GROUPS = (
    Group("3", "Customer", {"es": "Cliente", "en": "Customer"}, Role.DEFAULT, members=7),
    Group("10", "Café & Bar", settings={"prices": "tax included", "discount": "5 %"}, members=2),
    Group("a7", "Odd"),
)
RULES = Rules(several_groups=True, also_in=("3",), customer={"firstname": FieldRule(required=True)})


def taken(*groups: Group, before: Catalogue | None = None, rules: Rules | None = RULES) -> Catalogue:
    return catalogue_of(groups, store="shop", version="9", rules=rules, before=before, now=NOW)


def problem(path: Path) -> tuple[str, str]:
    with pytest.raises(FileProblems) as caught:
        read_catalogue(path)
    (found,) = caught.value.problems
    assert found.file == path
    assert "groupmigrate groups shop --save" in found.hint
    return found.code, found.message


def test_what_was_saved_is_read_again(tmp_path: Path) -> None:
    path = catalogue_path(tmp_path / "shop.yaml")
    assert path.name == "shop.groups.json"
    assert read_catalogue(path) is None
    save_catalogue(taken(*GROUPS), path)
    found = read_catalogue(path)
    assert found is not None
    assert found == taken(*GROUPS)
    assert found.saved == NOW.replace(microsecond=0)
    assert found.target is not None
    assert found.target.rules() == Rules(several_groups=True, also_in=("3",))
    assert [one.name for one in tmp_path.iterdir()] == ["shop.groups.json"]


def test_the_file_is_the_same_whatever_order_the_store_answers_in(tmp_path: Path) -> None:
    save_catalogue(taken(*GROUPS), tmp_path / "a")
    turned = [
        Group(
            one.id,
            one.name,
            dict(reversed(one.names.items())),
            one.role,
            dict(reversed(one.settings.items())),
        )
        for one in random.Random(1).sample(GROUPS, 3)
    ]
    save_catalogue(taken(*turned), tmp_path / "b")
    text = (tmp_path / "a").read_text(encoding="utf-8")
    assert text == (tmp_path / "b").read_text(encoding="utf-8")
    assert [group["id"] for group in json.loads(text)["groups"]] == ["3", "10", "a7"]
    assert '"name": "Café & Bar",\n' in text
    assert text.endswith("}\n")


def test_the_number_of_members_is_not_saved(tmp_path: Path) -> None:
    save_catalogue(taken(*GROUPS), tmp_path / "a")
    assert "members" not in (tmp_path / "a").read_text(encoding="utf-8")


def test_a_source_has_no_part_about_a_target(tmp_path: Path) -> None:
    save_catalogue(taken(*GROUPS, rules=None), tmp_path / "shop.groups.json")
    found = read_catalogue(tmp_path / "shop.groups.json")
    assert found is not None
    assert found.target is None


def test_names_that_a_group_had_are_kept_until_another_group_takes_them() -> None:
    first = taken(Group("4", "Trade"), Group("5", "Retail"))
    second = taken(Group("4", "Trade EU"), Group("5", "Retail"), before=first)
    third = taken(Group("4", "Trade Europe"), Group("5", "Retail"), before=second)
    assert third.formerly == {"4": ("Trade", "Trade EU")}
    assert third.renamed("Trade") == Group("4", "Trade Europe")
    assert third.renamed("Trade Europe") is None
    assert third.renamed("Retail") is None
    fourth = taken(Group("4", "Trade Europe"), Group("5", "Trade"), before=third)
    assert fourth.renamed("Trade") is None
    assert fourth.formerly == {"4": ("Trade EU",), "5": ("Retail",)}
    back = taken(Group("4", "Trade"), before=third)
    assert back.formerly == {"4": ("Trade EU", "Trade Europe")}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<<<<<<< HEAD\n{}", "GM105"),
        ("[]", "GM105"),
        ('{"format": "groupmigrate-groups/1"}', "GM105"),
        ('{"format": "groupmigrate-groups/2", "saved": "2026-01-01T00:00:00Z", "store": "", "version": "", '
         '"groups": []}', "GM110"),
        ('{"format": "groupmigrate-groups/1", "saved": "2026-01-01T00:00:00", "store": "", "version": "", '
         '"groups": []}', "GM105"),
    ],
)  # fmt: skip
def test_a_file_that_was_not_saved_so_is_said(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "shop.groups.json"
    path.write_text(text, encoding="utf-8")
    assert problem(path)[0] == code


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(DiskError):
        save_catalogue(taken(*GROUPS), tmp_path / "none" / "shop.groups.json")
