"""The API as calls and answers: one address, and the action in a header. It knows no record."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn

from groupmigrate.errors import AccessDenied, LostAnswer, WrongAnswer
from groupmigrate.identity import mask_within
from groupmigrate.platforms.http import Answer, Request, Session
from groupmigrate.platforms.neto import PATH, shapes
from groupmigrate.platforms.neto.shapes import Row, text
from groupmigrate.platforms.stranger import stranger

ACTION = "NETOAPI_ACTION"
SECRET_KEY, SECRET_TOKEN = "NETOAPI_KEY", "X_SECRET_KEY"
READS = ("GetCustomer", "GetItem")
LONG_AGO = "1970-01-01 00:00:00"
"""A filter is demanded, it is said, and Page and Limit alone may not count; this one takes everybody."""
MOST_PAGES = 100_000
KEY_HINT = (
    "check that the key was copied whole (its field is too narrow to show it), that `username` is the staff "
    "user it belongs to, that the user's permission group may use the API, and `url`"
)
APP_HINT = (
    "check `client_id`, `token` and `url`; if the app was removed from the store its token is revoked: the "
    "Neto page says how to get another"
)
KEY = re.compile(r"api key|not authori[sz]ed|unauthori[sz]ed|permission|access denied", re.IGNORECASE)
"""What the store says about keys. There is no list of errors; these words are those of its clients' tests."""


class Refused(Exception):
    """The store did not do what a call asked for, and said why."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def reads(request: Request) -> bool:
    """Whether a request only reads: everything is a POST, and the header says what for."""
    return request.headers.get(ACTION) in READS


def headers(username: str, key: str, client_id: str, token: str) -> dict[str, str]:
    """What logs in: a key, with its staff user unless it is the store's one; or the pair of an app."""
    if token:
        return {"X_ACCESS_KEY": client_id, SECRET_TOKEN: token}
    return {SECRET_KEY: key} | ({"NETOAPI_USERNAME": username} if username else {})


class Api:
    """The calls of one store."""

    def __init__(self, session: Session, login: Mapping[str, str]) -> None:
        self._session = session
        # Without Accept the answer is XML, whatever was sent (read).
        self._headers = {"Accept": "application/json", "Content-Type": "application/json", **login}

    def customers(
        self, selector: Sequence[str], limit: int, filter_: Mapping[str, Any] | None = None
    ) -> Iterator[list[Row]]:
        """The customers of a filter, page by page; some may come twice.

        A page may be short though more follow, so an empty one ends it, or one that comes for the third time.
        Whether the first is 0 or 1 is unsure: a store that counts from 1 gives it twice, or leaves 0 empty.
        """
        before: list[str] = []
        repeated = 0
        for page in range(MOST_PAGES):
            found = self._page("GetCustomer", "Customer", selector, limit, page, filter_)
            names = [text(row, "Username") for row in found]
            if not found and page:
                return
            repeated = repeated + 1 if names and names == before else 0
            if repeated > 1:
                return
            if found and not repeated:
                yield found
            before = names
        raise WrongAnswer("the store's list of customers does not end", code="GM504")

    def priced_items(self, limit: int) -> list[Row]:
        """Some products, with the groups that they have prices for. Raises StoreError."""
        return self._page("GetItem", "Item", ("SKU", "PriceGroups"), limit, 0, None)

    def save(self, action: str, customers: Sequence[Mapping[str, Any]]) -> tuple[list[str], str]:
        """Write customers; returns the usernames that the store says it handled, and its words, if any.

        Raises Refused, LostAnswer (the store must be asked what it did) or StoreError.
        """
        answer = self._session.send(self._request(action, {"Customer": list(customers)}))
        said = self._said(answer)
        if said is None:
            if answer.status < 500 and (answer.status >= 300 or answer.body.lstrip()[:1] == b"<"):
                self._strange(answer)
            raise LostAnswer(f"the store answered {answer.status} without a word", code="GM402")
        words = self._words([*shapes.errors(said), *shapes.warnings(said)])
        if text(said, "Ack") == "Error":
            self._refuse_key(words)
            raise Refused(words or "no words")
        return [text(row, "Username") for row in shapes.rows(said.get("Customer"))], words

    def _page(
        self,
        action: str,
        name: str,
        selector: Sequence[str],
        limit: int,
        page: int,
        filter_: Mapping[str, Any] | None,
    ) -> list[Row]:
        asked = {
            **(filter_ or {"DateAddedFrom": LONG_AGO}),
            "Page": str(page),
            "Limit": str(limit),
            "OutputSelector": list(selector),
        }
        answer = self._session.send(self._request(action, {"Filter": asked}))
        said = self._said(answer)
        if said is None:
            self._strange(answer)
        # Errors come with status 200, too; what counts is Ack, and in a list also that nothing is missing.
        if text(said, "Ack") == "Error" or shapes.errors(said):
            words = self._words(shapes.errors(said))
            self._refuse_key(words)
            raise WrongAnswer(f"the store refuses {action}: {words}", code="GM504")
        if "Ack" not in said and name not in said:
            self._strange(answer)
        return shapes.rows(said.get(name))

    def _request(self, action: str, body: Mapping[str, Any]) -> Request:
        return Request("POST", PATH, (), {**self._headers, ACTION: action}, json.dumps(body).encode())

    def _said(self, answer: Answer) -> Row | None:
        """The content of an answer of the API, whatever its status; None if it is none."""
        if answer.status in {401, 403}:
            self._refuse_key(f"the store answered {answer.status}", surely=True)
        try:
            said = shapes.content(json.loads(answer.body))
        except ValueError:
            return None
        return said if said is not None and (answer.status == 200 or "Ack" in said) else None

    def _refuse_key(self, words: str, *, surely: bool = False) -> None:
        """Raise AccessDenied if the words are about the key: the store has the same for several causes."""
        if surely or KEY.search(words):
            by_token = SECRET_TOKEN in self._headers
            raise AccessDenied(
                f"the store does not let us in: {words}",
                hint=APP_HINT if by_token else KEY_HINT,
                code="GM590" if by_token else "GM502",
            )

    def _strange(self, answer: Answer) -> NoReturn:
        """Raise what an answer means that is not the API's."""
        raise stranger(
            self._session,
            answer,
            hint="this is not the API of Neto: check `url`; the store's domain changes when it goes live",
        )

    def _words(self, said: Sequence[str]) -> str:
        """The store's own words, without secrets and e-mails."""
        return self._session.scrub(mask_within("; ".join(said)))[:300]
