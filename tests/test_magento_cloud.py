"""Adobe Commerce as a Cloud Service: addresses, log-in and refusals as documented, and nobody mailed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from pydantic import ValidationError

from groupmigrate.cli.sandbox import KEY, _words
from groupmigrate.errors import AccessDenied, StoreError, WrongAnswer
from groupmigrate.platforms.base import State
from groupmigrate.platforms.http import Request
from groupmigrate.platforms.magento import auth
from groupmigrate.platforms.magento.restoptions import RestOptions
from groupmigrate.platforms.magento.sandbox import serve
from groupmigrate.platforms.magento.sandbox.credentials import (
    CLIENT_ID,
    CLIENT_SECRET,
    ORGANIZATION,
    TENANT,
)
from support.magento_room import ANA, Opener, create, creations, everybody, outbox, recorded, seeded
from support.scripted import Scripted, status

pytest_plugins = ["support.magento_fixtures", "support.http_fixtures"]

URL = "https://na1-sandbox.api.commerce.adobe.com/AbCYab34cdEfGHiJ27123"
WHOLE = {"url": URL, "client_id": "0123", "client_secret": "env:S", "organization": "1@AdobeOrg"}
HTML, JSON = "Content-Type: text/html", "Content-Type: application/json"
GIVEN = status(200, JSON, body=b'{"access_token":"abc","token_type":"bearer","expires_in":86399}')
SIGN_IN = "POST /ims/token/v3"
SHOWN = {
    *("id", "group_id", "created_at", "updated_at", "created_in", "email", "firstname", "lastname"),
    *("store_id", "website_id", "addresses"),
}


@pytest.fixture
def secret(tmp_path: Path) -> str:
    """Where the practice shop's client secret is kept."""
    (tmp_path / "secret").write_text(CLIENT_SECRET, encoding="utf-8")
    return "file:secret"


@pytest.fixture
def account(open_magento: Opener, secret: str) -> dict[str, str]:
    """What a connector says of a practice shop that is being served, with one customer."""
    store = open_magento(seed={"customers": [seeded("first@example.com")]}, release="saas")
    server = store.address.removesuffix(f"/{TENANT}")
    return {
        "url": store.address,
        "client_id": CLIENT_ID,
        "client_secret": secret,
        "organization": ORGANIZATION,
        "token_url": f"{server}/ims/token/v3",
    }


def at(server: Scripted, secret: str) -> dict[str, str]:
    """What a connector says of a server that answers as it is told."""
    whole = {"client_id": CLIENT_ID, "client_secret": secret, "organization": ORGANIZATION}
    return {**whole, "url": f"{server.address}/tenant", "token_url": f"{server.address}/ims/token/v3"}


def sign_ins(store: Any) -> int:
    return int(store._practice.requests[SIGN_IN])


# --- the connector ---


@pytest.mark.parametrize("url", [URL, f"{URL}/", f"{URL}/V1", f"{URL}/V1/"])
def test_the_address_is_the_rest_endpoint(url: str) -> None:
    assert RestOptions.model_validate({**WHOLE, "url": url}).url == URL


@pytest.mark.parametrize("path", ["", "/tenant/graphql", "/tenant/rest/all"])
def test_an_address_without_the_tenant_or_with_more_is_refused(path: str) -> None:
    with pytest.raises(ValidationError, match="Commerce Cloud Manager"):
        RestOptions.model_validate({**WHOLE, "url": f"https://na1.api.commerce.adobe.com{path}"})


@pytest.mark.parametrize("missing", ["client_id", "client_secret", "organization"])
def test_an_account_that_is_not_whole_is_refused(missing: str) -> None:
    told = {name: value for name, value in WHOLE.items() if name != missing}
    with pytest.raises(ValidationError, match=f"`{missing}`"):
        RestOptions.model_validate(told)


def test_a_token_of_an_integration_is_not_enough_at_adobe() -> None:
    with pytest.raises(ValidationError, match="`client_id`, `client_secret`, `organization` is missing"):
        RestOptions.model_validate({"url": URL, "token": "env:T"})


def test_the_client_secret_is_sent_to_no_plain_address() -> None:
    with pytest.raises(ValidationError, match="token_url"):
        RestOptions.model_validate({**WHOLE, "token_url": "http://ims.example.com/ims/token/v3"})


def test_the_connector_that_a_practice_shop_prints_opens_it(
    open_magento: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(tmp_path / "printed.db", version="saas") as practice:
        monkeypatch.setenv(KEY, practice.key)
        lines = _words("magento", practice, lasting=False)
        written = yaml.safe_load("\n".join(lines[lines.index("connectors/sandbox.yaml:") + 1 :]))
        options = {name: value for name, value in written.items() if name in RestOptions.model_fields}
        assert len(everybody(open_magento(**options))) == 40


# --- requests ---


def test_requests_go_below_the_tenant_and_say_who_asks(open_magento: Opener, account: dict[str, str]) -> None:
    store = open_magento(**account)
    exchanges = recorded(store)
    assert [one.email for one in everybody(store)] == ["first@example.com"]
    signed = store._login.access.headers(Request("GET", "/V1/x"))
    assert {request.path.split("/")[1] for request, _ in exchanges} == {"V1"}
    assert {request.headers["Store"] for request, _ in exchanges} == {"all"}
    assert (signed["x-api-key"], signed["x-gw-ims-org-id"]) == (CLIENT_ID, ORGANIZATION)


def test_customers_are_created_by_put_and_nobody_is_mailed(open_magento: Opener) -> None:
    store = open_magento(release="saas")
    exchanges = recorded(store)
    (stored,) = create(store, ANA)
    assert (stored.email, stored.groups) == (ANA.email, ANA.groups)
    assert {request.method for request, _ in exchanges} == {"GET", "PUT"}
    assert outbox(store) == []


def test_the_first_customer_of_each_group_goes_alone(open_magento: Opener) -> None:
    assert open_magento(release="saas").rules().unproven_groups


def test_where_put_makes_nobody_the_run_stops_at_the_first_one(
    open_magento: Opener, configure_magento: Callable[[str, str], None]
) -> None:
    store = open_magento(release="saas")
    configure_magento("sandbox/put_makes_nobody", "1")
    ended = store.apply(creations(ANA))
    first = next(ended)
    assert (first.state, first.code) == (State.REJECTED, "GM584")
    with pytest.raises(WrongAnswer) as caught:
        next(ended)
    assert caught.value.code == "GM584"
    assert "csv-import" in caught.value.hint
    assert everybody(store) == []
    assert outbox(store) == []


# --- what Adobe shows ---


def test_the_exchanges_of_adobes_tutorial_are_answered_in_its_shapes(
    open_magento: Opener, account: dict[str, str]
) -> None:
    """Experience League, Customer REST API (January 2026), read: what is sent, and the answers' keys."""
    scopes = "openid,AdobeID,email,profile,commerce.accs,org.read,additional_info.roles"
    form = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "scope": scopes}
    form["client_secret"] = CLIENT_SECRET
    token = requests.post(account["token_url"], data=form, timeout=10).json()
    assert (token["token_type"], token["expires_in"]) == ("bearer", 86399)
    with requests.Session() as client:
        client.headers.update({"Authorization": f"Bearer {token['access_token']}", "x-api-key": CLIENT_ID})
        client.headers["x-gw-ims-org-id"] = ORGANIZATION
        john = {"email": "john.doe@example.com", "firstname": "John", "lastname": "Doe"}
        body = {"customer": {**john, "store_id": 1, "website_id": 1}, "password": "TempPa55word!"}
        made = client.post(f"{account['url']}/V1/customers", json=body, timeout=10).json()
        assert made.keys() >= {*SHOWN, "disable_auto_group_change"}
        change = {"customer": {**john, "id": made["id"], "lastname": "Doe-Updated"}}
        one = f"{account['url']}/V1/customers/{made['id']}"
        changed = client.put(one, json=change, timeout=10).json()
        assert changed.keys() >= SHOWN
        assert (changed["id"], changed["lastname"]) == (made["id"], "Doe-Updated")
        outside = client.get(f"{account['url']}/rest/V1/customers/{made['id']}", timeout=10)
        assert outside.status_code == 404
    # The registration is what mails; this room never asks for one.
    assert [mail["recipient"] for mail in outbox(open_magento(release="saas"))] == ["john.doe@example.com"]


def test_a_practice_shop_that_is_there_is_what_it_was_made_as(open_magento: Opener) -> None:
    open_magento(seed={"customers": [seeded("first@example.com")]}, release="saas").close()
    kept = open_magento(client_id="of another shop")
    assert [one.email for one in everybody(kept)] == ["first@example.com"]
    assert kept.address.endswith(TENANT)


# --- the log-in ---


def test_one_token_does_for_everything(open_magento: Opener) -> None:
    store = open_magento(release="saas")
    create(store, ANA)
    assert len(everybody(store)) == 1
    assert sign_ins(store) == 1


def test_a_store_that_is_only_read_gets_a_token(open_magento: Opener, account: dict[str, str]) -> None:
    assert len(everybody(open_magento(read_only=True, **account))) == 1


def test_a_token_that_expired_is_replaced_once(
    open_magento: Opener, ask_magento: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth, "YOUNG", 0.0)
    store = open_magento(release="saas")
    store.groups()
    ask_magento("UPDATE token SET expires_at = 1 WHERE kind = 'adobe'")
    assert len(store.groups()) == 4
    assert sign_ins(store) == 2


def test_the_secret_and_the_token_are_in_no_message_and_no_log(
    open_magento: Opener, account: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    store = open_magento(**account)
    store.check()
    token = store._login.access.headers(Request("GET", "/V1/x"))["Authorization"].removeprefix("Bearer ")
    assert CLIENT_SECRET not in caplog.text
    assert token not in caplog.text


def test_a_wrong_client_secret_is_told(open_magento: Opener, account: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("p8e-wrong", encoding="utf-8")
    check = open_magento(**account).check()
    (finding,) = [one for one in check.findings if one.code == "GM581"]
    assert "invalid_client" in finding.message
    assert "`client_secret`" in finding.hint
    assert "p8e-wrong" not in finding.message + finding.hint


def test_a_wrong_organization_is_told(open_magento: Opener, account: dict[str, str]) -> None:
    (finding,) = open_magento(**account | {"organization": "OTHER@AdobeOrg"}).check().findings
    assert (finding.code, "`organization`" in finding.hint) == ("GM582", True)


def test_a_wrong_tenant_is_told_by_doctor_and_by_every_other_verb(
    open_magento: Opener, account: dict[str, str]
) -> None:
    store = open_magento(**account | {"url": account["url"].replace(TENANT, "another-tenant")})
    (finding,) = store.check().findings
    assert (finding.code, "tenant" in finding.hint) == ("GM583", True)
    with pytest.raises(AccessDenied, match="status 404") as caught:
        store.rules()
    assert caught.value.code == "GM583"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (status(401), "GM502"),
        (status(403, HTML, body=b"<html>denied</html>"), "GM582"),
        (status(404, HTML, body=b"<html>nothing here</html>"), "GM583"),
        (status(403, JSON, body=b'{"error_code":"403003","message":"Api Key is invalid"}'), "GM582"),
    ],
)
def test_a_gateway_that_answers_in_its_own_way_is_understood_by_its_status(
    open_magento: Opener, server: Scripted, secret: str, answer: bytes, code: str
) -> None:
    server.script = [GIVEN, answer]
    with pytest.raises(AccessDenied) as caught:
        open_magento(**at(server, secret)).groups()
    assert caught.value.code == code
    assert "Adobe" in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (status(400, JSON, body=b'{"error":"invalid_scope","error_description":"no such scope"}'), "GM581"),
        (status(200, JSON, body=b'{"token_type":"bearer"}'), "GM581"),
        (status(500, JSON, body=b"[]"), "GM581"),
        (status(200, HTML, body=b"<html>maintenance</html>"), "GM504"),
        (status(503, HTML, body=b"<html>busy</html>"), "GM501"),
    ],
)
def test_a_sign_in_that_gives_no_token_is_told(
    open_magento: Opener, server: Scripted, secret: str, answer: bytes, code: str
) -> None:
    server.script = [answer] * 4
    with pytest.raises(StoreError) as caught:
        open_magento(**at(server, secret)).groups()
    assert caught.value.code == code


def test_a_token_is_asked_for_again_where_the_sign_in_is_busy(
    open_magento: Opener, server: Scripted, secret: str
) -> None:
    server.script = [status(503), GIVEN, status(404)]
    with pytest.raises(AccessDenied):
        open_magento(**at(server, secret)).groups()
    assert [request.split(b" ")[0] for request in server.seen] == [b"POST", b"POST", b"GET"]


def test_a_credential_without_the_scope_of_commerce_is_told(
    open_magento: Opener, account: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("groupmigrate.platforms.magento.ims.SCOPES", "openid,AdobeID")
    (finding,) = open_magento(**account).check().findings
    assert (finding.code, "product profile" in finding.hint) == ("GM502", True)


def test_a_missing_right_is_granted_in_adobes_console(
    open_magento: Opener, ask_magento: Callable[..., list[Any]]
) -> None:
    store = open_magento(release="saas")
    store.groups()
    ask_magento("UPDATE token SET rights = '[\"Magento_Customer::group\"]' WHERE kind = 'adobe'")
    missing = [one for one in store.check().findings if one.code == "GM503"]
    assert len(missing) == 3
    assert {"Adobe Developer Console" in one.hint for one in missing} == {True}


# --- doctor ---


def test_doctor_says_that_this_kind_of_shop_was_only_read_about(open_magento: Opener) -> None:
    check = open_magento(release="saas").check()
    assert check.version == "2.4 (as a Cloud Service)"
    assert [one.severity.value for one in check.findings if one.code == "GM585"] == ["note"]
    assert check.rights["customers"] == "read, create, change"


def test_doctor_names_the_segments_and_says_that_they_are_no_groups(
    open_magento: Opener, configure_magento: Callable[[str, str], None]
) -> None:
    store = open_magento(release="saas")
    configure_magento("sandbox/segments", "Big spenders,Lapsed")
    (finding,) = [one for one in store.check().findings if one.code == "GM531"]
    assert '("Big spenders", "Lapsed")' in finding.message
    assert "no groups" in finding.message
    assert {group.name for group in store.groups()} == {"NOT LOGGED IN", "General", "Wholesale", "Retailer"}
