"""The practice OpenCart: the tables and rows of real shops, seeds, and a file that is a shop."""

from __future__ import annotations

import json
import sqlite3
import stat
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from groupmigrate.errors import DiskError, UsageError
from groupmigrate.platforms.opencart.sandbox import VERSIONS, make, serve
from groupmigrate.platforms.opencart.sandbox.release import RELEASES

RECORDED = {
    "2.3": "2.3.0.2",
    "3.0": "3.0.3.9",
    "4.0": "4.0.2.3",
    "4.1": "4.1.0.4",
    "upgraded": "3.0.3.9-upgraded-to-4.1.0.4",
}
SEED: dict[str, Any] = {
    "settings": {"config_timezone": "Europe/Paris"},
    "groups": [
        {"name": {"en-gb": "Trade & Co", "es-es": "Mayoristas"}, "approval": 1},
        {"name": "Untaxed", "taxed": False},
    ],
    "custom_fields": [{"name": "How <so>", "type": "select", "values": ["Friend & Co"]}],
    "customers": [
        {
            "email": "o'hara+1&2@example.com",
            "firstname": 'Anne "A" <b>',
            "lastname": "Müller",
            "group": "Trade & Co",
            "pending": True,
            "custom_field": {"1": 'x & "y"'},
            "addresses": [
                {"country": "RO", "zone": "B", "city": "București & co"},
                {"country": "US", "zone": "TX", "city": "Austin", "default": True},
            ],
        },
        {"email": "plain@example.com", "firstname": "Plain", "lastname": "Person"},
    ],
}

Read = Callable[..., list[dict[str, Any]]]
Maker = Callable[..., Read]


@pytest.fixture(params=VERSIONS)
def release(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def made(tmp_path: Path, release: str) -> Maker:
    """Makes a shop of the release and returns what asks it."""

    def maker(seed: Mapping[str, Any] | None = None) -> Read:
        file, data = tmp_path / "seed.json", tmp_path / "shop.db"
        file.write_text(json.dumps(seed or {}), encoding="utf-8")
        make(data, seed=file, version=release)

        def read(sql: str, *values: Any) -> list[dict[str, Any]]:
            with closing(sqlite3.connect(data)) as database:
                database.row_factory = sqlite3.Row
                return [dict(row) for row in database.execute(sql, values)]

        return read

    return maker


# --- the tables and rows of real shops --------------------------------------------------------------------


def test_the_tables_are_those_of_a_real_shop(release: str, recordings: Path) -> None:
    path = recordings / "opencart" / "schema" / f"{RECORDED[release]}.json"
    real = json.loads(path.read_text(encoding="utf-8"))["tables"]
    declared = RELEASES[release].tables
    assert {
        table: {
            name: (column.type, column.nullable, column.default, column.counted, column.key, column.indexed)
            for name, column in columns.items()
        }
        for table, columns in declared.items()
    } == {table: _columns(real[table]) for table in declared}
    assert {name for name in real if name.startswith("customer")} - declared.keys() <= {
        "customer_online",
        "customer_search",
    }


def _columns(table: Mapping[str, Any]) -> dict[str, tuple[object, ...]]:
    keys = {index["name"]: index["columns"] for index in table["indexes"]}
    return {
        column["name"]: (
            column["column_type"],
            column["nullable"],
            column["default"],
            column["extra"] == "auto_increment",
            column["name"] in keys["PRIMARY"],
            keys.get(column["name"]) == [column["name"]],
        )
        for column in table["columns"]
    }


def test_the_rows_are_those_of_a_real_shop(made: Maker, release: str, recordings: Path) -> None:
    path = recordings / "opencart" / "data" / f"{RECORDED[release]}.json"
    real = json.loads(path.read_text(encoding="utf-8"))
    read = made()
    settings = {row["key"]: row["value"] for row in read("SELECT * FROM oc_setting")}
    assert settings.items() <= {row["key"]: row["value"] for row in real["setting"]}.items()
    groups = read("SELECT * FROM oc_customer_group_description WHERE language_id = 1")
    assert {(row["customer_group_id"], row["name"]) for row in groups} == {
        (row["customer_group_id"], row["name"]) for row in real["customer_group_description"]
    }
    taxed = read("SELECT * FROM oc_tax_rate_to_customer_group")
    assert taxed == real["tax_rate_to_customer_group"]
    identifying = {
        "country": (253, ("country_id", "iso_code_2", "iso_code_3")),
        "zone": (427, ("zone_id", "country_id", "code")),
    }
    for what, (count, columns) in identifying.items():
        names = f"oc_{what}" if "name" in RELEASES[release].tables[what] else f"oc_{what}_description"
        chosen = ", ".join(f"p.{column}" for column in columns)
        mine = read(f"SELECT DISTINCT {chosen}, n.name FROM oc_{what} p JOIN {names} n USING ({what}_id)")
        assert len(mine) == count
        assert {tuple(row.values()) for row in mine} <= {
            tuple(row[name] for name in (*columns, "name")) for row in real[what]
        }


# --- a file that is a shop --------------------------------------------------------------------------------


def test_a_shop_is_private_and_is_made_once(tmp_path: Path) -> None:
    data = tmp_path / "shop.db"
    dsn = make(data)
    assert dsn == f"sqlite:///{data}"
    assert stat.S_IMODE(data.stat().st_mode) == 0o600
    with closing(sqlite3.connect(data)) as database, database:
        database.execute("DELETE FROM oc_customer_group")
    with serve(data) as practice:
        assert (practice.url, practice.key, practice.is_served) == (dsn, dsn, False)
    with closing(sqlite3.connect(data)) as database:
        assert database.execute("SELECT count(*) FROM oc_customer_group").fetchone() == (0,)


def test_too_long_a_text_and_a_missing_one_are_refused_as_in_strict_mode(made: Maker, release: str) -> None:
    read = made(SEED)
    with pytest.raises(sqlite3.IntegrityError, match="length"):
        read("UPDATE oc_customer SET firstname = ?", "x" * 33)
    if release in ("4.1", "upgraded"):
        assert read("UPDATE oc_customer SET firstname = NULL") == []
    else:
        with pytest.raises(sqlite3.IntegrityError, match="NOT NULL"):
            read("UPDATE oc_customer SET firstname = NULL")


def test_an_email_is_found_in_any_case(made: Maker) -> None:
    found = made(SEED)("SELECT email FROM oc_customer WHERE email = ?", "PLAIN@Example.COM")
    assert found == [{"email": "plain@example.com"}]


def test_a_seed_is_stored_as_the_shops_own_forms_do(made: Maker, release: str) -> None:
    read = made(SEED)
    ana, plain = read("SELECT * FROM oc_customer ORDER BY customer_id")
    assert ana["email"] == "o'hara+1&amp;2@example.com"
    assert ana["firstname"] == "Anne &quot;A&quot; &lt;b&gt;"
    assert json.loads(ana["custom_field"]) == {"1": "x &amp; &quot;y&quot;"}
    homes = read("SELECT * FROM oc_address ORDER BY address_id")
    assert [home["city"] for home in homes] == ["București &amp; co", "Austin"]
    assert [home["country_id"] for home in homes] == [175, 223]
    assert all(home["zone_id"] for home in homes)
    if "default" in homes[0]:
        chosen = [0, 0] if release == "upgraded" else [0, 1]
        assert [home["default"] for home in homes] == chosen
    assert ana.get("address_id", 2) == 2
    assert plain.get("address_id", 0) == 0


def test_who_waits_for_approval_waits_as_the_release_has_it(made: Maker, release: str) -> None:
    read = made(SEED)
    ana, plain = read("SELECT * FROM oc_customer ORDER BY customer_id")
    if release == "2.3":
        assert [(one["status"], one["approved"]) for one in (ana, plain)] == [(1, 0), (1, 1)]
    else:
        assert [one["status"] for one in (ana, plain)] == [0, 1]
        waiting = read("SELECT customer_id, type FROM oc_customer_approval")
        assert waiting == [{"customer_id": 1, "type": "customer"}]


def test_a_group_has_a_name_in_every_language_and_the_taxes_of_the_default_group(made: Maker) -> None:
    read = made(SEED)
    names = read(
        "SELECT d.name, g.approval FROM oc_customer_group_description d"
        " JOIN oc_customer_group g USING (customer_group_id) ORDER BY customer_group_id, language_id"
    )
    assert [tuple(row.values()) for row in names][-4:] == [
        ("Trade &amp; Co", 1),
        ("Mayoristas", 1),
        ("Untaxed", 0),
        ("Untaxed", 0),
    ]
    taxed = read("SELECT DISTINCT customer_group_id FROM oc_tax_rate_to_customer_group ORDER BY 1")
    assert len(taxed) == 2


@pytest.mark.parametrize(
    ("seed", "words"),
    [
        ({"customers": [{"email": "a@example.com", "firstname": "A"}]}, None),
        ({"customers": [{"email": "a@example.com", "shoe": "43"}]}, 'no column "shoe"'),
        ({"customers": [{"email": "a@example.com", "group": "Nobody"}]}, 'no group "Nobody"'),
        ({"customers": [{"email": "x" * 97}]}, "cannot use the seed"),
        ({"groups": [{"approval": 1}]}, "lacks 'name'"),
        ([], "JSON object"),
        ("{", "cannot read the seed"),
    ],
)
def test_a_seed_that_cannot_be_used_is_said_and_leaves_no_shop(
    tmp_path: Path, seed: object, words: str | None
) -> None:
    file, data = tmp_path / "seed.json", tmp_path / "shop.db"
    file.write_text(seed if isinstance(seed, str) else json.dumps(seed), encoding="utf-8")
    if words is None:
        make(data, seed=file)
        return
    with pytest.raises(UsageError, match=words):
        make(data, seed=file)
    with closing(sqlite3.connect(data)) as database:
        assert database.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


def test_a_release_that_is_not_there_or_not_in_the_file_is_said(tmp_path: Path) -> None:
    data = tmp_path / "shop.db"
    with pytest.raises(UsageError, match="no practice shop of OpenCart"):
        make(data, version="1.5")
    make(data, version="3.0")
    with pytest.raises(UsageError, match=r"OpenCart 3.0, not 4.1"):
        make(data, version="4.1")


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "shop.db").write_text("no database at all, but long enough " * 9)
    with pytest.raises(DiskError, match="cannot open the practice shop"):
        make(tmp_path / "shop.db")
