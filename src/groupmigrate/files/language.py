"""The mapping language: what a mapping file may say, and the words that explain it.

The loader and the JSON Schema are both made from these definitions. Whether groups exist is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
)
from pydantic_core import PydanticCustomError

from groupmigrate.files.condition import STRICT, Condition
from groupmigrate.values import Name, Names, Version, Written
from groupmigrate.wording import found, quoted


def _with_the_id(form: str) -> str:
    if form.count("{id}") != 1 or set(form.replace("{id}", "")) & set("{}"):
        raise PydanticCustomError(
            "GM105",
            "this should hold {{id}}, the customer's id in the source, once",
            {"hint": 'write a prefix before it, as "c{id}"'},
        )
    return form


def _one_source_each(attributes: dict[str, str]) -> dict[str, str]:
    for code in attributes.values():
        sources = [source for source, target in attributes.items() if target == code]
        if len(sources) > 1:
            raise PydanticCustomError(
                "GM105",
                "{sources} would all be written to {code}",
                {"sources": " and ".join(map(quoted, sources)), "code": quoted(code), "hint": "keep one"},
            )
    return attributes


@dataclass(frozen=True)
class Policy:
    """What to do with customers, apart from their groups."""

    __pydantic_config__ = STRICT

    existing: Annotated[
        Literal["group", "update", "keep", "error"],
        Field(
            description="Customers who are in the target already. group: change only their groups; update: "
            "change name, company, gender, birthday and the `attributes:`, too; keep: leave them alone; "
            "error: block them."
        ),
    ] = "group"
    guests: Annotated[
        Literal["skip", "create"],
        Field(
            description="People who bought without an account. create: only where the target holds guests."
        ),
    ] = "skip"
    duplicates: Annotated[
        Literal["error", "newest", "oldest"],
        Field(
            description="Source customers with the same e-mail. error: block them; else which one is taken."
        ),
    ] = "error"
    passwords: Annotated[
        Literal["reset", "carry"],
        Field(
            description='reset: customers choose a new password by "forgot password"; carry: take the hash '
            "along, only where the target accepts it."
        ),
    ] = "reset"
    addresses: Annotated[bool, Field(description="Whether addresses are taken along.")] = True
    misfits: Annotated[
        Literal["block", "leave_out", "clean"],
        Field(
            description="What the target cannot hold. block: the customer is not sent; leave_out: optional "
            "fields and addresses are left out, and each is listed; clean: names, streets and cities are "
            "sent without the characters that the target refuses, and all else is as with leave_out."
        ),
    ] = "block"
    usernames: Annotated[
        str | None,
        Written(),
        AfterValidator(_with_the_id),
        Field(
            description='Usernames of new customers, where the target has such: "c{id}" (the default) makes '
            "c17 of the source's customer 17."
        ),
    ] = None
    attributes: Annotated[
        dict[Name, Name],
        AfterValidator(_one_source_each),
        Field(
            description="Attributes that the source's shop added and that are taken along, each with its "
            "code in the target: {loyalty_no: loyalty_no, tier: customer_tier}. Options go by their labels."
        ),
    ] = field(default_factory=dict)


@dataclass(frozen=True)
class Limits:
    """When a run stops by itself."""

    __pydantic_config__ = STRICT

    max_failures: Annotated[
        int, Field(ge=0, description="How many customers may fail before the run stops.")
    ] = 50
    max_updates_percent: Annotated[
        int,
        Field(
            ge=0,
            le=100,
            description="How many percent of the target's customers a plan may change; 0 for none. Otherwise "
            "10 customers are never too many.",
        ),
    ] = 30


def _not_empty(condition: Condition) -> Condition:
    if condition == Condition():
        raise PydanticCustomError(
            "GM105",
            "`when` has no condition",
            {"hint": "write `country: RO`, or another condition, or leave `when` out"},
        )
    return condition


class Strict(BaseModel):
    """A block of keys in which nothing else may stand."""

    model_config = STRICT


class Rule(Strict):
    """Where customers go, and which ones if not all."""

    when: Annotated[
        Condition | None,
        Written(),
        AfterValidator(_not_empty),
        Field(description="Which customers the rule is for; without it all that are left."),
    ] = None
    to: Names = Field(
        description="The target group, or several where the target allows it; the first becomes the "
        "default group."
    )


class Skip(Strict):
    """Customers of this group are not migrated."""

    skip: Name = Field(description="Why, in your own words; the report repeats it.")


def _form_of_targets(value: object) -> str:
    if isinstance(value, dict):
        return "<rule>"
    return "<rules>" if isinstance(value, list) and any(isinstance(one, dict) for one in value) else "<names>"


def _form_of_line(value: object) -> str:
    if isinstance(value, dict):
        return "<same>" if "same_as" in value else "<skip>" if "skip" in value else "<rule>"
    return _form_of_targets(value)


def _all_reachable(rules: list[Rule]) -> list[Rule]:
    last = next((number for number, rule in enumerate(rules) if rule.when is None), len(rules))
    if last < len(rules) - 1:
        raise PydanticCustomError(
            "GM129",
            "this rule is never reached: the one before it takes everybody",
            {"item": last + 1, "hint": "put the rule without `when` last"},
        )
    return rules


Rules = Annotated[list[Rule], Field(min_length=1), AfterValidator(_all_reachable)]
Targets = Annotated[
    Annotated[Names, Tag("<names>")] | Annotated[Rule, Tag("<rule>")] | Annotated[Rules, Tag("<rules>")],
    Discriminator(_form_of_targets),
]


class SameAs(Strict):
    """Two built-in groups mean the same. This moves nobody but those that `customers` speaks of."""

    same_as: Name = Field(description="The built-in group of the target, as Visitor.")
    customers: Annotated[
        Targets | None,
        Written(),
        Field(description="Where customers go who sit in the source group nevertheless."),
    ] = None


Line = Annotated[
    Annotated[Names, Tag("<names>")]
    | Annotated[Rule, Tag("<rule>")]
    | Annotated[Rules, Tag("<rules>")]
    | Annotated[Skip, Tag("<skip>")]
    | Annotated[SameAs, Tag("<same>")],
    Discriminator(_form_of_line),
]


class Fallback(Strict):
    """Customers of groups without a line go here."""

    to: Names = Field(description="The target group, or several.")


def _word_or_fallback(value: object) -> object:
    if isinstance(value, dict) or value in ("error", "skip"):
        return value
    raise PydanticCustomError(
        "GM105",
        "this should be error, skip or {to: GROUP}, found {found}",
        {"found": found(value), "hint": "customers of groups without a line: stop, leave out, or a group"},
    )


def _form_of_unmapped(value: object) -> str:
    return "<word>" if isinstance(value, str) else "<fallback>"


Unmapped = Annotated[
    Annotated[Literal["error", "skip"], Tag("<word>")] | Annotated[Fallback, Tag("<fallback>")],
    Discriminator(_form_of_unmapped),
    BeforeValidator(_word_or_fallback),
]


class AssertedCount(Strict):
    """A number that must be true of the source, or the plan stops."""

    group: Name = Field(description="A group of the source.")
    customers: int = Field(ge=0, description="How many customers are in it.")


class MappingFile(Strict):
    """A groupmigrate mapping: which group of the source becomes which group of the target."""

    version: Version = Field(description="The version of this language: 1.")
    source: Name = Field(description="The connector to read from: old-shop means connectors/old-shop.yaml.")
    target: Name = Field(description="The connector to write to.")
    groups: dict[Name, Line] = Field(
        description="Source group: target group. Names exactly as the stores write them, or id:7. Where a "
        "customer is in several source groups, the line that stands first wins."
    )
    unmapped: Unmapped = Field(
        "error", description="Source groups without a line. error: stop; skip: leave their customers out."
    )
    customers: Policy = Field(Policy(), description="What to do with customers.")
    limits: Limits = Field(Limits(), description="When a run stops by itself.")
    assertions: list[AssertedCount] = Field(
        [], alias="assert", description="Counts that must be true of the source before anything is planned."
    )
