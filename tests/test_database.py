"""Our own SQLite files: private, and their troubles told in words."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from groupmigrate.database import connect, database_errors
from groupmigrate.errors import DiskError


def test_a_new_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    with closing(connect(tmp_path / "x.db")):
        assert (tmp_path / "x.db").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        ("database or disk is full", "cannot be used", "make room"),
        ("disk I/O error", "cannot be used", "make room"),
        ("attempt to write a readonly database", "cannot be used", "rights"),
        ("database is locked", "cannot be used", "another program"),
        ("database disk image is malformed", "is damaged", "delete the file"),
        ("file is not a database", "is damaged", "delete the file"),
    ],
)
def test_troubles_of_the_disk_are_told_with_a_cure(words: str, message: str, hint: str) -> None:
    with pytest.raises(DiskError) as caught, database_errors(Path("snapshot.db")):
        raise sqlite3.OperationalError(words)
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_a_mistake_of_ours_stays_a_mistake_of_ours() -> None:
    with pytest.raises(sqlite3.OperationalError), database_errors(Path("snapshot.db")):
        raise sqlite3.OperationalError("no such table: customers")


def test_what_a_killed_process_left_half_written_is_rolled_back_by_a_reader_too(tmp_path: Path) -> None:
    path, copy = tmp_path / "x.db", tmp_path / "copy.db"
    with closing(connect(path)) as database:
        database.execute("CREATE TABLE t (x)")
        database.execute("INSERT INTO t VALUES ('kept')")
        database.commit()
        database.execute("PRAGMA cache_size = 1")  # so that the file itself is written to before the end
        database.executemany("INSERT INTO t VALUES (?)", [("lost" * 1000,)] * 100)
        # as the disk is at a kill
        copy.write_bytes(path.read_bytes())
        (tmp_path / "copy.db-journal").write_bytes((tmp_path / "x.db-journal").read_bytes())
        database.rollback()
    with closing(connect(copy, read_only=True)) as reader:
        assert reader.execute("SELECT x FROM t").fetchall() == [("kept",)]
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.execute("DELETE FROM t")


def test_a_damaged_file_is_told_when_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(b"no database" * 100)
    with pytest.raises(DiskError), closing(connect(path)) as database, database_errors(path):
        database.execute("SELECT * FROM sqlite_master").fetchall()
