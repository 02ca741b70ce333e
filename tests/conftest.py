"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture
def recordings() -> Path:
    """The folder of recorded exchanges with real shops; it lies beside the repository, where it exists."""
    folder = Path(os.environ.get("GROUPMIGRATE_RECORDINGS", REPOSITORY.parent / "shared" / "recordings"))
    if not folder.is_dir():
        pytest.skip("the recorded exchanges are not beside the repository")
    return folder
