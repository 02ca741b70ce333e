"""The tokens of an admin user, who logs in with a name, a password and, where needed, a one-time code."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping

from groupmigrate.errors import AccessDenied, LostAnswer, Unreachable
from groupmigrate.platforms.http import Request, Session
from groupmigrate.platforms.magento import totp
from groupmigrate.platforms.magento.answers import NOTHING, content, page_error, parameters, words

LOGIN = "/rest/V1/integration/admin/token"
TWO_FACTOR_LOGIN = "/rest/V1/tfa/provider/google/authenticate"


class AdminUser:
    """An admin user. Six log-ins that fail lock the account for half an hour, with the same words for the
    right password (2.4.7, run), so whoever is refused must not ask again."""

    hint = "the admin user's role lacks the right, or the token was taken back: look at the role's resources"
    headers: Mapping[str, str] = {}

    def __init__(self, session: Session, username: str, password: str, otp: str = "") -> None:
        """`session` may write: logging in is a POST, which must not be repeated blindly."""
        self._session = session
        self._user = {"username": username, "password": password}
        self._otp = otp

    def token(self) -> str:
        """Log in. Raises AccessDenied if the shop refuses that, and StoreError."""
        body = {**self._user, **({"otp": totp.code(self._otp, time.time())} if self._otp else {})}
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        path = TWO_FACTOR_LOGIN if self._otp else LOGIN
        try:
            answer = self._session.send(Request("POST", path, (), headers, json.dumps(body).encode()))
        except LostAnswer as lost:
            raise Unreachable(f"logging in: {lost.message}", code="GM501") from None
        said = content(answer)
        if said is NOTHING:
            raise page_error(self._session, answer)
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
