"""The console script `groupmigrate`, and `python -m groupmigrate`."""

from __future__ import annotations

import signal
import sys
from typing import NoReturn

from groupmigrate.cli import edge


def main() -> NoReturn:
    """Run the command line and leave with its exit code."""
    signal.signal(signal.SIGTERM, edge.interrupt)
    sys.exit(edge.run(sys.argv[1:]))


if __name__ == "__main__":
    main()
