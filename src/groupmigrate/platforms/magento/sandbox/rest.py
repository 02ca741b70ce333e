"""The front door of the practice shop: what is looked at first, and which endpoint answers; WSGI."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NoReturn

from groupmigrate.platforms.magento.sandbox import auth, cloud, fields
from groupmigrate.platforms.magento.sandbox.answer import (
    HTML,
    Answer,
    Problem,
    Refusal,
    refused,
    unauthorized,
)
from groupmigrate.platforms.magento.sandbox.call import Call, Caller, StoreView, store_view
from groupmigrate.platforms.magento.sandbox.request import Request, read
from groupmigrate.platforms.magento.sandbox.routes import routed
from groupmigrate.platforms.magento.sandbox.shop import Shop

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

METHODS = ("GET", "POST", "PUT", "DELETE")
MAINTENANCE = "sandbox/maintenance"
LONGEST_LINE = 8190
"""The longest address that a web server in front of a shop lets through, Apache's and nginx' default."""
PAGE = """<!doctype html>
<html>
<head>
    <title>{title}</title>
    <base href="{base}errors&#x2F;default&#x2F;" />
</head>
<body><h1>{title}</h1></body>
</html>
"""
ADDRESS = re.compile(r"(?:/index\.php)?/rest(?:/(?P<store>[^/]+))??/V1/(?P<rest>.*?)/?")


class Rest:
    """The practice shop's REST way."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = read(environ)
        try:
            answer = self._answered(request)
        except Refusal as refusal:
            answer = refusal.answer()
        return answer.send(start, body=request.method != "HEAD")

    def _answered(self, request: Request) -> Answer:
        if request.line_length > LONGEST_LINE:
            return _page(request, 414, "Request-URI Too Long")
        if self._shop.switched(MAINTENANCE):
            # Without Retry-After (2.4.7, run).
            return _page(request, 503, "Error 503: Service Unavailable")
        if self._shop.release.cloud:
            return self._called_at_adobe(request)
        if request.path == "/magento_version":
            return Answer(200, self._shop.release.version, HTML)
        if not re.match(r"(/index\.php)?/rest(/|$)", request.path):
            return _page(request, 200, "Practice shop")
        if not _takes_json(request.accept):
            return _page(request, 500, "Error 500: there is no such format")
        return self._called(request)

    def _called(self, request: Request) -> Answer:
        found = ADDRESS.fullmatch(request.path)
        store = self._store((found and found["store"]) or "default")
        parts = tuple(found["rest"].split("/")) if found else ()
        return self._carried_out(request, store, parts, auth.caller)

    def _called_at_adobe(self, request: Request) -> Answer:
        if (request.method, request.path) == ("POST", cloud.SIGN_IN):
            return cloud.token(self._shop, request)
        parts = cloud.parts(request)
        return self._carried_out(request, self._store(request.store or "default"), parts, cloud.caller)

    def _carried_out(
        self, request: Request, store: StoreView, parts: tuple[str, ...], caller_of: Callable[..., Caller]
    ) -> Answer:
        if request.method not in METHODS:
            raise Refusal(405, Problem(f"the method {request.method} is not supported"))
        route, named = routed(request.method, parts, at_adobe=self._shop.release.cloud)
        caller = caller_of(self._shop, request)
        if not caller.may(route.resource):
            raise unauthorized(route.resource)
        result = route.calls(Call(self._shop, store, caller, request, named, _body(request)))
        return Answer(200, json.dumps(fields.cut(result, request.parameters.get("fields"))))

    def _store(self, code: str) -> StoreView:
        store = store_view(self._shop, "code", "admin" if code == "all" else code)
        if store is None:
            raise refused("this request cannot be processed")
        return store


def _page(request: Request, status: int, title: str) -> Answer:
    base = request.url.removesuffix(request.path) + "/"
    escaped = base.replace(":", "&#x3A;").replace("/", "&#x2F;")
    return Answer(status, PAGE.format(title=title, base=escaped), HTML)


def _takes_json(accept: str) -> bool:
    kinds = [part.partition(";")[0].strip() for part in accept.split(",")]
    return not accept or any(kind in ("application/json", "application/*", "*/*") for kind in kinds)


def _refuse_constant(name: str) -> NoReturn:
    # Python would take NaN and Infinity; they are no JSON.
    raise ValueError(name)


def _body(request: Request) -> object:
    if not request.body:
        return None
    kind, _, parameters = request.content_type.partition(";")
    if not kind:
        raise refused("the header Content-Type is empty")
    if kind.strip() != "application/json":
        raise refused(f"the Content-Type {kind} is not understood")
    charset = re.search(r"charset=([^;\s]+)", parameters)
    if charset and charset[1].lower() != "utf-8":
        raise refused("UTF-8 is the only charset that is understood")
    try:
        return json.loads(request.body, parse_constant=_refuse_constant)
    except ValueError:
        raise refused("the body cannot be decoded") from None
