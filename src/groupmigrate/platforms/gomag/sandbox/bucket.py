"""The practice shop's limits: leaky buckets for reads and for writes, told in the headers of each answer."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field


@dataclass
class Bucket:
    """Requests of one kind. It leaks so many a second, and holds so many at once."""

    kind: str
    """ "Read" or "Write"."""
    per_second: float
    holds: int
    level: float = 0.0
    _since: float = field(default_factory=time.monotonic)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> bool:
        """Count a request, if there is room for it; returns whether there was."""
        with self._lock:
            now = time.monotonic()
            self.level = max(0.0, self.level - (now - self._since) * self.per_second)
            self._since = now
            fits = self.level + 1 <= self.holds
            self.level += fits
            return fits

    def headers(self) -> list[tuple[str, str]]:
        """What the shop says about the bucket (named as in the vendor's samples)."""
        name = f"Api-RateLimit-{self.kind}"
        return [
            (name, f"{self.per_second:g}"),
            (f"{name}-Burst", str(self.holds)),
            (f"{name}-Remaining", str(int(self.holds - self.level))),
        ]
