"""From when on a shop that keeps local time is asked, so that no change is missed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from groupmigrate.platforms.timezones import ask_from

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
