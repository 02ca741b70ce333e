"""The webservice as requests and answers: what a shop says, told apart by its codes. It knows no record."""

from __future__ import annotations

import base64
import copy
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, NoReturn
from xml.etree import ElementTree as ET

import msgspec

from groupmigrate.errors import AccessDenied, LostAnswer, StoreError, WrongAnswer
from groupmigrate.identity import mask_within
from groupmigrate.platforms.batches import in_halves
from groupmigrate.platforms.http import Answer, Request, Session, below_500
from groupmigrate.platforms.prestashop.wire import Row, document, text
from groupmigrate.platforms.stranger import stranger

# Codes and not the status tell what happened: duplicates and bad filters are 500, too (9.1.4, run).
PHP_NOISE = range(2, 16)
ACCESS = {
    18: ("GM502", "the key has not 32 characters"),
    20: ("GM502", "the key is unknown or switched off"),
    21: ("GM502", "the key is unknown or switched off"),
    22: ("GM506", "the webservice is switched off"),
    23: ("GM505", "the shop's version does not know PATCH"),
    25: ("GM503", "the key lacks a right"),
    26: ("GM503", "the key lacks a right"),
    132: ("GM503", "the key is not valid for this shop of the multistore"),
}
NOT_SAVED = frozenset({41, 46, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 127, 131, 140, 141})
"""Codes with which the shop surely did not save, or delete, the entity."""

FOREIGN = "this is not the PrestaShop webservice: check the address"
# On PHP 7.2 or later 1.6 answers 500 to everything, with PHP's words only (PrestaShop 1.6.1, run).
FAILING = "the shop itself fails, and the log of its web server says why; 1.6 needs PHP 7.1 or older"
FULL = (("display", "full"),)


class Root(NamedTuple):
    """What the front page of the webservice says."""

    rights: ET.Element
    """What the key may do."""
    version: str
    clock: str
    """The shop's own time: UTC, "2015-05-05 05:05:05"."""


class Refused(Exception):
    """The shop did not save an entity, and said why."""

    def __init__(self, codes: frozenset[int], words: str) -> None:
        super().__init__(words)
        self.codes = codes
        self.words = words


class IllPage(WrongAnswer):
    """A list that the shop cannot give whole: broken JSON, PHP warnings, nothing. A shorter one may work."""


def reads(request: Request) -> bool:
    """Whether a request only reads. GET with ps_method=DELETE deletes (PrestaShop 9.1.4, run)."""
    return request.method == "GET" and all(name != "ps_method" for name, _ in request.query)


def speaks(answer: Answer) -> bool:
    """Whether the webservice itself answered, and not what stands before it."""
    return below_500(answer) or ("PSWS-Version" in answer.headers and bool(answer.body.strip()))


class Api:
    """The resources of one shop."""

    def __init__(self, session: Session, key: str, shop: str = "", page_size: int = 1000) -> None:
        self._session = session
        self._key = key
        self._basic = "Basic " + base64.b64encode(f"{key}:".encode()).decode()
        self._always = (("id_shop", shop),) if shop else ()
        self._page_size = page_size
        self.key_in_address = False
        """Whether the shop only takes the key as a parameter of the address."""

    def of_shop(self, shop: str) -> Api:
        """The same, for one shop of a multistore."""
        other = copy.copy(self)
        other._always = (("id_shop", shop),)
        return other

    def root(self) -> Root:
        """The webservice's front page. In JSON it is a fatal error (8 and 9, run)."""
        answer = self._send(Request("GET", "/api/"))
        root = _parsed(answer)
        if root is None or root.find("api") is None:
            self._fail(answer)
        return Root(root, answer.headers["PSWS-Version"], answer.clock)

    def synopsis(self, resource: str) -> ET.Element:
        """The schema of a resource with the shop's own required fields; XML only (9.1.4, run)."""
        answer = self._send(Request("GET", f"/api/{resource}", (("schema", "synopsis"),)))
        root = _parsed(answer)
        if root is None or not len(root):
            self._fail(answer)
        return root[0]

    def rows(self, resource: str, *query: tuple[str, str]) -> list[Row]:
        """A list. Raises IllPage if it cannot be read; an empty one is [] whatever it should be (run)."""
        request = Request("GET", f"/api/{resource}", (*query, ("output_format", "JSON")))
        answer = self._send(request)
        content = _json(answer)
        if answer.status == 200 and content == []:
            return []
        if answer.status == 200 and isinstance(content, dict) and isinstance(content.get(resource), list):
            return list(content[resource])
        foreign = answer.status < 500 and not (answer.status == 200 and "PSWS-Version" in answer.headers)
        if foreign or _codes(answer) - set(PHP_NOISE):
            self._fail(answer)
        raise IllPage(
            f"the shop's list of {resource} cannot be read (status {answer.status})",
            hint="the log of the shop's web server says more",
            code="GM504",
        )

    def pages(
        self, resource: str, *query: tuple[str, str], after: int = 0, page_sizes: int = 1
    ) -> Iterator[list[Row]]:
        """All rows behind an id, in the order of ids, page by page; rows that are added meanwhile do no harm.

        A page that cannot be read is halved, down to the one record that the shop cannot give: WrongAnswer.
        `page_sizes` tells how many times the connector's page size is asked for.
        """
        size = most = self._page_size * page_sizes
        while True:
            try:
                page = self._page(resource, query, after, size)
            except IllPage:
                if size == 1:
                    raise self._unreadable(resource, query, after) from None
                size //= 2
                continue
            if page:
                yield page
                after = int(text(page[-1], "id"))
            if len(page) < size:
                return
            size = most

    def some(self, resource: str, ids: Sequence[str]) -> list[Row]:
        """The rows of these ids, as far as they are there. Raises IllPage if one cannot be read."""
        # A list is [3|4|5]: [3,4,5] silently gives 3 only, and [3,5] is a range (PrestaShop 9.1.4, run).
        list_ = ("filter[id]", f"[{'|'.join(ids)}]")
        try:
            return self.rows(resource, *FULL, list_, ("sort", "[id_ASC]"))
        except IllPage:
            if len(ids) == 1:
                raise
            return [row for half in in_halves(ids) for row in self.some(resource, half)]

    def save(self, method: str, resource: str, entities: Sequence[ET.Element]) -> list[str]:
        """Write entities and return their ids, in order. Not transactional: those before a bad one stay.

        Raises Refused, LostAnswer (the shop must be asked what it did) or StoreError.
        """
        headers = {"Content-Type": "text/xml; charset=utf-8"}
        answer = self._send(Request(method, f"/api/{resource}", (), headers, document(entities)))
        root = _parsed(answer)
        if answer.status in {200, 201} and root is not None and root.find("errors") is None:
            return [entity.findtext("id", "") for entity in root]
        raise self._not_done(answer)

    def delete(self, resource: str, ids: Sequence[str]) -> None:
        """Delete these: none of them if one is not there (1.6 to 9.1.4, run). Raises as `save` does."""
        answer = self._send(Request("DELETE", f"/api/{resource}", (("id", f"[{','.join(ids)}]"),)))
        if answer.status != 200 or _codes(answer):
            raise self._not_done(answer)

    def _not_done(self, answer: Answer) -> Refused | LostAnswer:
        """What it means that a write was not confirmed. Raises StoreError if nothing further makes sense."""
        codes = _codes(answer) - set(PHP_NOISE)
        if codes & NOT_SAVED and not codes & set(ACCESS):
            return Refused(frozenset(codes), self._words(answer))
        if 300 <= answer.status < 400 or codes & set(ACCESS) or answer.status == 401:
            self._fail(answer)
        # PHP warnings alone, or nothing at all: the entity may have been saved before (PrestaShop 8 and 9).
        return LostAnswer(f"the shop answered {answer.status} without a reason", code="GM402")

    def _page(self, resource: str, query: Sequence[tuple[str, str]], after: int, size: int) -> list[Row]:
        # Without sort the order is that of any index, and the offset skips and repeats (9.1.4, run).
        keyset = (("filter[id]", f">[{after}]"), ("sort", "[id_ASC]"), ("limit", str(size)))
        page = self.rows(resource, *FULL, *query, *keyset)
        last = after
        for row in page:
            id_ = int(text(row, "id"))
            if id_ <= last:
                raise WrongAnswer(
                    f"the shop gave {resource} out of order after id {last}",
                    hint="a cache or a module between us and the shop repeats answers",
                    code="GM504",
                )
            last = id_
        return page

    def _unreadable(self, resource: str, query: Sequence[tuple[str, str]], after: int) -> StoreError:
        keyset = (("filter[id]", f">[{after}]"), ("sort", "[id_ASC]"), ("limit", "1"))
        try:
            rows = self.rows(resource, *query, *keyset)
        except IllPage:
            rows = []
        which = f"id {text(rows[0], 'id')}" if rows else f"the record after id {after}"
        return WrongAnswer(
            f"the shop cannot give {which} of {resource}",
            hint="open it in the shop's back office and save it again; the shop's log says more",
            code="GM504",
        )

    def _send(self, request: Request) -> Answer:
        answer = self._session.send(self._signed(request))
        if answer.status == 401 and "PSWS-Version" not in answer.headers and not self.key_in_address:
            # Apache with CGI often strips the Authorization header; the key in the address gets through.
            self.key_in_address = True
            answer = self._session.send(self._signed(request))
        return answer

    def _signed(self, request: Request) -> Request:
        query = (*request.query, *self._always)
        if self.key_in_address:
            signed = (*query, ("ws_key", self._key))
            return Request(request.method, request.path, signed, request.headers, request.body)
        headers = {**request.headers, "Authorization": self._basic}
        return Request(request.method, request.path, query, headers, request.body)

    def _fail(self, answer: Answer) -> NoReturn:
        """Raise what an answer means that is no data."""
        for code in sorted(_codes(answer)):
            if code in ACCESS:
                name, words = ACCESS[code]
                said = self._words(answer)
                raise AccessDenied(f"{words}: the shop says: {said}", code=name)
        if answer.status == 401:
            raise AccessDenied(
                "the shop asks for a key though one was sent",
                hint="check the key, and that the web server lets the Authorization header through",
                code="GM502",
            )
        self._strange(answer)

    def _strange(self, answer: Answer) -> NoReturn:
        """Raise what an answer means that is not the webservice's."""
        if answer.status >= 500 and "PSWS-Version" in answer.headers:
            raise WrongAnswer(
                f"{self._session.address} answered {answer.status}: {self._words(answer)}",
                hint=FAILING,
                code="GM504",
            )
        # On any host but its main one, and for an unknown shop, it sends us to the storefront (run).
        moved = "if the address is right, check the number in `shop`"
        raise stranger(self._session, answer, hint=FOREIGN, words=self._words(answer), moved=moved)

    def _words(self, answer: Answer) -> str:
        """The shop's own words, without paths, secrets and e-mails."""
        said = [message for code, message in _errors(answer) if code not in PHP_NOISE]
        words = re.sub(r" ?\(/[^)]*\)", "", "; ".join(said))
        return self._session.scrub(mask_within(words))[:300]


def _parsed(answer: Answer) -> ET.Element | None:
    # The webservice writes no DOCTYPE; without one XML cannot be made to grow.
    if "PSWS-Version" not in answer.headers or b"<!DOCTYPE" in answer.body:
        return None
    try:
        return ET.fromstring(answer.body)  # noqa: S314
    except ET.ParseError:
        return None


def _json(answer: Answer) -> Any:
    """The content, or None if it is no JSON."""
    with suppress(msgspec.DecodeError):  # twice as fast as what follows
        return msgspec.json.decode(answer.body)
    try:
        # 1.6 leaves control characters of the data unescaped (PrestaShop 1.6.1, run).
        return json.loads(answer.body, strict=False)
    except ValueError:
        return None


def _codes(answer: Answer) -> set[int]:
    return {code for code, _ in _errors(answer)}


def _errors(answer: Answer) -> list[tuple[int, str]]:
    """The codes and messages of an answer, in XML or JSON."""
    if answer.body.lstrip().startswith(b"<"):
        root = _parsed(answer)
        found: list[Any] = [] if root is None else root.findall("errors/error")
        return [(_number(error.findtext("code")), error.findtext("message") or "") for error in found]
    content = _json(answer)
    found = content.get("errors") or [] if isinstance(content, dict) else []
    return [(_number(error.get("code")), str(error.get("message", ""))) for error in found]


def _number(value: object) -> int:
    return int(str(value)) if str(value).isdigit() else 0
