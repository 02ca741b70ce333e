"""The HTTP session: what is asked again, what never is, and how it behaves to a store."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from groupmigrate.errors import LostAnswer, Unreachable
from groupmigrate.platforms.http import Answer, Patience, Request, Terms, WriteRefused
from support.scripted import GET, OK, POST, QUICK, Opener, Scripted, refused_address, status

pytest_plugins = ["support.http_fixtures"]


# --- reads ---


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
    server: Scripted, connected: Opener, trouble: bytes | str
) -> None:
    server.script = [trouble, trouble]
    session = connected(server.address)
    assert session.send(GET).body == b"ok"
    assert session.sent == len(server.seen) == 3


def test_a_read_that_gets_no_answer_in_time_is_asked_again(server: Scripted, connected: Opener) -> None:
    server.script = ["hang"]
    session = connected(server.address, terms=Terms(timeout=0.1, patience=QUICK))
    assert session.send(GET).body == b"ok"


def test_every_attempt_is_signed_anew(server: Scripted, connected: Opener) -> None:
    server.script = [status(503)]
    numbers = iter("123")
    session = connected(server.address, sign=lambda _: {"Authorization": f"nonce {next(numbers)}"})
    assert session.send(GET).body == b"ok"
    assert [b"nonce %d" % number in seen for number, seen in enumerate(server.seen, start=1)] == [True, True]


def test_an_answer_that_drips_for_ever_ends(server: Scripted, connected: Opener) -> None:
    drip = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n"
    session = connected(server.address, terms=Terms(timeout=0.01, patience=Patience(1, 1, 0.001, 0.01)))
    server.script = [drip]
    with pytest.raises(Unreachable, match="nothing came in time"):
        session.send(GET)


def test_a_read_ends_after_the_attempts_that_patience_allows(server: Scripted, connected: Opener) -> None:
    server.script = [status(503)] * 9
    with pytest.raises(Unreachable) as caught:
        connected(server.address).send(GET)
    assert caught.value.code == "GM501"
    assert len(server.seen) == QUICK.attempts


def test_a_store_that_always_says_slower_is_given_up_with_its_own_code(
    server: Scripted, connected: Opener
) -> None:
    server.script = [status(429, "Retry-After: 3600")] * 99
    patience = Patience(attempts=2, total=0.2, first_wait=0.01, longest_wait=0.01)
    with pytest.raises(Unreachable) as caught:
        connected(server.address, terms=Terms(patience=patience)).send(GET)
    assert caught.value.code == "GM507"
    assert "asks us to wait for 3,600 s" in caught.value.message
    assert all(option in caught.value.hint for option in ("requests_per_second", "calls_per_minute"))


@pytest.mark.parametrize("request_", [GET, POST])
def test_a_limiter_that_counts_minutes_is_asked_longer_than_a_store_that_is_down(
    server: Scripted, connected: Opener, request_: Request
) -> None:
    server.script = [status(429)] * (QUICK.attempts + 5)
    assert connected(server.address).send(request_).status == 200
    assert len(server.seen) == QUICK.attempts + 6


def test_a_read_ends_when_the_time_that_patience_allows_is_over(server: Scripted, connected: Opener) -> None:
    server.script = [status(503)] * 99
    patience = Patience(attempts=99, total=0.2, first_wait=0.05, longest_wait=0.05)
    with pytest.raises(Unreachable):
        connected(server.address, terms=Terms(patience=patience)).send(GET)
    assert 1 < len(server.seen) < patience.attempts


@pytest.mark.parametrize(
    "asked",
    ["3600", format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True), "99999999999999"],
    ids=["seconds", "date", "never"],
)
def test_retry_after_is_honoured_and_capped(server: Scripted, connected: Opener, asked: str) -> None:
    server.script = [status(429, f"Retry-After: {asked}")]
    patience = Patience(attempts=2, total=5, first_wait=0.001, longest_wait=0.3)
    started = time.monotonic()
    connected(server.address, terms=Terms(patience=patience)).send(GET)
    assert time.monotonic() - started >= 0.3


@pytest.mark.parametrize("asked", ["soon", "-5", "", "Mon, 01 Jan 2001 00:00:00 GMT", "1e9", "²"])
def test_a_retry_after_that_says_nothing_is_no_reason_to_wait(
    server: Scripted, connected: Opener, asked: str
) -> None:
    server.script = [status(503, f"Retry-After: {asked}".encode().decode("latin-1"))]
    hours = Patience(attempts=2, total=36_000, first_wait=0.001, longest_wait=3_600)
    assert connected(server.address, terms=Terms(patience=hours)).send(GET).status == 200


def test_what_the_platform_says_itself_is_not_asked_again(server: Scripted, connected: Opener) -> None:
    def own(answer: Answer) -> bool:
        return "X-Shop" in answer.headers

    server.script = [status(503, "x-shop: 9", body=b"switched off")]
    session = connected(server.address, is_final=own)
    assert session.send(GET).text == "switched off"
    assert len(server.seen) == 1


def test_errors_that_asking_again_does_not_change_are_answers(server: Scripted, connected: Opener) -> None:
    for number in (400, 401, 403, 404, 500):
        server.script = [status(number)]
        assert connected(server.address).send(GET).status == number
    assert len(server.seen) == 5


# --- writes ---


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
    server: Scripted, connected: Opener, trouble: bytes | str
) -> None:
    server.script = [trouble]
    with pytest.raises(LostAnswer) as caught:
        connected(server.address).send(POST)
    assert caught.value.code == "GM402"
    assert len(server.seen) == 1


def test_a_write_on_a_connection_that_was_closed_while_idle_is_sent_once(
    server: Scripted, connected: Opener
) -> None:
    session = connected(server.address)
    for _ in range(20):
        server.script = ["close after", OK]
        session.send(GET)
        try:
            session.send(POST)
        except LostAnswer:
            server.script.clear()
    posts = [request for request in server.seen if request.startswith(b"POST")]
    assert len(posts) <= 20


def test_a_write_is_repeated_when_a_limiter_let_nothing_through(server: Scripted, connected: Opener) -> None:
    server.script = [status(429, "Retry-After: 0"), status(201)]
    assert connected(server.address).send(POST).status == 201
    assert len(server.seen) == 2


def test_a_write_that_found_no_connection_is_tried_again_and_then_unreachable(connected: Opener) -> None:
    session = connected(refused_address())
    with pytest.raises(Unreachable, match="connection refused") as caught:
        session.send(POST)
    assert caught.value.code == "GM501"
    assert session.sent == QUICK.attempts


def test_a_session_that_reads_refuses_to_write_before_anything_is_sent(
    server: Scripted, connected: Opener
) -> None:
    session = connected(server.address, read_only=True)
    for method in ("POST", "PUT", "PATCH", "DELETE", "post", "OPTIONS"):
        with pytest.raises(WriteRefused):
            session.send(Request(method, "/api/customers"))
    assert session.sent == 0
    assert server.seen == []


def test_a_room_can_declare_a_post_that_only_reads(server: Scripted, connected: Opener) -> None:
    def reads(request: Request) -> bool:
        return request.headers.get("Action") == "GetCustomer"

    server.script = ["reset"]
    session = connected(server.address, read_only=True, is_read=reads)
    assert session.send(Request("POST", "/api", headers={"Action": "GetCustomer"})).status == 200
    with pytest.raises(WriteRefused):
        session.send(Request("POST", "/api", headers={"Action": "AddCustomer"}))


# --- manners ---


def test_redirects_are_answers_and_are_not_followed(server: Scripted, connected: Opener) -> None:
    server.script = [status(302, "Location: http://127.0.0.1:1/")]
    answer = connected(server.address).send(GET)
    assert (answer.status, answer.headers["location"]) == (302, "http://127.0.0.1:1/")
    assert len(server.seen) == 1


def test_cookies_are_dropped(server: Scripted, connected: Opener) -> None:
    server.script = [status(200, "Set-Cookie: session=1; Path=/")]
    session = connected(server.address)
    session.send(GET)
    session.send(GET)
    assert b"cookie" not in server.seen[1].lower()


def test_passwords_of_a_netrc_file_are_not_sent(
    server: Scripted, connected: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password something\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    connected(server.address).send(GET)
    assert b"authorization" not in server.seen[0].lower()


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
    server: Scripted, connected: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", refused_address())
    monkeypatch.setenv("http_proxy", refused_address())
    assert connected(server.address).send(GET).status == 200


def test_queries_are_encoded_so_that_plus_and_pipe_arrive(server: Scripted, connected: Opener) -> None:
    query = (("filter[email]", "[a+b@example.com|c&d=é@example.com]"), ("filter[id]", ">[5]"))
    connected(server.address).send(Request("GET", "/api/customers", query))
    line = server.seen[0].split(b"\r\n")[0].decode()
    assert "a%2Bb@example.com%7Cc%26d%3D%C3%A9@example.com" in line
    assert "=%3E%5B5%5D" in line


def test_the_program_says_its_name(server: Scripted, connected: Opener) -> None:
    connected(server.address).send(GET)
    assert b"User-Agent: groupmigrate/" in server.seen[0]


def test_threads_share_the_pace(server: Scripted, connected: Opener) -> None:
    session = connected(server.address, terms=Terms(connections=4, requests_per_second=100, patience=QUICK))
    started = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        assert all(answer.status == 200 for answer in pool.map(session.send, [GET] * 21))
    assert time.monotonic() - started >= 0.2
    assert session.sent == 21


def test_there_are_never_more_connections_than_allowed(server: Scripted, connected: Opener) -> None:
    server.script = ["slow"] * 24
    session = connected(server.address, terms=Terms(connections=2, patience=QUICK))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(session.send, [GET] * 24))
    assert server.most_at_once == 2


def test_closing_wakes_who_waits_to_ask_again(server: Scripted, connected: Opener) -> None:
    server.script = [status(429, "Retry-After: 50")]
    session = connected(server.address, terms=Terms(patience=Patience(attempts=9, total=500)))
    started = time.monotonic()
    threading.Timer(0.2, session.close).start()
    with pytest.raises(Unreachable):
        session.send(GET)
    assert time.monotonic() - started < 50
