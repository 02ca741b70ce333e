"""What `check` says of a PrestaShop that is healthy, ill, or none at all."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from groupmigrate.errors import AccessDenied, StoreError, Unreachable, WrongAnswer
from groupmigrate.platforms.base import Severity
from groupmigrate.platforms.prestashop.sandbox import serve
from groupmigrate.platforms.prestashop.settings import settings
from groupmigrate.platforms.prestashop.store import Webservice
from support.prestashop_room import ANA, Ask, Opener, codes, create, recorded_queries

pytest_plugins = ["support.prestashop_fixtures"]


def test_a_healthy_shop_has_no_findings(opened: Opener) -> None:
    check = opened().check()
    assert check.findings == ()
    assert check.version == "9.1.4"
    assert check.store.startswith("Practice shop (http://127.0.0.1:")
    assert check.rights["customers"] == "read, create, replace, change, remove"


KEY = "ONLYREADONLYREADONLYREADONLYREAD"
READS = ("customers", "groups", "addresses", "countries", "states", "languages", "configurations")


@pytest.fixture
def with_key(opened: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    """Opens the practice shop over its address, with a key that has only some rights."""
    practices = []

    def opener(rights: dict[str, Sequence[str]], *, key: str = KEY, **options: Any) -> Webservice:
        seed = tmp_path / "rights.json"
        settings = options.pop("settings", {})
        seed.write_text(json.dumps({"keys": {KEY: rights}, "settings": settings}), encoding="utf-8")
        practices.append(serve(tmp_path / "demo.db", seed=seed))
        monkeypatch.setenv("SHOP_KEY", key)
        return opened(url=practices[-1].url, key="env:SHOP_KEY", **options)

    yield opener
    for practice in practices:
        practice.close()


def test_missing_rights_are_named_for_a_target_and_only_mentioned_for_a_source(with_key: Opener) -> None:
    rights = {name: ["GET"] for name in READS} | {"customers": ["GET", "POST"]}
    store = with_key(rights)
    (finding,) = store.check().findings
    assert (finding.code, finding.severity) == ("GM503", Severity.ERROR)
    assert "PATCH customers, POST addresses" in finding.message
    assert codes(with_key(rights, read_only=True)) == [("GM503", "warning")]


def test_rights_to_read_are_needed_in_any_case(with_key: Opener) -> None:
    (finding, *_) = with_key({"customers": ["GET"]}, read_only=True).check().findings
    assert (finding.code, finding.severity) == ("GM503", Severity.ERROR)
    assert "GET groups, GET addresses" in finding.message


def test_a_missing_right_met_on_the_way_is_access_denied(with_key: Opener) -> None:
    store = with_key({name: ["GET"] for name in READS if name != "groups"})
    with pytest.raises(AccessDenied) as caught:
        store.groups()
    assert caught.value.code == "GM503"


@pytest.mark.parametrize("key", ["X" * 32, "short"])
def test_a_wrong_key_is_said(with_key: Opener, key: str) -> None:
    (finding,) = with_key({}, key=key).check().findings
    assert (finding.code, finding.severity) == ("GM502", Severity.ERROR)
    assert key not in finding.message


def test_a_webservice_that_is_switched_off_is_said(with_key: Opener) -> None:
    assert codes(with_key({}, settings={"PS_WEBSERVICE": "0"})) == [("GM506", "error")]


def test_a_wrong_host_is_explained(opened: Opener, ask: Ask) -> None:
    store = opened()
    sql = "UPDATE ps_configuration SET value = 'www.shop.example' WHERE name = 'PS_SHOP_DOMAIN'"
    ask(sql)
    (finding,) = store.check().findings
    assert (finding.code, finding.severity) == ("GM504", Severity.ERROR)
    assert "www.shop.example" in finding.message
    with pytest.raises(WrongAnswer):
        list(store.customers())


def test_a_shop_that_does_not_exist_is_explained(opened: Opener) -> None:
    (finding,) = opened(shop=77).check().findings
    assert finding.code == "GM504"
    assert "`shop`" in finding.hint


def test_the_number_of_the_shop_goes_with_every_request(opened: Opener, ask: Ask) -> None:
    store = opened(shop=1)
    queries = recorded_queries(store)
    create(store, ANA)
    assert queries
    assert all(query["id_shop"] == "1" for query in queries)


def test_a_multistore_asks_which_shop_is_meant(opened: Opener, ask: Ask) -> None:
    store = opened()
    ask("INSERT INTO ps_shop (id_shop, name) VALUES (2, 'Second')")
    assert codes(store) == [("GM522", "warning")]
    assert codes(opened(shop=1)) == []


def test_a_multistore_that_is_read_whole_says_which_shops(opened: Opener, ask: Ask) -> None:
    store = opened(shop="all", read_only=True)
    ask("INSERT INTO ps_shop (id_shop, name) VALUES (2, 'Second')")
    (finding,) = store.check().findings
    assert (finding.code, finding.severity) == ("GM522", Severity.NOTE)
    assert "1 Practice shop, 2 Second" in finding.message
    assert codes(opened(shop="all")) == [("GM522", "error")]
    assert codes(opened(shop="group:7", read_only=True)) == [("GM522", "error")]


def test_a_setting_of_another_shop_of_a_multistore_is_not_taken(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = opened()._api
    rows = [
        {"name": "PS_CUSTOMER_GROUP", "value": value, "id_shop": shop}
        for value, shop in (("3", ""), ("4", "1"), ("5", "2"))
    ]
    monkeypatch.setattr(api, "rows", lambda *_: rows)
    assert [settings(api, shop)["PS_CUSTOMER_GROUP"] for shop in (None, 1, 2, 3)] == ["3", "4", "5", "3"]


def test_a_shop_without_a_time_zone_is_taken_as_utc_and_says_so(opened: Opener, ask: Ask) -> None:
    store = opened()
    ask("DELETE FROM ps_configuration WHERE name = 'PS_TIMEZONE'")
    assert codes(store) == [("GM508", "warning")]
    (stored,) = create(store, ANA)
    assert stored.created == ANA.created
    assert ask("SELECT date_add FROM ps_customer") == [(ANA.created,)]
    assert codes(opened(timezone="Asia/Tokyo")) == []


def test_fields_that_the_shop_demands_are_warned_of(opened: Opener) -> None:
    store = opened(seed={"required": ["birthday", "siret", "optin"]})
    findings = store.check().findings
    assert [(one.code, one.severity.value) for one in findings] == [("GM509", "warning"), ("GM509", "error")]
    assert "birthday" in findings[0].message
    assert "siret" in findings[1].message


def test_a_group_of_its_own_is_warned_of_without_the_customer_group(opened: Opener) -> None:
    assert codes(opened(always_customer_group=False)) == [("GM518", "warning")]


def test_a_language_that_the_shop_lacks_is_an_error_of_the_connector(opened: Opener) -> None:
    assert codes(opened(language="fr")) == [("GM105", "error")]


class Front(BaseHTTPRequestHandler):
    """A web server before the shop: it answers what the test says."""

    answers: Callable[[Front], tuple[int, dict[str, str], bytes]]

    def do_GET(self) -> None:
        status, headers, body = type(self).answers(self)
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def front() -> Iterator[Callable[..., str]]:
    servers: list[tuple[ThreadingHTTPServer, threading.Thread]] = []

    def start(answers: Callable[[Front], tuple[int, dict[str, str], bytes]]) -> str:
        handler = type("Handler", (Front,), {"answers": staticmethod(answers)})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        servers.append((server, threading.Thread(target=server.serve_forever, args=(0.02,))))
        servers[-1][1].start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


ROOT = '<prestashop><api shopName="Old shop"><customers get="true"/></api></prestashop>'


@pytest.mark.parametrize(("version", "refused"), [("1.5.6.3", True), ("1.6.0.1", False), ("9.2.0", False)])
def test_versions_before_1_6_are_refused(
    front: Callable[..., str],
    opened: Opener,
    monkeypatch: pytest.MonkeyPatch,
    version: str,
    refused: bool,
) -> None:
    monkeypatch.setenv("SHOP_KEY", KEY)
    url = front(lambda _: (200, {"PSWS-Version": version}, ROOT.encode()))
    assert (("GM505", "error") in codes(opened(url=url, key="env:SHOP_KEY"))) is refused


@pytest.mark.parametrize(("version", "right"), [("1.7.8.10", "PUT"), ("8.0.0", "PATCH")])
def test_the_right_to_change_customers_depends_on_the_version(
    front: Callable[..., str],
    opened: Opener,
    monkeypatch: pytest.MonkeyPatch,
    version: str,
    right: str,
) -> None:
    monkeypatch.setenv("SHOP_KEY", KEY)
    url = front(lambda _: (200, {"PSWS-Version": version}, ROOT.encode()))
    messages = [finding.message for finding in opened(url=url, key="env:SHOP_KEY").check().findings]
    assert any(f"POST customers, {right} customers, POST addresses" in message for message in messages)


@pytest.mark.parametrize(
    ("status", "headers", "body", "code"),
    [
        (200, {"Content-Type": "text/html"}, b"<html><body>Welcome</body></html>", "GM504"),
        (404, {"Content-Type": "text/html"}, b"<html>not here</html>", "GM504"),
        (301, {"Location": "https://www.shop.example/?url="}, b"", "GM504"),
        (200, {"PSWS-Version": "9.1.4"}, b"<prestashop><api", "GM504"),
        (200, {"PSWS-Version": "9.1.4"}, b"<!DOCTYPE x><prestashop><api/></prestashop>", "GM504"),
        (403, {}, b"forbidden", "GM504"),
        (500, {}, b"", "GM504"),
        (503, {}, b"<html>maintenance</html>", "GM501"),
        (401, {}, b"401 Unauthorized", "GM502"),
    ],
)
def test_what_is_not_the_webservice_is_a_finding_and_no_traceback(
    front: Callable[..., str],
    opened: Opener,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    headers: dict[str, str],
    body: bytes,
    code: str,
) -> None:
    monkeypatch.setenv("SHOP_KEY", KEY)
    url = front(lambda _: (status, headers, body))
    store = opened(url=url, key="env:SHOP_KEY")
    (finding,) = store.check().findings
    assert (finding.code, finding.severity) == (code, Severity.ERROR)
    assert KEY not in finding.message + finding.hint
    for verb in (store.groups, store.rules, lambda: list(store.customers()), lambda: store.find(["a@b.de"])):
        with pytest.raises(StoreError):
            verb()


def test_the_words_of_a_shop_are_told_without_its_paths(
    front: Callable[..., str], opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_KEY", KEY)
    words = "Property Shop->theme is not valid (/var/www/shop/classes/Shop.php, line 7)"
    body = (
        f"<prestashop><errors><error><code>85</code><message>{words}</message></error></errors></prestashop>"
    )
    url = front(lambda _: (400, {"PSWS-Version": "9.1.4"}, body.encode()))
    (finding,) = opened(url=url, key="env:SHOP_KEY").check().findings
    assert finding.message.endswith("answered 400: Property Shop->theme is not valid")


def test_a_shop_whose_php_is_too_new_is_not_taken_for_another_address(
    front: Callable[..., str], opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_KEY", KEY)
    noise = (
        "[PHP Warning #2] count(): Parameter must be an array (/var/www/shop/classes/WebserviceRequest.php)"
    )
    body = (
        f"<prestashop><errors><error><code>3</code><message>{noise}</message></error></errors></prestashop>"
    )
    url = front(lambda _: (500, {"PSWS-Version": "1.6.1.25"}, body.encode()))
    (finding,) = opened(url=url, key="env:SHOP_KEY").check().findings
    assert (finding.code, finding.severity) == ("GM504", Severity.ERROR)
    assert "1.6 needs PHP 7.1" in finding.hint
    assert "/var/www" not in finding.message


def test_a_stripped_header_is_got_round_and_said(
    front: Callable[..., str], opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answers(request: Front) -> tuple[int, dict[str, str], bytes]:
        if f"ws_key={KEY}" not in request.path:
            return 401, {"Content-Type": "text/html"}, b"401 Unauthorized"
        return 200, {"PSWS-Version": "9.1.4"}, ROOT.encode()

    monkeypatch.setenv("SHOP_KEY", KEY)
    store = opened(url=front(answers), key="env:SHOP_KEY")
    assert codes(store)[0] == ("GM521", "warning")


def test_nobody_there_is_a_finding(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_KEY", KEY)
    store = opened(url="http://127.0.0.1:9", key="env:SHOP_KEY")
    assert codes(store) == [("GM501", "error")]
    with pytest.raises(Unreachable):
        store.groups()


def test_closing_twice_does_no_harm_and_ends_the_practice_shop(opened: Opener) -> None:
    store = opened()
    store.close()
    store.close()
    with pytest.raises(Unreachable):
        store.groups()
