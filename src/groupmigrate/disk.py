"""What the system says about files and space, as an error that people can read."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from groupmigrate.errors import DiskError


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn the system's errors about files into DiskError (GM515) that names the path and says what to do."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise DiskError(
            f"{'the disk is full' if full else 'cannot write here'}: {error.strerror or error}",
            place=str(error.filename or path),
            hint="make room and run again" if full else "work in a folder that you may write",
            code="GM515",
        ) from error
