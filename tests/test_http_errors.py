"""The HTTP session: no error of a library passes it, and no secret."""

from __future__ import annotations

import logging
import socket
import ssl
from urllib.parse import quote, quote_plus

import pytest
import requests
import urllib3

from groupmigrate.errors import LostAnswer, Unreachable
from groupmigrate.platforms.http import Request
from support.scripted import GET, POST, QUICK, SECRET, Opener, Scripted, status

pytest_plugins = ["support.http_fixtures"]


def wrapped(reason: Exception) -> requests.ConnectionError:
    pool = urllib3.HTTPConnectionPool("shop.example.com")
    return requests.ConnectionError(urllib3.exceptions.MaxRetryError(pool, f"/?ws_key={SECRET}", reason))


def not_connected() -> Exception:
    connection = urllib3.connection.HTTPConnection("shop.example.com")
    return wrapped(urllib3.exceptions.NewConnectionError(connection, "no route"))


def name_not_known() -> Exception:
    connection = urllib3.connection.HTTPConnection("shop.example.com")
    error = urllib3.exceptions.NameResolutionError("shop.example.com", connection, socket.gaierror("x"))
    return wrapped(error)


FOREIGN = [
    kind(f"boom {SECRET} ana@example.com")
    for kind in vars(requests.exceptions).values()
    if isinstance(kind, type)
    and issubclass(kind, requests.RequestException)
    and kind is not requests.exceptions.JSONDecodeError
] + [
    not_connected(),
    name_not_known(),
    requests.exceptions.SSLError(wrapped(ssl.SSLCertVerificationError("self-signed"))),
    urllib3.exceptions.HTTPError("x"),
    urllib3.exceptions.ProtocolError("x", ConnectionResetError()),
    urllib3.exceptions.LocationParseError("x"),
    TimeoutError("x"),
    OSError("no certificates"),
    UnicodeError("label too long"),
]


@pytest.mark.parametrize("error", FOREIGN, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("request_", [GET, POST], ids=["read", "write"])
def test_no_foreign_error_passes_and_no_secret_with_it(
    connected: Opener, monkeypatch: pytest.MonkeyPatch, error: Exception, request_: Request
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    session = connected("https://shop.example.com")
    monkeypatch.setattr(session._session, "request", fail)
    expected = (Unreachable,) if request_ is GET else (Unreachable, LostAnswer)
    with pytest.raises(expected) as caught:
        session.send(request_)
    said = f"{caught.value} {caught.value.hint} {caught.value!r}"
    assert SECRET not in said
    assert "ana@" not in said
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("error", [not_connected(), name_not_known(), requests.ConnectTimeout("x")])
def test_a_connection_that_was_never_made_surely_did_nothing(
    connected: Opener, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    session = connected("https://shop.example.com")
    monkeypatch.setattr(session._session, "request", fail)
    with pytest.raises(Unreachable):
        session.send(POST)
    assert session.sent == QUICK.attempts


def test_a_certificate_that_is_not_trusted_is_said_once_and_not_tried_again(
    connected: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise requests.exceptions.SSLError(wrapped(ssl.SSLCertVerificationError("self-signed")))

    session = connected("https://shop.example.com")
    monkeypatch.setattr(session._session, "request", fail)
    with pytest.raises(Unreachable, match="not trusted") as caught:
        session.send(GET)
    assert "ca_bundle" in caught.value.hint
    assert session.sent == 1


def test_secrets_stand_in_no_log_and_no_representation(
    server: Scripted, connected: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.script = [status(503)]
    session = connected(server.address)
    session.send(GET)
    assert "GET /api/customers: 200" in caplog.text
    for word in (SECRET, "filter", "ana@", "ws_key"):
        assert word not in caplog.text + repr(session)


def test_a_secret_is_scrubbed_however_it_is_spelled(connected: Opener) -> None:
    session = connected("https://shop.example.com")
    text = f"{SECRET} {quote(SECRET, safe='')} ?ws_key={quote(SECRET)} {quote_plus(SECRET)}"
    assert "KEY" not in session.scrub(text)
