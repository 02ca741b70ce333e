"""The practice shop's API: the calls for customers, told apart by their paths. A WSGI application."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from groupmigrate.platforms.gomag.sandbox.answer import Answer, Refusal
from groupmigrate.platforms.gomag.sandbox.bucket import Bucket
from groupmigrate.platforms.gomag.sandbox.listing import listed
from groupmigrate.platforms.gomag.sandbox.readings import Readings
from groupmigrate.platforms.gomag.sandbox.save import add, sent, update
from groupmigrate.platforms.gomag.sandbox.seed import KEY
from groupmigrate.platforms.gomag.sandbox.shop import Shop

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

CUSTOMER = "/api/v1/customer"


class Webservice:
    """Answers as the API of one shop does."""

    def __init__(self, shop: Shop, readings: Readings) -> None:
        self._shop = shop
        self._readings = readings
        self._buckets = {"GET": Bucket("Read", readings.rate, 40), "POST": Bucket("Write", readings.rate, 10)}
        self._calls: dict[tuple[str, str], Callable[[WSGIEnvironment], Answer]] = {
            ("GET", f"{CUSTOMER}/read/json"): self._read,
            ("POST", f"{CUSTOMER}/add/json"): self._add,
            ("POST", f"{CUSTOMER}/update/json"): self._update,
        }

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        bucket = self._buckets.get(environ["REQUEST_METHOD"], self._buckets["GET"])
        try:
            answer = self._answered(environ, bucket)
        except Refusal as refusal:
            told_by = self._readings["full" if refusal.code == 429 else "failure"]
            shown = told_by == "status"
            answer = refusal.answer(status=refusal.code if shown else 200)
        return answer.send(start, bucket.headers())

    def _answered(self, environ: WSGIEnvironment, bucket: Bucket) -> Answer:
        if not bucket.take():
            raise Refusal(429, "Too many requests")
        self._check_key(environ)
        call = self._calls.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        if call is None:
            raise Refusal(404, "There is no such call")
        return call(environ)

    def _check_key(self, environ: WSGIEnvironment) -> None:
        if environ.get("HTTP_USER_AGENT", "").startswith("PostmanRuntime/"):
            raise Refusal(403, "This client is not welcome")
        host = environ.get("HTTP_HOST", "")
        names = {host} if self._readings["shop"] == "host" else {host, f"http://{host}"}
        if environ.get("HTTP_APISHOP") not in names or environ.get("HTTP_APIKEY") != KEY:
            raise Refusal(401, "The key is not valid for this shop")

    def _read(self, environ: WSGIEnvironment) -> Answer:
        asked = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
        return Answer(listed(self._shop, asked, self._readings))

    def _add(self, environ: WSGIEnvironment) -> Answer:
        return self._saved(add(self._shop, sent(environ)))

    def _update(self, environ: WSGIEnvironment) -> Answer:
        return self._saved(update(self._shop, sent(environ)))

    def _saved(self, customer: dict[str, object]) -> Answer:
        if self._readings["saved"] == "wrapped":
            return Answer({"error": "200", "status": "200", "message": [], "data": customer})
        return Answer(customer)
