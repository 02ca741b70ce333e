"""What a client asked for, taken apart: method, address, parameters, key and the format it wants."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


@dataclass(frozen=True)
class Request:
    """What a client asked for, taken apart."""

    method: str
    host: str
    segments: tuple[str, ...]
    """The address behind /api/."""
    parameters: Mapping[str, str]
    key: str | None
    in_json: bool
    body: bytes


def read(environ: WSGIEnvironment, path: str) -> Request:
    """Take a request for an address under /api apart."""
    text = environ.get("QUERY_STRING", "")
    # A "+" in the address is a blank.
    parameters = dict(parse_qsl(text, keep_blank_values=True))
    return Request(
        method=str(parameters.get("ps_method") or environ["REQUEST_METHOD"]).upper(),
        host=environ.get("HTTP_HOST", ""),
        segments=tuple(path.removeprefix("/api").strip("/").split("/")) if path.strip("/") != "api" else (),
        parameters=parameters,
        key=_key(environ, parameters),
        in_json=_wants_json(environ, parameters),
        body=environ["wsgi.input"].read(),
    )


def _key(environ: WSGIEnvironment, parameters: Mapping[str, str]) -> str | None:
    if "ws_key" in parameters:
        return parameters["ws_key"]
    found = re.fullmatch(r"Basic (\S+)", environ.get("HTTP_AUTHORIZATION", ""))
    if not found:
        return None
    try:
        return base64.b64decode(found[1]).decode().partition(":")[0]
    except ValueError:
        return None


def _wants_json(environ: WSGIEnvironment, parameters: Mapping[str, str]) -> bool:
    # The header wins over the parameter; Accept is ignored, and so is "json" in small letters (run).
    headers = (environ.get("HTTP_OUTPUT_FORMAT"), environ.get("HTTP_IO_FORMAT"))
    asked = (parameters.get("output_format"), parameters.get("io_format"))
    return "JSON" in (*headers, *asked)
