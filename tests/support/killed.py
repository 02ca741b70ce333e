"""Runs the command line, and is killed for good right before or after one chosen write of the journal.

    python killed.py before|after N BATCH ARGUMENTS…

Counts the journal's transactions of this process; at the N-th the process kills itself with SIGKILL.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from groupmigrate.__main__ import main
from groupmigrate.running import run, undo
from groupmigrate.running.journal import Journal


def killing(when: str, number: int) -> None:
    """Wrap the two writing methods of the journal."""
    seen = 0

    def wrapped(write: Callable[..., None]) -> Callable[..., None]:
        def once(*arguments: Any) -> None:
            nonlocal seen
            seen += 1
            if seen == number and when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            write(*arguments)
            if seen == number:
                os.kill(os.getpid(), signal.SIGKILL)

        return once

    Journal.begin = wrapped(Journal.begin)  # type: ignore[method-assign]
    Journal.ended = wrapped(Journal.ended)  # type: ignore[method-assign]


if __name__ == "__main__":
    killing(sys.argv[1], int(sys.argv[2]))
    run.BATCH = undo.BATCH = int(sys.argv[3])
    sys.argv[1:] = sys.argv[4:]
    main()
