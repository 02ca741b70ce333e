"""Answers that are no store's: redirects, faults, proxies, pages; what every room says about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from groupmigrate.errors import WrongAnswer
from groupmigrate.platforms.http import Answer, Session
from groupmigrate.platforms.stranger import stranger

ADDRESS = "https://shop.example.com"
HINT = "this is not the interface"


@pytest.fixture
def session() -> Iterator[Session]:
    """A session that nothing is sent through."""
    opened = Session(ADDRESS, secrets=["SESAME"])
    yield opened
    opened.close()


def said(session: Session, status: int, body: bytes = b"", **headers: str) -> WrongAnswer:
    named: Mapping[str, str] = {name.replace("_", "-"): value for name, value in headers.items()}
    return stranger(session, Answer(status, named, body), hint=HINT, moved="or check `shop`")


@pytest.mark.parametrize(
    ("location", "place"),
    [
        ("https://www.example.com/api/?key=SESAME&email=ana@example.com", "https://www.example.com"),
        ("//www.example.com:8080/api", "https://www.example.com:8080"),
        ("http://shop.example.com/api", "http://shop.example.com"),
    ],
)
def test_a_redirect_to_another_address_names_it_as_it_should_be_written(
    session: Session, location: str, place: str
) -> None:
    error = said(session, 301, Location=location)
    assert error.message == f"{ADDRESS} sends us on to {place}"
    assert error.hint == f'if the store is at "{place}", write that as `url`; or check `shop`'


@pytest.mark.parametrize("location", ["/login?next=SESAME", "https://shop.example.com/login", "login"])
def test_a_redirect_within_the_store_is_a_page_before_the_interface(session: Session, location: str) -> None:
    error = said(session, 302, Location=location)
    assert error.message == f"{ADDRESS} sends us on to {ADDRESS}/login"
    assert "maintenance" in error.hint


@pytest.mark.parametrize(
    ("status", "body", "message", "hint"),
    [
        (200, b" <html>", "answered 200 with a web page", HINT),
        (404, b"", "answered 404 with nothing", HINT),
        (200, b"{}", "answered 200 with something else", HINT),
        (500, b"<html>", "answered 500 with a web page", "look into its log"),
        (407, b"", "answered 407 with nothing", "HTTPS_PROXY"),
    ],
)
def test_a_fault_of_the_store_is_told_from_an_address_that_is_another_s(
    session: Session, status: int, body: bytes, message: str, hint: str
) -> None:
    error = said(session, status, body)
    assert message in error.message
    assert hint in error.hint


def test_words_of_the_answer_come_first_and_hide_the_key(session: Session) -> None:
    answer = Answer(500, {}, b"<html>")
    assert stranger(session, answer, hint="", words="no SESAME").message == f"{ADDRESS} answered 500: no …"
