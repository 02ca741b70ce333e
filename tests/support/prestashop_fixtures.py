"""Fixtures for the tests of the PrestaShop room: a pytest plugin, named by those who use it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from groupmigrate.platforms.base import Opening
from groupmigrate.platforms.prestashop import WebserviceOptions
from groupmigrate.platforms.prestashop.store import Webservice
from support.prestashop_room import QUICK, SEED, Opener


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    """Opens practice shops, each on the same file, and closes them at the end."""
    stores: list[Webservice] = []

    def opener(*, seed: dict[str, Any] | None = None, read_only: bool = False, **options: Any) -> Webservice:
        (tmp_path / "seed.json").write_text(json.dumps(SEED | (seed or {})), encoding="utf-8")
        settings = {"url": "sandbox", "seed": "seed.json", **options}
        if settings["url"] != "sandbox":
            del settings["seed"]
        opening = Opening("demo", tmp_path, tmp_path, read_only)
        stores.append(Webservice(WebserviceOptions.model_validate(settings), opening, QUICK))
        return stores[-1]

    yield opener
    for store in stores:
        store.close()


@pytest.fixture
def ask(tmp_path: Path) -> Callable[..., list[Any]]:
    """Looks into the practice shop's own tables; a statement that changes them is carried out."""

    def rows(sql: str, *values: object) -> list[Any]:
        with closing(sqlite3.connect(tmp_path / "demo.db", timeout=10)) as database, database:
            return database.execute(sql, values).fetchall()

    return rows
