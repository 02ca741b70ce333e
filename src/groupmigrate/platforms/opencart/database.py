"""Sends statements to the shop's database, MySQL, MariaDB or SQLite: patient with reads, careful with writes.

What drivers raise ends here as an error of our own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from sqlalchemy import (
    Connection,
    CursorResult,
    Dialect,
    Engine,
    Executable,
    TableClause,
    create_engine,
    event,
    insert,
    text,
)
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from groupmigrate.errors import AccessDenied, GroupmigrateError, Locked, Unreachable
from groupmigrate.platforms.http import WriteRefused
from groupmigrate.platforms.opencart.location import Location
from groupmigrate.platforms.opencart.trouble import translated

Row: TypeAlias = Mapping[str, Any]


class Rows(Protocol):
    """Asks for all rows that a statement finds with these values."""

    def __call__(self, statement: Executable, values: Row | None = None) -> list[Row]: ...


READS = re.compile(
    r"\s*(SELECT|SHOW|BEGIN|START TRANSACTION)\b(?!.*\bINTO\s+(OUTFILE|DUMPFILE)\b)", re.I | re.S
)
# MyISAM cuts a long text of the second row silently unless ALL tables are strict (3.0.5.1, run).
STRICT = "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'"
ALONE = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
"""Each statement is a transaction of its own, and who only reads has none to end …"""
TOGETHER = "REPEATABLE READ"
"""… but where statements belong together."""
READ_ONLY = "SET SESSION TRANSACTION READ ONLY"
TRIES = 3
PATIENCE = 1
"""Seconds: a busy server needs a moment to see that a run that was killed is gone."""
IDLE_SECONDS = 25
"""Hosts hang up on who says nothing for half a minute."""


class Database:
    """One database. A read-only one refuses every statement but reads before it is sent."""

    def __init__(self, location: Location, *, read_only: bool) -> None:
        self.location = location
        self.read_only = read_only
        self._engine = _engine(location, read_only=read_only)
        self._writer: Connection | None = None

    def rows(self, statement: Executable, values: Row | None = None) -> list[Row]:
        """All rows, asked again a few times if the database does not answer. Raises StoreError."""
        asking = Retrying(
            retry=retry_if_exception_type(Unreachable),
            stop=stop_after_attempt(TRIES),
            wait=wait_exponential(0.2, max=2),
            reraise=True,
        )
        return asking(self._rows, statement, values)

    def value(self, statement: Executable) -> Any:
        """The first column of the first row; None if there is none."""
        rows = self.rows(statement)
        return next(iter(rows[0].values())) if rows else None

    @contextmanager
    def snapshot(self) -> Iterator[Rows]:
        """What is read inside is of one moment, where the engine can; nobody else has to wait for it."""
        if not self.location.is_mysql:
            # A reader of SQLite would make writers wait; pages by key do without.
            yield self.rows
            return
        with self._errors(wrote=False), self._together() as connection:
            connection.exec_driver_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT")
            yield lambda statement, values=None: _all(connection.execute(statement, values))

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """A transaction, committed at the end, on the connection that holds the lock of the shop.

        Raises LostAnswer if it is not known what was done, StoreError, and Locked if another run is at work.
        """
        if self.read_only:
            raise WriteRefused(f"writing to {self.location.shown} in a store that is only read")
        with self._errors(wrote=True):
            connection = self._locked()
            with connection.begin():
                yield Transaction(connection, self._errors)

    def lock(self) -> None:
        """Keep every other run away from the shop until `close`. Raises Locked if one is there."""
        with self._errors(wrote=False):
            self._locked()

    def close(self) -> None:
        """Let go of every connection, and so of the lock; may be called twice."""
        self._let_go()
        self._engine.dispose()

    def _rows(self, statement: Executable, values: Row | None) -> list[Row]:
        with self._errors(wrote=False), self._engine.connect() as connection:
            return _all(connection.execute(statement, values))

    def _together(self) -> Connection:
        """A connection whose statements are one transaction."""
        connection = self._engine.connect()
        return (
            connection.execution_options(isolation_level=TOGETHER) if self.location.is_mysql else connection
        )

    def _locked(self) -> Connection:
        """The one connection that writes. If it was lost, the lock went with it and is taken again."""
        if self._writer is None or self._writer.invalidated:
            self._let_go()
            connection = self._together().execution_options(writes=True)
            try:
                self._take_lock(connection)
            except BaseException:
                connection.close()
                raise
            self._writer = connection
        return self._writer

    def _take_lock(self, connection: Connection) -> None:
        if not self.location.is_mysql:
            # The first statement of a transaction locks the whole file.
            return
        # The name holds 64 characters, and is the server's, not the database's.
        name = hashlib.sha256(f"groupmigrate {self.location.url.database}".encode()).hexdigest()
        got = connection.execute(
            text("SELECT GET_LOCK(:name, :patience)"), {"name": name, "patience": PATIENCE}
        ).scalar()
        connection.rollback()
        if got != 1:
            raise Locked(
                f"another run of groupmigrate writes to the database {self.location.shown}",
                hint="wait until it has ended; the lock goes with its connection",
                code="GM606",
            )

    def _let_go(self) -> None:
        connection, self._writer = self._writer, None
        if connection is not None:
            with suppress(SQLAlchemyError):
                connection.invalidate()  # the lock must not come back with a pooled connection
                connection.close()

    @contextmanager
    def _errors(self, *, wrote: bool) -> Iterator[None]:
        try:
            yield
        except GroupmigrateError:
            raise
        except DBAPIError as error:
            raise translated(error, self.location, wrote=wrote) from error
        except RuntimeError as error:
            # MySQL 8 asks for a package of its own unless the password travels over TLS or a socket.
            if "cryptography" not in str(error):
                raise
            hint = "set `tls: true` or `socket:` in the connector"
            raise AccessDenied(
                "the server takes the password over an encrypted connection only", hint=hint, code="GM502"
            ) from error


class Transaction:
    """Statements that take effect together, where the tables can; each sees what those before it wrote."""

    def __init__(self, connection: Connection, errors: Callable[..., AbstractContextManager[None]]) -> None:
        self._connection = connection
        self._errors = errors

    def send(self, statement: Executable, values: Row | None = None) -> int:
        """Write; the id of a row that was inserted.

        Raises Refused for a row that the database does not take; the transaction goes on. Raises LostAnswer
        and StoreError otherwise.
        """
        with self._errors(wrote=True):
            return int(self._connection.execute(statement, values).lastrowid or 0)

    def insert(self, table: TableClause, rows: Sequence[Row]) -> None:
        """Insert rows, which all have the same columns, in one statement. Raises as `send`.

        Those before one that is refused may be stored.
        """
        if not rows:
            return
        statement, places = _inserting(table, tuple(rows[0]), self._connection.dialect)
        # SQLite takes values by their places, PyMySQL by their names.
        values: list[Any] = list(map(itemgetter(*places), rows)) if places else list(rows)
        with self._errors(wrote=True):
            self._connection.exec_driver_sql(statement, values)

    def rows(self, statement: Executable) -> list[Row]:
        """All rows."""
        with self._errors(wrote=True):
            return _all(self._connection.execute(statement))

    def value(self, statement: Executable) -> Any:
        """The first column of the first row; None if there is none."""
        rows = self.rows(statement)
        return next(iter(rows[0].values())) if rows else None


@lru_cache(maxsize=32)
def _inserting(table: TableClause, columns: tuple[str, ...], dialect: Dialect) -> tuple[str, tuple[str, ...]]:
    """The statement, and its values by place; for each row SQLAlchemy would take as long as the database."""
    compiled = insert(table).compile(dialect=dialect, column_keys=columns)
    return str(compiled), tuple(compiled.positiontup or ())


def _all(result: CursorResult[Any]) -> list[Row]:
    names = tuple(result.keys())
    # Straight from the driver: SQLAlchemy would wrap each row once more.
    rows = result.cursor.fetchall() if result.cursor is not None else ()
    result.close()
    return [dict(zip(names, row, strict=True)) for row in rows]


# --- opening ---------------------------------------------------------------------------------------------


def _engine(location: Location, *, read_only: bool) -> Engine:
    if not location.is_mysql and not Path(location.shown).is_file():
        # SQLite would make an empty database of a wrong path.
        raise Unreachable("there is no database file", place=location.shown, code="GM501")
    engine = create_engine(
        location.url,
        connect_args=location.arguments,
        pool_recycle=IDLE_SECONDS,
        hide_parameters=True,
        **(ALONE if location.is_mysql else {}),
    )
    prepare = _prepare_mysql if location.is_mysql else _prepare_sqlite
    event.listen(engine, "connect", lambda connection, _: prepare(connection, location, read_only))
    if not location.is_mysql:
        event.listen(engine, "begin", _begin_in_sqlite)
    if read_only:
        event.listen(engine, "before_cursor_execute", _refuse_writes)
    return engine


def _refuse_writes(_: Connection, __: object, statement: str, *___: object) -> None:
    if not READS.match(statement):
        raise WriteRefused(f"{statement.split(maxsplit=1)[0]} in a session that only reads")


def _prepare_mysql(connection: Any, location: Location, read_only: bool) -> None:
    with connection.cursor() as cursor:
        if location.encrypted:
            _refuse_plain(cursor)
        cursor.execute(STRICT)
        if read_only:
            with suppress(Exception):  # servers before 5.6 do not know it; the session refuses writes anyway
                cursor.execute(READ_ONLY)
    connection.commit()


def _refuse_plain(cursor: Any) -> None:
    """PyMySQL goes on without TLS if the server has none (2.2, read)."""
    cursor.execute("SHOW STATUS LIKE 'Ssl_cipher'")
    row = cursor.fetchone()
    if not row or not row[1]:
        hint = "switch TLS on there, or use a tunnel, and leave `tls` out"
        raise AccessDenied("the server does not encrypt the connection", hint=hint, code="GM502")


def _prepare_sqlite(connection: Any, _: Location, read_only: bool) -> None:
    connection.isolation_level = None  # begun by ourselves: the driver would begin too late
    connection.execute("PRAGMA busy_timeout = 60000")
    if read_only:
        connection.execute("PRAGMA query_only = ON")


def _begin_in_sqlite(connection: Connection) -> None:
    # A writer takes the file at once: it could not be given it any more after having read.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
