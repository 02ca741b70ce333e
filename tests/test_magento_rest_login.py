"""Logging in to a Magento: tokens, admin users who are never locked out, and signed requests."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import requests
from pydantic import ValidationError

from groupmigrate.errors import AccessDenied, GroupmigrateError, UsageError
from groupmigrate.platforms.http import Request
from groupmigrate.platforms.magento import auth, totp
from groupmigrate.platforms.magento.restoptions import RestOptions
from groupmigrate.platforms.magento.sandbox.credentials import (
    ADMIN,
    ADMIN_PASSWORD,
    CONSUMER_KEY,
    CONSUMER_SECRET,
    OTP_SECRET,
    TOKEN,
    TOKEN_SECRET,
)
from groupmigrate.platforms.magento.signing import Keys, authorization
from groupmigrate.platforms.sandbox import COUNTS
from support.magento_room import ANA, Opener, create, everybody, seeded

pytest_plugins = ["support.magento_fixtures"]

Configure = Callable[[str, str], None]
LOGIN = "POST /rest/V1/integration/admin/token"
URL = "https://shop.example.com"


@pytest.fixture
def secrets(tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Puts secrets into files, and gives the options that refer to them."""

    def keep(**values: str) -> dict[str, str]:
        for name, value in values.items():
            (tmp_path / name).write_text(value, encoding="utf-8")
        return {name: f"file:{name}" for name in values}

    return keep


@pytest.fixture
def shop(open_magento: Opener) -> str:
    """The address of a practice shop with one customer."""
    store = open_magento(seed={"customers": [seeded("first@example.com")]})
    store.groups()
    return store.address


# --- options ---


@pytest.mark.parametrize(
    ("options", "missing"),
    [
        ({}, "token"),
        ({"username": "admin"}, "password"),
        ({"password": "env:P"}, "username"),
        ({"token": "env:T", "consumer_key": "env:K"}, "token_secret"),
        ({"consumer_key": "env:K", "consumer_secret": "env:K", "token_secret": "env:K"}, "token"),
    ],
)
def test_a_way_in_that_is_not_whole_is_refused(options: dict[str, str], missing: str) -> None:
    with pytest.raises(ValidationError, match=f"`{missing}`"):
        RestOptions.model_validate({"url": URL, **options})


@pytest.mark.parametrize("url", [URL, f"{URL}/", f"{URL}/rest", f"{URL}/rest/V1", f"{URL}/rest/V1/"])
def test_the_address_is_that_of_the_shop(url: str) -> None:
    assert RestOptions.model_validate({"url": url, "token": "env:T"}).url == URL


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "shop.example.com"},
        {"url": "https://me:secret@shop.example.com"},
        {"url": f"{URL}?x=1"},
        {"url": URL, "token": "abc"},
        {"url": URL, "token": "env:T", "faults": "503=1"},
        {"url": URL, "token": "env:T", "page_size": 0},
    ],
)
def test_options_that_mean_nothing_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RestOptions.model_validate(wrong)


# --- OAuth ---

KEYS = Keys("dpf43f3p2l4k3l03", "kd94hf93k423kf44", "nnch734d00sl2jdk", "pfkkdhi9sl3r4s00")


def signature(request: Request, address: str) -> str:
    header = authorization(request, address, KEYS, nonce=lambda: "kllo9940pd9333jh", now=lambda: 1191242096)
    return unquote(header.rpartition('oauth_signature="')[2].rstrip('"'))


def test_a_request_is_signed_as_the_standard_says() -> None:
    # The example of OAuth Core 1.0 (appendix A.5), signed with SHA-256 by openssl instead of with SHA-1.
    photo = Request("GET", "/photos", (("file", "vacation.jpg"), ("size", "original")))
    assert signature(photo, "http://photos.example.net") == "WVPzl1j6ZsnkIjWr7e3OZ3jkenL57KwaLFhYsroX1hg="


def test_what_goes_without_saying_in_an_address_does_not_change_the_signature() -> None:
    request = Request("GET", "/rest/V1/x")
    plain = signature(request, "https://shop.example.com")
    assert signature(request, "https://SHOP.example.com:443") == plain
    assert signature(request, "https://shop.example.com:444") != plain


def test_a_signed_shop_is_read_and_written(
    open_magento: Opener, shop: str, secrets: Callable[..., Any]
) -> None:
    keys = secrets(
        consumer_key=CONSUMER_KEY, consumer_secret=CONSUMER_SECRET, token=TOKEN, token_secret=TOKEN_SECRET
    )
    store = open_magento(url=shop, **keys)
    (stored,) = create(store, ANA)
    assert [one.email for one in everybody(store)] == ["first@example.com", ANA.email]
    assert store.find(["a+b@example.com", "ü&=%@example.com", ANA.email]) == {ANA.email: (stored,)}


def test_a_wrong_key_is_told(open_magento: Opener, shop: str, secrets: Callable[..., Any]) -> None:
    keys = secrets(consumer_key=CONSUMER_KEY, consumer_secret="no", token=TOKEN, token_secret=TOKEN_SECRET)
    with pytest.raises(AccessDenied) as caught:
        open_magento(url=shop, **keys).groups()
    assert caught.value.code == "GM502"
    assert "clock" in caught.value.hint


# --- tokens ---


def test_a_token_that_the_shop_does_not_take_as_a_bearer_is_explained(
    open_magento: Opener, shop: str, secrets: Callable[..., Any], configure_magento: Configure
) -> None:
    configure_magento("oauth/consumer/enable_integration_as_bearer", "0")
    store = open_magento(url=shop, **secrets(token=TOKEN))
    with pytest.raises(AccessDenied) as caught:
        store.groups()
    assert caught.value.code == "GM502"
    assert "Bearer" in caught.value.hint
    assert TOKEN not in str(caught.value) + caught.value.hint


# --- admin users ---


def admin(
    secrets: Callable[..., dict[str, str]], password: str = ADMIN_PASSWORD, **more: str
) -> dict[str, str]:
    return {"username": ADMIN, **secrets(password=password, **more)}


def logins(shop: str) -> int:
    """How often somebody tried to log in."""
    return int(requests.get(shop + COUNTS, timeout=10).json().get(LOGIN, 0))


def test_an_admin_user_logs_in_once_for_everything(
    open_magento: Opener, shop: str, secrets: Callable[..., Any]
) -> None:
    store = open_magento(url=shop, **admin(secrets))
    create(store, ANA)
    assert len(everybody(store)) == 2
    assert logins(shop) == 1


def test_a_store_that_is_only_read_may_log_in(
    open_magento: Opener, shop: str, secrets: Callable[..., Any]
) -> None:
    assert len(everybody(open_magento(url=shop, read_only=True, **admin(secrets)))) == 1


def test_a_token_that_expires_is_renewed_once(
    open_magento: Opener,
    shop: str,
    secrets: Callable[..., Any],
    configure_magento: Configure,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    configure_magento("webapi/jwtauth/admin_expiration", "0")
    monkeypatch.setattr(auth, "YOUNG", 0.0)
    store = open_magento(url=shop, **admin(secrets))
    with pytest.raises(AccessDenied):  # the new token has expired as well
        store.groups()
    assert logins(shop) == 2
    configure_magento("webapi/jwtauth/admin_expiration", "60")
    assert len(store.groups()) == 4
    assert logins(shop) == 3


def test_a_missing_right_costs_no_second_login(
    open_magento: Opener, shop: str, secrets: Callable[..., Any], configure_magento: Configure
) -> None:
    configure_magento("webapi/jwtauth/admin_expiration", "0")
    store = open_magento(url=shop, **admin(secrets))
    for _ in range(3):
        with pytest.raises(AccessDenied):
            store.groups()
    assert logins(shop) == 1


def test_a_login_that_is_refused_is_the_last_one(
    open_magento: Opener, shop: str, secrets: Callable[..., Any]
) -> None:
    store = open_magento(url=shop, **admin(secrets, "wrong"))
    for _ in range(3):
        with pytest.raises(AccessDenied) as caught:
            store.groups()
        assert caught.value.code == "GM528"
    assert store.check().findings[0].code == "GM528"
    assert logins(shop) == 1


def test_a_second_factor_is_asked_for_and_given(
    open_magento: Opener, shop: str, secrets: Callable[..., Any], configure_magento: Configure
) -> None:
    configure_magento("sandbox/two_factor", "google")
    with pytest.raises(AccessDenied) as caught:
        open_magento(url=shop, **admin(secrets)).groups()
    assert (caught.value.code, "otp" in caught.value.hint) == ("GM527", True)
    assert len(open_magento(url=shop, **admin(secrets, otp=OTP_SECRET)).groups()) == 4
    code = totp.code(OTP_SECRET, time.time())
    assert len(open_magento(url=shop, **admin(secrets, otp=code)).groups()) == 4
    with pytest.raises(AccessDenied) as caught:
        open_magento(url=shop, **admin(secrets, otp="000000")).groups()
    assert (caught.value.code, "clock" in caught.value.hint) == ("GM528", True)


def test_a_second_factor_that_is_not_set_up_is_told(
    open_magento: Opener, shop: str, secrets: Callable[..., Any], configure_magento: Configure
) -> None:
    configure_magento("sandbox/two_factor", "unconfigured")
    with pytest.raises(AccessDenied) as caught:
        open_magento(url=shop, **admin(secrets)).groups()
    assert caught.value.code == "GM527"


def test_maintenance_is_no_refused_login(
    open_magento: Opener, shop: str, secrets: Callable[..., Any], configure_magento: Configure
) -> None:
    configure_magento("sandbox/maintenance", "1")
    with pytest.raises(GroupmigrateError) as caught:
        open_magento(url=shop, **admin(secrets)).groups()
    assert caught.value.code == "GM526"


# --- one-time codes ---


@pytest.mark.parametrize(
    ("moment", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(moment: int, code: str) -> None:
    # RFC 6238, appendix B: the last six digits of its SHA-1 values, for the secret 12345678901234567890.
    assert totp.code("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ", moment) == code


def test_a_secret_that_is_none_is_told_without_repeating_it() -> None:
    with pytest.raises(UsageError) as caught:
        totp.code("not-base-32!", 0)
    assert caught.value.code == "GM108"
    assert "not-base" not in caught.value.message
