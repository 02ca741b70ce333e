"""Recorded exchanges with a real Magento: sending one to an application, and comparing what comes back.

Human sentences are not compared, only the placeholders in them; nor are tokens, confirmation keys and the
times of the recording day.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from groupmigrate.platforms.http import Request
from groupmigrate.platforms.magento.sandbox.credentials import (
    ADMIN_PASSWORD,
    CONSUMER_KEY,
    CONSUMER_SECRET,
    TOKEN,
    TOKEN_SECRET,
)
from groupmigrate.platforms.magento.signing import Keys, authorization

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Answered = tuple[int, str, str]
"""Status, content type and body."""

READ_ONLY = "readonlytokenreadonlytokenreadon"
JSON = "application/json; charset=utf-8"
RECORDING_DAY = "2026-11-2"
MARKS = (
    "<html",
    "Report ID: webapi-",
    "Error 503: Service Unavailable",
    "errors&#x2F;default&#x2F;",
)
MOMENTS = ("created_at", "updated_at")


class Client:
    """Sends recorded requests, with the practice shop's own tokens in the place of the real ones."""

    def __init__(self) -> None:
        self._known = {
            "<token>": TOKEN,
            "<read-only token>": READ_ONLY,
            "<wrong token>": "wrong",
            "<admin password>": ADMIN_PASSWORD,
        }
        self._header = ""

    def send(self, application: WSGIApplication, exchange: dict[str, Any]) -> Answered:
        """Give a recorded request to the application, without a network between."""
        environ = self._environ(exchange["request"])
        started: list[Any] = []
        sent = application(environ, lambda status, headers, *_: started.append((status, dict(headers))))  # type: ignore[arg-type]
        body = b"".join(sent).decode()
        status, headers = started[0]
        recorded = exchange["response"].get("body")
        if isinstance(recorded, str) and recorded.endswith("token>"):
            self._known[recorded] = json.loads(body) if status.startswith("200") else body
        return int(status[:3]), headers["Content-Type"], body

    def _environ(self, request: dict[str, Any]) -> dict[str, Any]:
        path, _, query = request["path"].partition("?")
        body = request.get("body", "")
        text = body if isinstance(body, str) else json.dumps(body)
        headers = request["headers"]
        environ: dict[str, Any] = {
            "REQUEST_METHOD": request["method"],
            "PATH_INFO": unquote(path).encode().decode("latin-1"),
            "QUERY_STRING": query,
            "HTTP_HOST": "shop.example",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(self._filled(text).encode()),
        }
        for name, key in (("Accept", "HTTP_ACCEPT"), ("Content-Type", "CONTENT_TYPE")):
            if name in headers:
                environ[key] = headers[name]
        login = headers.get("Authorization", "")
        if login.startswith("OAuth "):
            login = self._signed(login, request)
        environ["HTTP_AUTHORIZATION"] = self._filled(login)
        return environ

    def _filled(self, text: str) -> str:
        for name, value in self._known.items():
            text = text.replace(name, value)
        return text

    def _signed(self, recorded: str, request: dict[str, Any]) -> str:
        """A recorded OAuth header, signed today by the room's own code; what is wrong in it stays wrong."""
        if "<nonce used before>" in recorded:
            return self._header
        path, _, query = request["path"].partition("?")
        token = "unknown" if "<unknown token>" in recorded else TOKEN
        keys = Keys(CONSUMER_KEY, CONSUMER_SECRET, token, TOKEN_SECRET)
        asked = Request(request["method"], unquote(path), tuple(parse_qsl(query, keep_blank_values=True)))
        self._header = authorization(asked, "http://shop.example", keys)
        if "<wrong signature>" in recorded:
            return self._header.replace('oauth_signature="', 'oauth_signature="x')
        method = re.findall(r'oauth_signature_method="([^"]*)"', recorded)[0]
        return self._header.replace("HMAC-SHA256", method)


def unlike_answer(recorded: dict[str, Any], answered: Answered) -> str:
    """How an answer differs from the recorded one; "" if it does not."""
    status, content_type, body = answered
    if status != recorded["status"]:
        return f"status {status} instead of {recorded['status']}: {body[:300]}"
    if content_type != recorded["headers"]["content-type"]:
        return f"content type {content_type!r} instead of {recorded['headers']['content-type']!r}"
    wanted = recorded.get("body", "")
    if content_type != JSON or body == "":
        return _unlike_text(wanted, body)
    return unlike("", wanted, json.loads(body))


def unlike(place: str, wanted: object, given: object) -> str:
    """Where two values differ, as far as they are compared; "" if nowhere."""
    name = place.rpartition(".")[2]
    if isinstance(wanted, dict) and isinstance(given, dict):
        if wanted.keys() != given.keys():
            return f"{place}: {sorted(given)} instead of {sorted(wanted)}; "
        return "".join(unlike(f"{place}.{key}", wanted[key], given[key]) for key in wanted)
    if isinstance(wanted, list) and isinstance(given, list) and len(wanted) == len(given):
        pairs = zip(*(_ordered(name, one) for one in (wanted, given)), strict=True)
        return "".join(unlike(place, *pair) for pair in pairs)
    return "" if _alike(name, wanted, given) else f"{place}: {given!r} instead of {wanted!r}; "


def _ordered(name: str, values: list[Any]) -> list[Any]:
    # The order of custom attributes is said to mean nothing.
    return (
        sorted(values, key=lambda one: str(one["attribute_code"])) if name == "custom_attributes" else values
    )


def _alike(name: str, wanted: object, given: object) -> bool:
    if name in MOMENTS and str(wanted).startswith(RECORDING_DAY) and given != wanted:
        moment = datetime.fromisoformat(str(given)).replace(tzinfo=UTC)
        return abs(moment - datetime.now(UTC)) < timedelta(days=1)
    if name == "message":
        return _kept(str(wanted)) == _kept(str(given))
    if name == "password_hash" and str(wanted).endswith(":3_32_2_67108864"):
        # The shop hashed it itself, with a salt of its own.
        return bool(given)
    if name == "confirmation" or (isinstance(wanted, str) and wanted.endswith("token>")):
        return isinstance(given, str) and len(given) >= 32
    return wanted == given and type(wanted) is type(given)


def _kept(text: str) -> list[str]:
    """What clients go by in a sentence or a page: placeholders, and words for which there is no code."""
    return sorted(re.findall(r"%\w+", text)) + [mark for mark in MARKS if mark in text]


def _unlike_text(wanted: str, given: str) -> str:
    if "<html" in wanted:
        return "" if _kept(wanted) == _kept(given) else f"another page: {given}"
    return "" if given == wanted else f"{given!r} instead of {wanted!r}"
