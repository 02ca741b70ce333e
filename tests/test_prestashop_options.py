"""The PrestaShop room's card and the options of its connector."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from groupmigrate.errors import UsageError
from groupmigrate.platforms.prestashop import CARD, WebserviceOptions
from groupmigrate.platforms.prestashop.sandbox import serve
from groupmigrate.platforms.prestashop.store import Webservice
from support.prestashop_room import Opener

pytest_plugins = ["support.prestashop_fixtures"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://shop.example.com/", "https://shop.example.com"),
        ("https://shop.example.com/sub/api/", "https://shop.example.com/sub"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_the_address_is_taken_with_or_without_its_end(written: str, read: str) -> None:
    assert WebserviceOptions.model_validate({"url": written, "key": "env:KEY"}).url == read


@pytest.mark.parametrize(
    "options",
    [
        {"url": "shop.example.com", "key": "env:KEY"},
        {"url": "ftp://shop.example.com", "key": "env:KEY"},
        {"url": "https://key@shop.example.com", "key": "env:KEY"},
        {"url": "https://shop.example.com/?ws_key=1", "key": "env:KEY"},
        {"url": "https://shop .example.com", "key": "env:KEY"},
        {"url": "https://", "key": "env:KEY"},
        {"url": "https://[::1", "key": "env:KEY"},
        {"url": "https://shop.example.com"},
        {"url": "https://shop.example.com", "key": "ABCDEFGHABCDEFGHABCDEFGHABCDEFGH"},
        {"url": "https://shop.example.com", "key": "env:KEY", "faults": "429=1"},
        {"url": "https://shop.example.com", "key": "env:KEY", "release": "9"},
        {"url": "https://shop.example.com", "key": "env:KEY", "multistore": "yes"},
        {"url": "sandbox", "release": "1.5"},
        {"url": "sandbox", "timezone": "Mars/Olympus"},
        {"url": "sandbox", "timezone": "../etc"},
        {"url": "sandbox", "connections": "9"},
        {"url": "sandbox", "requests_per_second": "0"},
        {"url": "sandbox", "timeout": "nan"},
        {"url": "sandbox", "language": "English"},
        {"url": "sandbox", "shop": "0"},
        {"url": "sandbox", "shop": "every"},
        {"url": "sandbox", "shop": "group:"},
        {"url": "sandbox", "color": "red"},
    ],
)
def test_options_that_cannot_work_are_refused_before_anything_is_opened(options: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        WebserviceOptions.model_validate(options)


def test_options_come_as_text() -> None:
    text = {"url": "sandbox", "connections": "4", "page_size": "50", "always_customer_group": "no"}
    options = WebserviceOptions.model_validate(text)
    assert (options.connections, options.page_size, options.always_customer_group) == (4, 50, False)


def test_shops_are_a_number_all_or_a_group() -> None:
    chosen = ["7", 7, "all", "group:2"]
    read = [WebserviceOptions.model_validate({"url": "sandbox", "shop": shop}) for shop in chosen]
    assert [(one.shop, one.one_shop) for one in read] == [
        (7, True),
        (7, True),
        ("all", False),
        ("group:2", False),
    ]


def test_a_bundle_of_certificates_that_is_not_there_is_said(opened: Opener) -> None:
    with pytest.raises(UsageError, match="ca_bundle"):
        opened(ca_bundle="missing.pem")


def test_the_example_connector_shows_every_option() -> None:
    text = (Path(__file__).parents[1] / "connectors" / "example-prestashop.yaml").read_text(encoding="utf-8")
    missing = [name for name in WebserviceOptions.model_fields if f"\n{name}:" not in text.replace("# ", "")]
    assert missing == []


def test_the_card_names_the_store_and_the_practice_shop() -> None:
    way = CARD.way("webservice")
    assert way is not None
    assert way.store == f"{Webservice.__module__}:{Webservice.__name__}"
    assert CARD.sandbox == f"{serve.__module__}:{serve.__name__}"
