"""What the practice shop answers: status, body and headers; and refusals, with the shop's placeholders.

A message holds placeholders, and its parameters fill them: a client goes by those, never by the words.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=UTF-8"

Parameters = Mapping[str, object] | Sequence[object] | None


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a request."""

    message: str
    parameters: Parameters = None

    def as_json(self) -> dict[str, object]:
        """The problem as the client reads it."""
        told: dict[str, object] = {"message": self.message}
        if self.parameters is not None:
            told["parameters"] = self.parameters
        return told


class Refusal(Exception):
    """A request that is not carried out: the status, and what is wrong."""

    def __init__(self, status: int, *problems: Problem) -> None:
        super().__init__(status, problems)
        self.status = status
        self.problems = problems

    def answer(self) -> Answer:
        """The refusal as the client reads it; several problems come as a list."""
        if len(self.problems) == 1:
            return Answer(self.status, json.dumps(self.problems[0].as_json()))
        errors = [problem.as_json() for problem in self.problems]
        return Answer(self.status, json.dumps({"message": "several values were refused", "errors": errors}))


@dataclass(frozen=True)
class Answer:
    """One answer, before it is sent."""

    status: int
    body: str
    content_type: str = JSON

    def send(self, start: StartResponse, *, body: bool = True) -> list[bytes]:
        """Send status and headers, and give the body; none for HEAD."""
        data = self.body.encode() if body else b""
        start(
            f"{self.status} {HTTPStatus(self.status).phrase}",
            [("Content-Type", self.content_type), ("Content-Length", str(len(data)))],
        )
        return [data]


def refused(message: str, parameters: Parameters = None) -> Refusal:
    """A request that the shop does not carry out for what is in it."""
    return Refusal(400, Problem(message, parameters))


def missing(field: str) -> Problem:
    """Something that must be sent and was not."""
    return Problem('"%fieldName" is required and was not sent', {"fieldName": field})


def invalid(field: str, value: object) -> Problem:
    """A value that the shop does not know."""
    return Problem('"%value" is no value of %fieldName', {"fieldName": field, "value": value})


def unsupported(name: str) -> Refusal:
    """A key that the shop does not know; it calls it by its name in camel case."""
    camel = "".join(part[:1].upper() + part[1:] for part in name.split("_"))
    return refused('there is no field "%fieldName"', {"fieldName": camel})


def wrong_type(value: object, expected: str, place: str = "") -> Refusal:
    """A value of another type than the field's; this message has no parameters, `place` is part of it."""
    shown = "array" if isinstance(value, (list, dict)) else value
    return refused(f'{place}"{shown}" is not of the type "{expected}"')


def no_such(field: str, value: object, field_2: str = "", value_2: object = None) -> Refusal:
    """An entity that is not there."""
    if not field_2:
        message, more = "nothing is there with %fieldName = %fieldValue", {}
    else:
        message = "nothing is there with %fieldName = %fieldValue, %field2Name = %field2Value"
        more = {"field2Name": field_2, "field2Value": value_2}
    return Refusal(404, Problem(message, {"fieldName": field, "fieldValue": value, **more}))


def unauthorized(resource: str) -> Refusal:
    """The one refusal for a wrong token, an expired one, and a right that is missing."""
    return Refusal(401, Problem("this consumer has no right to %resources", {"resources": resource}))


def broken() -> Refusal:
    """What the real shop answers when it stumbles: the reason is in its log only."""
    return Refusal(500, Problem(f"internal error. Report ID: webapi-{secrets.token_hex(6)}"))
