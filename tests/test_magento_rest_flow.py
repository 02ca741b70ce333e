"""From a Magento export into a practice Magento that misbehaves: run, verify, plan again, take it back."""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from groupmigrate.errors import Exit
from support.small_shop import SmallShop

PEOPLE = 30
CONNECTORS = {
    "old": "via: csv\ncustomers: ../customer.csv\ngroups: {0: NOT LOGGED IN, 1: General, 2: B2B}\n",
    "new": "via: rest\nurl: sandbox\nseed: ../seed.json\n",
}
FAULTS = "faults: lost-after=0.1,lost-before=0.05,503=0.05,429-bare=0.05\n"
MAPPING = """\
version: 1
source: old
target: new
groups:
  NOT LOGGED IN: {same_as: NOT LOGGED IN, customers: General}
  General: General
  B2B: Großhändler
customers: {passwords: carry}
limits: {max_updates_percent: 100}
"""
SETTINGS = {"customer/create_account/confirm": "1", "customer/create_account/auto_group_assign": "1"}
COLUMNS = ("email", "_website", "group_id", "firstname", "lastname", "created_at", "password_hash")

SILENT = "a real shop would have sent 0 mails to customers so far"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> SmallShop:
    """A migration folder from an export into a practice Magento that has nobody yet."""
    monkeypatch.chdir(tmp_path)
    made = SmallShop(tmp_path, capsys)
    for name, text in CONNECTORS.items():
        made.write(f"connectors/{name}.yaml", f"version: 1\nplatform: magento\n{text}")
    made.write(made.mapping, MAPPING)
    made.write("seed.json", json.dumps({"settings": SETTINGS}))
    with (tmp_path / "customer.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for number in range(PEOPLE):
            digest = hashlib.sha256(f"salt{number}".encode()).hexdigest()
            row = (f"p{number}@example.com", "base", number % 3, "Ana", "Pop", "2020-02-02 02:02:02")
            rows.writerow((*row, f"{digest}:salt:1"))
    return made


def stored(shop: SmallShop, sql: str) -> list[Any]:
    """The rows that are in the practice shop's file."""
    (file,) = (shop.root / ".groupmigrate").rglob("new.db")
    with closing(sqlite3.connect(file)) as database:
        return database.execute(sql).fetchall()


def test_everybody_arrives_once_in_the_mapped_group_with_the_password_and_without_a_mail(
    shop: SmallShop,
) -> None:
    shop.write("connectors/new.yaml", f"version: 1\nplatform: magento\n{CONNECTORS['new']}{FAULTS}")
    ran = shop.run("run", shop.mapping, "--create-groups", "--yes")
    assert ran.code == Exit.DONE, ran.out + ran.err
    groups = dict(
        stored(
            shop,
            "SELECT customer_group_code, count(*) FROM customer_entity JOIN customer_group "
            "ON group_id = customer_group_id GROUP BY 1",
        )
    )
    assert groups == {"General": 20, "Großhändler": 10}
    hashes = dict(stored(shop, "SELECT email, password_hash FROM customer_entity"))
    assert hashes["p7@example.com"] == f"{hashlib.sha256(b'salt7').hexdigest()}:salt:1"
    assert stored(shop, "SELECT count(*) FROM customer_entity WHERE confirmation > ''") == [(0,)]
    assert stored(shop, "SELECT count(*) FROM outbox") == [(0,)]
    assert SILENT in ran.out
    verified = shop.run("verify", shop.mapping)
    assert (verified.code, SILENT in verified.out) == (Exit.DONE, True)
    again = shop.run("plan", shop.mapping, "--detailed-exitcode")
    assert (again.code, f"{PEOPLE} same" in again.out) == (Exit.DONE, True), again.out


def test_a_run_is_taken_back(shop: SmallShop) -> None:
    shop.run("run", shop.mapping, "--create-groups", "--yes")
    ran = shop.run("undo", shop.mapping, "--yes")
    assert ran.code == Exit.DONE, ran.err
    assert stored(shop, "SELECT count(*) FROM customer_entity") == [(0,)]


def test_mails_that_a_real_shop_would_have_sent_are_counted_and_told(shop: SmallShop) -> None:
    ran = shop.run("run", shop.mapping, "--create-groups", "--yes", "--format", "json")
    assert ran.result["mails"] == 0
    shop.target("INSERT INTO outbox (template, recipient, store_id, sent_at) VALUES ('t', 'r', 1, '')")
    assert shop.run("verify", shop.mapping, "--format", "json").result["mails"] == 1
    words = "a real shop would have sent 1 mail to customers so far"
    assert words in shop.run("verify", shop.mapping).out
    shop.run("verify", shop.mapping, "--markdown", "report.md", "--html", "report.html")
    for name in ("report.md", "report.html"):
        assert words in (shop.root / name).read_text(encoding="utf-8")
