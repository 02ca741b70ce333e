"""What the errors of MySQL, MariaDB and SQLite mean, and that their words repeat nobody's e-mail."""

from __future__ import annotations

import sqlite3

import pymysql.err
import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError

from groupmigrate.errors import AccessDenied, GroupmigrateError, LostAnswer, Unreachable, WrongAnswer
from groupmigrate.platforms.opencart.location import Location
from groupmigrate.platforms.opencart.trouble import Refused, translated

SHOP = Location(make_url("mysql+pymysql://shop:s3cret@db.example.com:3307/live"))


def error(number: int, words: str, kind: type[DBAPIError] = OperationalError) -> DBAPIError:
    return kind("INSERT …", {}, pymysql.err.OperationalError(number, words))


@pytest.mark.parametrize(
    ("number", "reading", "writing"),
    [
        (2003, Unreachable, Unreachable),
        (1040, Unreachable, Unreachable),
        (2013, Unreachable, LostAnswer),
        (2006, Unreachable, LostAnswer),
        (1213, Unreachable, LostAnswer),
        (1205, Unreachable, LostAnswer),
        (1020, Unreachable, LostAnswer),
        (1045, AccessDenied, AccessDenied),
        (1049, AccessDenied, AccessDenied),
        (1142, AccessDenied, AccessDenied),
        (1290, AccessDenied, AccessDenied),
        (1146, WrongAnswer, WrongAnswer),
        (1366, Refused, Refused),
        (1406, Refused, Refused),
        (1064, WrongAnswer, WrongAnswer),
    ],
)
def test_a_number_tells_what_went_wrong_and_whether_something_may_have_been_written(
    number: int, reading: type[GroupmigrateError], writing: type[GroupmigrateError]
) -> None:
    found = translated(error(number, "words"), SHOP, wrote=False)
    assert (type(found), found.code != "") == (reading, True)
    assert type(translated(error(number, "words"), SHOP, wrote=True)) is writing


@pytest.mark.parametrize("kind", [DataError, IntegrityError])
def test_what_the_driver_calls_bad_data_is_a_refused_row(kind: type[DBAPIError]) -> None:
    assert isinstance(translated(error(9999, "words", kind), SHOP, wrote=True), Refused)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (
            "Incorrect string value: 'ana@example.com' for column 'email'",
            "Incorrect string value: … for column 'email'",
        ),
        ("Duplicate entry 'ana@example.com' for key 'PRIMARY'", "Duplicate entry … for key 'PRIMARY'"),
        ("Data too long for column 'firstname' at row 1", "Data too long for column 'firstname' at row 1"),
    ],
)
def test_the_value_that_the_database_quotes_is_not_repeated(words: str, shown: str) -> None:
    assert translated(error(1366, words), SHOP, wrote=True).message == shown


def test_the_place_is_named_without_user_and_password() -> None:
    found = translated(error(2003, "words"), SHOP, wrote=False)
    assert found.place == "live on db.example.com:3307"


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("database is locked", LostAnswer),
        ("attempt to write a readonly database", AccessDenied),
        ("no such table: oc_customer", WrongAnswer),
    ],
)
def test_the_words_of_sqlite_are_understood_too(words: str, meant: type[GroupmigrateError]) -> None:
    found = translated(OperationalError("…", {}, sqlite3.OperationalError(words)), SHOP, wrote=True)
    assert type(found) is meant
