"""What only a real MariaDB shows: engines, character sets, rights, locks, a replica, lost connections."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from groupmigrate.errors import AccessDenied, Locked
from groupmigrate.platforms.base import Change, Check, Opening, Rules, Severity, State
from groupmigrate.platforms.http import WriteRefused
from groupmigrate.platforms.opencart import DatabaseOptions, limits
from groupmigrate.platforms.opencart.database import Database
from groupmigrate.platforms.opencart.location import locate
from groupmigrate.platforms.opencart.store import DatabaseStore
from support.mariadb import READER, USER, server
from support.opencart_room import ANA, create, everybody
from support.opencart_shops import RECORDED, planted

SHOPS = {shop.name: shop for shop in RECORDED}
FRESH, OLD, UPGRADED = "4.1.0.4", "3.0.5.1", "3.0.3.9-upgraded-to-4.1.0.4"


def opened(folder: Path, shop: str, *, user: str = USER, read_only: bool = False) -> DatabaseStore:
    """The store of a recorded shop that was planted before."""
    (folder / "dsn").write_text(server().dsn(SHOPS[shop].database, user), encoding="utf-8")
    options = DatabaseOptions.model_validate({"dsn": "file:dsn", "timeout": 20})
    return DatabaseStore(options, Opening("shop", folder, folder, read_only))


@contextmanager
def store(folder: Path, shop: str = FRESH, **more: object) -> Iterator[DatabaseStore]:
    """A fresh shop, opened."""
    planted(SHOPS[shop])
    with closing(opened(folder, shop, **more)) as found:  # type: ignore[arg-type]
        yield found


def tell(check: Check) -> dict[str, tuple[Severity, str]]:
    return {one.code: (one.severity, one.message) for one in check.findings}


def test_tables_without_transactions_are_told(tmp_path: Path) -> None:
    with store(tmp_path, OLD) as old:
        severity, words = tell(old.check())["GM545"]
    assert severity is Severity.NOTE
    assert "MyISAM" in words
    with store(tmp_path) as fresh:
        assert "GM545" not in tell(fresh.check())


def test_columns_that_hold_no_emoji_are_told_where_one_would_not_expect_it(tmp_path: Path) -> None:
    with store(tmp_path, UPGRADED) as upgraded:
        severity, words = tell(upgraded.check())["GM546"]
        assert upgraded.rules().customer["firstname"].says == "no emoji"
    assert severity is Severity.WARNING
    assert "customer.firstname" in words
    with store(tmp_path) as fresh:
        assert "GM546" not in tell(fresh.check())
        assert fresh.rules().customer["firstname"].says == ""


def test_an_account_that_may_only_read_does_for_a_source_and_not_for_a_target(tmp_path: Path) -> None:
    with store(tmp_path, user=READER, read_only=True) as source:
        severity, words = tell(source.check())["GM503"]
        assert severity is Severity.WARNING
        assert "INSERT, UPDATE on oc_customer" in words
        assert source.check().rights == {"customers": "read"}
    with closing(opened(tmp_path, FRESH, user=READER)) as target:
        assert tell(target.check())["GM503"][0] is Severity.ERROR
        with pytest.raises(AccessDenied) as error:
            create(target, ANA)
        assert error.value.code == "GM503"
    with closing(opened(tmp_path, FRESH)) as target:
        assert "GM503" not in tell(target.check())


def test_a_replica_does_for_a_source_and_not_for_a_target(tmp_path: Path) -> None:
    planted(SHOPS[FRESH])
    with server().root() as root, root.cursor() as cursor:
        cursor.execute("SET GLOBAL read_only = 1")
        try:
            with closing(opened(tmp_path, FRESH, user=READER, read_only=True)) as source:
                assert tell(source.check())["GM543"][0] is Severity.NOTE
            with closing(opened(tmp_path, FRESH, user=READER)) as target:
                assert tell(target.check())["GM543"][0] is Severity.ERROR
        finally:
            cursor.execute("SET GLOBAL read_only = 0")


def test_views_do_for_a_source_and_not_for_a_target(tmp_path: Path) -> None:
    database = planted(SHOPS[FRESH])
    with server().root(database) as root, root.cursor() as cursor:
        cursor.execute("RENAME TABLE oc_address TO real_address")
        try:
            cursor.execute("CREATE VIEW oc_address AS SELECT * FROM real_address")
            with closing(opened(tmp_path, FRESH, read_only=True)) as source:
                assert tell(source.check())["GM544"][0] is Severity.NOTE
                assert everybody(source) == []
            with closing(opened(tmp_path, FRESH)) as target:
                assert tell(target.check())["GM544"][0] is Severity.ERROR
        finally:
            cursor.execute("DROP VIEW IF EXISTS oc_address")
            cursor.execute("RENAME TABLE real_address TO oc_address")


def test_two_runs_do_not_write_to_one_shop_and_the_lock_goes_with_the_first(tmp_path: Path) -> None:
    with store(tmp_path) as first:
        first.groups()
        with closing(opened(tmp_path, FRESH)) as second, pytest.raises(Locked) as error:
            second.groups()
        with closing(opened(tmp_path, FRESH, read_only=True)) as reader:
            assert reader.groups()
    assert error.value.code == "GM606"
    with closing(opened(tmp_path, FRESH)) as second:
        assert second.groups()


def test_a_connection_that_was_lost_leaves_outcomes_open_and_a_new_one_takes_its_lock(tmp_path: Path) -> None:
    with store(tmp_path) as target:
        target.groups()
        kill_others()
        (outcome,) = create(target, ANA)
        assert (outcome.state, outcome.code) == (State.UNKNOWN, "GM402")
        assert target.find([ANA.email]) == {}
        (outcome,) = create(target, ANA)
        assert outcome.state is State.DONE
        with closing(opened(tmp_path, FRESH)) as second, pytest.raises(Locked):
            second.groups()


def test_in_a_cluster_whose_ids_do_not_count_one_by_one_everybody_gets_their_own_address(
    tmp_path: Path,
) -> None:
    (home,) = ANA.addresses
    people = [
        replace(ANA, email=f"p{number}@example.com", addresses=(replace(home, city=f"Town {number}"),))
        for number in range(3)
    ]
    with server().root() as root, root.cursor() as cursor:
        cursor.execute("SET GLOBAL auto_increment_increment = 3")
        try:
            with store(tmp_path) as target:
                create(target, *people)
                stored = everybody(target)
        finally:
            cursor.execute("SET GLOBAL auto_increment_increment = 1")
    assert [one.addresses[0].city for one in stored] == ["Town 0", "Town 1", "Town 2"]
    assert int(stored[2].id) - int(stored[0].id) == 6


def kill_others() -> None:
    """End the connections of the shop's account, as a restart of the server or a firewall does."""
    with server().root() as root, root.cursor() as cursor:
        cursor.execute("SELECT id FROM information_schema.processlist WHERE user = %s", (USER,))
        for (id_,) in cursor.fetchall():
            cursor.execute(f"KILL CONNECTION {id_}")


def test_a_session_that_only_reads_refuses_writes_here_and_on_the_server(tmp_path: Path) -> None:
    with store(tmp_path) as target:
        create(target, ANA)
    with closing(opened(tmp_path, FRESH, read_only=True)) as source:
        with pytest.raises(WriteRefused):
            create(source, replace(ANA, email="bea@example.com"))
        assert len(everybody(source)) == 1
    opening = Opening("shop", tmp_path, tmp_path)
    location = locate(DatabaseOptions.model_validate({"dsn": "file:dsn"}), opening)
    with closing(Database(location, read_only=True)) as database:
        assert database.value(text("SELECT @@SESSION.tx_read_only AS answer")) == 1


def test_a_reader_sees_one_moment_and_nobody_waits_for_it(tmp_path: Path) -> None:
    with store(tmp_path) as target:
        create(target, *(replace(ANA, email=f"p{number}@example.com") for number in range(4)))
        (tmp_path / "small").mkdir()
        options = DatabaseOptions.model_validate({"dsn": "file:../dsn", "page_size": 2})
        opening = Opening("shop", tmp_path / "small", tmp_path, True)
        with closing(DatabaseStore(options, opening)) as source:
            pages = source.customers()
            assert len(next(pages).customers) == 2
            create(target, replace(ANA, email="later@example.com"))
            people = everybody(target)
            list(target.apply([Change(1, "update", replace(people[3], firstname="Later"), ("firstname",))]))
            rest = [one for page in pages for one in page.customers]
            assert [one.email for one in rest] == ["p2@example.com", "p3@example.com"]
            assert [one.firstname for one in rest] == ["Ana", "Ana"]
            assert len(everybody(source)) == 5


def test_a_wrong_password_and_a_wrong_database_are_told_without_the_password(tmp_path: Path) -> None:
    planted(SHOPS[FRESH])
    for dsn in (
        server().dsn(SHOPS[FRESH].database).replace(":practice@", ":s3cret@"),
        server().dsn("no_such_shop"),
    ):
        (tmp_path / "dsn").write_text(dsn, encoding="utf-8")
        options = DatabaseOptions.model_validate({"dsn": "file:dsn"})
        with closing(DatabaseStore(options, Opening("shop", tmp_path, tmp_path, True))) as source:
            (finding,) = source.check().findings
            assert finding.code == "GM502"
            assert "s3cret" not in finding.message + finding.hint


@pytest.mark.parametrize("shop", [FRESH, OLD])
def test_a_row_too_long_for_its_column_is_refused_and_never_cut(
    shop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # as if the rules did not know the length: MyISAM would cut the second row of a statement silently
    monkeypatch.setattr(limits, "rules", lambda _: Rules())
    people = [
        replace(ANA, email=f"{number}@example.com", lastname="x" * length, addresses=())
        for number, length in enumerate((32, 33, 5))
    ]
    with store(tmp_path, shop) as target:
        outcomes = create(target, *people)
        assert [one.state for one in outcomes] == [State.DONE, State.REJECTED, State.DONE]
        assert "too long" in outcomes[1].words
        assert sorted(len(one.lastname) for one in everybody(target)) == [5, 32]
