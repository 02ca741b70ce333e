"""What the database's errors mean for us: unreachable, denied, an answer that was lost, or a refused row."""

from __future__ import annotations

import re

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from groupmigrate.errors import AccessDenied, GroupmigrateError, LostAnswer, Unreachable, WrongAnswer
from groupmigrate.platforms.opencart.location import Location

# Numbers of MySQL's and MariaDB's error messages.
UNREACHABLE = {1040, 1203, 1226, 2002, 2003, 2005}
LOST = {1020, 1158, 1159, 1160, 1161, 1205, 1213, 1317, 1927, 2006, 2013, 2014, 2055, 3024, 4031}
NO_ENTRY = {1044, 1045, 1049, 1698, 2059, 2061}
NO_RIGHT = {1142, 1143, 1227, 1290, 1370, 1792, 1836}
REFUSED = {1048, 1062, 1264, 1364, 1366, 1406, 4025}
GONE = (1146, 1054, 1932)


class Refused(GroupmigrateError):
    """The database does not take a row, and surely kept nothing of it. The message is its own words."""


def translated(error: DBAPIError, location: Location, *, wrote: bool) -> GroupmigrateError:
    """Our error for a driver's. `wrote` says that something may have been written."""
    number, words = _number(error), _words(error)
    place = location.shown
    if isinstance(error, DataError | IntegrityError) or number in REFUSED:
        return Refused(words, code="GM401")
    if number in NO_ENTRY:
        hint = "check user, password and database name of the connector's `dsn`"
        return AccessDenied(f"the database does not let us in: {words}", place=place, hint=hint, code="GM502")
    if number in NO_RIGHT or "readonly database" in words:
        hint = "`groupmigrate doctor` tells which rights the account lacks"
        return AccessDenied(f"the database refuses: {words}", place=place, hint=hint, code="GM503")
    if number in GONE or "no such" in words:
        hint = "is the `prefix` right, and was the shop updated meanwhile?"
        return WrongAnswer(
            f"the database lacks what was asked for: {words}", place=place, hint=hint, code="GM541"
        )
    if wrote and (number in LOST or error.connection_invalidated or "locked" in words):
        return LostAnswer(f"the database did not confirm: {words}", place=place, code="GM402")
    if number in LOST | UNREACHABLE or error.connection_invalidated or "locked" in words:
        hint = "is it running, and is the address right? From outside most hosts need a tunnel"
        return Unreachable(f"the database does not answer: {words}", place=place, hint=hint, code="GM501")
    return WrongAnswer(f"the database does not understand: {words}", place=place, code="GM504")


def _number(error: DBAPIError) -> int:
    arguments = error.orig.args if error.orig else ()
    return arguments[0] if arguments and isinstance(arguments[0], int) else 0


def _words(error: DBAPIError) -> str:
    """What the database says, without the value that it quotes: it may be an e-mail."""
    arguments = error.orig.args if error.orig else ()
    said = str(arguments[-1]) if arguments else str(error.orig)
    return re.sub(r"(value: |entry )'.*' for", r"\1… for", said)
