"""The catalogue of codes and the program agree."""

from __future__ import annotations

import re
from pathlib import Path

import groupmigrate
from groupmigrate.codes import catalogue, spelled, title

SOURCES = Path(groupmigrate.__file__).parent


def emitted() -> set[str]:
    """Every code that stands in the program's own text."""
    texts = (path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py"))
    return {code for text in texts for code in re.findall(r"\bGM\d{3}\b", text)}


def test_every_code_the_program_can_emit_is_in_the_catalogue() -> None:
    assert emitted() <= set(catalogue())


def test_every_code_of_the_catalogue_can_be_emitted() -> None:
    assert set(catalogue()) <= emitted()


def test_every_code_says_why_and_what_to_do_with_an_example() -> None:
    for name, code in catalogue().items():
        assert all((code.title, code.cause, code.cure, code.example)), name
        assert code.cause.endswith("."), name
        assert code.cure.endswith("."), name
        assert len(code.example) <= 110, name


def test_the_catalogue_is_in_order() -> None:
    assert list(catalogue()) == sorted(catalogue())


def test_a_code_is_understood_in_any_spelling() -> None:
    assert spelled(" gm301 ") == spelled("301") == "GM301"
    assert spelled("GM999") == ""
    assert title("GM999") == "GM999"
