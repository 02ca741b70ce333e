"""The Neto room's card: what can be reached how, and the options of a connector file."""

from __future__ import annotations

from typing import Self

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from groupmigrate.platforms.base import Card, Way
from groupmigrate.platforms.neto.csvoptions import CsvExportOptions, CsvImportOptions, GroupOptions
from groupmigrate.platforms.weboptions import WebOptions
from groupmigrate.secret import SecretRef

PATH = "/do/WS/NetoAPI"


class ApiOptions(WebOptions, GroupOptions):
    """The options of `via: api`."""

    practice_only = ("seed", "faults", "readings")

    url: str = Field(
        examples=["https://www.example.com"],
        description="The store's address; or `sandbox`: a practice store on this machine that starts by "
        "itself.",
    )
    key: SecretRef | None = Field(
        None,
        description="Where the API key is kept: env:NAME, file:PATH or keyring:SERVICE/NAME. Needed for "
        "every store but the sandbox, unless there is a token.",
    )
    username: str | None = Field(
        None,
        min_length=1,
        description="The staff user that the key belongs to. Only the one key of the whole store has none.",
    )
    client_id: str | None = Field(
        None,
        min_length=1,
        description="Of an app that logs in by OAuth: the client id; `token` goes with it.",
    )
    token: SecretRef | None = Field(
        None, description="Of an app that logs in by OAuth: where the access token is kept."
    )
    batch_size: int = Field(50, ge=1, le=100, description="How many customers are written in one call.")
    page_size: int = Field(500, ge=1, le=10000, description="How many customers are listed in one call.")
    calls_per_minute: int = Field(
        500,
        ge=1,
        le=60000,
        description="The most calls a minute. The store allows 500, for all apps of the account together.",
    )
    readings: str = Field(
        "",
        description="Sandbox only: how it is where nobody knows how Neto is, as "
        '"group=refuse,lists=always". The Neto page lists them.',
    )

    @field_validator("url")
    @classmethod
    def _without_path(cls, address: str) -> str:
        return address.removesuffix(PATH)

    @model_validator(mode="after")
    def _fits_the_url(self) -> Self:
        if (self.client_id is None) != (self.token is None):
            raise PydanticCustomError("token", "`client_id` and `token` belong together")
        if self.token and (self.key or self.username):
            raise PydanticCustomError("key", "there are two ways to log in: keep `key`, or `token`")
        if not self.is_sandbox and self.key is None and self.token is None:
            raise PydanticCustomError("key", "`key` is missing: the store's API asks for one")
        return self


CARD = Card(
    name="neto",
    title="Neto (Maropost Commerce Cloud)",
    versions="the API and the import wizard as their vendor describes them; no store was run",
    ways=(
        Way(
            name="api",
            options=ApiOptions,
            store="groupmigrate.platforms.neto.store:ApiStore",
            reads=True,
            writes=True,
            tells_changes=True,
            removes="deactivates",
        ),
        Way(
            name="csv-import",
            options=CsvImportOptions,
            store="groupmigrate.platforms.neto.csvimport:CsvImport",
            reads=True,
            writes=True,
        ),
        Way(
            name="csv-export",
            options=CsvExportOptions,
            store="groupmigrate.platforms.neto.csvexport:CsvExport",
            reads=True,
            writes=False,
        ),
    ),
    can=(
        "read customers with their group and addresses",
        "create customers, 50 in a call, and change their group and data",
        "find out for each group whether the store takes it, by one customer, before the others follow",
        "write files for the store's import wizard, and read its exports",
    ),
    cannot=(
        "list, make or rename groups: no call does; they are gathered from customers, from prices of "
        "products and from the connector",
        "take passwords over: no hash is accepted; customers ask for a new password",
        "set the day of registration; hold languages, name prefixes and suffixes",
        "delete customers: they can only be made inactive",
        "write more than one billing and one shipping address over the API (the files can)",
    ),
    builtin_groups="A is the group of everybody who registers; a new store has A to F, and all of them can "
    "be renamed. There is none for visitors or guests.",
    sandbox="groupmigrate.platforms.neto.sandbox:serve",
    details={
        "mails": "none are documented for customers who are created over the API",
        "speed": "some 3,100 creations a minute: the store allows 500 calls, with 50 customers in each",
        "lengths": "usernames 25 characters, names, e-mail, company, streets and city 50, post code 15",
        "usernames": "every customer has one; the mapping's `usernames:` says how new ones are made",
    },
)
