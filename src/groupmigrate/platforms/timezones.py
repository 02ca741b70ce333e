"""Shops that keep local time: the time zone as an option of a connector, and moments in it and in UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

MOMENT = len("2015-05-05 05:05:05")


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise PydanticCustomError("time_zone", "this should be a time zone, as Europe/Bucharest") from None
    return name


TimeZone = Annotated[str, AfterValidator(_time_zone)]
"""An IANA name."""


def to_utc(local: str, zone: tzinfo) -> str:
    """A shop's local time as UTC; "" for zero dates ("0000-00-00 00:00:00") and what is no date."""
    return _shifted(local, "", lambda moment: moment - (zone.utcoffset(moment) or timedelta()))


def to_local(moment: str, zone: tzinfo) -> str:
    """UTC as a shop's local time; "" for what is no date."""
    return _shifted(moment, "+00:00", lambda utc: utc.astimezone(zone))


def ask_from(since: str, zone: tzinfo, *, known: bool = True) -> str:
    """The local time behind which everything is dated that a shop changed at or after `since` (UTC).

    An hour earlier, because one hour is lived twice in autumn; a day, if the zone is only supposed.
    """
    margin = timedelta(hours=1 if known else 24, seconds=1)
    return to_local((datetime.fromisoformat(since) - margin).isoformat(" "), zone)


def _shifted(written: str, offset: str, shift: Callable[[datetime], datetime]) -> str:
    # Every customer passes here: an offset that is read takes half as long as one that is put in its place.
    if len(written) != MOMENT:
        return ""
    try:
        return shift(datetime.fromisoformat(written + offset)).isoformat(" ")[:MOMENT]
    except (ValueError, OverflowError):
        return ""
