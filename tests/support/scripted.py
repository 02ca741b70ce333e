"""A web server on loopback that does with each request what a test says, and what is sent to it."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable

from groupmigrate.platforms.http import Patience, Request, Session

QUICK = Patience(attempts=4, total=5, first_wait=0.001, longest_wait=0.05)
SECRET = "KEY+with/signs=AND&MORE"
GET = Request("GET", "/api/customers", (("filter[email]", "[ana@example.com]"), ("ws_key", SECRET)))
POST = Request("POST", "/api/customers", body=b"<customer/>")
Opener = Callable[..., Session]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def status(number: int, *headers: str, body: bytes = b"") -> bytes:
    lines = [f"HTTP/1.1 {number} Whatever", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


class Scripted:
    """A server that does with each request what the script says: bytes are sent, words are deeds."""

    def __init__(self) -> None:
        self.script: list[bytes | str] = []
        self.seen: list[bytes] = []
        self.at_once = self.most_at_once = 0
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()

    def close(self) -> None:
        self._stop.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listener.close()
        for connection in self._open:
            connection.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.settimeout(0.05)
            self._open.append(connection)
            self._threads.append(threading.Thread(target=self._serve, args=(connection,)))
            self._threads[-1].start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            while not self._stop.is_set() and (request := self._request(connection)):
                with self._lock:
                    self.seen.append(request)
                    deed = self.script.pop(0) if self.script else OK
                    self.at_once += 1
                    self.most_at_once = max(self.at_once, self.most_at_once)
                if not self._do(deed, connection):
                    return
                with self._lock:
                    self.at_once -= 1

    def _do(self, deed: bytes | str, connection: socket.socket) -> bool:
        """Whether the connection goes on."""
        match deed:
            case bytes():
                connection.sendall(deed)
                return b"Connection: close" not in deed
            case "slow":
                time.sleep(0.02)
                connection.sendall(OK)
                return True
            case "close after":
                connection.sendall(OK)
            case "hang":
                self._stop.wait(5)
            case "reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False

    def _request(self, connection: socket.socket) -> bytes:
        data = b""
        while not self._stop.is_set():
            try:
                piece = connection.recv(65536)
            except TimeoutError:
                continue
            except OSError:
                return b""
            data += piece
            head, blank, body = data.partition(b"\r\n\r\n")
            lengths = [int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length:")]
            if not piece or (blank and len(body) >= sum(lengths)):
                return data
        return b""


def refused_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"http://127.0.0.1:{free.getsockname()[1]}"
