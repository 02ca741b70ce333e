"""Which way a connector logs in, with its secrets fetched from where they are kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from groupmigrate.platforms.http import Session, Terms
from groupmigrate.platforms.magento.adminuser import AdminUser
from groupmigrate.platforms.magento.answers import speaks
from groupmigrate.platforms.magento.auth import Access, Expiring, Signed, Token
from groupmigrate.platforms.magento.edition import CLOUD_SERVICE, OWN_SERVER, Edition
from groupmigrate.platforms.magento.ims import Account, Ims, only_asks
from groupmigrate.platforms.magento.restoptions import ADOBE, RestOptions
from groupmigrate.platforms.magento.signing import Keys

if TYPE_CHECKING:
    from groupmigrate.platforms.sandbox import Practice

SECRETS = ("token", "consumer_key", "consumer_secret", "token_secret", "password", "otp", "client_secret")


@dataclass(frozen=True)
class Login:
    """A way in, what must be in no message, the connection that gives tokens, and what it leads to."""

    access: Access
    secrets: tuple[str, ...]
    session: Session | None = None
    edition: Edition = OWN_SERVER

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self.session:
            self.session.close()


def practised(practice: Practice, terms: Terms) -> Login:
    """The way into a practice shop, which tells its key, and at Adobe's the account that it belongs to."""
    told = practice.options
    if not told:
        return Login(Token(practice.key), (practice.key,))
    account = Account(told["client_id"], practice.key, told["organization"])
    return _of_account(account, told["token_url"], terms)


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
    if options.login == ADOBE:
        account = Account(options.client_id or "", secrets["client_secret"], options.organization or "")
        return _of_account(account, options.token_url, terms)
    # It may write, for logging in is a POST, also where the shop itself is only read.
    session = Session(
        address, replace(terms, connections=1), read_only=False, secrets=hidden, is_final=speaks
    )
    user = AdminUser(session, options.username or "", secrets["password"], secrets["otp"])
    return Login(Expiring(user), hidden, session)


def _of_account(account: Account, token_url: str, terms: Terms) -> Login:
    hidden = (account.client_secret,)
    session = Session(token_url, replace(terms, connections=1), secrets=hidden, is_read=only_asks)
    return Login(Expiring(Ims(session, account)), hidden, session, CLOUD_SERVICE)
