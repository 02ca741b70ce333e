"""A private MariaDB for the tests: on a free loopback port, in a temporary folder, one for each process."""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pymysql
import pytest
from pymysql.connections import Connection

PROGRAMS = ("mariadbd", "mariadb-install-db")
USER, READER, PASSWORD = "shop", "reader", "practice"
SECONDS = 30
SETTINGS: tuple[str, ...] = ("--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync")
"""The data is thrown away: no power cut needs to be survived."""


@cache
def server() -> MariaDb:
    """The server of this process, started on first use and stopped when the process ends.

    Skips the test where MariaDB is not installed; CI has it, so there the test fails.
    """
    if any(shutil.which(program, path=_path()) is None for program in PROGRAMS):
        # CI installs it: a skip there would hide that nothing was tried on a real database
        stop = pytest.fail if os.environ.get("CI") else pytest.skip
        stop("MariaDB is not installed (Debian: mariadb-server-core and mariadb-client-core)")
    folder = Path(tempfile.mkdtemp(prefix="groupmigrate-mariadb-"))
    started = MariaDb(folder)
    atexit.register(started.stop)
    return started


class MariaDb:
    """A running server with its data in a folder, which `stop` takes away."""

    def __init__(self, folder: Path, *more: str) -> None:
        """Install and start it; `more` are options of mariadbd."""
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.socket = folder / "socket"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        me = ["--user=root"] if os.geteuid() == 0 else []
        common = ["--no-defaults", f"--datadir={folder / 'data'}"]
        for_tests = ["--auth-root-authentication-method=normal", "--skip-test-db"]
        environment = {**os.environ, "PATH": _path()}
        install = ["mariadb-install-db", *common, *me, *for_tests]
        subprocess.run(install, check=True, capture_output=True, env=environment)
        program = shutil.which("mariadbd", path=_path())
        assert program is not None
        self._process = subprocess.Popen(
            [
                program,
                *common,
                *me,
                "--bind-address=127.0.0.1",
                f"--port={self.port}",
                f"--socket={self.socket}",
                f"--pid-file={folder / 'pid'}",
                f"--log-error={folder / 'errors.log'}",
                f"--tmpdir={folder}",
                "--skip-name-resolve",
                "--character-set-server=utf8mb4",
                *SETTINGS,
                *more,
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait()
        with self.root() as connection, connection.cursor() as cursor:
            for user, rights in ((USER, "ALL PRIVILEGES"), (READER, "SELECT")):
                for host in ("127.0.0.1", "localhost"):  # over the network, and over the socket
                    account = f"'{user}'@'{host}'"
                    cursor.execute(f"CREATE USER {account} IDENTIFIED BY '{PASSWORD}'")
                    cursor.execute(f"GRANT {rights} ON *.* TO {account}")

    def dsn(self, database: str, user: str = USER) -> str:
        """How a connector names one of its databases."""
        return f"mysql://{user}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def root(self, database: str | None = None) -> Iterator[Connection]:
        """A connection that may do everything, and commits each statement."""
        connection = pymysql.connect(
            unix_socket=str(self.socket),
            user="root",
            database=database,
            autocommit=True,
            charset="utf8mb4",
            ssl_disabled=True,
        )
        try:
            yield connection
        finally:
            connection.close()

    def stop(self) -> None:
        """End it and delete its data."""
        self._process.terminate()
        self._process.wait(SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait(self) -> None:
        end = time.monotonic() + SECONDS
        while True:
            try:
                with socket.socket(socket.AF_UNIX) as probe:
                    probe.connect(str(self.socket))
                return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > end:
                    log = (self.folder / "errors.log").read_text(encoding="utf-8", errors="replace")
                    raise RuntimeError(f"mariadbd did not start:\n{log[-3000:]}") from None
                time.sleep(0.05)


def _path() -> str:
    # Debian keeps servers in /usr/sbin, which is not in everybody's PATH.
    return f"{os.environ.get('PATH', '')}:/usr/sbin"
