"""Which stores the suite is put to: the grounds of every room, or with --store one real shop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contract.grounds import grounds, way_of
from contract.live import LiveGround
from groupmigrate.platforms.base import Way

LIVE = pytest.StashKey[LiveGround]()
FITS: dict[str, Callable[[Way], bool]] = {
    "ground": lambda way: True,
    "target_ground": lambda way: way.writes,
    "incremental_ground": lambda way: way.tells_changes,
    "files_ground": lambda way: way.writes and "folder" in way.options.model_fields,
    "remover_ground": lambda way: way.writes and bool(way.removes),
}
"""Which ways are a ground of each kind, by the name of the fixture."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--store", type=Path, help="the connector of a real shop to put the suite to")


def pytest_configure(config: pytest.Config) -> None:
    store: Path | None = config.getoption("--store", None)
    if store is not None:
        config.stash[LIVE] = LiveGround(store)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every kind of ground that a test asks for."""
    live = metafunc.config.stash.get(LIVE, None)
    for kind in set(FITS) & set(metafunc.fixturenames):
        named = live.grounds() if live else grounds()
        chosen = [ground for name, ground in named.items() if FITS[kind](way_of(name))]
        metafunc.parametrize(kind, chosen, ids=lambda ground: ground.name)


@pytest.fixture(autouse=True)
def cleaned(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """A real shop is left as it was."""
    yield
    live = request.config.stash.get(LIVE, None)
    if live:
        live.clean(tmp_path)
