"""The contract suite on a shop that is in use: it passes, and leaves the shop as it was."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from groupmigrate import platforms
from groupmigrate.connector import load_connector
from groupmigrate.model import Customer
from groupmigrate.platforms.prestashop.sandbox import serve

SEED = {
    "groups": [{"name": {"en": "Trade", "es": "Mayoristas"}}],
    "customers": [
        {"email": f"somebody{number}@example.com", "firstname": "Some", "lastname": "Body", "groups": [group]}
        for number, group in enumerate(("Customer", "Trade", "Customer"))
    ],
}


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


def test_the_suite_passes_on_a_shop_in_use_and_leaves_it_as_it_was(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed, connector = tmp_path / "seed.json", tmp_path / "live.yaml"
    seed.write_text(json.dumps(SEED), encoding="utf-8")
    with serve(tmp_path / "shop.db", seed=seed) as shop:
        monkeypatch.setitem(os.environ, "LIVE_KEY", shop.key)
        connector.write_text(
            f"version: 1\nplatform: prestashop\nvia: webservice\nurl: {shop.url}\nkey: env:LIVE_KEY\n",
            encoding="utf-8",
        )
        before = everybody(connector)
        ran = suite(repository, connector)
        assert ran.returncode == 0, ran.stdout[-3000:]
        posted = shop.requests["POST /api/customers"]
        assert posted > 300  # it did work there
        assert everybody(connector) == before
        assert len(before) == 3


def test_a_way_whose_customers_would_be_left_is_refused(repository: Path, tmp_path: Path) -> None:
    connector = tmp_path / "files.yaml"
    connector.write_text(
        "version: 1\nplatform: magento\nvia: csv\ncustomers: customer.csv\n", encoding="utf-8"
    )
    ran = suite(repository, connector)
    assert ran.returncode != 0
    assert "cannot remove customers" in ran.stdout + ran.stderr
