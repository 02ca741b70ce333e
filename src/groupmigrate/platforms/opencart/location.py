"""Where the database of a shop is: from a DSN, from the shop's config.php, or a practice shop of our own."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pymysql.constants.FIELD_TYPE import DATETIME, TIMESTAMP
from pymysql.converters import conversions
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from groupmigrate.errors import UsageError
from groupmigrate.platforms.base import Opening
from groupmigrate.platforms.http import LOOPBACK
from groupmigrate.platforms.opencart import SANDBOX, DatabaseOptions
from groupmigrate.platforms.opencart.config import read_config
from groupmigrate.secret import SecretRef

FORM = "it should read mysql://user:password@host:3306/database; in the password @ is %40"
TYPES = {kind: made for kind, made in conversions.items() if kind not in {DATETIME, TIMESTAMP}}
"""How PyMySQL makes values of what is stored. Moments stay text, as in SQLite and as zero dates do anyway."""
DRIVERS = {"mysql": "mysql+pymysql", "mariadb": "mysql+pymysql", "sqlite": "sqlite"}


@dataclass(frozen=True)
class Location:
    """A database and how to reach it."""

    url: URL
    prefix: str | None = None
    """What the names of the tables begin with; None if that is not known."""
    arguments: dict[str, Any] = field(default_factory=dict)
    """For the driver: timeouts, TLS, socket."""
    encrypted: bool = False

    @property
    def is_mysql(self) -> bool:
        """MySQL or MariaDB; else a file of SQLite."""
        return self.url.get_backend_name() == "mysql"

    @property
    def is_far(self) -> bool:
        """Whether what is said travels over a network."""
        near = (*LOOPBACK, None, "")
        return self.is_mysql and "unix_socket" not in self.arguments and self.url.host not in near

    @property
    def shown(self) -> str:
        """The database for people: no user, no password."""
        if not self.is_mysql:
            return self.url.database or ""
        port = f":{self.url.port}" if self.url.port else ""
        host = self.arguments.get("unix_socket") or f"{self.url.host or 'localhost'}{port}"
        return f"{self.url.database} on {host}"


def locate(options: DatabaseOptions, opening: Opening) -> Location:
    """Where the connector says that the database is; a practice shop is made if it is not there yet.

    Raises UsageError if a secret, a file or the DSN in it cannot be used.
    """
    if options.dsn == SANDBOX:
        return Location(make_url(_practice(options, opening)), options.prefix)
    if isinstance(options.dsn, SecretRef):
        url, prefix = _url(options.dsn.resolve(opening.folder).reveal()), options.prefix
    else:
        constants = read_config(opening.folder / (options.config or ""))
        url = _url_of(constants)
        prefix = constants.get("DB_PREFIX", "") if options.prefix is None else options.prefix
    if url.get_backend_name() != "mysql":
        return Location(url, prefix)
    return Location(url, prefix, _arguments(options, opening), encrypted=options.tls)


def _practice(options: DatabaseOptions, opening: Opening) -> str:
    from groupmigrate.platforms.opencart.sandbox import make

    return make(opening.practice_file, seed=opening.path(options.seed), version=options.release)


def _url(dsn: str) -> URL:
    try:
        url = make_url(dsn)
    except (ArgumentError, ValueError):
        # The library's own words may hold a piece of the password.
        raise UsageError("the DSN cannot be read", hint=FORM, code="GM105") from None
    if url.get_backend_name() != "sqlite" and "@" in (url.host or ""):
        # A password with a bare @ in it reaches into the host, which is shown.
        raise UsageError("the DSN cannot be read", hint=FORM, code="GM105")
    driver = DRIVERS.get(url.get_backend_name())
    if not driver or not url.database:
        raise UsageError("the DSN names no MySQL or MariaDB database", hint=FORM, code="GM105")
    return url.set(drivername=driver)


def _url_of(constants: dict[str, str]) -> URL:
    # A host may be written with its port, as PHP's mysqli is not asked to but people do.
    host, _, port = constants["DB_HOSTNAME"].partition(":")
    number = constants.get("DB_PORT") or port
    return URL.create(
        "mysql+pymysql",
        constants["DB_USERNAME"],
        constants["DB_PASSWORD"],
        host,
        int(number) if number.isdecimal() else None,
        constants["DB_DATABASE"],
    )


def _arguments(options: DatabaseOptions, opening: Opening) -> dict[str, Any]:
    seconds = max(1, int(options.timeout))
    arguments: dict[str, Any] = {
        "charset": "utf8mb4",
        "conv": TYPES,
        "connect_timeout": seconds,
        "read_timeout": seconds,
        "write_timeout": seconds,
    }
    if options.socket:
        arguments["unix_socket"] = str(opening.folder / options.socket)
        # Else PyMySQL loads every certificate of the system for each connection (2.2, run).
        arguments["ssl_disabled"] = not options.tls
    if options.tls:
        arguments["ssl"] = _tls(opening.folder / options.ca_bundle if options.ca_bundle else None)
    return arguments


def _tls(ca_bundle: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_bundle)
    except OSError as error:
        raise UsageError(
            f"the file of `ca_bundle` cannot be used: {error.strerror or error}",
            place=str(ca_bundle),
            code="GM520",
        ) from error
