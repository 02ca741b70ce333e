"""Misbehaviour on request: what networks and busy shops do to a client, seeded and repeatable.

A specification is a list such as "lost-after=0.02,429=0.05,latency=20ms,seed=7,lost-before@7":
`kind=0.02` happens with that probability, `kind@7` to the seventh write and `kind@r7` to the seventh read.
"""

from __future__ import annotations

import json
import random
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from groupmigrate.errors import UsageError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KINDS = {
    "lost-before": "a write is not carried out, and the connection is closed without an answer",
    "lost-after": "a write is carried out, and the connection is closed without an answer",
    "reset": "the connection is reset, nothing is carried out",
    "429": "too many requests, with Retry-After: 1",
    "429-bare": "too many requests, without Retry-After",
    "503": "a web page instead of an answer, nothing is carried out",
    "slow": "the answer comes in small pieces",
    "endless": "an empty page is answered with the last full one",
}
READS = ("GET", "HEAD", "OPTIONS")
SLOW_SECONDS = 0.4
BUSY_PAGE = b"<!doctype html><html><body><h1>503 Service Unavailable</h1></body></html>"


def reads(environ: WSGIEnvironment) -> bool:
    """Whether a request only reads, by its method."""
    return environ["REQUEST_METHOD"] in READS


class Faults:
    """Reads a specification, or raises UsageError, and puts its faults around an application."""

    def __init__(
        self, specification: str = "", latency_ms: int = 0, is_read: Callable[[WSGIEnvironment], bool] = reads
    ) -> None:
        """`is_read` tells reads from writes where the method does not."""
        self._chance: dict[str, float] = {}
        self._exact: set[tuple[str, str]] = set()
        self._seconds = latency_ms / 1000
        self._is_read = is_read
        self._random = random.Random(1)  # noqa: S311 - faults are to be repeatable, not secret
        self._seen = {"": 0, "r": 0}
        self._lock = threading.Lock()
        self._full: dict[str, list[bytes]] = {}
        for part in filter(None, (part.strip() for part in specification.split(","))):
            self._read(part)

    def around(self, application: WSGIApplication) -> WSGIApplication:
        """The application with the faults in front of it; itself where none are asked for."""
        if not (self._chance or self._exact or self._seconds):
            return application

        def faulty(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
            time.sleep(self._seconds)
            return self._misbehave(self._choose(environ), application, environ, start)

        return faulty

    def _read(self, part: str) -> None:
        name, equals, value = part.partition("=")
        kind, at, number = part.partition("@")
        if equals and name == "latency" and value.removesuffix("ms").isdigit():
            self._seconds = int(value.removesuffix("ms")) / 1000
        elif equals and name == "seed" and value.isdigit():
            self._random.seed(int(value))
        elif equals and name in KINDS and _is_chance(value):
            self._chance[name] = float(value)
        elif at and kind in KINDS and number.removeprefix("r").isdigit():
            self._exact.add((kind, number))
        else:
            raise UsageError(f'cannot read the fault "{part}"', hint=_usage())

    def _choose(self, environ: WSGIEnvironment) -> str:
        mark = "r" if self._is_read(environ) else ""
        with self._lock:
            self._seen[mark] += 1
            number = f"{mark}{self._seen[mark]}"
            # Every chance is drawn for every request, so that one kind does not shift the others.
            drawn = {kind: self._random.random() < chance for kind, chance in self._chance.items()}
        for kind in KINDS:
            if (kind, number) in self._exact or (drawn.get(kind) and not (mark and kind.startswith("lost"))):
                return kind
        return ""

    def _misbehave(
        self, kind: str, application: WSGIApplication, environ: WSGIEnvironment, start: StartResponse
    ) -> Iterable[bytes]:
        match kind:
            case "lost-before":
                _hang_up(environ, "the answer was lost before the request was carried out")
            case "lost-after":
                list(application(environ, lambda *_: lambda _: None))
                _hang_up(environ, "the answer was lost after the request was carried out")
            case "reset":
                _reset(environ)
            case "429":
                return _page(start, "429 Too Many Requests", b"Too many requests", ("Retry-After", "1"))
            case "429-bare":
                return _page(start, "429 Too Many Requests", b"Too many requests")
            case "503":
                return _page(start, "503 Service Unavailable", BUSY_PAGE)
            case "slow":
                return _dribble(b"".join(application(environ, start)))
            case "endless":
                return self._last_full_page(application, environ, start)
        return application(environ, start)

    def _last_full_page(
        self, application: WSGIApplication, environ: WSGIEnvironment, start: StartResponse
    ) -> Iterable[bytes]:
        answers: list[tuple[str, list[tuple[str, str]]]] = []

        def keep(status: str, headers: list[tuple[str, str]], *_: object) -> object:
            answers.append((status, headers))
            return lambda _: None

        body = list(application(environ, keep))  # type: ignore[arg-type]
        status, headers = answers[-1]
        if _is_empty_page(b"".join(body)):
            body = self._full.get(environ["PATH_INFO"], body)
        else:
            self._full[environ["PATH_INFO"]] = body
        length = ("Content-Length", str(sum(map(len, body))))
        start(status, [header for header in headers if header[0] != "Content-Length"] + [length])
        return body


def _is_empty_page(body: bytes) -> bool:
    """Whether an answer is an empty list, or an object whose lists are all empty."""
    try:
        page = json.loads(body)
    except ValueError:
        return False
    lists = (
        [one for one in page.values() if one is None or isinstance(one, list)]
        if isinstance(page, dict)
        else []
    )
    return page == [] or (bool(lists) and not any(lists))


def _is_chance(value: str) -> bool:
    return value.replace(".", "", 1).isdigit() and float(value) <= 1


def _usage() -> str:
    return f'write "latency=20ms", "seed=7", or one of {", ".join(KINDS)} with =0.02 or @7'


def _hang_up(environ: WSGIEnvironment, reason: str) -> None:
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError(reason)


def _reset(environ: WSGIEnvironment) -> None:
    # A connection that lingers for 0 seconds is reset when the server closes it, and the server closes it
    # once there is nothing more to read.
    connection = environ["werkzeug.socket"]
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.shutdown(socket.SHUT_RD)
    raise ConnectionAbortedError("the connection is reset")


def _page(start: StartResponse, status: str, body: bytes, *headers: tuple[str, str]) -> Iterable[bytes]:
    start(
        status,
        [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body))), *headers],
    )
    return [body]


def _dribble(body: bytes) -> Iterator[bytes]:
    size = len(body) // 4 + 1
    for first in range(0, len(body), size):
        time.sleep(SLOW_SECONDS / 4)
        yield body[first : first + size]
