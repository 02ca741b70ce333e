"""Secrets by reference: what a connector may say about a key, and the key itself, which hides."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from groupmigrate.errors import UsageError
from groupmigrate.wording import quoted

PATTERN = r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:.*\S.*|keyring:[^/]+/.+)$"
LONGEST = 64 * 1024


class Secret:
    """A secret value. It shows itself only to `reveal()`: not to print, format, pickle, copy or JSON."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself. Never put it into a message."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written down")


@dataclass(frozen=True)
class SecretRef:
    """Where a secret is kept: `env:NAME`, `file:PATH` or `keyring:SERVICE/NAME`. A type for options."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"

    def resolve(self, folder: Path) -> Secret:
        """Fetch the secret; a file's path starts at `folder`. Raises UsageError (GM108) if it is missing."""
        if self.kind == "env":
            value = self._from_environment()
        elif self.kind == "file":
            value = self._from_file(folder / Path(self.name).expanduser())
        else:
            value = self._from_keyring()
        return Secret(value)

    def _from_environment(self) -> str:
        value = os.environ.get(self.name, "").strip()
        if not value:
            state = "empty" if self.name in os.environ else "not set"
            raise UsageError(
                f"the environment variable {quoted(self.name)} is {state}",
                hint=f"set it to the secret: export {self.name}=…",
                code="GM108",
            )
        return value

    def _from_file(self, path: Path) -> str:
        problem = "is empty in its first line"
        try:
            with path.open(encoding="utf-8-sig") as file:
                value = file.readline(LONGEST).strip()
        except (OSError, UnicodeDecodeError, ValueError) as error:
            value, problem = "", f"cannot be read ({getattr(error, 'strerror', None) or 'not UTF-8 text'})"
        if not value:
            raise UsageError(
                f"the secret's file {quoted(str(path))} {problem}",
                hint="write the secret, and nothing else, into its first line",
                code="GM108",
            )
        return value

    def _from_keyring(self) -> str:
        service, _, name = self.name.partition("/")
        try:
            keyring = import_module("keyring")
        except ImportError:
            raise UsageError(
                f"{quoted(str(self))} needs the package keyring, which is not installed",
                hint='pip install "groupmigrate[keyring]"',
                code="GM108",
            ) from None
        try:
            value = keyring.get_password(service, name)
        except Exception as error:  # noqa: BLE001 - keyring's back ends raise errors of their own libraries
            raise UsageError(
                f"the keyring cannot be asked for {quoted(str(self))} ({type(error).__name__})",
                hint="unlock it, or use env:NAME or file:PATH",
                code="GM108",
            ) from None
        if not value:
            raise UsageError(
                f"the keyring holds nothing for {quoted(str(self))}",
                hint=f"keyring set {service} {name}",
                code="GM108",
            )
        return str(value)

    @classmethod
    def parse(cls, value: object) -> SecretRef:
        """Read a reference. The error does not repeat the value, which may be the secret itself."""
        if isinstance(value, SecretRef):
            return value
        if not isinstance(value, str) or not re.match(PATTERN, value):
            raise PydanticCustomError(
                "GM108",
                "this should say where the secret is kept, not be the secret",
                {"hint": "write env:NAME, file:PATH or keyring:SERVICE/NAME"},
            )
        kind, _, name = value.partition(":")
        return cls(kind, name)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.parse, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, object]:
        return {"type": "string", "pattern": PATTERN, "examples": ["env:NEW_SHOP_KEY", "file:new-shop.key"]}
