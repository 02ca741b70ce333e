"""E-mails in lists that fit into a web address, in every form that a store may hold them in."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from groupmigrate.platforms.emailbatches import LONGEST_LIST, batches, forms


@pytest.mark.parametrize(
    ("email", "held"),
    [
        (" Ana@Example.com ", {"ana@example.com"}),
        ("JOSÉ@example.com", {"josé@example.com"}),
        ("a@bücher.example.com", {"a@bücher.example.com", "a@xn--bcher-kva.example.com"}),
        ("a@xn--bcher-kva.example.com", {"a@bücher.example.com", "a@xn--bcher-kva.example.com"}),
        ("jose\u0301@example.com", {"josé@example.com", "jose\u0301@example.com"}),
        ("no address", set()),
    ],
)
def test_an_email_is_looked_for_in_every_form(email: str, held: set[str]) -> None:
    assert {form.lower() for form in forms(email)} == held


def test_lists_are_short_enough_and_hold_everybody_once() -> None:
    emails = [f"ünïcode.person.{number}@example.com" for number in range(500)]
    lists = list(batches([*emails, *emails], 100, separator=","))
    assert [email for some in lists for email in some] == emails
    assert all(len(some) <= 100 and len(quote(",".join(some), safe="@")) <= LONGEST_LIST for some in lists)


def test_an_email_with_the_separator_stands_alone_and_one_too_long_is_left_out() -> None:
    long = f"{'x' * 300}@example.com"
    lists = list(batches(["a@example.com", '"b,c"@example.com', long, "d@example.com"], 100, separator=","))
    assert sorted(lists) == [['"b,c"@example.com'], ["a@example.com", "d@example.com"]]
    assert list(batches(["a@b,c"], 9, separator="|", special=",")) == [["a@b,c"]]
