"""Several plans of one mapping: which one a verb means, and which one is not applied any more."""

from __future__ import annotations

import os
import shlex
import time
from pathlib import Path

import pytest

from groupmigrate.errors import Exit
from groupmigrate.wording import command
from support.small_shop import NEW, REGROUPED, SmallShop


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> SmallShop:
    """A small migration folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return SmallShop(tmp_path, capsys).make()


def test_an_undo_takes_back_the_last_run_that_sent_something(shop: SmallShop) -> None:
    shop.run("run", shop.mapping, "--yes")
    shop.age()
    assert "nothing to do" in shop.run("run", shop.mapping, "--yes").out
    assert shop.run("undo", shop.mapping, "--yes").code == Exit.DONE
    assert shop.groups_of(NEW) == []
    assert shop.groups_of(REGROUPED) == ["Customer"]


def test_an_undo_that_is_repeated_does_not_go_on_with_the_run_before(shop: SmallShop) -> None:
    shop.run("run", shop.mapping, "--yes")
    shop.age()
    shop.change(shop.mapping, "General: Customer", "General: Trade")
    shop.run("run", shop.mapping, "--yes")
    assert shop.groups_of(NEW) == ["Customer", "Trade"]
    for _ in range(2):
        assert shop.run("undo", shop.mapping, "--yes").code == Exit.DONE
    assert shop.groups_of(NEW) == ["Customer"]


def test_a_plan_is_not_applied_after_another_one_sent_something(shop: SmallShop) -> None:
    shop.run("plan", shop.mapping)
    first = shop.age()
    time.sleep(1)  # a plan's header counts whole seconds
    shop.run("run", shop.mapping, "--yes")
    before = shop.target("SELECT * FROM ps_customer_group")
    assert "another plan of this mapping was applied after" in shop.run("show", str(first)).out
    ran = shop.run("run", str(first), "--yes", "--format", "json")
    assert (ran.code, ran.envelope["errors"][0]["code"]) == (Exit.STALE, "GM623")
    assert shop.target("SELECT * FROM ps_customer_group") == before
    assert shop.run("run", shop.mapping, "--yes").code == Exit.DONE


def test_nothing_is_planned_offline_from_a_target_that_was_written_since(shop: SmallShop) -> None:
    shop.run("run", shop.mapping, "--yes")
    ran = shop.run("plan", shop.mapping, "--offline", "--format", "json")
    assert (ran.code, ran.envelope["errors"][0]["code"]) == (Exit.USAGE, "GM610")
    assert shop.run("plan", shop.mapping, "--since-last").code == Exit.DONE
    ran = shop.run("plan", shop.mapping, "--offline", "--format", "json")
    assert (ran.code, ran.result["totals"]["same"]) == (Exit.DONE, 3)


def test_a_plan_that_was_cut_off_is_done_with_once_a_newer_one_was_applied(shop: SmallShop) -> None:
    shop.change(shop.mapping, "max_failures: 5", "max_failures: 0")
    shop.run("plan", shop.mapping)
    first = str(shop.age())
    shop.target("UPDATE ps_customer SET id_default_group = 2 WHERE email = ?", REGROUPED)
    assert shop.run("run", first, "--yes").code == Exit.LIMIT
    shop.run("plan", shop.mapping)
    assert shop.run("run", str(shop.plans()[-1]), "--yes").code == Exit.DONE
    ran = shop.run("run", shop.mapping, "--yes", "--format", "json")
    assert (ran.code, ran.result["plan"]["warnings"]) == (Exit.DONE, [])
    assert shop.groups_of(REGROUPED) == ["Customer", "Trade"]


def test_what_to_do_next_names_the_plan_that_was_applied_if_it_is_not_the_newest(shop: SmallShop) -> None:
    shop.run("plan", shop.mapping)
    first = str(shop.age())
    shop.target("UPDATE ps_customer SET id_default_group = 2 WHERE email = ?", REGROUPED)
    shop.run("plan", shop.mapping)
    assert f"look   groupmigrate show {first} --failed" in shop.run("run", first, "--yes").out
    assert shop.run("show", first, "--failed", "--format", "json").result["customers"]


def test_a_mapping_is_named_as_connectors_are(shop: SmallShop) -> None:
    assert shop.run("plan", "move").code == Exit.DONE
    assert shop.run("run", "move", "--yes").code == Exit.DONE
    assert shop.groups_of(NEW) == ["Customer"]
    assert shop.run("show", "move", "--failed").code == Exit.DONE
    assert shop.run("purge", "move", "--yes").code == Exit.DONE
    assert not shop.plans()
    assert "there is no such file" in shop.run("plan", "moved").err


def test_a_folder_whose_name_is_no_utf_8_holds_plans_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / os.fsdecode(b"gr\xf6\xdfe")
    folder.mkdir()
    monkeypatch.chdir(tmp_path)
    shop = SmallShop(folder, capsys).make()
    assert shop.run("plan", str(folder / shop.mapping)).code == Exit.DONE
    assert shop.run("run", str(shop.plans()[-1]), "--yes").code == Exit.DONE


def test_a_command_to_copy_holds_paths_as_a_shell_takes_them() -> None:
    line = command("show", Path("the client's shop/move.yaml"), "--failed")
    assert shlex.split(line) == ["groupmigrate", "show", "the client's shop/move.yaml", "--failed"]
    assert command("run", "mappings/move.yaml") == "groupmigrate run mappings/move.yaml"
