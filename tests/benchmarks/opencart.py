"""How fast an OpenCart is written and read through the connector, beside PyMySQL with the same statements.

    python tests/benchmarks/opencart.py --customers 200000 --shop 4.1.0.4

builds that recorded database in a private MariaDB, writes so many customers with an address each and reads
them again, in the batches of a run. The very statements, with their values ready, are sent by PyMySQL alone,
too, which throws the rows away. Both start with an empty shop, as often as the other and by turns. Prints
both in customers a second, and how much memory the connector's work added.
"""

from __future__ import annotations

import argparse
import gc
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pymysql
from sqlalchemy import event

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from contract.crowd import ordinary
from groupmigrate.model import Customer
from groupmigrate.platforms.base import Change, Opening, State
from groupmigrate.platforms.opencart import DatabaseOptions
from groupmigrate.platforms.opencart.store import DatabaseStore
from groupmigrate.run import BATCH
from support import mariadb
from support.mariadb import PASSWORD, USER, server
from support.opencart_shops import RECORDED, Recorded, held, planted

Sent = tuple[str, Any, bool]
"""A statement, its values, and whether it is sent for each of several rows of them."""
Work = Callable[[DatabaseStore], float]
END = ("", None, False)
"""Where a transaction ended."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--customers", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=2, help="of either; the best one counts")
    parser.add_argument("--batch", type=int, default=BATCH, help="customers that are sent at once")
    parser.add_argument("--shop", choices=[shop.name for shop in RECORDED], default="4.1.0.4")
    given = parser.parse_args()
    (shop,) = [shop for shop in RECORDED if shop.name == given.shop]
    # As safe against power cuts as every server is, and with room for the tables.
    mariadb.SETTINGS = ("--innodb-buffer-pool-size=1G",)
    with tempfile.TemporaryDirectory() as folder:
        _measure(Path(folder), shop, given.customers, given.batch, given.rounds)


def _measure(folder: Path, shop: Recorded, customers: int, batch: int, rounds: int) -> None:
    print(f"{customers:,} customers with an address each, {batch} at once, OpenCart {shop.name}", flush=True)
    works: dict[str, Work] = {
        "write": partial(_write, customers=customers, batch=batch),
        "read": partial(_read, customers=customers),
    }
    before = _memory()
    planted(shop)
    for work in works.values():
        # Before anything is recorded, for the memory only; and whatever is loaded once is loaded then.
        _through(folder, shop, work)
    print(f"memory: {before} MB before, {_memory()} MB at most", flush=True)
    planted(shop)
    sent = {what: _recorded(folder, shop, work) for what, work in works.items()}
    bare: dict[str, list[float]] = {what: [] for what in works}
    through: dict[str, list[float]] = {what: [] for what in works}
    # What was recorded is kept to the end, and needs not be looked through for garbage.
    gc.freeze()
    # By turns, so that whatever else the machine does meanwhile hits both.
    for _ in range(rounds):
        planted(shop)
        for what in works:
            bare[what].append(_bare(shop, sent[what]))
        planted(shop)
        for what, work in works.items():
            through[what].append(_through(folder, shop, work))
    for what in works:
        alone, connected = min(bare[what]), min(through[what])
        print(
            f"{what}: {len(sent[what]):,} statements, bare PyMySQL {customers / alone:,.0f}/s, "
            f"connector {customers / connected:,.0f}/s: {alone / connected:.0%}"
        )


def _through(folder: Path, shop: Recorded, work: Work) -> float:
    with _opened(folder, shop) as store:
        return work(store)


def _write(store: DatabaseStore, *, customers: int, batch: int) -> float:
    """The seconds that it takes to create all customers, as a run does it."""
    seconds = 0.0
    for start in range(0, customers, batch):
        people = [_person(number) for number in range(start, min(start + batch, customers))]
        changes = [Change(number, "create", one) for number, one in enumerate(people)]
        started = time.perf_counter()
        outcomes = list(store.apply(changes))
        seconds += time.perf_counter() - started
        assert {outcome.state for outcome in outcomes} == {State.DONE}, outcomes[0]
    return seconds


def _read(store: DatabaseStore, *, customers: int) -> float:
    """The seconds that it takes to read them."""
    started = time.perf_counter()
    read = sum(len(page.customers) for page in store.customers())
    assert read == customers
    return time.perf_counter() - started


def _person(number: int) -> Customer:
    return held(ordinary(number, groups=("1",)))


def _recorded(folder: Path, shop: Recorded, work: Work) -> list[Sent]:
    """What is sent while the connector works."""
    sent: list[Sent] = []
    with _opened(folder, shop) as store:
        engine = store._database._engine
        event.listen(
            engine,
            "before_cursor_execute",
            lambda _, __, sql, values, ___, many: sent.append((sql, values, many)),
        )
        for end in ("commit", "rollback"):
            event.listen(engine, end, lambda _: sent.append(END))
        work(store)
    return sent


def _bare(shop: Recorded, statements: list[Sent]) -> float:
    """The seconds that the statements take without the connector."""
    connection = pymysql.connect(
        host="127.0.0.1", port=server().port, user=USER, password=PASSWORD, database=shop.database
    )
    with closing(connection), connection.cursor() as cursor:
        started = time.perf_counter()
        for sql, values, many in statements:
            if not sql:
                connection.commit()
            elif many:
                cursor.executemany(sql, values)
            else:
                cursor.execute(sql, values or None)
                cursor.fetchall()
        return time.perf_counter() - started


@contextmanager
def _opened(folder: Path, shop: Recorded) -> Iterator[DatabaseStore]:
    (folder / "dsn.txt").write_text(server().dsn(shop.database), encoding="utf-8")
    options = DatabaseOptions.model_validate({"dsn": "file:dsn.txt"})
    with closing(DatabaseStore(options, Opening("measured", folder, folder, read_only=False))) as store:
        store.rules()
        yield store


def _memory() -> int:
    """The most that this process had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
