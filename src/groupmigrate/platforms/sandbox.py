"""What all practice stores share: a server on loopback that counts requests and misbehaves on request.

It knows no platform: a room gives it a WSGI application. Nobody but this machine can reach it. A platform
without an API has a database file instead.
"""

from __future__ import annotations

import json
import logging
import socket
import struct
import threading
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from itertools import chain
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from groupmigrate.errors import UsageError
from groupmigrate.platforms.faults import Faults, reads

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

COUNTS = "/__sandbox__/requests"
OUTBOX = "/__sandbox__/outbox"

log = logging.getLogger("groupmigrate.sandbox")


class PracticeStore(ABC):
    """A practice store, which is there until `close`; a context manager."""

    url: str
    """Its address, without a slash at the end, or the DSN of a database file."""
    key: str
    """What a connector needs to know as a secret."""
    key_option: str = ""
    """The option that the key belongs to; "" for the first one that is a secret."""
    options: Mapping[str, str] = {}
    """What a connector needs to say besides."""
    is_served: bool
    """False for a database file: it stays what it is when the program ends."""

    @abstractmethod
    def wait(self) -> None:
        """Wait until another thread closes the store, or Ctrl-C."""

    @abstractmethod
    def close(self) -> None:
        """Let go of everything; may be called twice."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class PracticeDatabase(PracticeStore):
    """A practice store that is a database file: nothing is served, whoever has the DSN opens it."""

    is_served = False

    def __init__(self, dsn: str) -> None:
        self.url = self.key = dsn

    def wait(self) -> None:
        """Wait for Ctrl-C."""
        threading.Event().wait()

    def close(self) -> None:
        """Nothing is open."""


class Practice(PracticeStore):
    """A practice store that is being served.

    `requests` counts what arrived, by "METHOD /path" without the query; GET /__sandbox__/requests tells
    the same to another process, as JSON. So does GET /__sandbox__/outbox with the mails that a real shop
    would have sent, where a room keeps them.
    """

    is_served = True

    def __init__(
        self,
        application: WSGIApplication,
        *,
        key: str,
        port: int = 0,
        faults: str = "",
        latency_ms: int = 0,
        is_read: Callable[[WSGIEnvironment], bool] = reads,
        done: Callable[[], None] = lambda: None,
        outbox: Callable[[], Sequence[object]] | None = None,
    ) -> None:
        """Serve `application` on 127.0.0.1; port 0 takes a free one.

        `is_read` tells reads from writes where the method does not; `done` is called once, at the end.

        What it tells of itself, the mails of `outbox` among it, is neither counted nor disturbed by faults.
        Raises UsageError for faults that cannot be read and for a port that cannot be had.
        """
        self.key = key
        self.requests: Counter[str] = Counter()
        self._application = Faults(faults, latency_ms, is_read).around(application)
        self._done = done
        self._outbox = outbox
        self._pages = {COUNTS: self._counts, **({OUTBOX: outbox} if outbox else {})}
        self._counting = threading.Lock()
        self._server = _listening(port, self._answer)
        self.url = f"http://127.0.0.1:{self._server.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def mails(self) -> int | None:
        """How many mails the real shop would have sent; None where the room keeps none."""
        return len(self._outbox()) if self._outbox else None

    def close(self) -> None:
        """Stop serving and let go of the port and every connection; may be called twice."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server.hang_up()
            self._done()

    def wait(self) -> None:
        """Wait until another thread closes the store, or Ctrl-C."""
        self._thread.join()

    def _answer(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        # The body is read here in any case: what an application leaves unread would be taken for the next
        # request of a kept-alive connection.
        length = int(environ.get("CONTENT_LENGTH") or 0)
        environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(length))
        page = self._pages.get(environ["PATH_INFO"])
        if page is not None:
            return _told(page(), start)
        with self._counting:
            self.requests[f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"] += 1
        return self._application(environ, start)

    def _counts(self) -> dict[str, int]:
        with self._counting:
            return dict(self.requests)


def _told(value: object, start: StartResponse) -> Iterable[bytes]:
    body = json.dumps(value).encode()
    start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def _listening(port: int, application: WSGIApplication) -> _Server:
    # The server would end the whole process over a port that is taken, so the socket is opened here.
    try:
        with socket.create_server(("127.0.0.1", port)) as listener:
            return _Server("127.0.0.1", port, application, _Handler, fd=listener.fileno())
    except (OSError, OverflowError) as error:
        raise UsageError(f"cannot listen on port {port}: {error}", hint="take another port, or 0") from error


class _Handler(WSGIRequestHandler):
    """Keeps connections alive, sends small answers at once, and writes no log."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def make_environ(self) -> WSGIEnvironment:
        """With headers whose names hold a "_", which werkzeug leaves out and some platforms log in by."""
        named = {name.upper(): value for name, value in self.headers.items() if "_" in name}
        return {**super().make_environ(), **{f"HTTP_{name}": value for name, value in named.items()}}

    def run_wsgi(self) -> None:
        """Answer one request and keep the connection, as real shops do; werkzeug's own closes every one."""
        self.environ = environ = self.make_environ()
        begun: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], *_: object) -> Callable[[bytes], object]:
            begun.append((status, headers))
            return self.wfile.write

        try:
            parts = iter(self.server.app(environ, start))
            first = next(parts, b"")
            self._begin(*begun[-1])
            for part in chain([first], parts):
                self.wfile.write(part)
        except ConnectionError:
            self.close_connection = True

    def _begin(self, status: str, headers: list[tuple[str, str]]) -> None:
        number, _, reason = status.partition(" ")
        self.send_response(int(number), reason)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the requests are counted."""


class _Server(ThreadedWSGIServer):
    """A threaded server that knows its open connections, so that closing it really closes them."""

    def __init__(self, *args: Any, **more: Any) -> None:
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()
        super().__init__(*args, **more)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the server's shape
        """Keep a mistake of the practice store out of the user's screen; the client sees a lost answer."""
        log.debug("the practice store could not answer %s", client_address, exc_info=True)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        with self._changed:
            self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        # A connection that is to be reset lingers for 0 seconds; it must not be closed politely before that.
        if struct.unpack("ii", request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8))[0]:
            self.close_request(request)
        else:
            super().shutdown_request(request)
        with self._changed:
            self._open.discard(request)
            self._changed.notify_all()

    def hang_up(self, seconds: float = 5.0) -> None:
        """End every open connection and wait until its thread has let go of it."""
        with self._changed:
            for connection in self._open:
                _shut(connection)
            self._changed.wait_for(lambda: not self._open, seconds)


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        # The other side was quicker.
        return
