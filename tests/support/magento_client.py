"""The least client of a practice Magento that a test needs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import requests

from groupmigrate.platforms.sandbox import OUTBOX, Practice


class Client:
    """Sends requests to /rest/V1 with the practice shop's token."""

    def __init__(self, practice: Practice, session: requests.Session) -> None:
        self._url = practice.url
        self._session = session

    def get(self, path: str, **parameters: object) -> Any:
        """The answer's JSON; the status of a refusal is in "status"."""
        return self._told(self._session.get(self._at(path), params=parameters, timeout=10))  # type: ignore[arg-type]

    def put(self, path: str, body: object) -> Any:
        """Change something."""
        return self._told(self._session.put(self._at(path), json=body, timeout=10))

    def post(self, path: str, body: object) -> Any:
        """Make something."""
        return self._told(self._session.post(self._at(path), json=body, timeout=10))

    def create(self, email: str, **fields: object) -> Any:
        """Make a customer without a mail."""
        return self.put("customers/0", {"customer": {**person(email), **fields}})

    def customers(self) -> list[Any]:
        """Everybody."""
        found: list[Any] = self.get("customers/search", searchCriteria="")["items"]
        return found

    def mails(self) -> list[tuple[str, str]]:
        """Who got which mail."""
        sent = self._session.get(self._url + OUTBOX, timeout=10).json()
        return [(mail["recipient"], mail["template"]) for mail in sent]

    def _at(self, path: str) -> str:
        return f"{self._url}/rest/{path if path.startswith('all/') else f'V1/{path}'}"

    def _told(self, answer: requests.Response) -> Any:
        told = answer.json()
        return told if answer.ok else {"status": answer.status_code, **told}


@contextmanager
def client(practice: Practice, token: str = "") -> Iterator[Client]:
    """A client that logs in with a token, or with the practice shop's own."""
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {token or practice.key}"
        yield Client(practice, session)


def person(email: str) -> dict[str, object]:
    """What every customer has."""
    return {"email": email, "firstname": "Ann", "lastname": "Lee", "website_id": 1, "store_id": 1}


def stored(path: Path, sql: str) -> list[Any]:
    """The rows that are in the shop's file; plain values where there is one column."""
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute(sql).fetchall()
    return [row[0] if len(row) == 1 else row for row in rows]
