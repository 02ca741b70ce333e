"""The HTTP session: what is asked again, what never is, and what no message may hold."""

from __future__ import annotations

import logging
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
import requests
import urllib3

from groupmigrate.errors import LostAnswer, Unreachable
from groupmigrate.platforms.http import Answer, Patience, Request, Session, Terms, WriteRefused

QUICK = Patience(attempts=4, total=5, first_wait=0.001, longest_wait=0.05)
SECRET = "KEY+with/signs=AND&MORE"
GET = Request("GET", "/api/customers", (("filter[email]", "[ana@example.com]"), ("ws_key", SECRET)))
POST = Request("POST", "/api/customers", body=b"<customer/>")
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def status(number: int, *headers: str, body: bytes = b"") -> bytes:
    lines = [f"HTTP/1.1 {number} Whatever", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


class Scripted:
    """A server that does with each request what the script says: bytes are sent, words are deeds."""

    def __init__(self) -> None:
        self.script: list[bytes | str] = []
        self.seen: list[bytes] = []
        self.at_once = self.most_at_once = 0
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()

    def close(self) -> None:
        self._stop.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listener.close()
        for connection in self._open:
            connection.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.settimeout(0.05)
            self._open.append(connection)
            self._threads.append(threading.Thread(target=self._serve, args=(connection,)))
            self._threads[-1].start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            while not self._stop.is_set() and (request := self._request(connection)):
                with self._lock:
                    self.seen.append(request)
                    deed = self.script.pop(0) if self.script else OK
                    self.at_once += 1
                    self.most_at_once = max(self.at_once, self.most_at_once)
                if not self._do(deed, connection):
                    return
                with self._lock:
                    self.at_once -= 1

    def _do(self, deed: bytes | str, connection: socket.socket) -> bool:
        """Whether the connection goes on."""
        match deed:
            case bytes():
                connection.sendall(deed)
                return b"Connection: close" not in deed
            case "slow":
                time.sleep(0.02)
                connection.sendall(OK)
                return True
            case "close after":
                connection.sendall(OK)
            case "hang":
                self._stop.wait(5)
            case "reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False

    def _request(self, connection: socket.socket) -> bytes:
        data = b""
        while not self._stop.is_set():
            try:
                piece = connection.recv(65536)
            except TimeoutError:
                continue
            except OSError:
                return b""
            data += piece
            head, blank, body = data.partition(b"\r\n\r\n")
            lengths = [int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length:")]
            if not piece or (blank and len(body) >= sum(lengths)):
                return data
        return b""


@pytest.fixture
def server() -> Iterator[Scripted]:
    scripted = Scripted()
    yield scripted
    scripted.close()


Opener = Callable[..., Session]


@pytest.fixture
def opened() -> Iterator[Opener]:
    """Makes sessions that are closed at the end."""
    sessions: list[Session] = []

    def opener(address: str, **options: object) -> Session:
        terms = options.pop("terms", None) or Terms(timeout=0.5, patience=QUICK)
        settings: dict[str, object] = {"read_only": False, "secrets": [SECRET], **options}
        sessions.append(Session(address, terms, **settings))  # type: ignore[arg-type]
        return sessions[-1]

    yield opener
    for session in sessions:
        session.close()


def refused_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"http://127.0.0.1:{free.getsockname()[1]}"


# --- reads -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "trouble",
    [
        status(429, "Retry-After: 0"),
        status(503, body=b"<html>down</html>"),
        status(502),
        status(504),
        status(408),
        "reset",
        "close",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nConnection: close\r\n\r\nnot all",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nbad",
        b"this is not HTTP\r\nConnection: close\r\n\r\n",
    ],
)
def test_a_read_that_failed_in_passing_is_asked_again(
    server: Scripted, opened: Opener, trouble: bytes | str
) -> None:
    server.script = [trouble, trouble]
    session = opened(server.address)
    assert session.send(GET).body == b"ok"
    assert session.sent == len(server.seen) == 3


def test_a_read_that_gets_no_answer_in_time_is_asked_again(server: Scripted, opened: Opener) -> None:
    server.script = ["hang"]
    session = opened(server.address, terms=Terms(timeout=0.1, patience=QUICK))
    assert session.send(GET).body == b"ok"


def test_an_answer_that_drips_for_ever_ends(server: Scripted, opened: Opener) -> None:
    drip = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n"
    session = opened(server.address, terms=Terms(timeout=0.01, patience=Patience(1, 1, 0.001, 0.01)))
    server.script = [drip]
    with pytest.raises(Unreachable, match="nothing came in time"):
        session.send(GET)


def test_a_read_ends_after_the_attempts_that_patience_allows(server: Scripted, opened: Opener) -> None:
    server.script = [status(503)] * 9
    with pytest.raises(Unreachable) as caught:
        opened(server.address).send(GET)
    assert caught.value.code == "GM501"
    assert len(server.seen) == QUICK.attempts


def test_a_store_that_always_says_slower_is_given_up_with_its_own_code(
    server: Scripted, opened: Opener
) -> None:
    server.script = [status(429)] * 9
    with pytest.raises(Unreachable) as caught:
        opened(server.address).send(GET)
    assert caught.value.code == "GM507"
    assert "requests_per_second" in caught.value.hint


def test_a_read_ends_when_the_time_that_patience_allows_is_over(server: Scripted, opened: Opener) -> None:
    server.script = [status(503)] * 99
    patience = Patience(attempts=99, total=0.2, first_wait=0.05, longest_wait=0.05)
    started = time.monotonic()
    with pytest.raises(Unreachable):
        opened(server.address, terms=Terms(patience=patience)).send(GET)
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    "asked", ["1", format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True), "99999999999999"]
)
def test_retry_after_is_honoured_and_capped(server: Scripted, opened: Opener, asked: str) -> None:
    server.script = [status(429, f"Retry-After: {asked}")]
    patience = Patience(attempts=2, total=5, first_wait=0.001, longest_wait=0.3)
    started = time.monotonic()
    opened(server.address, terms=Terms(patience=patience)).send(GET)
    assert 0.3 <= time.monotonic() - started < 0.9


@pytest.mark.parametrize("asked", ["soon", "-5", "", "Mon, 01 Jan 2001 00:00:00 GMT", "1e9", "²"])
def test_a_retry_after_that_says_nothing_is_no_reason_to_wait(
    server: Scripted, opened: Opener, asked: str
) -> None:
    server.script = [status(503, f"Retry-After: {asked}".encode().decode("latin-1"))]
    started = time.monotonic()
    opened(server.address).send(GET)
    assert time.monotonic() - started < 0.5


def test_what_the_platform_says_itself_is_not_asked_again(server: Scripted, opened: Opener) -> None:
    def own(answer: Answer) -> bool:
        return "X-Shop" in answer.headers

    server.script = [status(503, "x-shop: 9", body=b"switched off")]
    session = opened(server.address, is_final=own)
    assert session.send(GET).text == "switched off"
    assert len(server.seen) == 1


def test_errors_that_asking_again_does_not_change_are_answers(server: Scripted, opened: Opener) -> None:
    for number in (400, 401, 403, 404, 500):
        server.script = [status(number)]
        assert opened(server.address).send(GET).status == number
    assert len(server.seen) == 5


# --- writes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "trouble",
    [
        "reset",
        "close",
        "hang",
        status(500),
        status(502),
        status(503),
        status(503, "Retry-After: 0"),
        status(504),
        status(520),
        b"HTTP/1.1 201 Created\r\nContent-Length: 99\r\nConnection: close\r\n\r\nnot all",
    ],
)
def test_a_write_whose_answer_is_missing_is_never_sent_again(
    server: Scripted, opened: Opener, trouble: bytes | str
) -> None:
    server.script = [trouble]
    with pytest.raises(LostAnswer) as caught:
        opened(server.address).send(POST)
    assert caught.value.code == "GM402"
    assert len(server.seen) == 1


def test_a_write_on_a_connection_that_was_closed_while_idle_is_sent_once(
    server: Scripted, opened: Opener
) -> None:
    session = opened(server.address)
    for _ in range(20):
        server.script = ["close after", OK]
        session.send(GET)
        try:
            session.send(POST)
        except LostAnswer:
            server.script.clear()
    posts = [request for request in server.seen if request.startswith(b"POST")]
    assert len(posts) <= 20


def test_a_write_is_repeated_when_a_limiter_let_nothing_through(server: Scripted, opened: Opener) -> None:
    server.script = [status(429, "Retry-After: 0"), status(201)]
    assert opened(server.address).send(POST).status == 201
    assert len(server.seen) == 2


def test_a_write_that_found_no_connection_is_tried_again_and_then_unreachable(opened: Opener) -> None:
    session = opened(refused_address())
    with pytest.raises(Unreachable, match="connection refused") as caught:
        session.send(POST)
    assert caught.value.code == "GM501"
    assert session.sent == QUICK.attempts


def test_a_session_that_reads_refuses_to_write_before_anything_is_sent(
    server: Scripted, opened: Opener
) -> None:
    session = opened(server.address, read_only=True)
    for method in ("POST", "PUT", "PATCH", "DELETE", "post", "OPTIONS"):
        with pytest.raises(WriteRefused):
            session.send(Request(method, "/api/customers"))
    assert session.sent == 0
    assert server.seen == []


def test_a_room_can_declare_a_post_that_only_reads(server: Scripted, opened: Opener) -> None:
    def reads(request: Request) -> bool:
        return request.headers.get("Action") == "GetCustomer"

    server.script = ["reset"]
    session = opened(server.address, read_only=True, is_read=reads)
    assert session.send(Request("POST", "/api", headers={"Action": "GetCustomer"})).status == 200
    with pytest.raises(WriteRefused):
        session.send(Request("POST", "/api", headers={"Action": "AddCustomer"}))


# --- what stops at this door -----------------------------------------------------------------------------


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
    opened: Opener, monkeypatch: pytest.MonkeyPatch, error: Exception, request_: Request
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    session = opened("https://shop.example.com")
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
    opened: Opener, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    session = opened("https://shop.example.com")
    monkeypatch.setattr(session._session, "request", fail)
    with pytest.raises(Unreachable):
        session.send(POST)
    assert session.sent == QUICK.attempts


def test_a_certificate_that_is_not_trusted_is_said_once_and_not_tried_again(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise requests.exceptions.SSLError(wrapped(ssl.SSLCertVerificationError("self-signed")))

    session = opened("https://shop.example.com")
    monkeypatch.setattr(session._session, "request", fail)
    with pytest.raises(Unreachable, match="ca_bundle"):
        session.send(GET)
    assert session.sent == 1


def test_secrets_stand_in_no_log_and_no_representation(
    server: Scripted, opened: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.script = [status(503)]
    session = opened(server.address)
    session.send(GET)
    assert "GET /api/customers: 200" in caplog.text
    for word in (SECRET, "filter", "ana@", "ws_key"):
        assert word not in caplog.text + repr(session)


def test_a_secret_is_scrubbed_however_it_is_spelled(opened: Opener) -> None:
    session = opened("https://shop.example.com")
    text = f"{SECRET} {quote(SECRET, safe='')} ?ws_key={quote(SECRET)} {quote_plus(SECRET)}"
    assert "KEY" not in session.scrub(text)


# --- manners ---------------------------------------------------------------------------------------------


def test_redirects_are_answers_and_are_not_followed(server: Scripted, opened: Opener) -> None:
    server.script = [status(302, "Location: http://127.0.0.1:1/")]
    answer = opened(server.address).send(GET)
    assert (answer.status, answer.headers["location"]) == (302, "http://127.0.0.1:1/")
    assert len(server.seen) == 1


def test_cookies_are_dropped(server: Scripted, opened: Opener) -> None:
    server.script = [status(200, "Set-Cookie: session=1; Path=/")]
    session = opened(server.address)
    session.send(GET)
    session.send(GET)
    assert b"cookie" not in server.seen[1].lower()


def test_passwords_of_a_netrc_file_are_not_sent(
    server: Scripted, opened: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password something\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    opened(server.address).send(GET)
    assert b"authorization" not in server.seen[0].lower()


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
    server: Scripted, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", refused_address())
    monkeypatch.setenv("http_proxy", refused_address())
    assert opened(server.address).send(GET).status == 200


def test_queries_are_encoded_so_that_plus_and_pipe_arrive(server: Scripted, opened: Opener) -> None:
    query = (("filter[email]", "[a+b@example.com|c&d=é@example.com]"), ("filter[id]", ">[5]"))
    opened(server.address).send(Request("GET", "/api/customers", query))
    line = server.seen[0].split(b"\r\n")[0].decode()
    assert "a%2Bb@example.com%7Cc%26d%3D%C3%A9@example.com" in line
    assert "=%3E%5B5%5D" in line


def test_the_program_says_its_name(server: Scripted, opened: Opener) -> None:
    opened(server.address).send(GET)
    assert b"User-Agent: groupmigrate/" in server.seen[0]


def test_threads_share_the_pace(server: Scripted, opened: Opener) -> None:
    session = opened(server.address, terms=Terms(connections=4, requests_per_second=100, patience=QUICK))
    started = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        assert all(answer.status == 200 for answer in pool.map(session.send, [GET] * 21))
    assert 0.2 <= time.monotonic() - started < 2
    assert session.sent == 21


def test_there_are_never_more_connections_than_allowed(server: Scripted, opened: Opener) -> None:
    server.script = ["slow"] * 24
    session = opened(server.address, terms=Terms(connections=2, patience=QUICK))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(session.send, [GET] * 24))
    assert server.most_at_once == 2


def test_closing_wakes_who_waits_to_ask_again(server: Scripted, opened: Opener) -> None:
    server.script = [status(429, "Retry-After: 50")]
    session = opened(server.address, terms=Terms(patience=Patience(attempts=9, total=500)))
    started = time.monotonic()
    threading.Timer(0.2, session.close).start()
    with pytest.raises(Unreachable):
        session.send(GET)
    assert time.monotonic() - started < 5
