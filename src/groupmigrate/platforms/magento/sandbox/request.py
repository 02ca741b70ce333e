"""What a client asked for, taken apart: method, address, parameters in PHP's manner, headers and body."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


@dataclass(frozen=True)
class Request:
    """What a client asked for, taken apart."""

    method: str
    path: str
    """The whole path, decoded."""
    pairs: tuple[tuple[str, str], ...]
    """The parameters of the address, in order and decoded."""
    url: str
    """The address without the query, as it is signed."""
    accept: str
    content_type: str
    authorization: str
    store: str
    """The header that names the store view at Adobe's."""
    api_key: str
    organization: str
    body: bytes
    line_length: int
    """How long the path and the query are as they were sent."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """The parameters of the address as PHP sees them: brackets make nested ones."""


def read(environ: WSGIEnvironment) -> Request:
    """Take a request apart."""
    query = environ.get("QUERY_STRING", "")
    path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", errors="replace")
    # A "+" in the address is a blank.
    pairs = tuple(parse_qsl(query, keep_blank_values=True))
    return Request(
        method=environ["REQUEST_METHOD"],
        path=path,
        pairs=pairs,
        url=f"{environ.get('wsgi.url_scheme', 'http')}://{environ.get('HTTP_HOST', '')}{path}",
        accept=environ.get("HTTP_ACCEPT", ""),
        content_type=environ.get("CONTENT_TYPE", ""),
        authorization=environ.get("HTTP_AUTHORIZATION", ""),
        store=environ.get("HTTP_STORE", ""),
        api_key=environ.get("HTTP_X_API_KEY", ""),
        organization=environ.get("HTTP_X_GW_IMS_ORG_ID", ""),
        body=environ["wsgi.input"].read(),
        line_length=len(environ["PATH_INFO"]) + len(query),
        parameters=nested(pairs),
    )


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The parameters as PHP's arrays: "a[b][0]=1" becomes {"a": {"b": {"0": "1"}}}."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        first, *rest = re.findall(r"[^\[\]]+", name) or [name]
        place, key = found, first
        for step in rest:
            inner = place.get(key)
            place[key] = inner if isinstance(inner, dict) else {}
            place, key = place[key], step
        place[key] = value
    return found
