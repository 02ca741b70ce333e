"""From when on a shop that keeps local time is asked, so that no change is missed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from groupmigrate.platforms.timezones import ask_from, to_local, to_utc

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland"])
def test_nothing_that_changed_at_or_after_a_moment_is_dated_before_the_moment_asked_from(zone: str) -> None:
    local = ZoneInfo(zone)
    start = datetime(2025, 1, 1, tzinfo=UTC)
    moments = [start + timedelta(minutes=20 * step) for step in range(3 * 24 * 365)]
    least = "9"
    for moment in reversed(moments):
        least = min(least, f"{moment.astimezone(local):%Y-%m-%d %H:%M:%S}")
        assert ask_from(f"{moment:%Y-%m-%d %H:%M:%S}", local) < least


def test_the_hour_that_is_lived_twice_is_asked_for_twice() -> None:
    # 02:30 in Berlin comes at 00:30 and at 01:30 UTC on that day
    assert ask_from("2025-10-26 00:45:00", BERLIN) == "2025-10-26 01:44:59"
    assert ask_from("2025-10-26 01:15:00", BERLIN) == "2025-10-26 02:14:59"


def test_a_time_zone_that_is_only_supposed_costs_a_day() -> None:
    assert ask_from("2025-06-02 12:00:00", UTC, known=False) == "2025-06-01 11:59:59"


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"])
def test_every_hour_of_a_year_is_reckoned_as_python_does_it(zone: str) -> None:
    local = ZoneInfo(zone)
    for hour in range(24 * 365):
        moment = datetime(2025, 1, 1, 0, 30) + timedelta(hours=hour)
        there = moment.replace(tzinfo=UTC).astimezone(local)
        back = moment.replace(tzinfo=local).astimezone(UTC)
        assert to_local(f"{moment}", local) == f"{there:%Y-%m-%d %H:%M:%S}"
        assert to_utc(f"{moment}", local) == f"{back:%Y-%m-%d %H:%M:%S}"


@pytest.mark.parametrize("written", ["", "2015-05-05", "0000-00-00 00:00:00", "0001-01-01 00:00:00"])
def test_what_is_no_moment_has_none_in_another_zone(written: str) -> None:
    assert to_utc(written, BERLIN) == ""
