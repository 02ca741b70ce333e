"""A whole migration between two practice Magentos: plan, run with lost answers, verify, undo; and no mail."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from support.magento_client import stored
from support.small_shop import SmallShop

OLD = "version: 1\nplatform: magento\nvia: rest\nurl: sandbox\n"
NEW = f"{OLD}seed: ../seed.json\nwebsite: base\nfaults: lost-after=0.2,seed=3\n"
MAPPING = """\
version: 1
source: old
target: new
groups:
  NOT LOGGED IN: {same_as: NOT LOGGED IN, customers: General}
  General: General
  Wholesale: Trade
  Retailer: Retailer
  VIP: Wholesale
  Café Trade: Trade
  Bed & Breakfast: Trade
  id:555: Retailer
customers: {duplicates: newest, misfits: leave_out}
limits: {max_failures: 5, max_updates_percent: 50}
"""
SEED = {
    "groups": [{"code": "Trade"}],
    "websites": [{"code": "second", "name": "Second Website", "store_views": {"second_en": "Second EN"}}],
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> SmallShop:
    """A migration folder between the shop of the demonstration and an empty one, which is the current one."""
    monkeypatch.chdir(tmp_path)
    shop = SmallShop(tmp_path, capsys)
    shop.write("connectors/old.yaml", OLD)
    shop.write("connectors/new.yaml", NEW)
    shop.write("seed.json", json.dumps(SEED))
    shop.write(shop.mapping, MAPPING)
    return shop


def in_new(shop: SmallShop, query: str) -> list[object]:
    return stored(shop.root / ".groupmigrate" / ".stores" / "new.db", query)


def test_everybody_arrives_once_in_the_mapped_group_and_nobody_gets_a_mail(shop: SmallShop) -> None:
    ran = shop.run("run", shop.mapping, "--yes")
    assert ran.code == 0, ran.err
    groups = "customer_entity JOIN customer_group ON group_id = customer_group_id GROUP BY 1 ORDER BY 1"
    assert in_new(shop, f"SELECT customer_group_code, count(*) FROM {groups}") == [
        ("General", 19),
        ("Retailer", 6),
        ("Trade", 10),
        ("Wholesale", 3),
    ]
    assert in_new(shop, "SELECT count(DISTINCT email_folded) FROM customer_entity") == [38]
    assert in_new(shop, "SELECT * FROM outbox") == []
    assert shop.run("verify", shop.mapping).code == 0


def test_who_was_made_can_be_taken_back(shop: SmallShop) -> None:
    assert shop.run("run", shop.mapping, "--yes").code == 0
    undone = shop.run("undo", shop.mapping, "--yes")
    assert undone.code == 0, undone.err
    assert in_new(shop, "SELECT count(*) FROM customer_entity") == [0]
    assert in_new(shop, "SELECT count(*) FROM customer_address_entity") == [0]
    assert in_new(shop, "SELECT * FROM outbox") == []


def test_a_sandbox_with_a_seed_prints_a_connector_that_works(
    shop: SmallShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-m", "groupmigrate", "sandbox", "magento", "--seed", "seed.json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = "".join(iter(process.stdout.readline, "  token: env:SANDBOX_KEY\n"))
        key = re.findall(r"export SANDBOX_KEY=(\w+)", told)[0]
        connector = told.partition("connectors/sandbox.yaml:\n")[2] + "  token: env:SANDBOX_KEY\n"
        shop.write("connectors/sandbox.yaml", textwrap.dedent(connector))
        monkeypatch.setenv("SANDBOX_KEY", key)
        ran = shop.run("groups", "sandbox", "--format", "json")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")
    assert [group["name"] for group in ran.result["groups"]][-1] == "Trade"
