"""Ctrl-C while a store is written: the first finishes what is in flight, the second stops at once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType

from groupmigrate.errors import Exit

FIRST = b"\nfinishing what is in flight; press Ctrl-C again to stop at once\n"
SHOW_CURSOR = b"\x1b[?25h"
STDERR = 2


@contextmanager
def stopping() -> Iterator[Event]:
    """An event that the first SIGINT or SIGTERM sets; a second one ends the process (130).

    The journal is durable at every moment, so the second loses nothing either.
    """
    stop = Event()

    def stop_or_leave(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            # a live bar hides the cursor, and nothing else will run after this
            if os.isatty(STDERR):
                os.write(STDERR, SHOW_CURSOR)
            os._exit(Exit.INTERRUPTED)
        stop.set()
        # not print(): a handler may interrupt a print to the same stream
        os.write(STDERR, FIRST)

    before = {number: signal.signal(number, stop_or_leave) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
