"""From one practice Magento into another with attributes of other names: carried, compared, given back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from groupmigrate.errors import Exit
from support.magento_room import seeded
from support.small_shop import SmallShop

TIER = {"code": "tier", "label": "Tier", "input": "select", "options": ["Silver", "Gold", "Platinum"]}
HOBBIES = {"code": "hobbies", "label": "Hobbies", "input": "multiselect", "options": ["Chess", "Golf"]}
MAPPING = """\
version: 1
source: old
target: new
groups:
  NOT LOGGED IN: NOT LOGGED IN
  General: General
  Wholesale: Wholesale
  Retailer: Retailer
customers:
  existing: update
  attributes: {tier: level, hobbies: hobbies, loyalty_no: card}
limits: {max_updates_percent: 100}
"""
OLD = {
    "attributes": [{"code": "loyalty_no", "label": "Card"}, HOBBIES, TIER],
    "customers": [
        seeded("new@example.com", own={"tier": "Gold", "hobbies": "Golf,Chess", "loyalty_no": "0001"}),
        seeded("there@example.com", own={"tier": "Silver", "hobbies": "Chess"}),
        seeded("lost@example.com", own={"tier": "Platinum"}),
    ],
}
NEW = {
    "attributes": [
        HOBBIES,
        {"code": "level", "label": "Level", "input": "select", "options": ["Gold", "Silver"]},
        {"code": "card", "label": "Card"},
        {"code": "tier", "label": "Same name, and not named in the mapping"},
    ],
    "customers": [seeded("there@example.com", own={"hobbies": "Golf", "card": "kept"})],
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> SmallShop:
    """A migration folder between two practice shops."""
    monkeypatch.chdir(tmp_path)
    made = SmallShop(tmp_path, capsys)
    for name, seed in (("old", OLD), ("new", NEW)):
        made.write(f"{name}.json", json.dumps(seed))
        connector = f"version: 1\nplatform: magento\nvia: rest\nurl: sandbox\nseed: ../{name}.json\n"
        made.write(f"connectors/{name}.yaml", connector)
    made.write(made.mapping, MAPPING)
    return made


LABELS = "SELECT option_id, label FROM eav_attribute_option"


def stored(shop: SmallShop) -> dict[str, str]:
    """The values in the target as its database has them, options by their labels."""
    labels = {str(number): label for number, label in shop.target(LABELS)}
    rows = shop.target(
        "SELECT email, attribute_code, value FROM customer_entity JOIN customer_entity_value USING(entity_id)"
    )
    return {
        f"{email.partition('@')[0]} {code}": ",".join(labels.get(one, one) for one in value.split(","))
        for email, code, value in rows
    }


BEFORE = {"there hobbies": "Golf", "there card": "kept"}
AFTER = {
    "new level": "Gold",
    "new hobbies": "Chess,Golf",
    "new card": "0001",
    "there level": "Silver",
    "there hobbies": "Chess",
    "there card": "kept",
}


def test_attributes_go_by_label_into_those_of_other_names_and_back(shop: SmallShop) -> None:
    ran = shop.run("run", shop.mapping, "--yes")
    assert ran.code == Exit.DONE, ran.out + ran.err
    assert stored(shop) == AFTER
    assert shop.run("verify", shop.mapping).code == Exit.DONE
    again = shop.run("plan", shop.mapping, "--detailed-exitcode")
    assert (again.code, "2 same" in again.out) == (Exit.DONE, True), again.out
    assert shop.run("undo", shop.mapping, "--yes").code == Exit.DONE
    assert stored(shop) == BEFORE


def test_verify_and_undo_see_an_attribute_that_somebody_has_changed_since(shop: SmallShop) -> None:
    shop.run("run", shop.mapping, "--yes")
    shop.target("UPDATE customer_entity_value SET value = 'other' WHERE value = '0001'")
    ran = shop.run("verify", shop.mapping, "--format", "json")
    assert (ran.code, ran.result["fields"]) == (Exit.SOME_FAILED, {"attributes": 1})
    shop.run("undo", shop.mapping, "--yes")
    assert stored(shop) == {**BEFORE, "new level": "Gold", "new hobbies": "Chess,Golf", "new card": "other"}


def test_what_the_target_does_not_list_is_blocked_and_shown(shop: SmallShop) -> None:
    shop.run("plan", shop.mapping)
    ran = shop.run("show", shop.mapping, "--customer", "lost@example.com")
    assert ("GM337" in ran.out, '"Platinum"' in ran.out) == (True, True), ran.out
    shop.change(shop.mapping, "limits:", "  misfits: leave_out\nlimits:")
    assert shop.run("run", shop.mapping, "--yes").code == Exit.DONE
    assert stored(shop) == AFTER
    assert shop.target("SELECT count(*) FROM customer_entity") == [(3,)]


def test_values_before_and_after_are_shown_to_who_asks_for_them(shop: SmallShop) -> None:
    shop.run("plan", shop.mapping)
    masked = shop.run("show", shop.mapping, "--customer", "there@example.com").out
    assert ("attribute hobbies" in masked, "Golf" in masked) == (True, False)
    assert (
        "Golf → Chess" in shop.run("show", shop.mapping, "--customer", "there@example.com", "--show-pii").out
    )


def test_a_name_that_the_source_does_not_have_is_told(shop: SmallShop) -> None:
    assert "GM338" not in shop.run("plan", shop.mapping).out
    shop.change(shop.mapping, "loyalty_no:", "loyality_no:")
    assert 'GM338 nobody who is created has the attribute "loyality_no"' in shop.run("plan", shop.mapping).out


def test_before_2_4_the_other_attributes_are_sent_along(shop: SmallShop) -> None:
    shop.write("connectors/new.yaml", (shop.root / "connectors/new.yaml").read_text() + "release: '2.3'\n")
    assert shop.run("run", shop.mapping, "--yes").code == Exit.DONE
    assert stored(shop) == AFTER
