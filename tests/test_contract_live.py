"""The contract suite on a shop that is in use: it passes, and leaves the shop as it was."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from groupmigrate import platforms
from groupmigrate.files.connector import load_connector
from groupmigrate.model import Customer

SEED = {
    "groups": [{"name": {"en": "Trade", "es": "Mayoristas"}}],
    "customers": [
        {"email": f"somebody{number}@example.com", "firstname": "Some", "lastname": "Body", "groups": [group]}
        for number, group in enumerate(("Customer", "Trade", "Customer"))
    ],
}
SHOPS: dict[str, tuple[dict[str, Any], str]] = {
    "prestashop": ({}, "via: webservice\nurl: {url}\nkey: env:LIVE_KEY\n"),
    "magento": ({}, "via: rest\nurl: {url}\ntoken: env:LIVE_KEY\nwebsite: base\n"),
    "opencart": ({}, "via: database\ndsn: env:LIVE_KEY\n"),
    "neto": (
        {"readings": "rate=1000000"},
        "via: api\nurl: {url}\nkey: env:LIVE_KEY\ncalls_per_minute: 60000\n",
    ),
}
"""By platform: how its practice shop is served, and the connector."""


def everybody(connector: Path) -> list[Customer]:
    with closing(platforms.open_store(load_connector(connector), folder_state=connector.parent)) as store:
        return [customer for page in store.customers() for customer in page.customers]


def suite(repository: Path, store: Path) -> subprocess.CompletedProcess[str]:
    arguments = ("-q", "-p", "no:cacheprovider", "tests/contract", "--store", str(store))
    return subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("platform", list(SHOPS))
def test_the_suite_passes_on_a_shop_in_use_and_leaves_it_as_it_was(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    how, lines = SHOPS[platform]
    seed, connector = tmp_path / "seed.json", tmp_path / "live.yaml"
    seed.write_text(json.dumps(SEED), encoding="utf-8")
    serve = import_module(f"groupmigrate.platforms.{platform}.sandbox").serve
    with serve(tmp_path / "shop.db", **({"seed": seed} if platform == "prestashop" else {}), **how) as shop:
        monkeypatch.setitem(os.environ, "LIVE_KEY", shop.key)
        text = f"version: 1\nplatform: {platform}\n{lines.format(url=shop.url)}"
        connector.write_text(text, encoding="utf-8")
        before = everybody(connector)
        ran = suite(repository, connector)
        assert ran.returncode == 0, ran.stdout[-3000:]
        assert int(re.findall(r"(\d+) passed", ran.stdout)[0]) >= 25
        left = everybody(connector)
        assert [one for one in left if not one.email.startswith("gm")] == before
        assert all(one.active is False for one in left if one.email.startswith("gm"))


def test_a_way_whose_customers_would_be_left_is_refused(repository: Path, tmp_path: Path) -> None:
    connector = tmp_path / "files.yaml"
    connector.write_text(
        "version: 1\nplatform: magento\nvia: csv\ncustomers: customer.csv\n", encoding="utf-8"
    )
    ran = suite(repository, connector)
    assert ran.returncode != 0
    assert "cannot remove customers" in ran.stdout + ran.stderr
