"""How fast a store is asked: evenly, in bursts where it says so, and never faster than the user allows."""

from __future__ import annotations

import time

import pytest

from groupmigrate.errors import Unreachable
from groupmigrate.platforms.http import Answer, Patience, Terms
from groupmigrate.platforms.pace import Allowance, Pace
from support.scripted import GET, OK, POST, QUICK, Opener, Scripted, status

pytest_plugins = ["support.http_fixtures"]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The one time that there is; waiting moves it on."""
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(time, "sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))
    return now


def times(pace: Pace, clock: list[float], count: int) -> list[float]:
    """When each of so many requests is sent, in seconds from now."""
    start = clock[0]
    sent = []
    for _ in range(count):
        pace.wait()
        sent.append(round(clock[0] - start, 3))
    return sent


def test_without_a_limit_nobody_waits(clock: list[float]) -> None:
    assert times(Pace(None), clock, 3) == [0, 0, 0]


def test_requests_are_spread_evenly(clock: list[float]) -> None:
    assert times(Pace(2), clock, 4) == [0, 0.5, 1.0, 1.5]


def test_a_burst_goes_at_once_and_the_rest_as_the_bucket_leaks(clock: list[float]) -> None:
    pace = Pace(None)
    pace.learn(Allowance(1, burst=4, remaining=3))
    assert times(pace, clock, 5) == [0, 0, 0, 1, 2]


def test_an_idle_bucket_is_empty_again_and_no_emptier(clock: list[float]) -> None:
    pace = Pace(None)
    pace.learn(Allowance(1, burst=3, remaining=0))
    clock[0] += 60
    assert times(pace, clock, 5) == [0, 0, 0, 1, 2]


def test_what_other_programs_asked_counts(clock: list[float]) -> None:
    pace = Pace(None)
    pace.learn(Allowance(1, burst=40, remaining=38))
    times(pace, clock, 10)
    pace.learn(Allowance(1, burst=40, remaining=0))
    assert times(pace, clock, 2) == [1, 2]


@pytest.mark.parametrize(("told", "expected"), [(10.0, [0, 0.5, 1.0]), (1.0, [1.0, 2.0, 3.0])])
def test_the_slower_of_user_and_store_decides(clock: list[float], told: float, expected: list[float]) -> None:
    pace = Pace(2)
    pace.learn(Allowance(told, burst=1, remaining=0))
    assert times(pace, clock, 3) == expected


def from_headers(answer: Answer, reading: bool) -> Allowance:
    """What the scripted store says."""
    name = "Reads" if reading else "Writes"
    return Allowance(2, burst=9, remaining=float(answer.headers.get(name, 9)))


def test_a_session_counts_reads_and_writes_apart_where_the_store_does(
    server: Scripted, connected: Opener
) -> None:
    server.script = [status(200, "Reads: -1"), OK]
    session = connected(server.address, allowance=from_headers)
    started = time.monotonic()
    session.send(GET)
    session.send(POST)
    posted = time.monotonic()
    session.send(GET)
    assert posted - started < 0.9 <= time.monotonic() - started


def test_a_limiter_that_says_no_in_the_body_is_asked_again_even_for_a_write(
    server: Scripted, connected: Opener
) -> None:
    server.script = [status(200, body=b"slow down"), OK]
    patience = Patience(attempts=2, total=0.2, first_wait=0.01, longest_wait=0.01)
    session = connected(
        server.address, terms=Terms(patience=patience), is_limit=lambda answer: answer.body == b"slow down"
    )
    assert session.send(POST).body == b"ok"
    server.script = [status(200, body=b"slow down")] * 99
    with pytest.raises(Unreachable) as caught:
        session.send(POST)
    assert caught.value.code == "GM507"


def test_a_session_without_allowances_has_one_pace(server: Scripted, connected: Opener) -> None:
    session = connected(server.address, terms=Terms(requests_per_second=20, patience=QUICK))
    started = time.monotonic()
    session.send(GET)
    session.send(POST)
    assert time.monotonic() - started >= 0.05
