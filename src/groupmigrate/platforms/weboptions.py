"""The options of every way that talks to a shop's web server, and what they mean for the HTTP session."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from groupmigrate.errors import UsageError

if TYPE_CHECKING:
    from groupmigrate.platforms.http import Patience, Terms

SANDBOX = "sandbox"


class WebOptions(BaseModel):
    """A shop's address, or a practice shop, and how it is talked to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    practice_only: ClassVar[tuple[str, ...]] = ("seed", "faults")
    """The options that only a practice shop has."""

    url: str = Field(
        examples=["https://shop.example.com"],
        description="The shop's main address, as https://shop.example.com; or `sandbox`: a practice shop on "
        "this machine that starts by itself.",
    )
    timeout: float = Field(
        60,
        gt=0,
        le=3600,
        allow_inf_nan=False,
        description="Seconds to wait for an answer that does not come.",
    )
    ca_bundle: Path | None = Field(
        None, description="A file of certificates to trust, for shops with a certificate of their own."
    )
    seed: Path | None = Field(None, description="Sandbox only: a file of what the practice shop starts with.")
    faults: str = Field("", description='Sandbox only: how it misbehaves, as "lost-after=0.02,429=0.05".')

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, text: str) -> str:
        parts = urlsplit(text) if text.isprintable() else urlsplit("")
        plain = not (parts.username or parts.password or parts.query or parts.fragment or " " in text)
        if text != SANDBOX and not (parts.scheme in {"http", "https"} and parts.hostname and plain):
            raise PydanticCustomError(
                "address", "this should be the shop's address, as https://shop.example.com, or: sandbox"
            )
        return text.rstrip("/")

    @model_validator(mode="after")
    def _asks_no_real_shop_to_practise(self) -> Self:
        given = [name for name in self.practice_only if getattr(self, name)]
        if given and not self.is_sandbox:
            raise PydanticCustomError("sandbox", f"`{given[0]}` is for `url: sandbox` only")
        return self

    @property
    def is_sandbox(self) -> bool:
        """Whether a practice shop is meant."""
        return self.url == SANDBOX


class PacedWebOptions(WebOptions):
    """The same, with a pace of the user's choice."""

    requests_per_second: float | None = Field(
        None,
        gt=0,
        le=1000,
        allow_inf_nan=False,
        description="The most requests a second; without it no limit.",
    )


def terms(
    options: WebOptions,
    folder: Path,
    connections: int,
    patience: Patience | None,
    requests_per_second: float | None,
) -> Terms:
    """How the session talks. Raises UsageError (GM520) if the file of certificates is not in the folder."""
    from groupmigrate.platforms.http import Patience, Terms

    return Terms(
        connections=connections,
        requests_per_second=requests_per_second,
        timeout=options.timeout,
        ca_bundle=_certificates(options.ca_bundle, folder),
        patience=patience or Patience(),
    )


def _certificates(ca_bundle: Path | None, folder: Path) -> str | None:
    """Where the file of certificates is, if there is one. Raises UsageError (GM520) if it is not there."""
    if ca_bundle is None:
        return None
    path = folder / ca_bundle
    if not path.exists():
        raise UsageError(f'the file of `ca_bundle` is not there: "{path}"', code="GM520")
    return str(path)
