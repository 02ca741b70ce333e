"""Fixtures for the tests of the Gomag room: a pytest plugin, named by those who use it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from groupmigrate.platforms.base import Opening
from groupmigrate.platforms.gomag import ApiOptions
from groupmigrate.platforms.gomag.sandbox.shop import Shop
from groupmigrate.platforms.gomag.store import ApiStore
from groupmigrate.platforms.http import Patience
from support.gomag_room import GROUPS, QUICK, Ask, Opener


@pytest.fixture
def open_gomag(tmp_path: Path) -> Iterator[Opener]:
    """Opens practice shops, each on the same file, and closes them at the end."""
    stores: list[ApiStore] = []

    def opener(
        customers: Sequence[Any] = (),
        *,
        read_only: bool = False,
        patience: Patience = QUICK,
        **options: Any,
    ) -> ApiStore:
        seed = {"groups": GROUPS, "customers": list(customers)}
        (tmp_path / "seed.json").write_text(json.dumps(seed), encoding="utf-8")
        settings = {"url": "sandbox", "groups": GROUPS, "default_group": 1, "timezone": "UTC", **options}
        if settings["url"] == "sandbox":
            settings["seed"] = "seed.json"
        opening = Opening("demo", tmp_path, tmp_path, read_only)
        stores.append(ApiStore(ApiOptions.model_validate(settings), opening, patience))
        return stores[-1]

    yield opener
    for store in stores:
        store.close()


@pytest.fixture
def ask_gomag(tmp_path: Path) -> Ask:
    """Looks into the practice shop's own tables."""

    def rows(sql: str, *values: Any) -> list[Any]:
        with closing(Shop(tmp_path / "demo.db")) as shop:
            return [tuple(row.values()) for row in shop.rows(sql, values)]

    return rows
