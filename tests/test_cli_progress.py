"""Progress without a terminal: few lines, and the last one always."""

from __future__ import annotations

import pytest

from groupmigrate.cli.progress import Lines, Nothing, line, tell_sent
from groupmigrate.running.run import Progress


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that stands still until its first entry is changed."""
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    return now


def test_there_is_a_line_every_five_seconds_and_one_at_the_end(
    clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    lines = Lines()
    for second in range(12):
        clock[0] = 100.0 + second
        lines.count("reading", second * 10, 200)
    lines.close()
    assert capsys.readouterr().err.splitlines() == [
        "reading: 50 of 200, 10/s, 15 s left",
        "reading: 100 of 200, 10/s, 10 s left",
        "reading: 110 of 200, 10/s, 9 s left",
    ]


def test_a_new_piece_of_work_ends_the_old_one(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines()
    lines.count("reading", 1, None)
    clock[0] += 1
    lines.count("planning", 7, 7)
    lines.close()
    lines.close()
    assert capsys.readouterr().err.splitlines() == ["reading: 1", "planning: 7 of 7"]


def test_work_that_goes_on_is_not_counted_as_quick(
    clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    lines = Lines()
    lines.count("reading", 5000, 6000)
    clock[0] += 10
    lines.count("reading", 5100, 6000)
    assert "10/s, 90 s left" in capsys.readouterr().err


def test_a_run_tells_what_it_created_updated_and_failed(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines()
    tell_sent(lines, Progress(total=2000, done=1200, created=1190, updated=9, failed=1))
    lines.close()
    assert capsys.readouterr().err == "sending: 1,200 of 2,000; created 1,190, updated 9, failed 1\n"


def test_nothing_is_said_when_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    tell_sent(Nothing(), Progress(total=1))
    assert capsys.readouterr().err == ""


def test_a_line_without_a_total_has_no_end() -> None:
    assert line("reading", 1200, None, 0.0, "") == "reading: 1,200"
    assert line("reading", 1200, None, 60.0, "") == "reading: 1,200, 60/s"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (99.4, "99 s"), (2_765, "46 min"), (6_000, "1 h 40 min"), (7_200, "2 h 0 min")],
)
def test_what_is_left_is_said_as_exactly_as_anybody_wants_to_know(seconds: float, words: str) -> None:
    assert line("sending", 0, 100, 100 / seconds, "").endswith(f"{words} left")
