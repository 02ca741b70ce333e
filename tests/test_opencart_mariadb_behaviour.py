"""Rows that were put into running shops to see what they do: the connector reads them as the shop does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from contract.ground_opencart import opened
from groupmigrate.model import Customer
from groupmigrate.platforms.base import Target
from support.mariadb import server
from support.opencart_shops import RECORDED, Recorded, insert, planted, recorded

TRIED = ("null", "text", "ids", "date", "custom_field", "status", "password")
READ = {
    "raw & and markup": "Raw & Co",
    "escaped as OpenCart does": "Esc & Co",
    "double quote raw": 'Q "raw"',
    "double quote escaped": 'Q "esc"',
    "single quote raw": "O'Neill",
    "single quote escaped &#039;": "O'Neill",
    # only what OpenCart escapes itself is unescaped
    "named entity &eacute;": "Ren&eacute;e",
    "truncated entity at the end": "Tom &am",
    "accents": "Zoë",
    "leading and trailing blank": "Lead",
}
UNLIKE = ("HTML characters", "ends with a blank", "upper-case", "argon2", "sha1 plain")
"""Hashes that say nothing about a scheme: of another password than was typed, taken by some servers only, or
not to be told from another scheme."""


@pytest.fixture(
    scope="module", params=[shop for shop in RECORDED if not shop.engine], ids=lambda shop: shop.name
)
def shop(request: pytest.FixtureRequest) -> Recorded:
    found: Recorded = request.param
    return found


@pytest.fixture(scope="module")
def cases(shop: Recorded) -> dict[str, dict[str, Any]]:
    """What was tried in this version with one customer, by e-mail: the row, and what came of it."""
    told = json.loads((recorded() / "behaviour.json").read_text(encoding="utf-8"))
    found = {}
    for number, check in enumerate(told["checks"]):
        result = check["results"].get(shop.version)
        columns = check["write"].get("customer")
        if check["area"] in TRIED and result and _was_stored(columns, check["write"], result):
            base = told["base_rows"][shop.version]["customer"]
            email = f"case{number}@example.com"
            row = {**base, "email": email, **columns}
            name = check["case"].partition(": ")[2]
            found[email] = {**check, "case": name, "row": row, "result": result}
    return found


def _was_stored(columns: object, write: Mapping[str, Any], result: Mapping[str, Any]) -> bool:
    """Whether a whole customer was put into the tables as they are, and is there to be read."""
    plain = (
        isinstance(columns, dict)
        and "ddl" not in write
        and "columns" not in columns
        and "email" not in columns
    )
    return (
        plain
        and not result.get("no_such_column")
        and result.get("insert", "ok") == "ok"
        and "login" in result
    )


@pytest.fixture(scope="module")
def store(
    shop: Recorded, cases: Mapping[str, Mapping[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Target]:
    """The shop with all of them."""
    folder: Path = tmp_path_factory.mktemp("behaviour")
    database = planted(shop)
    with server().root(database) as connection:
        insert(connection, "customer", [one["row"] for one in cases.values()])
    (folder / "dsn.txt").write_text(server().dsn(database), encoding="utf-8")
    with closing(opened(folder, True, {"dsn": "file:dsn.txt", "socket": server().socket})) as store:
        yield store  # type: ignore[misc]


@pytest.fixture(scope="module")
def people(store: Target) -> dict[str, Customer]:
    return {one.email: one for page in store.customers() for one in page.customers}


def test_everybody_is_read_and_found(
    store: Target, cases: Mapping[str, Any], people: Mapping[str, Customer]
) -> None:
    assert len(cases) >= 40
    assert people.keys() == cases.keys()
    assert {email: found for email, (found,) in store.find(list(cases)).items()} == people


def test_who_can_log_in_is_active(cases: Mapping[str, Any], people: Mapping[str, Customer]) -> None:
    for email, case in cases.items():
        if case["area"] == "status" or case["case"] == "customer.status is NULL":
            assert people[email].active is case["result"]["login"]["ok"], case["case"]
        else:
            assert people[email].active, case["case"]


def test_a_scheme_is_taken_where_customers_can_log_in_with_it(
    store: Target, cases: Mapping[str, Any], people: Mapping[str, Customer]
) -> None:
    taken = store.rules().passwords
    tried = 0
    for email, case in cases.items():
        if case["area"] == "password" and not any(word in case["case"] for word in UNLIKE):
            assert (people[email].password in taken) is case["result"]["login"]["ok"], case["case"]
            tried += 1
    assert tried >= 8


def test_text_is_read_as_people_wrote_it(cases: Mapping[str, Any], people: Mapping[str, Customer]) -> None:
    read = {case["case"]: people[email].firstname for email, case in cases.items() if case["area"] == "text"}
    assert {name: read[name] for name in READ} == READ


def test_odd_dates_and_custom_fields_are_none_or_said_to_be_odd(
    cases: Mapping[str, Any], people: Mapping[str, Customer]
) -> None:
    for email, case in cases.items():
        is_neither = case["case"] in {"broken JSON", "plain text"}
        unreadable = {"custom fields that cannot be read"} if is_neither else set()
        assert people[email].attributes.keys() - {"telephone"} == unreadable, case["case"]
    dates = {case["case"]: people[email].created for email, case in cases.items() if case["area"] == "date"}
    assert dates["date_added 0000-00-00 00:00:00"] == ""
    assert dates["date_added in the future"] == "2037-01-01 00:00:00"
