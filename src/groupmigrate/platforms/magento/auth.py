"""How a Magento is logged in to: a token, an admin user, or signed requests."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from groupmigrate.errors import AccessDenied, LostAnswer, StoreError, Unreachable
from groupmigrate.platforms.http import Request, Session
from groupmigrate.platforms.magento import totp
from groupmigrate.platforms.magento.answers import NOTHING, content, page_error, parameters, words
from groupmigrate.platforms.magento.signing import Keys, authorization

LOGIN = "/rest/V1/integration/admin/token"
TWO_FACTOR_LOGIN = "/rest/V1/tfa/provider/google/authenticate"
YOUNG = 60.0
"""Seconds: no token expires sooner (`webapi/jwtauth/admin_expiration` counts minutes; 2.4.7, run)."""


class Access(Protocol):
    """A way to log in."""

    @property
    def hint(self) -> str:
        """What to do when the shop lets nobody in this way."""

    def headers(self, request: Request) -> Mapping[str, str]:
        """The headers of one attempt. Raises AccessDenied if logging in is refused."""

    def renew(self) -> bool:
        """Whether the request that this thread sent last, and that was refused, is worth another try."""


@dataclass(frozen=True)
class Token:
    """An integration's access token."""

    token: str
    hint: str = (
        "the token is wrong, or the integration is not active, or the shop takes no integration token as a "
        "Bearer (off since 2.4.4): switch it on under Stores > Configuration > Services > OAuth > Consumer "
        "Settings, or give consumer_key, consumer_secret and token_secret, too"
    )

    def headers(self, request: Request) -> Mapping[str, str]:  # noqa: ARG002 - one token for all
        return {"Authorization": f"Bearer {self.token}"}

    def renew(self) -> bool:
        return False  # it never expires


@dataclass(frozen=True)
class Signed:
    """The keys of an integration, which sign every request."""

    keys: Keys
    address: str
    hint: str = "check consumer_key, consumer_secret, token and token_secret, and this computer's clock"

    def headers(self, request: Request) -> Mapping[str, str]:
        return {"Authorization": authorization(request, self.address, self.keys)}

    def renew(self) -> bool:
        return False  # nothing expires


class AdminUser:
    """An admin user, whose token expires. One log-in that is refused is the last one.

    Six that fail lock the account for half an hour, with the same words for the right password (2.4.7, run).
    """

    hint = "the admin user's role lacks the right, or the token was taken back: look at the role's resources"

    def __init__(
        self,
        session: Session,
        username: str,
        password: str,
        otp: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`session` may write: logging in is a POST, which must not be repeated blindly."""
        self._session = session
        self._user = {"username": username, "password": password}
        self._otp = otp
        self._clock = clock
        self._lock = threading.Lock()
        self._of_thread = threading.local()
        self._token = ""
        self._since = 0.0
        self._refused: StoreError | None = None

    def headers(self, request: Request) -> Mapping[str, str]:  # noqa: ARG002 - one token for all
        with self._lock:
            if not self._token:
                self._log_in()
            self._of_thread.token = self._token
            return {"Authorization": f"Bearer {self._token}"}

    def renew(self) -> bool:
        # An expired token and a missing right are refused with the same words (2.4.7, run).
        with self._lock:
            if self._token != self._of_thread.token:
                return True  # another thread was quicker
            if self._clock() - self._since < YOUNG:
                return False
            self._log_in()
            return True

    def _log_in(self) -> None:
        if self._refused:
            raise self._refused
        try:
            self._token = self._new_token()
        except StoreError as error:
            self._refused = error
            raise
        self._since = self._clock()

    def _new_token(self) -> str:
        body = {**self._user, **({"otp": totp.code(self._otp, time.time())} if self._otp else {})}
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        path = TWO_FACTOR_LOGIN if self._otp else LOGIN
        try:
            answer = self._session.send(Request("POST", path, (), headers, json.dumps(body).encode()))
        except LostAnswer as lost:
            raise Unreachable(f"logging in: {lost.message}", code="GM501") from None
        said = content(answer)
        if said is NOTHING:
            raise page_error(answer, self._session.address)
        if answer.status == 200 and isinstance(said, str):
            return said
        two_factor = "active_providers" in parameters(said) or "2fa" in words(said).casefold()
        raise _refusal(words(said), two_factor=two_factor, sent_code=bool(self._otp))


def _refusal(said: str, *, two_factor: bool, sent_code: bool) -> AccessDenied:
    if two_factor and not sent_code:
        return AccessDenied(
            f"the shop asks admin users for a second factor, and says: {said}",
            hint="give `otp`, the secret of the user's authenticator app; or use an integration",
            code="GM527",
        )
    return AccessDenied(
        f"the shop refuses the admin user, and says: {said}",
        hint="log in to the admin by hand with the same name and password; it was not tried again, because "
        "several failures lock the account" + (". Is this computer's clock right?" if sent_code else ""),
        code="GM528",
    )
