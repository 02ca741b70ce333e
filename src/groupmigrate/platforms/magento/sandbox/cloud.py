"""The door of a practice shop that is Adobe Commerce as a Cloud Service: Adobe's sign-in, and the tenant.

Made after Adobe's documentation (commerce-webapi: REST overview, server-to-server authentication, and the
OpenAPI file of July 2026), never compared with the real service. The statuses of the refusals are those that
it names; which of them a wrong tenant gets is a guess.
"""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl

from groupmigrate.platforms.magento.sandbox.answer import Answer, Problem, Refusal
from groupmigrate.platforms.magento.sandbox.auth import new_token, of_token
from groupmigrate.platforms.magento.sandbox.call import NOBODY, Caller
from groupmigrate.platforms.magento.sandbox.credentials import CLIENT_ID, CLIENT_SECRET, ORGANIZATION, TENANT
from groupmigrate.platforms.magento.sandbox.request import Request
from groupmigrate.platforms.magento.sandbox.shop import Shop
from groupmigrate.platforms.sandbox import Practice

SIGN_IN = "/ims/token/v3"
SECONDS = 86399
NEEDED_SCOPE = "commerce.accs"
ADDRESS = re.compile(r"/(?P<tenant>[^/]+)/V1/(?P<rest>.*?)/?")


def tell(practice: Practice) -> None:
    """Write down what a connector needs to know of this shop."""
    practice.key_option = "client_secret"
    practice.options = {
        "client_id": CLIENT_ID,
        "organization": ORGANIZATION,
        "token_url": practice.url + SIGN_IN,
    }
    practice.url += f"/{TENANT}"


def token(shop: Shop, request: Request) -> Answer:
    """POST /ims/token/v3, with a form; the errors are OAuth's (RFC 6749, 5.2)."""
    sent = dict(parse_qsl(request.body.decode("latin-1")))
    for name, value in (("client_id", CLIENT_ID), ("client_secret", CLIENT_SECRET)):
        if sent.get(name) != value:
            return _error("invalid_client", f"the parameter {name} is not right")
    if sent.get("grant_type") != "client_credentials":
        return _error("unsupported_grant_type", "this grant_type is not taken")
    kind = "adobe" if NEEDED_SCOPE in sent.get("scope", "").split(",") else "adobe, without Commerce"
    given = new_token(shop, kind, None, SECONDS // 60)
    return Answer(200, json.dumps({"access_token": given, "token_type": "bearer", "expires_in": SECONDS}))


def parts(request: Request) -> tuple[str, ...]:
    """The address behind /V1/, taken apart. Raises Refusal for another tenant or organization."""
    found = ADDRESS.fullmatch(request.path)
    if found is None or found["tenant"] != TENANT:
        raise Refusal(404, Problem("there is nothing at this address"))
    if (request.api_key, request.organization) != (CLIENT_ID, ORGANIZATION):
        raise Refusal(403, Problem("this organization may not do that"))
    return tuple(found["rest"].split("/"))


def caller(shop: Shop, request: Request) -> Caller:
    """Who calls. Raises Refusal without a token of Adobe's, for nothing is open to everybody here."""
    found = re.fullmatch(r"bearer (\S+)", request.authorization, re.IGNORECASE)
    known = of_token(shop, found[1], ("adobe",)) if found else NOBODY
    if known == NOBODY:
        raise Refusal(401, Problem("the token is not valid"))
    return known


def _error(kind: str, description: str) -> Answer:
    return Answer(400, json.dumps({"error": kind, "error_description": description}))
