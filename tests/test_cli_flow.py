"""The verbs of a migration from run to purge: exit codes, envelopes, and what the store holds afterwards."""

from __future__ import annotations

import itertools
import os
import stat
from pathlib import Path

import pytest

from groupmigrate.errors import Exit
from groupmigrate.identity import key, mask
from groupmigrate.planning.planfile import PlanFile
from groupmigrate.running.journal import Journal
from support.small_shop import AS_WANTED, BLOCKED, NEW, PEOPLE, REGROUPED, SKIPPED, SmallShop


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> SmallShop:
    """A small migration folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return SmallShop(tmp_path, capsys).make()


def crowd(count: int) -> list[tuple[str, str, str, str]]:
    """Wholesale customers whom the target may know already, in another group."""
    letters = ["".join(pair) for pair in itertools.product("abcdefghijklmnop", repeat=2)]
    return [(f"w{name}@example.com", "Willy", f"W{name}", "2") for name in letters[:count]]


# --- run ---


def test_a_run_does_what_the_plan_says(shop: SmallShop) -> None:
    ran = shop.run("run", shop.mapping, "--yes", "--format", "json")
    assert (ran.code, ran.envelope["status"]) == (Exit.DONE, "success")
    assert ran.result["run"]["created"] == ran.result["run"]["updated"] == 1
    assert shop.groups_of(NEW) == ["Customer"]
    assert shop.groups_of(REGROUPED) == ["Customer", "Trade"]
    assert shop.groups_of(SKIPPED) == shop.groups_of(BLOCKED) == []


def test_a_second_run_says_that_there_is_nothing_to_do(shop: SmallShop) -> None:
    shop.run("run", shop.mapping, "--yes")
    before = shop.target("SELECT * FROM ps_customer")
    ran = shop.run("run", shop.mapping, "--yes")
    assert ran.code == Exit.DONE
    assert "nothing to do" in ran.out
    assert shop.target("SELECT * FROM ps_customer") == before


def test_without_a_terminal_nothing_is_asked_and_nothing_done(shop: SmallShop) -> None:
    ran = shop.run("run", shop.mapping)
    assert ran.code == Exit.USAGE
    assert "[GM609]" in ran.err
    assert not (shop.root / ".groupmigrate").exists()
    for verb in ("retry", "run"):
        assert shop.run(verb, shop.mapping, "--format", "json").envelope["errors"][0]["code"] == "GM609"


def test_a_plan_file_is_applied_once(shop: SmallShop) -> None:
    shop.run("plan", shop.mapping)
    plan = str(shop.plans()[0])
    assert shop.run("run", plan, "--yes").code == Exit.DONE
    assert shop.groups_of(NEW) == ["Customer"]
    ran = shop.run("run", plan, "--yes", "--format", "json")
    assert (ran.code, ran.envelope["errors"][0]["code"]) == (Exit.STALE, "GM604")


def test_a_plan_file_is_applied_as_reviewed_even_if_the_mapping_was_edited(shop: SmallShop) -> None:
    shop.run("plan", shop.mapping)
    shop.change(shop.mapping, "General: Customer", "General: Trade")
    ran = shop.run("run", str(shop.plans()[0]), "--yes")
    assert ran.code == Exit.DONE
    assert "edited since" in ran.out
    assert shop.groups_of(NEW) == ["Customer"]


def test_a_plan_is_not_applied_to_another_store_than_it_was_made_for(shop: SmallShop) -> None:
    shop.run("plan", shop.mapping)
    plan = str(shop.plans()[0])
    rename = "UPDATE ps_shop SET name = ?"
    shop.target(rename, "Another Shop")
    shop.connect("timeout: 20")
    ran = shop.run("run", plan, "--yes", "--format", "json")
    assert (ran.code, ran.envelope["errors"][0]["code"]) == (Exit.STALE, "GM619")
    assert shop.groups_of(NEW) == []
    shop.connect()  # the connector as it was: then the shop has only got another name
    assert shop.run("run", plan, "--yes").code == Exit.DONE


def test_a_plan_is_applied_with_an_edited_connector_that_leads_to_the_same_store(shop: SmallShop) -> None:
    shop.run("plan", shop.mapping)
    shop.connect("timeout: 20")
    assert shop.run("run", str(shop.plans()[0]), "--yes").code == Exit.DONE
    assert shop.groups_of(NEW) == ["Customer"]


def test_a_failure_is_exit_3_and_a_retry_sends_it_again(shop: SmallShop) -> None:
    shop.run("plan", shop.mapping)
    elsewhere = "UPDATE ps_customer SET id_default_group = ? WHERE email = ?"
    shop.target(elsewhere, 2, REGROUPED)
    ran = shop.run("run", str(shop.plans()[0]), "--yes", "--format", "json")
    assert (ran.code, ran.envelope["status"]) == (Exit.SOME_FAILED, "partial")
    assert ran.result["run"]["failed"] == 1
    assert [(one["code"], one["customers"]) for one in ran.result["run"]["failures"]] == [("GM404", 1)]
    listed = shop.run("show", shop.mapping, "--failed", "--format", "json").result["customers"]
    assert [person["email"] for person in listed] == [mask(REGROUPED)]
    status = shop.run("status", shop.mapping)
    assert "next  groupmigrate retry mappings/move.yaml" in status.out
    shop.target(elsewhere, 3, REGROUPED)
    ran = shop.run("retry", shop.mapping, "--yes", "--format", "json")
    assert (ran.code, ran.result["retried"], ran.result["run"]["failed"]) == (Exit.DONE, 1, 0)
    assert shop.groups_of(REGROUPED) == ["Customer", "Trade"]
    assert "nothing to retry" in shop.run("retry", shop.mapping, "--yes").out


def test_too_many_updates_stop_before_anything_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    people = crowd(12)
    shop = SmallShop(tmp_path, capsys).make(people, known=[person[0] for person in people])
    planned = shop.run("plan", shop.mapping)
    assert planned.code == Exit.DONE
    assert "warning: the plan changes 13 of the target's 14 customers" in planned.out
    ran = shop.run("run", shop.mapping, "--yes", "--format", "json")
    assert (ran.code, ran.envelope["errors"][0]["code"]) == (Exit.LIMIT, "GM602")
    assert ran.result["plan"]["totals"]["update"] == 13
    assert shop.groups_of(people[0][0]) == ["Customer"]
    assert shop.groups_of(NEW) == []


def test_too_many_failures_stop_the_run_and_an_edited_mapping_needs_a_decision(shop: SmallShop) -> None:
    shop.change(shop.mapping, "max_failures: 5", "max_failures: 0")
    shop.run("plan", shop.mapping)
    first = str(shop.age())
    shop.target("UPDATE ps_customer SET id_default_group = 2 WHERE email = ?", REGROUPED)
    ran = shop.run("run", first, "--yes", "--format", "json")
    assert (ran.code, ran.envelope["errors"][0]["code"]) == (Exit.LIMIT, "GM601")
    assert ran.result["run"]["failed"] == 1
    shop.change(shop.mapping, "max_failures: 0", "max_failures: 9")
    ran = shop.run("run", shop.mapping, "--yes", "--format", "json")
    assert (ran.code, ran.envelope["errors"][0]["code"]) == (Exit.STALE, "GM608")
    assert first in ran.envelope["errors"][0]["hint"]
    planned = shop.run("plan", shop.mapping, "--format", "json")
    assert any(first in words for words in planned.result["warnings"])
    ran = shop.run("run", shop.mapping, "--yes", "--format", "json")
    assert any("left unfinished" in words for words in ran.result["plan"]["warnings"])


def test_a_damaged_plan_is_left_aside_and_does_not_stop_a_new_one(shop: SmallShop) -> None:
    shop.run("plan", shop.mapping)
    (damaged,) = shop.plans()
    os.truncate(damaged, 3000)
    ran = shop.run("run", shop.mapping, "--yes", "--format", "json")
    assert ran.code == Exit.DONE
    assert any("left aside" in words for words in ran.result["plan"]["warnings"])
    assert damaged.exists()
    ran = shop.run("run", str(damaged), "--yes", "--format", "json")
    assert (ran.code, ran.envelope["errors"][0]["code"]) == (Exit.STALE, "GM605")


def test_a_damaged_plan_hides_no_other_from_status(shop: SmallShop) -> None:
    shop.run("run", shop.mapping, "--yes")
    shop.run("plan", shop.mapping)
    os.truncate(shop.plans()[-1], 3000)
    ran = shop.run("status", shop.mapping, "--format", "json")
    assert ([one["state"] for one in ran.result["plans"]], len(ran.result["warnings"])) == (["finished"], 1)
    assert "left aside" in shop.run("status", shop.mapping).out
    assert shop.run("status", str(shop.plans()[-1])).code == Exit.STALE


def test_a_store_that_cannot_be_reached_is_exit_1_and_no_plan(shop: SmallShop) -> None:
    shop.write(
        "connectors/new.yaml",
        "version: 1\nplatform: prestashop\nvia: webservice\n"
        "url: http://127.0.0.1:9\nkey: env:NO_SUCH_KEY_HERE\ntimeout: 1\n",
    )
    ran = shop.run("plan", shop.mapping)
    assert ran.code == Exit.USAGE
    assert "NO_SUCH_KEY_HERE" in ran.err
    assert "[GM108]" in ran.err
    assert shop.plans() == []


# --- verify ---


def test_verify_finds_what_was_changed_behind_our_back(shop: SmallShop) -> None:
    assert shop.run("verify", shop.mapping).code == Exit.USAGE
    shop.run("run", shop.mapping, "--yes")
    ran = shop.run("verify", shop.mapping, "--format", "json")
    assert (ran.code, ran.result["checked"], ran.result["as_wanted"]) == (Exit.DONE, 3, 3)
    shop.target("DELETE FROM ps_customer WHERE email = ?", NEW)
    shop.target("UPDATE ps_customer SET id_default_group = 2 WHERE email = ?", AS_WANTED)
    ran = shop.run("verify", shop.mapping, "--format", "json")
    assert (ran.code, ran.result["missing"], ran.result["differs"]) == (Exit.SOME_FAILED, 1, 1)
    assert {one["email"] for one in ran.result["sample"]} == {mask(NEW), mask(AS_WANTED)}
    assert shop.run("verify", shop.mapping, "--detailed-exitcode").code == Exit.DIFFERENT


# --- undo ---


def test_an_undo_leaves_the_shop_as_it_was_and_a_dry_one_says_what_it_would_do(shop: SmallShop) -> None:
    people = "SELECT email, id_default_group FROM ps_customer ORDER BY email"
    shop.run("plan", shop.mapping)
    before = shop.target(people)
    assert shop.run("undo", shop.mapping, "--yes").code == Exit.USAGE
    shop.run("run", shop.mapping, "--yes")
    after = shop.target(people)
    assert after != before
    assert "would be deleted" in shop.run("undo", shop.mapping, "--dry-run").out
    ran = shop.run("undo", shop.mapping, "--dry-run", "--format", "json")
    assert (ran.code, ran.result["undo"]["removed"], ran.result["undo"]["restored"]) == (Exit.DONE, 1, 1)
    assert shop.target(people) == after
    assert shop.run("undo", shop.mapping).code == Exit.USAGE
    ran = shop.run("undo", shop.mapping, "--yes")
    assert (ran.code, shop.target(people)) == (Exit.DONE, before)
    assert "the run is taken back" in ran.out
    assert shop.run("verify", shop.mapping).code == Exit.STALE
    ran = shop.run("status", shop.mapping, "--format", "json")
    assert ran.result["plans"][0]["state"] == "taken back"
    ran = shop.run("plan", shop.mapping, "--format", "json")
    totals = ran.result["totals"]
    assert (totals["create"], totals["update"]) == (1, 1)


def test_an_undo_names_whom_it_left_alone_and_shows_no_e_mail(shop: SmallShop) -> None:
    shop.run("run", shop.mapping, "--yes")
    shop.target("UPDATE ps_customer SET company = 'Pop SRL' WHERE email = ?", NEW)
    ran = shop.run("undo", shop.mapping, "--yes")
    assert ran.code == Exit.SOME_FAILED
    assert mask(NEW) in ran.out
    assert NEW not in ran.out
    assert shop.target("SELECT company FROM ps_customer WHERE email = ?", NEW) == [("Pop SRL",)]
    listed = shop.run("show", shop.mapping, "--code", "GM617", "--format", "json")
    assert [one["email"] for one in listed.result["customers"]] == [mask(NEW)]


# --- show, and what nobody should see ---


def test_show_tells_everything_about_one_person(shop: SmallShop) -> None:
    shop.run("run", shop.mapping, "--yes")
    ran = shop.run("show", shop.mapping, "--customer", REGROUPED.upper(), "--format", "json")
    (person,) = ran.result["customers"]
    assert person["changes"] == [{"field": "groups", "before": "Customer", "after": "Trade, Customer"}]
    assert (person["action"], person["code"], person["line"], person["state"]) == (
        "update",
        "GM202",
        7,
        "done",
    )
    text = shop.run("show", shop.mapping, "--customer", REGROUPED).out
    assert f"{shop.mapping}:7" in text
    assert shop.run("show", shop.mapping, "--customer", "nobody@example.com").code == Exit.USAGE


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--action", "blocked"], [BLOCKED]),
        (["--group", "Wholesale"], [REGROUPED]),
        (["--group", "Trade"], [REGROUPED]),
        (["--group", "Customer"], [AS_WANTED, NEW, REGROUPED]),
        (["--group", "Customer", "--action", "create"], [NEW]),
        (["--code", "302"], [BLOCKED]),
        (["--code", "GM221"], [SKIPPED]),
    ],
)
def test_show_lists_the_customers_that_are_meant(
    shop: SmallShop, options: list[str], expected: list[str]
) -> None:
    shop.run("plan", shop.mapping)
    ran = shop.run("show", shop.mapping, *options, "--show-pii", "--format", "json")
    assert sorted(key(person["email"]) for person in ran.result["customers"]) == sorted(map(key, expected))
    assert ran.result["more"] is False
    text = shop.run("show", shop.mapping, *options)
    assert all(mask(email) in text.out for email in expected)


def test_show_says_that_there_are_more_and_that_a_name_is_wrong(shop: SmallShop) -> None:
    shop.run("plan", shop.mapping)
    ran = shop.run("show", shop.mapping, "--group", "Customer", "--limit", "2", "--format", "json")
    assert (len(ran.result["customers"]), ran.result["more"]) == (2, True)
    wrong = shop.run("show", shop.mapping, "--group", "Whole")
    assert (wrong.code, 'did you mean "Wholesale"?' in wrong.err) == (Exit.USAGE, True)
    assert shop.run("show", shop.mapping, "--code", "GM999").code == Exit.USAGE


def test_a_stale_plan_warns_and_is_shown_all_the_same(shop: SmallShop) -> None:
    shop.run("plan", shop.mapping)
    shop.change(shop.mapping, "max_failures: 5", "max_failures: 6")
    ran = shop.run("show", shop.mapping, "--format", "json")
    assert (ran.code, ran.result["totals"]["create"]) == (Exit.DONE, 1)
    assert ran.result["warnings"] == ["the mapping or a connector was edited after the plan was made"]


def test_no_verb_shows_an_e_mail_or_the_key_unless_asked(shop: SmallShop) -> None:
    shop.run("plan", shop.mapping)
    shop.target("UPDATE ps_customer SET id_default_group = 2 WHERE email = ?", REGROUPED)
    said = ""
    for form in ("text", "json"):
        for arguments in (
            ("plan", shop.mapping),
            ("show", shop.mapping, "--group", "General"),
            ("show", shop.mapping, "--customer", NEW),
            ("run", str(shop.plans()[0]), "--yes"),
            ("status", shop.mapping),
            ("retry", shop.mapping, "--yes"),
            ("verify", shop.mapping),
            ("doctor", "new"),
            ("groups", "new"),
        ):
            ran = shop.run(*arguments, "--format", form)
            said += ran.out + ran.err
    said = said.casefold()
    assert mask(NEW).casefold() in said
    assert [email for email, *_ in PEOPLE if email.casefold() in said] == []
    assert "practicepractice" not in said
    assert NEW in shop.run("show", shop.mapping, "--customer", NEW, "--show-pii").out


# --- status and purge ---


def test_status_says_how_far_the_plans_are(shop: SmallShop) -> None:
    assert shop.run("status", shop.mapping).code == Exit.USAGE
    shop.run("plan", shop.mapping)
    assert "next  groupmigrate run mappings/move.yaml" in shop.run("status", shop.mapping).out
    shop.run("run", str(shop.plans()[0]), "--yes")
    ran = shop.run("status", shop.mapping, "--format", "json")
    assert [(plan["state"], plan["counts"]["created"]) for plan in ran.result["plans"]] == [("finished", 1)]


def test_what_is_kept_about_people_is_for_its_owner_only(shop: SmallShop) -> None:
    shop.run("run", shop.mapping, "--yes")
    state = shop.root / ".groupmigrate" / "move"
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in state.iterdir()} == {0o600}


def test_purge_deletes_it_but_wants_to_be_forced_where_a_journal_would_be_lost(shop: SmallShop) -> None:
    shop.run("plan", shop.mapping)
    with PlanFile.open(shop.plans()[0]) as plan:
        first = next(plan.rows("a.act = 'create'"))
        Journal(plan).begin([], [first.seq])
    assert shop.run("purge", shop.mapping).code == Exit.USAGE
    ran = shop.run("purge", shop.mapping, "--yes", "--format", "json")
    assert (ran.code, ran.envelope["errors"][0]["code"]) == (Exit.USAGE, "GM613")
    assert shop.plans() != []
    assert shop.run("purge", shop.mapping, "--yes", "--force").code == Exit.DONE
    assert not (shop.root / ".groupmigrate" / "move").exists()
    assert (shop.root / ".groupmigrate" / ".stores" / "new.db").exists()


def test_purge_all_takes_every_mapping_and_practice_stores_only_if_asked(shop: SmallShop) -> None:
    shop.run("plan", shop.mapping)
    assert shop.run("purge", "--yes").code == Exit.USAGE
    ran = shop.run("purge", "--all", "--yes", "--format", "json")
    assert ran.result == {"deleted": [".groupmigrate/move"]}
    ran = shop.run("purge", "--all", "--sandbox", "--yes", "--format", "json")
    assert ran.result == {"deleted": [".groupmigrate/.stores"]}
    assert shop.run("purge", shop.mapping, "--yes").out == "nothing to delete\n"
    assert [path.name for path in (shop.root / ".groupmigrate").iterdir()] == [".gitignore"]
