"""A practice Magento to be served with a seed: a pytest plugin, named by those who use it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from groupmigrate.platforms.magento.sandbox import serve
from groupmigrate.platforms.sandbox import Practice
from support.magento_seed import Serve


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return tmp_path / "shop.db"


@pytest.fixture
def seeded(shop: Path, tmp_path: Path) -> Iterator[Serve]:
    """Serves the shop with a seed until the test ends."""
    served: list[Practice] = []

    def with_seed(content: dict[str, Any], **more: Any) -> Practice:
        path = tmp_path / "seed.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        served.append(serve(shop, seed=path, **more))
        return served[-1]

    yield with_seed
    for practice in served:
        practice.close()
