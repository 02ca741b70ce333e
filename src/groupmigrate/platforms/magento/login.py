"""Which way a connector logs in, with its secrets fetched from where they are kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from groupmigrate.platforms.http import Session, Terms
from groupmigrate.platforms.magento.answers import speaks
from groupmigrate.platforms.magento.auth import Access, AdminUser, Signed, Token
from groupmigrate.platforms.magento.restoptions import RestOptions
from groupmigrate.platforms.magento.signing import Keys

SECRETS = ("token", "consumer_key", "consumer_secret", "token_secret", "password", "otp")


@dataclass(frozen=True)
class Login:
    """A way in, what must be in no message, and the connection that an admin user logs in over."""

    access: Access
    secrets: tuple[str, ...]
    session: Session | None = None

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self.session:
            self.session.close()


def with_token(token: str) -> Login:
    """The way in with a token that is known already."""
    return Login(Token(token), (token,))


def as_told(options: RestOptions, folder: Path, address: str, terms: Terms) -> Login:
    """The way in that the connector describes. Raises UsageError if a secret is not where it says."""
    references = {name: getattr(options, name) for name in SECRETS}
    secrets = {name: one.resolve(folder).reveal() if one else "" for name, one in references.items()}
    hidden = tuple(filter(None, secrets.values()))
    if options.login == "OAuth":
        keys = Keys(**{name: secrets[name] for name in SECRETS[:4]})
        return Login(Signed(keys, address), hidden)
    if options.login == "token":
        return Login(Token(secrets["token"]), hidden)
    # It may write, for logging in is a POST, also where the shop itself is only read.
    session = Session(
        address, replace(terms, connections=1), read_only=False, secrets=hidden, is_final=speaks
    )
    user = AdminUser(session, options.username or "", secrets["password"], secrets["otp"])
    return Login(user, hidden, session)
