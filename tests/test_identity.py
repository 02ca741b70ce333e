"""Who is the same person: e-mail addresses in every spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupmigrate.identity import key, lookalike, mask


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        (" Ana@Example.COM ", "ana@example.com"),
        ("José@exämple.example", "josé@xn--exmple-cua.example"),
        ("Jose\u0301@example.com", "josé@example.com"),
        ("STRASSE@example.com", "strasse@example.com"),
        ("STRAẞE@example.com", "straße@example.com"),
        ("Jose.ΟΔΟΣ@example.com", "jose.οδοσ@example.com"),
        ("none", ""),
        ("", ""),
        ("ünone", ""),
        ("a@..", "a@.."),
        ("ä@" + "ö" * 80, "ä@" + "ö" * 80),
    ],
)
def test_spellings_of_one_address_have_one_key(email: str, expected: str) -> None:
    assert key(email) == expected


@given(st.text(max_size=40))
def test_a_key_is_its_own_key(email: str) -> None:
    assert key(key(email)) == key(email)


@given(st.emails())
def test_case_and_outer_blanks_never_matter(email: str) -> None:
    assert key(f" {email.upper()} ") == key(email.lower())


def test_a_sharp_s_is_somebody_else_and_looks_alike() -> None:
    assert key("straße@example.com") != key("strasse@example.com")
    assert lookalike(key("straße@example.com")) == lookalike(key("strasse@example.com"))


def test_lookalikes_ignore_accents() -> None:
    assert lookalike("josé@example.com") == "jose@example.com"


@given(st.text(max_size=60))
def test_a_masked_address_never_shows_the_address(email: str) -> None:
    shown = mask(email)
    local = email.strip().rpartition("@")[0]
    assert "\n" not in shown or "\n" in email
    assert len(local) < 2 or local not in shown.split("@")[0] or "…" in local


@pytest.mark.parametrize(
    ("email", "shown"),
    [("ana.ionescu@example.com", "a…u@e….com"), ("ab@example.org", "a…@e….org"), ("none", "…"), ("", "")],
)
def test_masked_addresses_can_be_recognised(email: str, shown: str) -> None:
    assert mask(email) == shown
