"""The Gomag room's card and the options of its connector."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from groupmigrate.platforms import gomag
from groupmigrate.platforms.gomag import CARD, ApiOptions
from groupmigrate.platforms.gomag.sandbox.readings import CHOICES, Readings
from groupmigrate.platforms.gomag.store import ApiStore
from support.gomag_room import Opener

pytest_plugins = ["support.gomag_fixtures"]

SHOP = {
    "url": "https://shop.example.com",
    "key": "env:KEY",
    "groups": {"1": "Standard"},
    "default_group": "1",
}


@pytest.mark.parametrize(
    "changes",
    [
        {"key": None},
        {"groups": {}},
        {"groups": {"Trade": "2"}},
        {"groups": {"0": "Standard"}},
        {"groups": {"1": ""}},
        {"default_group": "2"},
        {"default_group": None},
        {"api": "https://api.gomag.ro/api/v1"},
        {"api": "api.gomag.ro"},
        {"timezone": "Mars/Olympus"},
        {"page_size": "0"},
        {"readings": "customers=list"},
        {"faults": "429=1"},
        {"color": "red"},
    ],
)
def test_options_that_cannot_work_are_refused_before_anything_is_opened(changes: dict[str, Any]) -> None:
    given = {name: value for name, value in (SHOP | changes).items() if value is not None}
    with pytest.raises(ValidationError):
        ApiOptions.model_validate(given)


def test_the_default_group_is_known_by_its_id_and_not_by_its_name(open_gomag: Opener) -> None:
    store = open_gomag(groups={"1": "Angro", "2": "Standard"}, default_group=2)
    assert [(group.name, group.role) for group in store.groups()] == [
        ("Angro", None),
        ("Standard", "default"),
    ]
    assert store._options.other_groups == ["1"]


def test_a_real_shop_is_asked_at_the_api_of_the_vendor(
    open_gomag: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEY", "secret")
    store = open_gomag(**SHOP)
    assert store._session.address == "https://api.gomag.ro"
    assert open_gomag(**SHOP, api="https://shop.example.com")._session.address == "https://shop.example.com"
    assert "secret" not in repr(store._session)


def test_the_card_says_that_a_person_sets_the_groups() -> None:
    assert any("a person has to" in words for words in CARD.cannot)
    (way,) = CARD.ways
    assert (way.reads, way.writes, way.removes) == (True, True, "")
    module, _, name = way.store.partition(":")
    assert (module, name) == (ApiStore.__module__, ApiStore.__name__)


def test_every_reading_can_be_chosen_and_is_on_the_page() -> None:
    page = Path(gomag.__file__).with_name("README.md").read_text(encoding="utf-8")
    for name, values in CHOICES.items():
        assert f"`{name}`" in page
        assert all(value in page for value in values)
        assert [Readings(f"{name}={value}")[name] for value in values] == list(values)
