"""What the practice shop answers: JSON, now and then called something else; and refusals with their codes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

JSON = "application/json"
HTML = "text/html; charset=UTF-8"


class Refusal(Exception):
    """A request that is not carried out: the code in the body, and why."""

    def __init__(self, code: int, words: str, payload: object = None) -> None:
        super().__init__(code, words)
        self.code = code
        self.words = words
        self.payload = payload

    def answer(self, *, status: int) -> Answer:
        """The refusal as the client reads it: a list of messages with what was sent, or plainly an error."""
        if self.payload is None:
            body: Any = {"error": "1", "status": str(self.code), "errorMessage": self.words}
        else:
            body = {"status": self.code, "message": [self.words], "data": [self.payload]}
        # Some errors are JSON that calls itself a web page (seen by a client of the API).
        return Answer(body, status, HTML)


@dataclass
class Answer:
    """One answer, before it is sent."""

    body: Any
    status: int = 200
    content_type: str = JSON

    def send(self, start: StartResponse, headers: list[tuple[str, str]]) -> list[bytes]:
        """Send status and headers, and give the body."""
        data = json.dumps(self.body, ensure_ascii=True).encode()
        about = [("Content-Type", self.content_type), ("Content-Length", str(len(data)))]
        start(f"{self.status} {HTTPStatus(self.status).phrase}", [*about, *headers])
        return [data]
