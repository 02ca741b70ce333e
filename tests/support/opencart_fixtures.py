"""Practice OpenCarts for tests: open, writable, and with the groups and fields of `SEED`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from groupmigrate.platforms.opencart.store import DatabaseStore
from support.opencart_room import SEED, shop


@pytest.fixture
def opencart(tmp_path: Path) -> Iterator[DatabaseStore]:
    """A 4.1."""
    with closing(shop(tmp_path, seed=SEED)) as store:
        yield store


@pytest.fixture(params=["2.3", "3.0", "4.0", "4.1", "upgraded"])
def any_opencart(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DatabaseStore]:
    """A shop of each release."""
    with closing(shop(tmp_path, request.param, seed=SEED)) as store:
        yield store
