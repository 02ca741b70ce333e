"""Recorded exchanges with a real Magento: sending one to an application, and comparing what comes back.

Human sentences are not compared, only the placeholders in them; nor are tokens, confirmation keys and the
times of the recording day.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from groupmigrate.platforms.magento.sandbox import oauth
from groupmigrate.platforms.magento.sandbox.credentials import ADMIN_PASSWORD, CONSUMER_KEY, TOKEN
from groupmigrate.platforms.magento.sandbox.request import read

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Answered = tuple[int, str, str]
"""Status, content type and body."""

READ_ONLY = "readonlytokenreadonlytokenreadon"
JSON = "application/json; charset=utf-8"
RECORDING_DAY = "2026-11-2"
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
        self._nonce = ""

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
        authorization = headers.get("Authorization", "")
        if authorization.startswith("OAuth "):
            authorization = self._signed(authorization, environ)
        environ["HTTP_AUTHORIZATION"] = self._filled(authorization)
        return environ

    def _filled(self, text: str) -> str:
        for name, value in self._known.items():
            text = text.replace(name, value)
        return text

    def _signed(self, recorded: str, environ: dict[str, Any]) -> str:
        """A recorded OAuth header with a time, a nonce and a signature of today."""
        values = dict(re.findall(r'(\w+)="([^"]*)"', recorded))
        fresh = {"<nonce used before>": self._nonce, "<nonce>": secrets.token_hex(8)}
        self._nonce = fresh[values["oauth_nonce"]]
        tokens = {"<token>": TOKEN, "<unknown token>": "unknown"}
        values |= {
            "oauth_consumer_key": CONSUMER_KEY,
            "oauth_token": tokens[values["oauth_token"]],
            "oauth_nonce": self._nonce,
            "oauth_timestamp": str(int(time.time())),
        }
        if values["oauth_signature"] == "<signature>":
            values["oauth_signature"] = oauth.signature(read(environ), values)
            environ["wsgi.input"].seek(0)
        return "OAuth " + ", ".join(f'{name}="{value}"' for name, value in values.items())


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
        return _placeholders(wanted) == _placeholders(given)
    if name == "password_hash" and str(wanted).endswith(":3_32_2_67108864"):
        # The shop hashed it itself, with a salt of its own.
        return bool(given)
    if name == "confirmation" or (isinstance(wanted, str) and wanted.endswith("token>")):
        return isinstance(given, str) and len(given) >= 32
    return wanted == given and type(wanted) is type(given)


def _placeholders(message: object) -> tuple[list[str], bool]:
    text = str(message)
    return sorted(re.findall(r"%\w+", text)), "Report ID: webapi-" in text


def _unlike_text(wanted: str, given: str) -> str:
    if "<html" in wanted:
        return "" if "<html" in given else "no web page"
    return "" if given == wanted else f"{given!r} instead of {wanted!r}"
