"""OAuth 1.0a: signed requests of an integration. Only HMAC-SHA256 is taken (2.4.7, run)."""

from __future__ import annotations

import base64
import hmac
import re
import sqlite3
import time
from collections.abc import Mapping
from urllib.parse import quote, unquote

from groupmigrate.platforms.magento.sandbox.answer import Problem, Refusal, missing, refused
from groupmigrate.platforms.magento.sandbox.credentials import CONSUMER_KEY, CONSUMER_SECRET, TOKEN_SECRET
from groupmigrate.platforms.magento.sandbox.request import Request
from groupmigrate.platforms.magento.sandbox.shop import Shop, whole

METHOD = "HMAC-SHA256"
NEEDED = ("oauth_consumer_key", "oauth_signature", "oauth_signature_method", "oauth_nonce", "oauth_timestamp")
OLDEST_SECONDS = 600


def checked(shop: Shop, request: Request) -> str:
    """The access token of a signed request. Raises Refusal if the signature is not right."""
    sent = _header(request.authorization)
    for name in NEEDED:
        if not sent.get(name):
            raise Refusal(400, missing(name))
    if sent["oauth_signature_method"] != METHOD:
        raise refused("signatures by %1 are not taken", [sent["oauth_signature_method"]])
    if sent["oauth_consumer_key"] != CONSUMER_KEY:
        raise _unauthorized("there is no consumer with this key")
    _check_fresh(shop, sent)
    token = sent.get("oauth_token", "")
    if not shop.value("SELECT 1 FROM token WHERE token = ? AND kind = 'integration'", (token,)):
        raise _unauthorized("this token does not exist")
    if sent["oauth_signature"] != _signature(request, sent):
        raise _unauthorized("the signature is not right")
    return token


def _signature(request: Request, sent: Mapping[str, str]) -> str:
    """What the signature must be, from the parameters of the header (RFC 5849)."""
    header = [(name, value) for name, value in sent.items() if name not in ("oauth_signature", "realm")]
    pairs = sorted((_encoded(name), _encoded(value)) for name, value in [*request.pairs, *header])
    parameters = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join((request.method, _encoded(request.url), _encoded(parameters)))
    key = f"{_encoded(CONSUMER_SECRET)}&{_encoded(TOKEN_SECRET)}"
    return base64.b64encode(hmac.digest(key.encode(), base.encode(), "sha256")).decode()


def _header(text: str) -> dict[str, str]:
    pairs = re.findall(r'(\w+)="([^"]*)"', text.removeprefix("OAuth "))
    return {name: unquote(value) for name, value in pairs}


def _check_fresh(shop: Shop, sent: Mapping[str, str]) -> None:
    if abs(time.time() - whole(sent["oauth_timestamp"])) > OLDEST_SECONDS:
        raise _unauthorized("the timestamp is not of this hour")
    try:
        shop.execute("INSERT INTO oauth_nonce VALUES (?)", (sent["oauth_nonce"],))
    except sqlite3.IntegrityError:
        problem = Problem("the nonce was used before by the consumer %1", ["1"])
        raise Refusal(401, problem) from None


def _unauthorized(words: str) -> Refusal:
    return Refusal(401, Problem(words))


def _encoded(text: str) -> str:
    return quote(text, safe="")
