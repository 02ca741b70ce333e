"""Ways to a database: over the network with and without TLS, over a socket, and through a tunnel."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from contract.ground_opencart import opened
from groupmigrate.errors import AccessDenied, StoreError
from support.mariadb import MariaDb, server
from support.opencart_shops import RECORDED, planted

SHOP = RECORDED[4]
OPENSSL = shutil.which("openssl")


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[MariaDb, Path]]:
    """A server with a certificate of its own for 127.0.0.1, and the file of that certificate."""
    if OPENSSL is None:
        pytest.skip("openssl is not installed")
    server()  # skips where there is no MariaDB
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            *(OPENSSL, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    running = MariaDb(folder / "server", f"--ssl-cert={certificate}", f"--ssl-key={key}")
    try:
        with running.root() as root, root.cursor() as cursor:
            cursor.execute("CREATE DATABASE shop")
        yield running, certificate
    finally:
        running.stop()


def _words(folder: Path, database: MariaDb, name: str, **options: object) -> str:
    """What the store says when it is asked for its groups: "" for an answer."""
    (folder / "dsn.txt").write_text(database.dsn(name), encoding="utf-8")
    with closing(opened(folder, True, {"dsn": "file:dsn.txt", **options})) as store:
        try:
            store.groups()
        except StoreError as error:
            return error.message
    return ""


def test_a_certificate_that_is_named_is_trusted(tmp_path: Path, certified: tuple[MariaDb, Path]) -> None:
    running, certificate = certified
    # the database behind it is empty, and says so over the encrypted connection
    assert "no tables of an OpenCart" in _words(tmp_path, running, "shop", tls=True, ca_bundle=certificate)


def test_a_certificate_that_nobody_vouches_for_is_refused(
    tmp_path: Path, certified: tuple[MariaDb, Path]
) -> None:
    words = _words(tmp_path, certified[0], "shop", tls=True)
    assert "certificate" in words
    assert "practice" not in words  # the password


def test_a_certificate_for_another_name_is_refused(tmp_path: Path, certified: tuple[MariaDb, Path]) -> None:
    running, certificate = certified
    address = running.dsn("shop").replace("127.0.0.1", "localhost")
    (tmp_path / "dsn.txt").write_text(address, encoding="utf-8")
    options = {"dsn": "file:dsn.txt", "tls": True, "ca_bundle": certificate}
    with closing(opened(tmp_path, True, options)) as store, pytest.raises(StoreError, match="certificate"):
        store.groups()


def test_a_server_without_tls_is_refused_where_tls_is_asked_for(tmp_path: Path) -> None:
    database = planted(SHOP)
    (tmp_path / "dsn.txt").write_text(server().dsn(database), encoding="utf-8")
    options = {"dsn": "file:dsn.txt", "tls": True}
    with (
        closing(opened(tmp_path, True, options)) as store,
        pytest.raises((AccessDenied, StoreError)) as raised,
    ):
        store.groups()
    assert "encrypt" in raised.value.message or "SSL" in raised.value.message


def test_a_socket_and_the_network_lead_to_the_same_shop(tmp_path: Path) -> None:
    database = planted(SHOP)
    assert _words(tmp_path, server(), database) == ""
    assert _words(tmp_path, server(), database, socket=server().socket) == ""


def test_a_tunnel_is_an_address_of_this_machine(tmp_path: Path) -> None:
    database = planted(SHOP)
    with tunnel(server().port) as port:
        address = server().dsn(database).replace(str(server().port), str(port))
        (tmp_path / "dsn.txt").write_text(address, encoding="utf-8")
        with closing(opened(tmp_path, True, {"dsn": "file:dsn.txt"})) as store:
            assert store.groups()


@contextmanager
def tunnel(port: int) -> Iterator[int]:
    """What `ssh -L` does: a port of this machine that leads to another one."""
    pumps: list[threading.Thread] = []

    def serve() -> None:
        while True:
            try:
                near, _ = entrance.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", port))
            for ends in ((near, far.dup()), (far, near.dup())):
                pumps.append(threading.Thread(target=_pump, args=ends))
                pumps[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as entrance:
        accepting = threading.Thread(target=serve)
        accepting.start()
        try:
            yield int(entrance.getsockname()[1])
        finally:
            entrance.shutdown(socket.SHUT_RDWR)
            for each in (accepting, *pumps):
                each.join()


def _pump(giver: socket.socket, taker: socket.socket) -> None:
    with giver, taker, suppress(OSError):
        while piece := giver.recv(65536):
            taker.sendall(piece)
        taker.shutdown(socket.SHUT_WR)
