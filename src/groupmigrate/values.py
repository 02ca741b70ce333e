"""The kinds of value in the files that the user writes: names, lists of names, country codes, the version.

Each is a type for pydantic, with one clear message for a wrong value and its JSON Schema.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from groupmigrate.wording import found, quoted

ONE_NAME = {"type": ["string", "number", "boolean"], "minLength": 1}  # YAML's `no` and 0123 are names, too
ONE_CODE = {"type": "string", "pattern": "^[A-Za-z]{2}$"}


def _one_or_several(value: object) -> object:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | tuple) and value:
        return value
    kind = "an empty list" if value == [] else found(value)
    raise PydanticCustomError(
        "GM105", "this should be a name or a list of names, found {found}", {"found": kind}
    )


def _once_each(names: tuple[str, ...]) -> tuple[str, ...]:
    for number, name in enumerate(names):
        if name in names[:number]:
            raise PydanticCustomError(
                "GM105", "{name} is named twice", {"name": quoted(name), "item": number, "hint": "keep one"}
            )
    return names


def _country(code: str) -> str:
    if not re.fullmatch("[A-Za-z]{2}", code):
        raise PydanticCustomError(
            "GM105",
            "{code} is no country code",
            {"code": quoted(code), "hint": "write two letters (ISO 3166-1 alpha-2), as RO"},
        )
    return code.upper()


def _id(text: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]{0,9}", text, re.ASCII):
        raise PydanticCustomError("GM105", "this is listed by its number, as in `4: Trade`")
    return text


def _encoding(name: str) -> str:
    try:
        "".encode(name)
    except (LookupError, ValueError):
        raise PydanticCustomError(
            "GM105",
            "no encoding is called {name}; utf-8, cp1252 and cp1250 are common",
            {"name": quoted(name)},
        ) from None
    return name


def _version_1(version: int) -> int:
    if version != 1:
        raise PydanticCustomError(
            "GM110",
            "the file is for version {version} of the language, and this groupmigrate knows version 1",
            {
                "version": version,
                "hint": "write version: 1, or use the groupmigrate the file was written for",
            },
        )
    return version


def _several(one: dict[str, object]) -> dict[str, object]:
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1, "uniqueItems": True}]}


class Written:
    """Marks a value that may be left out together with its key, but of which something must be written."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_something, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, object]:
        return dict(handler(schema)["anyOf"][0])  # the other one is null


def _something(value: object) -> object:
    if value is None:
        raise PydanticCustomError(
            "GM105", "nothing is written here", {"hint": "write a value, or remove the key"}
        )
    return value


Version = Annotated[int, AfterValidator(_version_1), WithJsonSchema({"const": 1})]
Name = Annotated[str, StringConstraints(min_length=1), WithJsonSchema(dict(ONE_NAME))]
Id = Annotated[str, AfterValidator(_id)]
"""The number of something in a store, as the key of a list."""
Encoding = Annotated[str, AfterValidator(_encoding)]
"""How a file is encoded: the name of a codec of Python's, as utf-8 or cp1252."""
Names = Annotated[
    tuple[Name, ...],
    BeforeValidator(_one_or_several),
    AfterValidator(_once_each),
    WithJsonSchema(_several(dict(ONE_NAME))),
]
Countries = Annotated[
    tuple[Annotated[str, AfterValidator(_country)], ...],
    BeforeValidator(_one_or_several),
    AfterValidator(_once_each),
    WithJsonSchema(_several(dict(ONE_CODE))),
]
