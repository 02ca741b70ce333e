"""How requests prove who sends them: a token, a token that expires, or a signature."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from groupmigrate.errors import StoreError
from groupmigrate.platforms.http import Request
from groupmigrate.platforms.magento.signing import Keys, authorization

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


class Giver(Protocol):
    """Somebody who gives tokens that expire."""

    @property
    def hint(self) -> str:
        """What to do when the shop refuses such a token."""

    @property
    def headers(self) -> Mapping[str, str]:
        """What every request says besides."""

    def token(self) -> str:
        """A new token. Raises AccessDenied if it is refused, and StoreError."""


class Expiring:
    """A token that is asked for when it is needed, and anew when it is old. Who is refused asks no more."""

    def __init__(self, giver: Giver, clock: Callable[[], float] = time.monotonic) -> None:
        self._giver = giver
        self._clock = clock
        self._lock = threading.Lock()
        self._of_thread = threading.local()
        self._token = ""
        self._since = 0.0
        self._refused: StoreError | None = None

    @property
    def hint(self) -> str:
        return self._giver.hint

    def headers(self, request: Request) -> Mapping[str, str]:  # noqa: ARG002 - one token for all
        with self._lock:
            if not self._token:
                self._log_in()
            self._of_thread.token = self._token
            return {"Authorization": f"Bearer {self._token}", **self._giver.headers}

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
            self._token = self._giver.token()
        except StoreError as error:
            self._refused = error
            raise
        self._since = self._clock()
