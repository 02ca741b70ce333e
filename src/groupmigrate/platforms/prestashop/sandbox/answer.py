"""What the practice shop answers: status, body and headers; and refusals, which carry the shop's codes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

XML = "text/xml;charset=utf-8"
JSON = "application/json"
HTML = "text/html; charset=utf-8"
OPENING = '<?xml version="1.0" encoding="UTF-8"?>\n<prestashop xmlns:xlink="http://www.w3.org/1999/xlink">\n'
CLOSING = "</prestashop>\n"

Reason = tuple[int, str]
NOISE: Reason = (
    3,
    "[PHP Warning #2] of the practice shop (/var/www/html/classes/webservice/WebserviceRequest.php)",
)
"""What PHP adds to an answer that went wrong; it says nothing."""


class Refusal(Exception):
    """A request that is not carried out, or not to its end: the status, and each code with its words."""

    def __init__(self, status: int, *reasons: Reason) -> None:
        super().__init__(reasons)
        self.status = status
        self.reasons = reasons

    def answer(self, *, in_json: bool) -> Answer:
        """The refusal as the client reads it."""
        if in_json:
            errors = [{"code": code, "message": words} for code, words in self.reasons]
            return Answer(self.status, json.dumps({"errors": errors}), JSON)
        return Answer(self.status, _errors(self.reasons), XML)


class BadQuery(Exception):
    """An address that asks for something that cannot be had; its status depends on the release."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(code, words)
        self.reason = (code, words)

    def refusal(self, status: int) -> Refusal:
        """The refusal with the release's status: with 500 there are PHP's own warnings behind the reason."""
        return Refusal(status, self.reason, *((NOISE,) * 4 if status == 500 else ()))


@dataclass
class Answer:
    """One answer, before it is sent."""

    status: int
    body: str = ""
    content_type: str | None = ""
    headers: list[tuple[str, str]] = field(default_factory=list)

    def send(self, start: StartResponse, *, body: bool = True) -> list[bytes]:
        """Send status and headers, and give the body; none for HEAD, though the headers are the same."""
        data = self.body.encode() if body else b""
        named = [] if self.content_type is None else [("Content-Type", self.content_type)]
        start(
            f"{self.status} {HTTPStatus(self.status).phrase}",
            [*named, ("Content-Length", str(len(data))), *self.headers],
        )
        return [data]


def cdata(value: object) -> str:
    """A value as the shop writes it into XML.

    Nothing is escaped: control characters and "]]>" in the data make the whole page ill-formed, as they do
    in the real shop (PrestaShop 1.6 to 9.1.4, run).
    """
    return f"<![CDATA[{'' if value is None else value}]]>"


def attribute(value: str) -> str:
    """A value between quotes in XML."""
    return escape(value, {'"': "&quot;"})


def _errors(reasons: tuple[Reason, ...]) -> str:
    errors = "".join(
        f"<error>\n<code>{cdata(code)}</code>\n<message>{cdata(words)}</message>\n</error>\n"
        for code, words in reasons
    )
    return f"{OPENING}<errors>\n{errors}</errors>\n{CLOSING}"
