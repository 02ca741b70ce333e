"""Adobe's sign-in (IMS): access tokens for Adobe Commerce as a Cloud Service.

Read in Adobe's documentation (commerce-webapi, REST authentication, server-to-server; August 2026), not run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from groupmigrate.errors import AccessDenied
from groupmigrate.platforms.http import Request, Session
from groupmigrate.platforms.magento.answers import NOTHING, content, page_error

SCOPES = (
    "openid,AdobeID,email,profile,additional_info.roles,additional_info.projectedProductContext,commerce.accs"
)
"""Those that the documentation lists; without the last one Commerce refuses the token."""


def only_asks(request: Request) -> bool:  # noqa: ARG001 - the shape of a signature
    """Every request to the sign-in: a token more or less changes nothing, so it may be asked for again."""
    return True


@dataclass(frozen=True)
class Account:
    """An OAuth Server-to-Server credential of the Adobe Developer Console."""

    client_id: str
    client_secret: str
    organization: str


class Ims:
    """Gives the tokens of one account; each lasts a day."""

    hint = (
        "the token was taken and the store refuses it: add the API Adobe Commerce as a Cloud Service to the "
        "credential's project in the Adobe Developer Console, with a product profile"
    )

    def __init__(self, session: Session, account: Account) -> None:
        """`session` goes to the address that gives tokens."""
        self._session = session
        self._form = {
            "grant_type": "client_credentials",
            "client_id": account.client_id,
            "client_secret": account.client_secret,
            "scope": SCOPES,
        }
        self.headers = {"x-api-key": account.client_id, "x-gw-ims-org-id": account.organization}

    def token(self) -> str:
        """A new token. Raises AccessDenied if id or secret are refused, and StoreError."""
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        answer = self._session.send(Request("POST", "", (), headers, urlencode(self._form).encode()))
        said = content(answer)
        if said is NOTHING:
            raise page_error(self._session, answer)
        if answer.status == 200 and isinstance(said, dict) and isinstance(said.get("access_token"), str):
            return str(said["access_token"])
        raise AccessDenied(
            f"Adobe gives no token (status {answer.status}), and says: {self._words(said)}",
            hint="compare `client_id` and `client_secret` with those that the Adobe Developer Console shows "
            "under OAuth Server-to-Server, and `token_url` with its curl command; invalid_scope means that "
            "the project lacks the API Adobe Commerce as a Cloud Service",
            code="GM581",
        )

    def _words(self, said: Any) -> str:
        """The kind of the error and its description, as OAuth has them (RFC 6749, 5.2)."""
        told = said if isinstance(said, dict) else {}
        parts = (str(told[name]) for name in ("error", "error_description") if told.get(name))
        return self._session.scrub(", ".join(parts))[:300] or "nothing that is known"
