"""Fixtures for the tests of the HTTP session: a pytest plugin, named by those who use it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from groupmigrate.platforms.http import Session, Terms
from support.scripted import QUICK, SECRET, Opener, Scripted


@pytest.fixture
def server() -> Iterator[Scripted]:
    scripted = Scripted()
    yield scripted
    scripted.close()


@pytest.fixture
def connected() -> Iterator[Opener]:
    """Makes sessions that are closed at the end."""
    sessions: list[Session] = []

    def opener(address: str, **options: object) -> Session:
        terms = options.pop("terms", None) or Terms(timeout=2, patience=QUICK)
        settings: dict[str, object] = {"read_only": False, "secrets": [SECRET], **options}
        sessions.append(Session(address, terms, **settings))  # type: ignore[arg-type]
        return sessions[-1]

    yield opener
    for session in sessions:
        session.close()
