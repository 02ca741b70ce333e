"""The Gomag room's card: what can be reached how, and the options of a connector file."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from groupmigrate.platforms.base import Card, Way
from groupmigrate.platforms.timezones import TimeZone
from groupmigrate.platforms.weboptions import PacedWebOptions
from groupmigrate.secret import SecretRef
from groupmigrate.values import Id, Name


class ApiOptions(PacedWebOptions):
    """The options of `via: api`."""

    practice_only = ("seed", "faults", "readings")

    requests_per_second: float | None = Field(
        None,
        gt=0,
        le=1000,
        allow_inf_nan=False,
        description="The most requests a second; without it what the shop's answers allow, one where they "
        "are silent.",
    )
    key: SecretRef | None = Field(
        None,
        description="Where the API key is kept: env:NAME, file:PATH or keyring:SERVICE/NAME. Needed for "
        "every shop but the sandbox.",
    )
    groups: dict[Id, Name] = Field(
        min_length=1,
        examples=[{"1": "Standard", "2": "Trade"}],
        description="Group id: name, as CRM > Customer groups shows them: no call tells them. List them all.",
    )
    default_group: int = Field(
        ge=1,
        examples=[1],
        description="The id of the group that is marked as default, whatever it is called: everybody who "
        "registers, and everybody who is created over the API, is in it.",
    )
    api: str | None = Field(
        None,
        pattern="^https?://[^/?#\\s]+$",
        description="The address of the API itself: https://api.gomag.ro without it. Old shops also answer "
        "at their own address.",
    )
    timezone: TimeZone = Field(
        "Europe/Bucharest", description="The time zone of the shop's dates; no call tells it."
    )
    welcome_mail: bool = Field(
        True,
        description="Whether the shop may mail a customer whom the API creates. The vendor does not say, so "
        "plans count such mails. Create a customer with an address of your own: if no mail comes, say false.",
    )
    page_size: int = Field(
        100, ge=1, le=1000, description="How many customers are asked for at once. A shop may take no notice."
    )
    readings: str = Field(
        "",
        description="Sandbox only: how it is where nobody knows how Gomag is, as "
        '"customers=list,group=ignored". The Gomag page lists them.',
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if not self.is_sandbox and self.key is None:
            raise PydanticCustomError("key", "`key` is missing: the shop's API asks for one")
        if str(self.default_group) not in self.groups:
            raise PydanticCustomError("default_group", "`default_group` is not in the list of `groups`")
        return self

    @property
    def other_groups(self) -> list[str]:
        """The ids of all groups but the default one."""
        return [id_ for id_ in self.groups if id_ != str(self.default_group)]


CARD = Card(
    name="gomag",
    title="Gomag",
    versions="the vendor's published API v1; no shop was there to be tried",
    ways=(
        Way(
            name="api",
            options=ApiOptions,
            store="groupmigrate.platforms.gomag.store:ApiStore",
            reads=True,
            writes=True,
        ),
    ),
    can=(
        "read customers with their addresses, and their groups by one question for each group",
        "create customers, and change the names of those who are there",
        "say beforehand who must be put into a group by hand, write a worklist, and prove the work",
    ),
    cannot=(
        "put a customer into a group, or list, make or rename groups: no call does it, a person has to",
        "write addresses, companies, birthdays, newsletter consent, or the day of registration",
        "create customers who cannot log in, or guests",
        "change an e-mail, or remove a customer",
        'take password hashes over: customers use "forgot password"',
        "read or write files: the vendor publishes no format",
    ),
    builtin_groups="one group is marked as default, and everybody who registers is in it: Standard, unless "
    "it was renamed. The connector says which one it is.",
    sandbox="groupmigrate.platforms.gomag.sandbox:serve",
    details={
        "groups": "exactly one per customer; an app of the plans PRO and Enterprise that must be switched on",
        "mails": "whether the shop mails new customers is not documented: see `welcome_mail`",
        "speed": "one customer a request, and one request a second unless the shop's answers say otherwise",
        "doubles": "the shop takes a second customer with one e-mail: it is asked before each creation",
    },
)
