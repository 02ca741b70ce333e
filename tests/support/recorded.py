"""Recorded exchanges with a real PrestaShop: sending one to an application, and comparing what comes back.

Human sentences, times of the recording day, keys and password hashes are not compared.
"""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote
from xml.etree import ElementTree

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Answered = tuple[int, dict[str, str], str]
Keys = dict[str, str]
"""The keys of the practice shop by the names that stand for them in the recordings."""

MOMENTS = ("date_add", "date_upd", "last_passwd_gen", "newsletter_date_add")
SECRETS = ("secure_key", "passwd")
HEADERS = ("Content-Type", "PSWS-Version", "Location", "Retry-After")


def send(application: WSGIApplication, request: dict[str, Any], keys: Keys) -> Answered:
    """Give a recorded request to the application, without a network between."""
    path, _, query = request["path"].partition("?")
    body = request.get("body", "")
    data = (body if isinstance(body, str) else json.dumps(body)).encode()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request["method"],
        "PATH_INFO": unquote(path).encode().decode("latin-1"),
        "QUERY_STRING": quote(_with_keys(query, keys), safe="%[]=&,+/:@!$'()*;?-._~"),
        "HTTP_HOST": "shop.example",
        "wsgi.input": BytesIO(data),
    }
    for name, value in request["headers"].items():
        environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    if "Authorization" in request["headers"]:
        key = _with_keys(request["headers"]["Authorization"], keys).removeprefix("Basic ")
        environ["HTTP_AUTHORIZATION"] = "Basic " + base64.b64encode(f"{key}:".encode()).decode()
    started: list[Any] = []
    sent = application(environ, lambda status, headers, *_: started.append((status, headers)))  # type: ignore[arg-type]
    status, headers = started[0]
    return int(status[:3]), dict(headers), b"".join(sent).decode()


def unlike_answer(recorded: dict[str, Any], answered: Answered) -> str:
    """How an answer differs from the recorded one; "" if it does not."""
    status, headers, body = answered
    if status != recorded["status"]:
        return f"status {status} instead of {recorded['status']}: {body[:300]}"
    for name in HEADERS:
        if headers.get(name) != recorded["headers"].get(name):
            return f"{name}: {headers.get(name)!r} instead of {recorded['headers'].get(name)!r}"
    if ("WWW-Authenticate" in headers) != ("WWW-Authenticate" in recorded["headers"]):
        return "WWW-Authenticate"
    return _unlike_body(recorded["body"], body, headers.get("Content-Type", ""))


def unlike(place: str, wanted: object, given: object) -> str:
    """Where two values differ, as far as they are compared; "" if nowhere."""
    name = place.rpartition(".")[2]
    if name == "errors" and isinstance(wanted, list) and isinstance(given, list):
        return "" if _codes(wanted) == _codes(given) else f"codes {_codes(given)}, not {_codes(wanted)}"
    if isinstance(wanted, dict) and isinstance(given, dict):
        if list(wanted) != list(given):
            return f"{place}: {list(given)} instead of {list(wanted)}; "
        return "".join(unlike(f"{place}.{key}", wanted[key], given[key]) for key in wanted)
    if isinstance(wanted, list) and isinstance(given, list) and len(wanted) == len(given):
        return "".join(unlike(place, *pair) for pair in zip(wanted, given, strict=True))
    return "" if _alike(name, wanted, given) else f"{place}: {given!r} instead of {wanted!r}; "


def _with_keys(text: str, keys: Keys) -> str:
    for name, key in keys.items():
        text = text.replace(name, key)
    return text


def _unlike_body(wanted: object, given: str, content_type: str) -> str:
    if not isinstance(wanted, str):
        return unlike("", wanted, json.loads(given))
    if wanted.startswith("<?xml"):
        return _unlike_xml(wanted, given)
    if content_type.startswith("text/html") and "<" in wanted:
        return "" if "<html" in given else "no web page"
    return "" if given == wanted else f"{given!r} instead of {wanted!r}"


def _alike(name: str, wanted: object, given: object) -> bool:
    if name in SECRETS and wanted and given:
        return len(str(wanted)) == len(str(given))
    # What the shop dated by itself on the day of the recording is dated by itself now, or kept.
    if name in MOMENTS and re.match(r"2026-11-2\d", str(wanted)) and given != wanted:
        moment = datetime.fromisoformat(str(given)).replace(tzinfo=UTC)
        return abs(moment - datetime.now(UTC)) < timedelta(days=1)
    return wanted == given and type(wanted) is type(given)


def _codes(errors: list[dict[str, Any]]) -> list[int]:
    """The codes in order; however many PHP warnings follow each other, they are one."""
    numbers = [error["code"] for error in errors]
    return [one for place, one in enumerate(numbers) if one != 3 or not place or numbers[place - 1] != 3]


def _unlike_xml(wanted: str, given: str) -> str:
    try:
        recorded = _as_values(ElementTree.fromstring(wanted))
    except ElementTree.ParseError:
        return "" if wanted == given else f"{given!r} instead of {wanted!r}"
    return unlike("", recorded, _as_values(ElementTree.fromstring(given)))


def _as_values(node: ElementTree.Element) -> object:
    if node.tag == "errors":
        return {"errors": [{"code": int(error.findtext("code", ""))} for error in node]}
    if node.tag == "description":
        return [node.tag, node.attrib]
    text = (node.text or "").strip() if len(node) else node.text or ""
    return {"attributes": node.attrib, node.tag: text, "children": [_as_values(child) for child in node]}
