"""Which stores the suite is put to: the grounds of every room, or with --store one real shop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.grounds import Ground, grounds, way_of
from contract.live import LiveGround

LIVE = pytest.StashKey[LiveGround]()
KINDS = ("ground", "target_ground", "remover_ground")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--store", type=Path, help="the connector of a real shop to put the suite to")


def pytest_configure(config: pytest.Config) -> None:
    store: Path | None = config.getoption("--store", None)
    if store is not None:
        config.stash[LIVE] = LiveGround(store)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every kind of ground that a test asks for, by the name of the fixture."""
    live = metafunc.config.stash.get(LIVE, None)
    for kind in set(KINDS) & set(metafunc.fixturenames):
        chosen = [live.ground()] if live else _fitting(kind)
        metafunc.parametrize(kind, chosen, ids=lambda ground: ground.name)


def _fitting(kind: str) -> list[Ground]:
    named = grounds().items()
    if kind == "ground":
        return [ground for _, ground in named]
    removing = kind == "remover_ground"
    return [ground for name, ground in named if ground.writes and (way_of(name).removes or not removing)]


@pytest.fixture(autouse=True)
def cleaned(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """A real shop is left as it was."""
    yield
    live = request.config.stash.get(LIVE, None)
    if live:
        live.clean(tmp_path)
