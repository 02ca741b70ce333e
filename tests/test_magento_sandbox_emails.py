"""The practice Magento takes the e-mail addresses that the real one takes."""

from __future__ import annotations

import pytest

from groupmigrate.platforms.magento.sandbox import emails
from groupmigrate.platforms.magento.sandbox.answer import Refusal

GOOD = (
    "a+b@example.com",
    "o'neil@example.com",
    "ü@example.com",
    "a@example.invalidtld",
    "a@bücher.example.com",
    "a@xn--bcher-kva.example.com",
    '"quoted name"@example.com',
    f"{'x' * 64}@example.com",
)
BAD = (
    "plain",
    "a@shophost",
    "a b@example.com",
    "a..b@example.com",
    "a@192.0.2.1",
    "a@192.0.2.10",
    "a@example.com.",
    "a@exam_ple.com",
    "a@-example.com",
    "a@ex--ample.com",
    "a@example.c",
    "a@bücher.example",
    "😀@example.com",
    f"{'x' * 65}@example.com",
)


@pytest.mark.parametrize("email", GOOD)
def test_an_address_that_is_one_is_taken(email: str) -> None:
    emails.check(email)


@pytest.mark.parametrize("email", BAD)
def test_an_address_that_is_none_is_refused(email: str) -> None:
    with pytest.raises(Refusal):
        emails.check(email)
