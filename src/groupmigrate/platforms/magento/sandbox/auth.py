"""Who calls: tokens of integrations, of admin users and of customers, and signed requests."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
import struct
import time

from groupmigrate.platforms.magento.sandbox import oauth
from groupmigrate.platforms.magento.sandbox.answer import Problem, Refusal, missing, refused
from groupmigrate.platforms.magento.sandbox.call import NOBODY, Call, Caller
from groupmigrate.platforms.magento.sandbox.credentials import OTP_SECRET
from groupmigrate.platforms.magento.sandbox.customers import by_email
from groupmigrate.platforms.magento.sandbox.passwords import fits
from groupmigrate.platforms.magento.sandbox.request import Request
from groupmigrate.platforms.magento.sandbox.shop import Shop, whole

BEARER = "oauth/consumer/enable_integration_as_bearer"
ADMIN_MINUTES = "webapi/jwtauth/admin_expiration"
MOST_FAILURES = 6
TWO_FACTOR = "sandbox/two_factor"
"""Empty where it is not installed; "unconfigured"; or "google", which asks for codes of OTP_SECRET."""
REFUSED = Problem("the sign-in was wrong, or the account is closed for a while")


def caller(shop: Shop, request: Request) -> Caller:
    """Who calls. Raises Refusal for a signature that is not right; a wrong token is nobody's."""
    if request.authorization.startswith("OAuth "):
        return of_token(shop, oauth.checked(shop, request), ("integration",))
    found = re.fullmatch(r"bearer (\S+)", request.authorization, re.IGNORECASE)
    if not found:
        return NOBODY
    integrations = ("integration",) if shop.switched(BEARER) else ()
    return of_token(shop, found[1], ("admin", "customer", *integrations))


def admin_token(call: Call) -> str:
    """POST integration/admin/token."""
    username, password = _credentials(call)
    state = call.shop.setting(TWO_FACTOR)
    _check_admin(call.shop, username, password)
    if state == "unconfigured":
        raise refused("configure 2FA first, or ask an administrator to do it")
    if state:
        parameters = {"active_providers": [state]}
        raise refused("ask the endpoint of a 2FA provider for a token", parameters)
    return _new_admin_token(call.shop)


def two_factor_token(call: Call) -> str:
    """POST tfa/provider/google/authenticate."""
    username, password = _credentials(call)
    _check_admin(call.shop, username, password)
    now = int(time.time())
    if call.text("otp") not in [one_time_code(OTP_SECRET, now + late) for late in (-30, 0, 30)]:
        raise Refusal(401, Problem("this code is not right"))
    return _new_admin_token(call.shop)


def customer_token(call: Call) -> str:
    """POST integration/customer/token: how a customer logs in, in the website of the address."""
    email, password = _credentials(call)
    row = by_email(call.shop, email, call.store.website)
    if row is None:
        raise Refusal(401, REFUSED)
    closed = whole(row["failures_num"]) >= MOST_FAILURES or row["confirmation"]
    if closed or not fits(password, str(row["password_hash"] or "")):
        failures = min(whole(row["failures_num"]) + 1, MOST_FAILURES)
        call.shop.update("customer_entity", whole(row["entity_id"]), {"failures_num": failures})
        raise Refusal(401, REFUSED)
    call.shop.update("customer_entity", whole(row["entity_id"]), {"failures_num": 0})
    return new_token(call.shop, "customer", [], 60)


def one_time_code(secret: str, seconds: int) -> str:
    """The code of six digits that an authenticator shows at a moment (RFC 6238)."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", seconds // 30), "sha1")
    number = struct.unpack(">I", digest[digest[-1] & 15 :][:4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def of_token(shop: Shop, token: str, kinds: tuple[str, ...]) -> Caller:
    """Whose token this is: nobody's, if it is of another kind or has expired."""
    row = shop.row("SELECT * FROM token WHERE token = ?", (token,))
    if row is None or row["kind"] not in kinds or time.time() > float(row["expires_at"] or "inf"):
        return NOBODY
    return Caller(None if row["rights"] is None else frozenset(json.loads(str(row["rights"]))))


def _credentials(call: Call) -> tuple[str, str]:
    username, password = call.text("username"), call.text("password")
    lacking = [name for name, value in (("username", username), ("password", password)) if not value]
    if lacking:
        raise Refusal(400, *map(missing, lacking))
    return username, password


def _check_admin(shop: Shop, username: str, password: str) -> None:
    row = shop.row("SELECT * FROM admin_user WHERE username = ?", (username,))
    if row is None:
        raise Refusal(401, REFUSED)
    # After six failures even the right password is refused, in the same words (2.4.7, run).
    failures = whole(row["failures_num"])
    if failures >= MOST_FAILURES or password != row["password"]:
        shop.execute("UPDATE admin_user SET failures_num = failures_num + 1 WHERE username = ?", (username,))
        raise Refusal(401, REFUSED)
    shop.execute("UPDATE admin_user SET failures_num = 0 WHERE username = ?", (username,))


def _new_admin_token(shop: Shop) -> str:
    return new_token(shop, "admin", None, whole(shop.setting(ADMIN_MINUTES, "60")))


def new_token(shop: Shop, kind: str, rights: list[str] | None, minutes: int) -> str:
    """Make a token of a kind, with these rights, or with all of them."""
    token = hashlib.sha256(secrets.token_bytes(32)).hexdigest()
    shop.execute(
        "INSERT INTO token VALUES (?, ?, ?, ?)",
        (token, kind, None if rights is None else json.dumps(rights), time.time() + 60 * minutes),
    )
    return token
