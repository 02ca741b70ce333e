"""OAuth 1.0a: the header that signs a request with HMAC-SHA256, the only method Magento takes (run)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from groupmigrate.platforms.http import Request


@dataclass(frozen=True)
class Keys:
    """The four values of an integration."""

    consumer_key: str
    consumer_secret: str
    token: str
    token_secret: str


def authorization(
    request: Request,
    address: str,
    keys: Keys,
    *,
    nonce: Callable[[], str] = lambda: secrets.token_hex(16),
    now: Callable[[], float] = time.time,
) -> str:
    """The Authorization header of one attempt at a request: a nonce is good only once.

    The body is not signed (RFC 5849, 3.4.1.3: only form bodies are).
    """
    values = {
        "oauth_consumer_key": keys.consumer_key,
        "oauth_token": keys.token,
        "oauth_signature_method": "HMAC-SHA256",
        "oauth_timestamp": str(int(now())),
        "oauth_nonce": nonce(),
        "oauth_version": "1.0",
    }
    values["oauth_signature"] = _signature(request, address, values, keys)
    return "OAuth " + ", ".join(f'{name}="{_escaped(value)}"' for name, value in values.items())


def _signature(request: Request, address: str, values: dict[str, str], keys: Keys) -> str:
    pairs = sorted((_escaped(name), _escaped(value)) for name, value in (*request.query, *values.items()))
    parameters = "&".join(f"{name}={value}" for name, value in pairs)
    url = _escaped(_plain(address) + request.path)
    base = "&".join((request.method.upper(), url, _escaped(parameters)))
    key = f"{_escaped(keys.consumer_secret)}&{_escaped(keys.token_secret)}"
    return base64.b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha256).digest()).decode()


def _plain(address: str) -> str:
    """The address as both sides write it: small letters, and no port that goes without saying."""
    parts = urlsplit(address)
    default = {"http": 80, "https": 443}[parts.scheme]
    port = f":{parts.port}" if parts.port and parts.port != default else ""
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path}"


def _escaped(text: str) -> str:
    return quote(text, safe="~")
