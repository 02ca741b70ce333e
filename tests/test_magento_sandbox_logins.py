"""Who is let into the practice Magento: tokens, rights, two-factor codes, signatures, passwords."""

from __future__ import annotations

import hashlib
import time
from typing import Any

import pytest
import requests

from groupmigrate.platforms.http import Request
from groupmigrate.platforms.magento.sandbox.auth import one_time_code
from groupmigrate.platforms.magento.sandbox.credentials import (
    ADMIN,
    ADMIN_PASSWORD,
    CONSUMER_KEY,
    CONSUMER_SECRET,
    OTP_SECRET,
    TOKEN,
    TOKEN_SECRET,
)
from groupmigrate.platforms.magento.sandbox.passwords import fits
from groupmigrate.platforms.magento.signing import Keys, authorization
from support.magento_client import client
from support.magento_seed import EMPTY, SEED, Serve

pytest_plugins = ["support.magento_practice"]


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_token_may_do_what_its_rights_say_and_is_told_what_it_lacks(seeded: Serve) -> None:
    with client(seeded(SEED), "read-only") as visitor:
        assert visitor.get("customers/1")["id"] == 1
        refused = visitor.get("customerGroups/1")
    assert (refused["status"], refused["parameters"]) == (401, {"resources": "Magento_Customer::group"})


def test_an_admin_logs_in_with_a_password_alone_where_two_factor_is_not_installed(seeded: Serve) -> None:
    shop = seeded(EMPTY)
    with client(shop, "nobody") as visitor:
        assert visitor.get("customers/search", searchCriteria="")["status"] == 401
        token = visitor.post("integration/admin/token", _login())
    with client(shop, token) as admin:
        assert admin.customers() == []


def test_two_factor_asks_for_a_code(seeded: Serve) -> None:
    shop = seeded({"settings": {"sandbox/two_factor": "google"}})
    with client(shop) as visitor:
        asked = visitor.post("integration/admin/token", _login())
        wrong = visitor.post("tfa/provider/google/authenticate", {**_login(), "otp": "ŝoseso"})
        code = one_time_code(OTP_SECRET, int(time.time()))
        token = visitor.post("tfa/provider/google/authenticate", {**_login(), "otp": code})
        modules = visitor.get("modules", searchCriteria="")
    assert (asked["status"], asked["parameters"]) == (400, {"active_providers": ["google"]})
    assert wrong["status"] == 401
    assert "Magento_TwoFactorAuth" in modules
    with client(shop, token) as admin:
        assert admin.customers() == []


def test_two_factor_that_nobody_set_up_lets_nobody_in(seeded: Serve) -> None:
    with client(seeded({"settings": {"sandbox/two_factor": "unconfigured"}})) as visitor:
        refused = visitor.post("integration/admin/token", _login())
    assert (refused["status"], "parameters" in refused) == (400, False)


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (2000000000, "279037")]
)
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    assert one_time_code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", seconds) == code


def test_after_six_failures_the_right_password_is_refused_as_well(seeded: Serve) -> None:
    with client(seeded(EMPTY)) as visitor:
        for _ in range(6):
            wrong = visitor.post("integration/admin/token", {**_login(), "password": "falsĉa"})
        right = visitor.post("integration/admin/token", _login())
    assert wrong == right
    assert right["status"] == 401


@pytest.mark.parametrize(
    ("kept", "opens"),
    [
        (f"{md5('aBsecret')}:aB:0", True),
        (f"{sha256('aB' + md5('aBsecret'))}:aB:0:1", True),
        (f"{sha256('secret')}::1", True),
        (f"{md5('aBsecret')}:aB", False),
        (f"{md5('secretaB')}:aB:0", False),
        (f"{md5('secret')}", False),
        (f"{md5('aBsecret')}:aB:0:2", False),
        ("", False),
    ],
)
def test_a_password_fits_a_hash_that_names_the_versions_it_went_through(kept: str, opens: bool) -> None:
    assert fits("secret", kept) is opens


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 404),
        ({"consumer_key": "unknown"}, 401),
        ({"token": "unknown"}, 401),
        ({"token_secret": "wrong"}, 401),
        ({"now": lambda: time.time() - 3600}, 401),
        ({"nonce": lambda: ""}, 400),
    ],
)
def test_a_signed_request_is_answered_if_all_of_it_is_right(
    seeded: Serve, changes: dict[str, Any], status: int
) -> None:
    practice = seeded(EMPTY)
    names = {"consumer_key": CONSUMER_KEY, "consumer_secret": CONSUMER_SECRET, "token": TOKEN}
    keys = {**names, "token_secret": TOKEN_SECRET, **changes}
    more = {name: keys.pop(name) for name in ("now", "nonce") if name in keys}
    asked = Request("GET", "/rest/V1/customers/9")
    header = authorization(asked, practice.url, Keys(**keys), **more)
    with requests.Session() as session:
        session.headers["Authorization"] = header
        assert session.get(f"{practice.url}{asked.path}", timeout=5).status_code == status


def _login() -> dict[str, str]:
    return {"username": ADMIN, "password": ADMIN_PASSWORD}
