"""What customers filled in, as OpenCart stored it through its releases."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupmigrate.platforms.opencart.customfields import filled_in


@pytest.mark.parametrize(
    ("written", "answers"),
    [
        ('{"1":"Job","3":["9","10"]}', {"1": ["Job"], "3": ["9", "10"]}),
        ('{"3":{"0":"9","2":"10"}}', {"3": ["9", "10"]}),
        ('{"1":"","2":null,"3":[],"4":5}', {"4": ["5"]}),
        ('a:2:{i:1;s:3:"Job";i:3;a:2:{i:0;s:1:"9";i:1;s:2:"10";}}', {"1": ["Job"], "3": ["9", "10"]}),
        ('a:1:{i:1;s:12:"é "1"; 李}";}', {"1": ['é "1"; 李}']}),
        ('a:4:{i:1;i:7;s:1:"2";N;i:3;b:1;i:4;d:0.5;}', {"1": ["7"], "3": ["1"], "4": ["0.5"]}),
        ('a:2:{i:1;s:0:"";i:2;a:0:{}}', {}),
    ],
)
def test_both_forms_are_read(written: str, answers: dict[str, list[str]]) -> None:
    assert filled_in(written) == answers


@pytest.mark.parametrize("written", ["", " ", "[]", '""', "null", "{}", "a:0:{}"])
def test_a_form_that_was_left_empty_is_nothing(written: str) -> None:
    assert filled_in(written) == {}


@pytest.mark.parametrize(
    "written",
    [
        '{"1": broken',
        '["9"]',
        "7",
        "[" * 100_000,
        "a:1:{" * 100_000,
        'a:1:{i:1;s:3:"é 1";}',
        'a:1:{i:1;s:9:"Job";}',
        'a:1:{i:1;s:3:"Job";}a:0:{}',
        'a:2:{i:1;s:3:"Job";}',
        'a:1:{i:1;s:3:"Job";',
        'a:1:{i:1;O:8:"stdClass":0:{}}',
        "a:1:{i:1;a:1:{i:1;a:1:{i:1;a:1:{i:1;i:1;}}}}",
    ],
)
def test_what_is_neither_form_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"^[a-z]|^Expecting"):
        filled_in(written)


@given(st.text(alphabet='aisbdN:;{}"0123456789é\\'), st.sampled_from(["", "a:", "a:1:{", "{"]))
def test_whatever_stands_there_is_read_or_refused(text: str, start: str) -> None:
    with suppress(ValueError):
        filled_in(start + text)
