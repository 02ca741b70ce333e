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
        raise disk_error(error, path) from error


def disk_error(error: OSError, path: Path) -> DiskError:
    """The system's error about a file, in words."""
    full = is_full(error)
    return DiskError(
        f"{'the disk is full' if full else 'cannot write here'}: {error.strerror or error}",
        place=str(error.filename or path),
        hint="make room and run again" if full else "work in a folder that you may write",
        code="GM515",
    )


def is_full(error: OSError) -> bool:
    """Whether there is no room left, on the disk or for this user."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)
