"""The OpenCart room's card: what can be reached how, and the options of a connector file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from groupmigrate.platforms.base import Card, Way
from groupmigrate.platforms.opencart.workbookoptions import WorkbookExportOptions, WorkbookImportOptions
from groupmigrate.platforms.timezones import TimeZone
from groupmigrate.secret import PATTERN, SecretRef

SANDBOX = "sandbox"


def _dsn(value: object) -> SecretRef | str:
    return SANDBOX if value == SANDBOX else SecretRef.parse(value)


Dsn = Annotated[
    SecretRef | str,
    PlainValidator(_dsn),
    WithJsonSchema({"type": "string", "pattern": f"^{SANDBOX}$|{PATTERN}"}),
]
LanguageCode = Annotated[str, StringConstraints(pattern="^[a-z]{2}$")]
Prefix = Annotated[str, StringConstraints(pattern="^[A-Za-z0-9_$]{0,48}$")]


class DatabaseOptions(BaseModel):
    """The options of `via: database`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dsn: Dsn | None = Field(
        None,
        examples=["env:OPENCART_DSN"],
        description="Where the address of the database is kept: env:NAME, file:PATH or keyring:SERVICE/NAME. "
        "The address itself is mysql://user:password@host:3306/database. Or `sandbox`: a practice shop on "
        "this machine that is made by itself.",
    )
    config: Path | None = Field(
        None,
        description="The shop's own config.php, instead of `dsn`, as /var/www/shop/config.php. It is read as "
        "text and never executed.",
    )
    prefix: Prefix | None = Field(
        None,
        description="What the names of the shop's tables begin with, as oc_; without it what config.php "
        "says, or what the database holds.",
    )
    store: int = Field(
        0,
        ge=0,
        description="Which store of a multistore counts: its settings, and where new customers are said to "
        "come from. The customers of all stores are read in any case.",
    )
    timezone: TimeZone | None = Field(
        None, description="The time zone of the shop's dates; without it the shop's own setting."
    )
    language: LanguageCode | None = Field(
        None,
        description="The language (ISO 639, two letters) of customers whose own is not known or not in the "
        "shop; without it the shop's default language.",
    )
    guests_from_orders: bool = Field(
        False,
        description="Read people who ordered without an account, too: their e-mail, name and address as in "
        "their newest order.",
    )
    copy_tax_rates: bool = Field(
        True,
        description="Give groups that are made (--create-groups) the tax rates and custom fields of the "
        "shop's default group. Without them the customers of a new group pay no tax.",
    )
    tls: bool = Field(
        False, description="Encrypt the connection, and check the server's certificate and name."
    )
    ca_bundle: Path | None = Field(
        None, description="With `tls`: a file of certificates to trust, for a certificate of one's own."
    )
    socket: Path | None = Field(
        None, description="The Unix socket of a database on this machine, instead of host and port."
    )
    timeout: float = Field(
        60,
        gt=0,
        le=3600,
        allow_inf_nan=False,
        description="Seconds to wait for an answer that does not come.",
    )
    page_size: int = Field(1000, ge=1, le=10000, description="How many customers are read at once.")
    seed: Path | None = Field(None, description="Sandbox only: a file of what the practice shop starts with.")
    release: Literal["2.3", "3.0", "4.0", "4.1", "upgraded"] | None = Field(
        None, description="Sandbox only: the OpenCart that a new practice shop is; without it the newest."
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.dsn is None) == (self.config is None):
            raise PydanticCustomError("dsn", "either `dsn` or `config` must say where the database is")
        if self.dsn != SANDBOX and (self.seed or self.release):
            raise PydanticCustomError("sandbox", "`seed` and `release` are for `dsn: sandbox` only")
        if self.ca_bundle and not self.tls:
            raise PydanticCustomError("tls", "`ca_bundle` is for `tls: true` only")
        return self


CARD = Card(
    name="opencart",
    title="OpenCart",
    versions="2.3, 3.0, 4.0 and 4.1, and shops upgraded from one to the next; told apart by their tables",
    ways=(
        Way(
            name="database",
            options=DatabaseOptions,
            store="groupmigrate.platforms.opencart.store:DatabaseStore",
            reads=True,
            writes=True,
            removes="deletes",
        ),
        Way(
            name="workbook-import",
            options=WorkbookImportOptions,
            store="groupmigrate.platforms.opencart.workbookimport:WorkbookImport",
            reads=True,
            writes=True,
        ),
        Way(
            name="workbook-export",
            options=WorkbookExportOptions,
            store="groupmigrate.platforms.opencart.workbookexport:WorkbookExport",
            reads=True,
            writes=False,
        ),
    ),
    can=(
        "read customers with their group, addresses, custom fields and approval from the shop's database",
        "create customers, silently, and change the group and data of customers",
        "make groups with a name in every language, and with the tax rates of the default group",
        "carry password hashes that the shop's version accepts",
        "read people who ordered without an account, from their orders",
        "read and write the workbooks of the Export/Import Tool, where nobody gives out the database",
    ),
    cannot=(
        "work over the web: OpenCart has no interface for customers or groups, only its database and files",
        "hold a gender, birthday, tax number, name prefix or suffix, or a company of the customer",
        "hold a telephone number for each address: a customer has one",
        "put a customer into several groups",
        "create guests",
    ),
    builtin_groups="The default group of the shop's settings, called Default in a new shop. There is no "
    "group for visitors or guests: they count as members of the default group.",
    sandbox="groupmigrate.platforms.opencart.sandbox:serve",
    details={
        "mails": "none",
        "lengths": "names and telephone 32 characters, e-mail 96, street lines and city 128, post code 10, "
        "company 40 (4.x: 60); & < > and quotes count as 4 to 6, because OpenCart stores them escaped",
        "emoji": "kept by a new 4.x; blocked on 2.3 and 3.0 and on upgraded shops, which cannot show them",
        "safety": "one transaction for each batch; on MyISAM three steps that a killed run goes on from",
    },
)
