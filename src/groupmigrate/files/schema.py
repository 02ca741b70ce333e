"""A document held against a pydantic definition: every mismatch becomes one problem with its place.

It knows the kinds of mismatch and how to word them; what the definitions say is not its matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import is_dataclass
from inspect import isclass
from os.path import realpath
from types import NoneType, UnionType
from typing import Annotated, Any, ParamSpec, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, Tag, ValidationError
from pydantic_core import ErrorDetails

from groupmigrate.errors import FileProblems, Problem
from groupmigrate.wording import found, nearest, quoted, suggestion
from groupmigrate.yamlfile import Document
from groupmigrate.yamlfile.nodes import Data

Model = TypeVar("Model", bound=BaseModel)
Result = TypeVar("Result")
Given = ParamSpec("Given")
Loc: TypeAlias = tuple[str | int, ...]

EXPECTED = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "string": "text",
    "path": "a path",
    "list": "a list",
    "tuple": "a list",
    "dict": "a block of keys",
    "model": "a block of keys",
    "dataclass": "a block of keys",
}
BOUNDS = {
    "greater_than_equal": "at least {ge}",
    "greater_than": "more than {gt}",
    "less_than_equal": "at most {le}",
    "less_than": "less than {lt}",
    "too_short": "at least {min_length}",
    "too_long": "at most {max_length}",
    "string_pattern_mismatch": "text of the form {pattern}",
}


def check(kind: type[Model], data: Mapping[str, Data], document: Document, also: Sequence[str] = ()) -> Model:
    """An instance of `kind` made from the data, which is the document's or a part of its top level.

    `also` are further keys that are allowed there. Relative paths start in the file's folder, which the
    definitions get as the context "folder". Raises FileProblems with everything that is wrong.
    """
    try:
        return kind.model_validate(dict(data), context={"folder": document.path.parent})
    except ValidationError as error:
        reader = _Reader(kind, document, also)
        problems = [reader.problem(detail) for detail in error.errors(include_url=False)]
        other_version = [problem for problem in problems if problem.code == "GM110"]
        raise FileProblems(other_version or problems) from None


class Collector:
    """Gathers the problems of several steps, so that later ones are tried though an earlier one failed."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def attempt(
        self, step: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result | None:
        """What the step returns; None, and its problems gathered, if it raises FileProblems."""
        try:
            return step(*args, **kwargs)
        except FileProblems as error:
            self.problems.extend(error.problems)
            return None

    def sorted(self) -> list[Problem]:
        """Every problem once, file by file from top to bottom."""
        once = {
            (realpath(one.file), one.line, one.column, one.code, one.message): one for one in self.problems
        }
        return [problem for _, problem in sorted(once.items(), key=lambda entry: entry[0])]


class _Reader:
    """Words pydantic's errors about one document."""

    def __init__(self, kind: type[BaseModel], document: Document, also: Sequence[str]) -> None:
        self.kind = kind
        self.document = document
        self.also = also

    def problem(self, detail: ErrorDetails) -> Problem:
        is_key = detail["loc"][-1:] == ("[key]",)  # how pydantic says that the key itself is wrong
        loc = detail["loc"][:-1] if is_key else detail["loc"]
        item = detail.get("ctx", {}).get("item")  # our own errors name the part that is wrong
        loc = loc if item is None else (*loc, item)
        if detail["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
            hint = suggestion(str(loc[-1]), self._allowed(loc[:-1]))
            return self.document.problem(
                "GM103", f"unknown key {quoted(str(loc[-1]))}", loc, hint=hint, key=True
            )
        if detail["type"] == "missing":
            return self._missing(loc)
        code = detail["type"] if detail["type"].startswith("GM") else "GM105"
        name = f"the key {quoted(str(loc[-1]))}" if is_key else self._name(loc)
        message, hint = _wrong(detail, name)
        return self.document.problem(code, message, loc, hint=hint, key=is_key)

    def _missing(self, loc: Loc) -> Problem:
        allowed = self._allowed(loc[:-1])
        written = [str(key) for key in self.document.node(loc[:-1]).children]
        near = nearest(str(loc[-1]), [key for key in written if key not in allowed])
        hint = f"is {quoted(near)} meant to be it?" if near else "add it"
        return self.document.problem(
            "GM104", f"the key {quoted(str(loc[-1]))} is missing", loc[:-1], hint=hint
        )

    def _allowed(self, loc: Loc) -> list[str]:
        kind: object = self.kind
        for step in loc:
            kind = _inside(kind, step)
        names = list(_fields(_bare(kind)))
        return names if loc else [*self.also, *names]

    def _name(self, loc: Loc) -> str:
        """What the wrong value is called: its key, or its number in a list."""
        steps = self.document.steps(loc)
        if not steps:
            return "the file"
        key = next((str(step) for step in reversed(steps) if isinstance(step, str)), "")
        number = f"item {int(steps[-1]) + 1} of " if isinstance(steps[-1], int) else ""
        return f"{number}{quoted(key)}"


def _wrong(detail: ErrorDetails, name: str) -> tuple[str, str]:
    """A message and a hint for a wrong value."""
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind == "value_error":
        return str(context.get("error", "wrong value")), ""
    if kind in ("literal_error", "enum"):
        allowed = re.findall("'([^']*)'", str(context["expected"]))
        return f"{name} cannot be {found(value)}", suggestion(str(value), allowed)
    if kind == "string_too_short" and not value:
        return f"{name} is empty", "write a value, or remove the key"
    if kind in BOUNDS:
        return f"{name} should be {BOUNDS[kind].format(**context)}, found {found(value)}", ""
    if kind.partition("_")[0] in EXPECTED:
        hint = "write a value, or remove the key" if value is None else ""
        return f"{name} should be {EXPECTED[kind.partition('_')[0]]}, found {found(value)}", hint
    return detail["msg"], str(context.get("hint", ""))


def _fields(kind: object) -> dict[str, Any]:
    """The annotations of a definition's fields by the names that a file uses."""
    if isclass(kind) and issubclass(kind, BaseModel):
        return {field.alias or name: field.annotation for name, field in kind.model_fields.items()}
    return get_type_hints(kind, include_extras=True) if is_dataclass(kind) else {}


def _bare(kind: object) -> object:
    """A definition without its annotations and without "or None"."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated or (origin in (Union, UnionType) and arguments[1:] == (NoneType,)):
        return _bare(arguments[0])
    return kind


def _inside(kind: object, step: str | int) -> object:
    """The definition of what is one step further: below a key, in a list, or in the form of that tag."""
    bare = _bare(kind)
    origin, arguments = get_origin(bare), get_args(bare)
    if origin in (Union, UnionType):
        return next((form for form in arguments if Tag(str(step)) in get_args(form)[1:]), None)
    return arguments[-1] if origin in (list, dict) else _fields(bare).get(str(step))
