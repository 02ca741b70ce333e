"""The front door of the practice store: who may call, how often, and which part answers; it speaks WSGI."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING, Any

from groupmigrate.platforms.neto import PATH
from groupmigrate.platforms.neto.sandbox.query import BadFilter, customers
from groupmigrate.platforms.neto.sandbox.readings import Readings
from groupmigrate.platforms.neto.sandbox.render import Body, Renderer, as_json, as_xml
from groupmigrate.platforms.neto.sandbox.save import Bad, Saved, save
from groupmigrate.platforms.neto.sandbox.seed import CLIENT, KEY, STAFF, STAFF_KEY, TOKEN
from groupmigrate.platforms.neto.sandbox.shop import Shop

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

STOREFRONT = b"<!doctype html>\n<html><head><title>Practice store</title></head><body></body></html>\n"
BAD_KEY = "Invalid API key"
WRITES = ("AddCustomer", "UpdateCustomer")
MINUTE = 60.0


def is_read(environ: WSGIEnvironment) -> bool:
    """Whether a request only reads: all are POSTs, and a header names the action."""
    return str(environ.get("HTTP_NETOAPI_ACTION", "")).startswith("Get")


class NetoApi:
    """The practice store's API."""

    def __init__(self, shop: Shop, readings: Readings) -> None:
        self._shop = shop
        self._readings = readings
        self._renderer = Renderer(readings)
        self._limiter = _Limiter(readings.rate)

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if environ["PATH_INFO"] != PATH:
            return _send(start, 200, STOREFRONT, "text/html; charset=utf-8")
        if not self._limiter.allows():
            return _send(start, 429, b"Too many requests", "text/html; charset=utf-8")
        action = str(environ.get("HTTP_NETOAPI_ACTION", ""))
        good = _is_known(environ)
        answer = self._answered(action, environ) if good else self._failed(action, BAD_KEY)
        status = 401 if not good and self._readings["badkey"] == "401" else 200
        if "json" in str(environ.get("HTTP_ACCEPT", "")):
            return _send(start, status, as_json(answer), "application/json")
        return _send(start, status, as_xml(action, answer), "text/xml; charset=utf-8")

    def _answered(self, action: str, environ: WSGIEnvironment) -> Body:
        try:
            body = json.loads(environ["wsgi.input"].read() or b"{}")
            if action == "GetCustomer":
                return self._got(action, body["Filter"])
            if action == "GetItem":
                return self._renderer.answer(action, "Success", self._items(), (), ())
            if action in WRITES:
                return self._saved(action, _listed(body["Customer"]))
        except BadFilter as bad:
            return self._failed(action, str(bad))
        except (ValueError, KeyError, TypeError, AttributeError):
            return self._failed(action, "the request cannot be read")
        return self._failed(action, f"there is no action {action}")

    def _got(self, action: str, filter_: Mapping[str, Any]) -> Body:
        numbers = {name: number for number, name in self._shop.groups().items()}
        selector = _listed(filter_.get("OutputSelector") or [])
        rows = [
            self._renderer.customer(record, selector, numbers)
            for record in customers(self._shop, self._readings, filter_)
        ]
        return self._renderer.answer(action, "Success", self._renderer.rows("Customer", rows), (), ())

    def _items(self) -> Body:
        """One product, with a price for every group."""
        groups = self._shop.groups().items()
        prices = [{"GroupID": str(number), "Group": name, "Price": "10.00"} for number, name in groups]
        item = {"SKU": "PRACTICE-1", "PriceGroups": [self._renderer.rows("PriceGroup", prices)]}
        return self._renderer.rows("Item", [item])

    def _saved(self, action: str, bodies: list[Any]) -> Body:
        try:
            with self._shop.writing():
                saved = save(self._shop, self._readings, action, bodies)
        except Bad as bad:
            if not self._only_warns(action, str(bad)):
                return self._failed(action, str(bad))
            saved = Saved(warnings=[str(bad)])
        names = [] if self._readings["answer"] == "silent" else saved.usernames
        rows = self._renderer.rows("Customer", [{"Username": name} for name in names])
        ack = "Warning" if saved.warnings else "Success"
        return self._renderer.answer(action, ack, rows, (), saved.warnings)

    def _only_warns(self, action: str, words: str) -> bool:
        """Whether what fails wholly is a warning all the same: an unknown key is, for products (read)."""
        if action == "UpdateCustomer":
            return self._readings["unknown"] == "warn" and "no customer" in words
        return self._readings["existing"] == "warn" and "in use" in words

    def _failed(self, action: str, words: str) -> Body:
        return self._renderer.answer(action, "Error", {}, [words], ())


class _Limiter:
    """So many calls within any minute."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._calls: deque[float] = deque()
        self._lock = Lock()

    def allows(self) -> bool:
        now = time.monotonic()
        with self._lock:
            while self._calls and self._calls[0] <= now - MINUTE:
                self._calls.popleft()
            if len(self._calls) >= self._most:
                return False
            self._calls.append(now)
            return True


def _is_known(environ: WSGIEnvironment) -> bool:
    if "HTTP_X_SECRET_KEY" in environ:
        return (environ.get("HTTP_X_ACCESS_KEY"), environ["HTTP_X_SECRET_KEY"]) == (CLIENT, TOKEN)
    key, user = environ.get("HTTP_NETOAPI_KEY"), environ.get("HTTP_NETOAPI_USERNAME", "")
    return key == KEY or (key, user) == (STAFF_KEY, STAFF)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _send(start: StartResponse, status: int, body: bytes, kind: str) -> list[bytes]:
    start(
        f"{status} {HTTPStatus(status).phrase}",
        [("Content-Type", kind), ("Content-Length", str(len(body)))],
    )
    return [body]
