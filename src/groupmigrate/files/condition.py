"""The conditions of a rule: which customers it is for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from groupmigrate.files.emaillist import EmailList, NoList, read_list
from groupmigrate.model import Customer
from groupmigrate.values import Countries, Name, Names, Written
from groupmigrate.wording import found, quoted

STRICT = ConfigDict(extra="forbid", frozen=True)
SOMETHING = STRICT | ConfigDict(json_schema_extra={"minProperties": 1})


def _day(written: object) -> object:
    text = str(written)
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass  # the 31st of February is no day, either
    raise PydanticCustomError(
        "GM105", "{day} is no day", {"day": found(written), "hint": "write it as 2024-12-31"}
    )


Day = Annotated[str, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]


@dataclass(frozen=True)
class Created:
    """When an account was made. Days begin at midnight UTC."""

    __pydantic_config__ = SOMETHING

    since: Annotated[Day, Field(description="On this day or later.")] = ""
    before: Annotated[Day, Field(description="Before this day.")] = ""

    def holds(self, moment: str) -> bool:
        """Whether a moment ("2015-05-05 05:05:05") is within; never for an account without a date."""
        return bool(moment) and moment >= self.since and (not self.before or moment < self.before)


def _a_span(created: Created) -> Created:
    if created == Created():
        raise PydanticCustomError("GM105", "`created` is empty", {"hint": "write since, before or both"})
    if created.before and created.before <= created.since:
        raise PydanticCustomError(
            "GM105",
            "no day is on or after {since} and before {before}",
            {"since": created.since, "before": created.before, "hint": "exchange the two"},
        )
    return created


def _some(attributes: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    if not attributes:
        raise PydanticCustomError(
            "GM105", "`attribute` names no attribute", {"hint": "write the code and a value, as {tier: Gold}"}
        )
    return attributes


def _list(written: object, info: ValidationInfo) -> EmailList:
    folder = Path((info.context or {}).get("folder", ""))
    if not isinstance(written, str) or not written:
        raise PydanticCustomError(
            "GM105", "this should be the path of a file, found {found}", {"found": found(written)}
        )
    try:
        return read_list(folder / written)
    except NoList as error:
        raise PydanticCustomError(
            "GM113",
            "the list {file} is of no use: {why}",
            {"file": quoted(written), "why": str(error), "hint": error.hint},
        ) from None


@dataclass(frozen=True)
class Condition:
    """Which customers a rule is for. All conditions must be true; of several values one must be."""

    __pydantic_config__ = SOMETHING

    country: Annotated[
        Countries,
        Field(
            description="Countries by two-letter code (ISO 3166-1): RO, or [RO, BG]. A customer's country is "
            "that of the default billing address, else of the first address."
        ),
    ] = ()
    website: Annotated[
        Names, Field(description="Codes of the websites or shops that the account belongs to.")
    ] = ()
    newsletter: Annotated[
        bool | None,
        Written(),
        Field(description="Whether the customer gets the newsletter; never true if the source does not say."),
    ] = None
    created: Annotated[
        Created | None,
        Written(),
        AfterValidator(_a_span),
        Field(description="When the account was made: {since: 2024-01-01}, {before: 2025-01-01}, or both."),
    ] = None
    attribute: Annotated[
        dict[Name, Names],
        AfterValidator(_some),
        Field(
            json_schema_extra={"minProperties": 1},
            description="Attributes that the shop added, by code: {tier: Gold}, or {tier: [Gold, Silver]}. "
            "Values as the shop shows them. Of several attributes each must fit.",
        ),
    ] = field(default_factory=dict)
    in_file: Annotated[
        EmailList | None,
        BeforeValidator(_list),
        WithJsonSchema({"type": "string", "minLength": 1}),
        Field(
            description='A list of e-mail addresses: a CSV file with a column "Email", or one address '
            "a line. The path starts in the mapping's folder. For the members of a segment, say."
        ),
    ] = None

    def matches(self, customer: Customer) -> bool:
        """Whether every condition is true of the customer."""
        return (
            (not self.country or customer.country in self.country)
            and (not self.website or customer.scope in self.website)
            and (self.newsletter is None or customer.newsletter is self.newsletter)
            and (self.created is None or self.created.holds(customer.created))
            and all(_has(customer, code, values) for code, values in self.attribute.items())
            and (self.in_file is None or customer.email in self.in_file)
        )


def _has(customer: Customer, code: str, values: tuple[str, ...]) -> bool:
    """Whether one of the values is among those of the customer, which stand one a line."""
    return not set(values).isdisjoint(customer.attributes.get(code, "").split("\n"))
