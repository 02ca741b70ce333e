"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# no test fails because a machine is slow, and none fails today that passed yesterday on the same code
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("house")

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of recorded exchanges with real shops; it lies beside the repository, where it exists."""
    folder = Path(os.environ.get("GROUPMIGRATE_RECORDINGS", REPOSITORY.parent / "shared" / "recordings"))
    if not folder.is_dir():
        # CI has the recordings: a skip there would hide that nothing was compared
        stop = pytest.fail if os.environ.get("CI") else pytest.skip
        stop("the recorded exchanges are not beside the repository")
    return folder
