"""PyYAML's complaints, in words for people who do not know YAML. It finds nothing wrong by itself."""

from __future__ import annotations

from typing import NamedTuple

import yaml

from groupmigrate.wording import quoted

QUOTES = 'put quotes round text that has ": " or " #" in it, or that begins with one of @ ` % & * ! | > [ {'


class Complaint(NamedTuple):
    """Words for a complaint, a hint, and whether it is about the place where the broken thing began."""

    fragment: str
    message: str
    hint: str = ""
    at_start: bool = False


COMPLAINTS = (
    Complaint(
        "found a tab character", "a tab is used to indent; YAML wants spaces", "replace it by two spaces"
    ),
    Complaint("unexpected end of stream", "the quote that is opened here is never closed", "close it", True),
    Complaint(
        "found unexpected document indicator", "the quote opened here is never closed", "close it", True
    ),
    Complaint(
        "mapping values are not allowed", "a colon cannot stand here", f"look at the indentation; {QUOTES}"
    ),
    Complaint(
        "did not find expected ',' or ']'", "the list that is opened here is never closed", "add ]", True
    ),
    Complaint(
        "did not find expected ',' or '}'", "the block that is opened here is never closed", "add }", True
    ),
    Complaint("expected ',' or ']'", "the list that is opened here is never closed", "add ]", True),
    Complaint("expected ',' or '}'", "the block that is opened here is never closed", "add }", True),
    Complaint("could not find expected ':'", "there is no colon behind this key", "write `key: value`", True),
    Complaint(
        "did not find expected '-' indicator",
        "this line does not belong to the list above",
        "begin it with -",
    ),
    Complaint(
        "did not find expected key",
        "this does not belong to the block above",
        f"look at the indentation; {QUOTES}",
    ),
    Complaint(
        "expected <block end>",
        "this does not belong to the block above",
        f"look at the indentation; {QUOTES}",
    ),
    Complaint(
        "expected <document start>",
        "this line is indented less than the first",
        "let all keys begin in column 1",
    ),
    Complaint("expected node content", "a key or a value is missing here", QUOTES),
    Complaint("alphabetic or numeric character", "an & or * here needs quotes", QUOTES, True),
)


def explained(error: yaml.MarkedYAMLError, text: str) -> tuple[str, tuple[int, int], str]:
    """A message, the line and column that it is about (from 1), and a hint."""
    problem = error.problem or "not valid YAML"
    complaint = next((one for one in COMPLAINTS if one.fragment in problem), Complaint("", problem))
    start, here = error.context_mark, error.problem_mark
    mark = (start if complaint.at_start else here) or here or start
    place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    if "cannot start any token" in problem:
        message, hint = _bad_start(text, place)
        return message, place, hint
    return complaint.message, place, complaint.hint


def _bad_start(text: str, place: tuple[int, int]) -> tuple[str, str]:
    lines = text.splitlines()
    line = lines[place[0] - 1] if place[0] <= len(lines) else ""
    character = line[place[1] - 1 : place[1]]
    if character == "\t":
        return COMPLAINTS[0].message, COMPLAINTS[0].hint
    return f"text cannot begin with {quoted(character)} without quotes", "put it in quotes"
