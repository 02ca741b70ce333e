"""The options of `via: rest`: how a Magento is logged in to, and what is meant of it."""

from __future__ import annotations

import re
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from groupmigrate.platforms.magento.limits import NO_POSTCODE
from groupmigrate.platforms.weboptions import PacedWebOptions
from groupmigrate.secret import SecretRef

ADOBE = "Adobe account"
LOGINS = {
    "token": ("token",),
    "admin user": ("username", "password"),
    "OAuth": ("consumer_key", "consumer_secret", "token", "token_secret"),
    ADOBE: ("client_id", "client_secret", "organization"),
}
"""The ways to log in, and the options that each of them needs."""

CLOUD_HOSTS = ".api.commerce.adobe.com"
TOKEN_URL = "https://ims-na1.adobelogin.com/ims/token/v3"  # noqa: S105 - no secret


class RestOptions(PacedWebOptions):
    """The options of `via: rest`."""

    practice_only = ("seed", "faults", "release")

    token: SecretRef | None = Field(
        None,
        description="Where the access token of an integration is kept: env:NAME, file:PATH or "
        "keyring:SERVICE/NAME. It is sent as a Bearer, or signed with if `consumer_key` is given, too.",
    )
    consumer_key: SecretRef | None = Field(
        None, description="OAuth 1.0a: where the integration's consumer key is kept."
    )
    consumer_secret: SecretRef | None = Field(
        None, description="OAuth 1.0a: where the integration's consumer secret is kept."
    )
    token_secret: SecretRef | None = Field(
        None, description="OAuth 1.0a: where the integration's access token secret is kept."
    )
    username: str | None = Field(
        None, description="The name of an admin user, to log in with instead of an integration."
    )
    password: SecretRef | None = Field(None, description="Where the admin user's password is kept.")
    otp: SecretRef | None = Field(
        None,
        description="Where the secret of the admin user's authenticator app is kept (letters and digits, as "
        "shown beside the QR code), or one code of six digits. Only for shops with two-factor log-in.",
    )
    client_id: str | None = Field(
        None,
        description="Adobe Commerce as a Cloud Service: the client ID of an OAuth Server-to-Server "
        "credential, as the Adobe Developer Console shows it. `url` is then the REST endpoint with tenant.",
    )
    client_secret: SecretRef | None = Field(
        None, description="Adobe Commerce as a Cloud Service: where the credential's client secret is kept."
    )
    organization: str | None = Field(
        None,
        description="Adobe Commerce as a Cloud Service: the ID of the Adobe organization, as "
        "0123456789ABCDEF01234567@AdobeOrg.",
    )
    token_url: str = Field(
        TOKEN_URL,
        # A secret is sent there.
        pattern=r"^(https://|http://127\.0\.0\.1:)",
        description="Adobe Commerce as a Cloud Service: where the access token comes from, as in the curl "
        "command that the Adobe Developer Console shows for the credential.",
    )
    website: str | None = Field(
        None,
        description="The code of the website whose customers are meant. Without it a source is read whole; "
        "a target needs it if the shop has several.",
    )
    store: str | None = Field(
        None,
        description="The code of the store view that new customers belong to. Without it the store view of "
        "the customer's language, else the website's default one.",
    )
    shared_accounts: bool = Field(
        False,
        description="Whether the websites share their customers (Share Customer Accounts: Global). Then "
        "those of all websites are meant, and an e-mail that another website has is taken.",
    )
    auto_group: bool = Field(
        False,
        description="Let the shop move customers by their VAT number. Off, `Disable Automatic Group Change` "
        "is set for everybody who is created or changed, else the shop may undo the mapping silently.",
    )
    newsletter: bool = Field(
        False, description="Subscribe new customers who were subscribed: the shop mails each of them."
    )
    no_postcode: tuple[str, ...] = Field(
        NO_POSTCODE,
        description="Countries whose addresses need no post code, as in Stores > Configuration > General > "
        "Country Options.",
    )
    page_size: int = Field(300, ge=1, le=5000, description="How many customers are read at once.")
    readers: int = Field(2, ge=1, le=8, description="How many pages may be asked for at once.")
    connections: int = Field(4, ge=1, le=16, description="How many customers may be written at once.")

    release: Literal["2.3", "2.4.1", "2.4.7", "saas"] | None = Field(
        None,
        description="Sandbox only: the Magento that a new practice shop is; saas is Adobe Commerce as a "
        "Cloud Service. Without it 2.4.7.",
    )

    @field_validator("url")
    @classmethod
    def _without_the_interface(cls, text: str) -> str:
        address = text.removesuffix("/V1").removesuffix("/rest")
        if _at_adobe(address) and not re.fullmatch("/[^/]+", urlsplit(address).path):
            raise PydanticCustomError(
                "address",
                "this should be the REST endpoint that Commerce Cloud Manager shows, with the tenant and "
                f"nothing behind it, as https://na1{CLOUD_HOSTS}/TENANT",
            )
        return address

    @property
    def login(self) -> str:
        """How the shop is logged in to, by the names of `LOGINS`."""
        if self.client_id or self.client_secret or _at_adobe(self.url):
            return ADOBE
        if self.username or self.password:
            return "admin user"
        return "OAuth" if self.consumer_key or self.consumer_secret or self.token_secret else "token"

    @model_validator(mode="after")
    def _fits_the_url(self) -> Self:
        missing = [name for name in LOGINS[self.login] if getattr(self, name) is None]
        if missing and not self.is_sandbox:
            needed = "`, `".join(missing)
            raise PydanticCustomError("login", f"`{needed}` is missing: the shop asks for it")
        return self


def _at_adobe(address: str) -> bool:
    return str(urlsplit(address).hostname).endswith(CLOUD_HOSTS)
