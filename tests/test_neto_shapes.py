"""Neto's answers are read in every shape that was ever seen of them."""

from __future__ import annotations

from typing import Any

import pytest

from groupmigrate.platforms.neto import shapes


@pytest.mark.parametrize(
    ("value", "many"),
    [
        ({"Username": "a"}, 1),
        ([{"Username": "a"}, {"Username": "b"}], 2),
        ([], 0),
        ("", 0),
        (None, 0),
        ({}, 0),
        (["", {"Username": "a"}], 1),
    ],
)
def test_rows_are_one_several_or_none(value: object, many: int) -> None:
    assert len(shapes.rows(value)) == many


@pytest.mark.parametrize(
    "value",
    [
        {"ShippingAddress": {"ShipCity": "X"}},
        {"ShippingAddress": [{"ShipCity": "X"}]},
        [{"ShippingAddress": {"ShipCity": "X"}}],
        [{"ShipCity": "X"}],
        {"ShipCity": "X"},
    ],
)
def test_rows_within_an_element_are_found_however_they_are_wrapped(value: object) -> None:
    assert shapes.rows(value, "ShippingAddress") == [{"ShipCity": "X"}]


@pytest.mark.parametrize("value", [{"ShippingAddress": ""}, {"ShippingAddress": []}, "", None])
def test_an_element_with_nothing_in_it_has_no_rows(value: object) -> None:
    assert shapes.rows(value, "ShippingAddress") == []


@pytest.mark.parametrize(
    "answer",
    [
        {"Messages": {"Error": {"Message": "bad", "SeverityCode": "Error", "Description": ""}}},
        {"Messages": {"Error": [{"Message": "bad"}]}},
        {"Messages": [{"Error": {"Message": "bad"}}]},
        {"Messages": {"Error": "bad"}},
        {"Error": {"Message": "bad"}},
        {"Error": ["bad"]},
    ],
)
def test_the_words_of_an_error_are_found(answer: dict[str, Any]) -> None:
    assert shapes.errors(answer) == ["bad"]
    assert shapes.warnings(answer) == []


def test_several_messages_are_all_told_with_their_descriptions() -> None:
    messages = {
        "Error": {"Message": "bad", "Description": "very"},
        "Warning": [{"Message": "a"}, {"Message": "b"}],
    }
    assert shapes.errors({"Messages": messages}) == ["bad: very"]
    assert shapes.warnings({"Messages": messages}) == ["a", "b"]


@pytest.mark.parametrize(
    "answer", [{}, {"Messages": ""}, {"Messages": []}, {"Messages": None}, {"Messages": {}}]
)
def test_no_messages_are_none(answer: dict[str, Any]) -> None:
    assert shapes.errors(answer) == shapes.warnings(answer) == []


@pytest.mark.parametrize("written", ["True", "true", True, "1", 1, "yes", "y"])
def test_a_flag_is_yes_however_it_is_written(written: object) -> None:
    assert shapes.truth({"Active": written}, "Active") is True


@pytest.mark.parametrize("written", ["False", False, "0", 0, "no", "n"])
def test_a_flag_is_no_however_it_is_written(written: object) -> None:
    assert shapes.truth({"Active": written}, "Active") is False


def test_a_flag_that_is_not_there_says_nothing() -> None:
    assert shapes.truth({}, "Active") is None
    assert shapes.truth({"Active": ""}, "Active") is None


def test_a_wrapped_answer_is_unwrapped_and_what_is_no_answer_is_none() -> None:
    inner = {"Customer": "", "Ack": "Success"}
    assert shapes.content({"GetCustomerResponse": inner}) == inner
    assert shapes.content(inner) == inner
    assert shapes.content(["Customer"]) is None
