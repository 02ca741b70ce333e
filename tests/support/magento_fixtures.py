"""Fixtures for the tests of Magento over REST: a pytest plugin, named by those who use it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from groupmigrate.platforms.base import Opening
from groupmigrate.platforms.magento.restoptions import RestOptions
from groupmigrate.platforms.magento.store import Rest
from support.magento_room import QUICK, Opener


@pytest.fixture
def open_magento(tmp_path: Path) -> Iterator[Opener]:
    """Opens practice shops, each on the same file, and closes them at the end."""
    stores: list[Rest] = []

    def opener(*, seed: dict[str, Any] | None = None, read_only: bool = False, **options: Any) -> Rest:
        settings = {"url": "sandbox", **options}
        if settings["url"] == "sandbox":
            (tmp_path / "seed.json").write_text(json.dumps(seed or {}), encoding="utf-8")
            settings["seed"] = "seed.json"
        opening = Opening("demo", tmp_path, tmp_path, read_only)
        stores.append(Rest(RestOptions.model_validate(settings), opening, QUICK))
        return stores[-1]

    yield opener
    for store in stores:
        store.close()


@pytest.fixture
def ask_magento(tmp_path: Path) -> Callable[..., list[Any]]:
    """Looks into the practice shop's own tables; a statement that changes them is carried out."""

    def rows(sql: str, *values: object) -> list[Any]:
        with closing(sqlite3.connect(tmp_path / "demo.db", timeout=10)) as database, database:
            return database.execute(sql, values).fetchall()

    return rows


@pytest.fixture
def configure_magento(ask_magento: Callable[..., list[Any]]) -> Callable[[str, str], None]:
    """Sets a value of the practice shop's configuration."""

    def configure(path: str, value: str) -> None:
        ask_magento("INSERT OR REPLACE INTO core_config_data (path, value) VALUES (?, ?)", path, value)

    return configure
