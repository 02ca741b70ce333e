"""The options of a way to a platform, as its room declares them: name, type, default, help."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from pydantic import BaseModel


class Option(Struct, frozen=True):
    """One option of a connector file."""

    name: str
    type: str
    required: bool
    default: Any
    help: str
    examples: tuple[Any, ...] = ()
    secret: bool = False


def options_of(model: type[BaseModel]) -> tuple[Option, ...]:
    """Every option of a way: the needed ones, then its own, then those that it shares with other ways."""
    schema = model.model_json_schema()
    required = set(schema.get("required", ()))
    own = model.__annotations__
    forms = sorted(
        schema.get("properties", {}).items(),
        key=lambda one: 0 if one[0] in required else 1 if one[0] in own else 2,
    )
    return tuple(
        Option(
            name=name,
            type=_words(form, schema),
            required=name in required,
            default=form.get("default"),
            help=form.get("description", ""),
            examples=_examples(form),
            secret="keyring" in _pattern(form),
        )
        for name, form in forms
    )


def _words(form: dict[str, Any], schema: dict[str, Any]) -> str:
    """The type in words: "text", "number", "one of a, b"."""
    if "$ref" in form:
        name = form["$ref"].rpartition("/")[2]
        return _words(schema["$defs"][name], schema)
    if "anyOf" in form:
        words = [_words(part, schema) for part in form["anyOf"] if part.get("type") != "null"]
        return " or ".join(dict.fromkeys(words))
    if "enum" in form or "const" in form:
        return "one of " + ", ".join(_shown(value) for value in form.get("enum", [form.get("const")]))
    if "keyring" in _pattern(form):
        return "secret reference"
    kind = form.get("type", "")
    if isinstance(kind, list):  # what YAML may write as a number or as text is text to the loader
        return _KINDS["string"]
    return _NAMES.get((kind, form.get("format", "")), _KINDS.get(kind, "text"))


_KINDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "yes or no",
    "array": "list",
    "object": "block of keys",
}
_NAMES = {("string", "path"): "path"}


def _pattern(form: dict[str, Any]) -> str:
    parts = [form, *form.get("anyOf", ())]
    return " ".join(str(part.get("pattern", "")) for part in parts)


def _examples(form: dict[str, Any]) -> tuple[Any, ...]:
    parts = [form, *form.get("anyOf", ())]
    return tuple(example for part in parts for example in part.get("examples", ()))


def _shown(value: object) -> str:
    return repr(value) if value == "\t" else str(value)
