"""Texts are compared as the databases of shops compare them."""

from __future__ import annotations

import pytest

from groupmigrate.platforms.collation import fold


@pytest.mark.parametrize(
    ("text", "other"),
    [("VIP", "vip"), ("Café", "CAFE"), ("Straße", "Strase"), ("Ștefan", "stefan"), ("VIP", "VIP  ")],
)
def test_case_accents_and_blanks_at_the_end_make_no_difference(text: str, other: str) -> None:
    assert fold(text) == fold(other)


@pytest.mark.parametrize(("text", "other"), [("Straße", "Strasse"), ("VIP", " VIP"), ("a", "b")])
def test_everything_else_does(text: str, other: str) -> None:
    assert fold(text) != fold(other)


@pytest.mark.parametrize("value", [None, 7])
def test_what_is_no_text_stays_as_it_is(value: int | None) -> None:
    assert fold(value) is value
