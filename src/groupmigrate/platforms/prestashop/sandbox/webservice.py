"""The front door of the practice shop: who may do what, and which part answers. A WSGI application."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from groupmigrate.platforms.prestashop.sandbox import query, render
from groupmigrate.platforms.prestashop.sandbox.answer import HTML, NOISE, Answer, BadQuery, Refusal
from groupmigrate.platforms.prestashop.sandbox.context import Context, context
from groupmigrate.platforms.prestashop.sandbox.delete import delete
from groupmigrate.platforms.prestashop.sandbox.record import load
from groupmigrate.platforms.prestashop.sandbox.request import Request, read
from groupmigrate.platforms.prestashop.sandbox.resources import RESOURCES, WRITABLE, Resource
from groupmigrate.platforms.prestashop.sandbox.save import required_fields, save
from groupmigrate.platforms.prestashop.sandbox.shop import Shop, whole

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

REALM = (
    "WWW-Authenticate",
    'Basic realm="Welcome to PrestaShop Webservice, the key is the login, no password"',
)
OTHERS = {
    "currencies": "Currencies",
    "customer_messages": "Messages of customers",
    "customer_threads": "Threads of messages",
    "guests": "Guests",
    "zones": "Zones of countries",
}
"""Resources of a real shop that a key may have rights to, but that are not practised here."""
DESCRIPTIONS = OTHERS | {name: resource.description for name, resource in RESOURCES.items()}
STOREFRONT = "<!doctype html>\n<html><head><title>Practice shop</title></head><body></body></html>\n"


class Webservice:
    """The practice shop's webservice, as the release that the shop was installed as."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._release = shop.release

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", errors="replace")
        if path != "/api" and not path.startswith("/api/"):
            return self._storefront().send(start)
        request = read(environ, path)
        answer = self._redirected(request) or self._answered(request)
        return answer.send(start, body=environ["REQUEST_METHOD"] != "HEAD")

    def _storefront(self) -> Answer:
        if self._shop.setting("PS_SHOP_ENABLE") == "0":
            return Answer(503, STOREFRONT, HTML, [("Retry-After", "3600")])
        return Answer(200, STOREFRONT, HTML)

    def _redirected(self, request: Request) -> Answer | None:
        """The way to the storefront, which a wrong host or an unknown shop gets, whatever was asked."""
        main = self._shop.setting("PS_SHOP_DOMAIN")
        wanted = request.parameters.get("id_shop")
        if wanted is None:
            # With an id_shop in the address the host is not looked at (every version, run).
            if not main or request.host == main:
                return None
        elif (wanted == "all" and self._release.all_shops) or self._shop.value(
            "SELECT 1 FROM ps_shop WHERE id_shop = ?", (whole(wanted),)
        ):
            return None
        rest = {name: value for name, value in request.parameters.items() if name != "id_shop"}
        target = urlencode({**rest, "url": "/".join(request.segments)}, safe="/")
        status = 302 if self._shop.setting("PS_CANONICAL_REDIRECT") in ("", "1") else 301
        return Answer(
            status,
            "",
            HTML,
            [("Location", f"http://{main or request.host}{self._release.storefront}?{target}")],
        )

    def _answered(self, request: Request) -> Answer:
        if request.key is None:
            if request.method == "OPTIONS" and self._release.preflight:
                return Answer(200, "200 OK", HTML)
            return Answer(401, "401 Unauthorized", HTML, [REALM])
        known = False
        try:
            rights = self._rights(request.key)
            known = True
            answer = self._routed(request, rights)
        except BadQuery as bad:
            answer = bad.refusal(self._release.query_status).answer(in_json=request.in_json)
        except Refusal as refusal:
            answer = refusal.answer(in_json=request.in_json)
        if answer.content_type == "" and not self._release.empty_type:
            answer.content_type = None
        answer.headers += self._common_headers(answer, known=known)
        if answer.status == 401 and not known:
            answer.headers.append(REALM)
        return answer

    def _common_headers(self, answer: Answer, *, known: bool) -> list[tuple[str, str]]:
        if answer.content_type == HTML:
            return []
        if not known:
            return [("PSWS-Version", "0" if self._release.hides_version else self._release.version)]
        digest = hashlib.sha1(answer.body.encode(), usedforsecurity=False).hexdigest()
        return [
            ("PSWS-Version", self._release.version),
            ("Execution-Time", "0.001"),
            ("Content-Sha1", digest),
            ("Set-Cookie", "PrestaShop-practice=session; path=/; HttpOnly"),
        ]

    def _rights(self, key: str) -> dict[str, set[str]]:
        if self._shop.setting("PS_WEBSERVICE") == "0":
            raise Refusal(503, (22, "the webservice of this practice shop is switched off"))
        if len(key) != 32:
            raise Refusal(401, (18, "a key has 32 characters"))
        sql = 'SELECT 1 FROM ps_webservice_account WHERE "key" = ? AND active = 1'
        if not self._shop.value(sql, (key,)):
            raise Refusal(401, (20, "this key is not active"), (21, "this key may do nothing"))
        rights: dict[str, set[str]] = {}
        sql = 'SELECT resource, method FROM ps_webservice_permission WHERE "key" = ?'
        for row in self._shop.rows(sql, (key,)):
            rights.setdefault(str(row["resource"]), set()).add(str(row["method"]))
        return rights

    def _routed(self, request: Request, rights: Mapping[str, set[str]]) -> Answer:
        if request.method not in self._release.methods:
            raise Refusal(405, (23, f"there is no method {request.method}"))
        asked = context(self._shop, request.parameters)
        name = request.segments[0] if request.segments else ""
        if not name:
            return render.root(self._page(request, asked), self._shop_name(), dict(rights), DESCRIPTIONS)
        if name not in DESCRIPTIONS:
            raise Refusal(400, (27, f'there is no resource "{name}"; there are: {", ".join(DESCRIPTIONS)}'))
        if name not in rights or name in OTHERS:
            raise Refusal(401, (26, f'this key has no right to "{name}"'))
        if request.method not in rights[name]:
            raise Refusal(405, (25, f"this key may not {request.method} {name}"))
        resource = self._release.resources[name]
        self._check_shops(request, asked)
        if request.method in ("GET", "HEAD"):
            return self._got(request, resource, asked)
        if name not in WRITABLE:
            raise Refusal(405, (25, f"{name} cannot be changed in a practice shop"))
        if request.method == "DELETE":
            return self._deleted(request, resource, asked)
        records = save(self._shop, resource, request.method, request.body, asked)
        status = 201 if request.method == "POST" else 200
        return render.details(self._page(request, asked), resource, records, status)

    def _check_shops(self, request: Request, asked: Context) -> None:
        # One shop in common is enough, and ids are not asked for their shop (9.1.4, run).
        sql = 'SELECT id_shop FROM ps_webservice_account_shop WHERE "key" = ?'
        allowed = {whole(row["id_shop"]) for row in self._shop.rows(sql, (request.key,))}
        if allowed and allowed.isdisjoint(asked.shops):
            raise Refusal(403, (132, "this key has no right to this shop"))

    def _got(self, request: Request, resource: Resource, asked: Context) -> Answer:
        page = self._page(request, asked)
        if "schema" in request.parameters:
            return self._schema(request, page, resource)
        shown = query.shown(resource, request.parameters)
        # What comes behind the id in the address is not looked at (every version, run).
        if len(request.segments) > 1 and request.segments[1]:
            record = load(self._shop, resource, whole(request.segments[1]), asked)
            if record is None:
                return Answer(404)
            if resource.name == "groups":
                self._check_group(whole(record.id), asked)
            if shown.fields is not None and not self._release.shows_one_by_display:
                # `display` beside an id shows the id only, before 8 (1.7.6.2, run).
                return render.one_id(page, resource, whole(request.segments[1]))
            if page.in_json and shown.fields is not None:
                return render.full_list(page, resource, [record], shown)
            return render.details(page, resource, [record])
        with self._shop.reading():
            numbers = query.found(self._shop, resource, request.parameters, asked)
            if shown.fields is None:
                return render.ids(page, resource, numbers)
            records = [record for number in numbers if (record := load(self._shop, resource, number, asked))]
            return render.full_list(page, resource, records, shown)

    def _schema(self, request: Request, page: render.Page, resource: Resource) -> Answer:
        kind = request.parameters["schema"]
        if kind not in ("blank", "synopsis"):
            raise BadQuery(28, f'a schema is "blank" or "synopsis", not "{kind}"')
        required = required_fields(self._shop, resource)
        return render.schema(page, resource, required, blank=kind == "blank")

    def _check_group(self, number: int, asked: Context) -> None:
        sql = f"SELECT 1 FROM ps_group_shop WHERE id_group = ? AND id_shop IN ({asked.listed})"
        if not self._shop.value(sql, (number,)):
            raise Refusal(404, (131, f"group {number} is not of this shop"))

    def _deleted(self, request: Request, resource: Resource, asked: Context) -> Answer:
        several = request.parameters.get("id", "")
        if several:
            numbers = [whole(part) for part in several.strip("[]").split(",")]
        elif len(request.segments) > 1 and request.segments[1]:
            numbers = [whole(request.segments[1])]
        else:
            raise Refusal(
                404, (self._release.notice, NOISE[1]), (87, f"no {resource.name} with these ids: 0")
            )
        if resource.name == "groups":
            kept = self._kept_groups() & set(numbers)
            if kept and self._release.keeps_built_in:
                # 9.1 lets a built-in group alone, by an exception that nobody catches (run).
                return Answer(500, "", HTML)
            if kept:
                raise Refusal(500, (88, f"these groups were not deleted: {min(kept)}"))
        delete(self._shop, resource, numbers, asked)
        return Answer(200)

    def _kept_groups(self) -> set[int]:
        names = ["PS_CUSTOMER_GROUP"]
        if self._release.keeps_built_in:
            names += ["PS_UNIDENTIFIED_GROUP", "PS_GUEST_GROUP"]
        return {whole(self._shop.setting(name)) for name in names}

    def _shop_name(self) -> str:
        return str(self._shop.value("SELECT name FROM ps_shop ORDER BY id_shop") or "")

    def _page(self, request: Request, asked: Context) -> render.Page:
        language = whole(request.parameters.get("language", ""))
        languages = (language,) if language else tuple(sorted(self._shop.languages()))
        return render.Page(
            f"http://{request.host}/{asked.uri}api/", languages, request.in_json, self._release
        )
