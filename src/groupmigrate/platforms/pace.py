"""How fast a store is asked: a bucket that every request fills a little, and that leaks evenly.

It knows no platform and sends nothing. Threads may share it.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Allowance:
    """What a store says about its limit."""

    per_second: float
    """How fast its bucket leaks, in requests."""
    burst: float = 1
    """How many requests it holds."""
    remaining: float = 0
    """How many more it takes right now."""


class Pace:
    """Spreads requests evenly, and lets a burst through where the store says that it takes one."""

    def __init__(self, per_second: float | None) -> None:
        """`per_second` is the most that the user allows; None leaves it to the store."""
        self._most = per_second
        self._interval = 1 / per_second if per_second else 0.0
        self._slack = 0.0
        """Seconds that requests may come early: the room of the bucket, but for the request itself."""
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Wait until the next request may be sent, and count it."""
        with self._lock:
            now = time.monotonic()
            mine = max(now, self._next - self._slack)
            self._next = max(now, self._next) + self._interval
        if mine > now:  # sleep(0) would give the processor away before every request
            time.sleep(mine - now)

    def learn(self, told: Allowance) -> None:
        """Keep to what the store says: other programs may have asked it, too, so its count holds."""
        with self._lock:
            self._interval = 1 / told.per_second
            if self._most and self._most <= told.per_second:
                self._interval = 1 / self._most
                return
            self._slack = (told.burst - 1) * self._interval
            self._next = time.monotonic() + (told.burst - told.remaining) * self._interval
