"""The API as requests and answers: what a shop says, by the body and not the status. It knows no record."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import urlencode, urlsplit

from groupmigrate.errors import AccessDenied, LostAnswer, WrongAnswer
from groupmigrate.identity import mask_within
from groupmigrate.platforms.http import Answer, Request, Session, too_many
from groupmigrate.platforms.pace import Allowance
from groupmigrate.platforms.stranger import stranger

Row = Mapping[str, Any]

PATH = "/api/v1/customer"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
NOT_FILTERED: Mapping[str, str] = {}
FINE = ("", "200")
DENIED = ("401", "403")
SHORT = 1000
"""Bytes of an answer that may be a limiter's; a page of customers is not searched for one."""


class Refused(Exception):
    """The shop did not save a customer, and said why."""


@dataclass(frozen=True)
class Listing:
    """One page of customers, by id."""

    rows: dict[str, Row]
    pages: int
    """The number of the last one; 0 if the shop does not say."""
    total: int | None


def allowance(answer: Answer, reading: bool) -> Allowance:
    """What the headers say about reads or writes; one a second where they are silent (vendor's text)."""
    name = f"Api-RateLimit-{'Read' if reading else 'Write'}"
    burst = _figure(answer, f"{name}-Burst", 1)
    return Allowance(_figure(answer, name, 1) or 1, burst, _figure(answer, f"{name}-Remaining", 0))


def is_limit(answer: Answer) -> bool:
    """Whether the bucket is full: status 429, or 429 in the body (the vendor says "refused", not how)."""
    return too_many(answer) or (len(answer.body) < SHORT and _code(_json(answer)) == "429")


class Api:
    """The customers of one shop."""

    def __init__(self, session: Session, shop: str, key: str, page_size: int) -> None:
        self._session = session
        self._key = key
        self._page_size = page_size
        # Clients of the API send the whole address or the bare host name; which one a shop wants is not said.
        self._shop, self._other_name = shop, urlsplit(shop).netloc

    def page(self, filters: Mapping[str, str] = NOT_FILTERED, number: int = 1) -> Listing:
        """One page, counted from 1, of those whom the filters mean. A shop may take no notice of a filter."""
        # `limit` is in other clients, and not in the vendor's list: it may be passed over.
        about = {**filters, "page": str(number), "limit": str(self._page_size)}
        answer = self._send(Request("GET", f"{PATH}/read/json", tuple(about.items())))
        content = _json(answer)
        if not isinstance(content, dict) or "customers" not in content:
            self._fail(answer, content)
        return Listing(_rows(content["customers"]), _whole(content.get("pages")), _total(content))

    def pages(self, filters: Mapping[str, str] = NOT_FILTERED) -> Iterator[Listing]:
        """All pages; stops at the last one, at one that is empty, and at one that comes again."""
        number, before = 1, Listing({}, 0, None)
        while (page := self.page(filters, number)).rows and page.rows.keys() != before.rows.keys():
            yield page
            if number == page.pages:
                return
            number, before = number + 1, page

    def add(self, values: Mapping[str, str]) -> str:
        """Create a customer and return the id. A second one with the same e-mail is made without a word.

        Raises Refused, LostAnswer (the shop must be asked what it did) or StoreError.
        """
        return self._save("add", values)

    def update(self, values: Mapping[str, str]) -> None:
        """Change a customer; raises as `add` does."""
        self._save("update", values)

    def _save(self, verb: str, values: Mapping[str, str]) -> str:
        # Not a JSON body: a form with the one field `data`, whose value is the JSON text (vendor's samples).
        body = urlencode({"data": json.dumps(values, ensure_ascii=False)}).encode()
        answer = self._send(Request("POST", f"{PATH}/{verb}/json", (), FORM, body))
        content = _json(answer)
        code, id_ = _code(content), _saved_id(content)
        if code in FINE and id_:
            return id_
        if code in FINE or content is None:
            raise LostAnswer(f"the shop answered {answer.status} and named no customer", code="GM402")
        if code in DENIED:
            self._fail(answer, content)
        raise Refused(self._words(content))

    def _send(self, request: Request) -> Answer:
        answer = self._session.send(self._signed(request))
        if self._other_name and _is_denied(answer):
            self._shop, self._other_name = self._other_name, ""
            answer = self._session.send(self._signed(request))
        return answer

    def _signed(self, request: Request) -> Request:
        headers = {**request.headers, "ApiShop": self._shop, "Apikey": self._key}
        return Request(request.method, request.path, request.query, headers, request.body)

    def _fail(self, answer: Answer, content: Any) -> NoReturn:
        """Raise what an answer means that is no data."""
        words = self._words(content)
        said = f": {words}" if words else ""
        if _is_denied(answer):
            raise AccessDenied(
                f"the shop refuses the key{said}",
                hint="check `url` and `key`: both stand in the shop's own pages, under API",
                code="GM502",
            )
        hint = "this is not the Gomag API: check `url` and `api`"
        raise stranger(self._session, answer, hint=hint, words=words)

    def _words(self, content: Any) -> str:
        """The shop's own words, without secrets and e-mails. It echoes what was sent in `data`: not read."""
        if not isinstance(content, dict):
            return ""
        messages = content.get("message") or content.get("errorMessage") or []
        said = "; ".join(map(str, messages if isinstance(messages, list) else [messages]))
        return self._session.scrub(mask_within(said))[:300]


def _json(answer: Answer) -> Any:
    """The content, whatever type it calls itself, or None if it is no JSON."""
    try:
        return json.loads(answer.body, strict=False)
    except ValueError:
        return None


def _code(content: Any) -> str:
    """The code in a body; "" where there is none."""
    if not isinstance(content, dict):
        return ""
    return str(content.get("status") or content.get("error") or "")


def _is_denied(answer: Answer) -> bool:
    if answer.status in (401, 403):
        return True
    return len(answer.body) < SHORT and _code(_json(answer)) in DENIED


def _saved_id(content: Any) -> str:
    """The id of what was saved, told plainly or inside `data`."""
    for place in (content, content.get("data") if isinstance(content, dict) else None):
        one = place[0] if isinstance(place, list) and place else place
        if isinstance(one, dict) and one.get("id"):
            return str(one["id"])
    return ""


def _rows(customers: Any) -> dict[str, Row]:
    """An object by id (sample), or a list with the ids inside (field page); nobody is an empty list."""
    if isinstance(customers, dict):
        found = customers
    elif isinstance(customers, list) and all(isinstance(row, dict) for row in customers):
        found = {str(row.get("id") or row.get("customer_id") or ""): row for row in customers}
    else:
        found = {"": {}}
    if not all(id_.isascii() and id_.isdecimal() and isinstance(row, dict) for id_, row in found.items()):
        raise WrongAnswer(
            "the shop lists customers without their ids",
            hint="tell us: this shape is not known",
            code="GM504",
        )
    return found


def _total(content: Mapping[str, Any]) -> int | None:
    """How many there are; a text in the samples, beside pages that are numbers."""
    text = str(content.get("total", ""))
    return int(text) if text.isdecimal() else None


def _whole(value: object) -> int:
    return int(str(value)) if str(value).isdecimal() else 0


def _figure(answer: Answer, name: str, otherwise: float) -> float:
    try:
        return float(answer.headers.get(name, otherwise))
    except ValueError:
        return otherwise
