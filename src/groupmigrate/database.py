"""How this program opens its own SQLite files: private, durable, and with errors that people can read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from groupmigrate.disk import disk_errors
from groupmigrate.errors import DiskError

DAMAGE = ("malformed", "not a database")
TROUBLE = ("disk", "full", "readonly", "unable to open", "locked")


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open a database file of ours; a new one is made readable by its owner only.

    What was committed survives a kill and a power cut. Raises DiskError if the file cannot be opened.
    """
    with database_errors(path):
        if not read_only and not path.exists():
            path.touch(mode=0o600)
        # What a killed process left half-written must be rolled back first, and "ro" may not do that.
        mode = "rwc" if not read_only else "rw" if is_mid_write(path) else "ro"
        database = sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, timeout=60)
        database.execute(f"PRAGMA query_only = {int(read_only)}")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("PRAGMA cache_size = -16384")
        database.execute("PRAGMA temp_store = FILE")
        return database


class DatabaseFile:
    """An open database file of ours. Close it, or use it as a context manager."""

    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        self.path = path
        self._database = database

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing, durably; a full disk or a missing right is a DiskError."""
        with database_errors(self.path), self._database:
            self._database.execute("BEGIN")  # Python begins none by itself before a CREATE or DROP TABLE
            yield self._database


def is_mid_write(path: Path) -> bool:
    """Whether a transaction is under way, or was cut off: then the file alone is no whole database."""
    return path.with_name(f"{path.name}-journal").exists()


def now() -> str:
    """This moment as our files keep it: UTC, "2026-01-31 23:59:59.123456"."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


@contextmanager
def database_errors(path: Path) -> Iterator[None]:
    """Turn what the disk and SQLite say about space, rights and damage into a DiskError (GM515)."""
    try:
        with disk_errors(path):
            yield
    except sqlite3.DatabaseError as error:
        words = str(error)
        if any(sign in words for sign in DAMAGE):
            hint = "delete the file, and plan again"
            raise DiskError(f"{path} is damaged: {words}", hint=hint, code="GM515") from error
        if any(sign in words for sign in TROUBLE):
            hint = "make room or check the rights of the folder; everything committed so far is kept"
            if "locked" in words:
                hint = "another program has the file open: close it and run again; nothing is lost"
            raise DiskError(f"{path} cannot be used: {words}", hint=hint, code="GM515") from error
        raise


def scratch() -> sqlite3.Connection:
    """SQLite's anonymous temporary file: private, and gone with the process whatever ends it."""
    with scratch_errors("a temporary file"):
        database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        database.execute("PRAGMA journal_mode = OFF")
        return database


@contextmanager
def scratch_errors(what: str) -> Iterator[None]:
    """Turn what SQLite says about a temporary file into a DiskError (GM515)."""
    try:
        yield
    except sqlite3.Error as error:
        hint = "make room in the folder for temporary files, or name another one in TMPDIR"
        raise DiskError(f"{what} cannot be kept on disk: {error}", hint=hint, code="GM515") from error
