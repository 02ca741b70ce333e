"""How fast an OpenCart is written and read through the connector, beside PyMySQL with the same statements.

    python tests/benchmarks/opencart.py --customers 200000 --shop 4.1.0.4

builds that recorded database in a private MariaDB, writes so many customers with an address each and reads
them again, in the batches of a run. The very statements, with their values ready, are sent by PyMySQL alone,
too, which throws the rows away. Both start with an empty shop, as often as the other and by turns. Prints
both in customers a second, and in microseconds of this process for a customer, which others on the machine
disturb less; and how much memory the connector's work added.
"""

from __future__ import annotations

import argparse
import gc
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pymysql
from sqlalchemy import Connection, event

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from contract.crowd import ordinary
from groupmigrate.model import Customer
from groupmigrate.platforms.base import Change, Opening, State
from groupmigrate.platforms.opencart import DatabaseOptions
from groupmigrate.platforms.opencart.limits import BATCH
from groupmigrate.platforms.opencart.store import DatabaseStore
from support import mariadb
from support.mariadb import PASSWORD, USER, server
from support.opencart_shops import RECORDED, Recorded, held, planted

Sent = tuple[str, Any, bool]
"""A statement, its values, and whether it is sent for each of several rows of them."""
Work = Callable[[DatabaseStore], "Spent"]
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
    bare: dict[str, list[Spent]] = {what: [] for what in works}
    through: dict[str, list[Spent]] = {what: [] for what in works}
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
        alone, connected = _best(bare[what]), _best(through[what])
        print(
            f"{what}: {len(sent[what]):,} statements, bare PyMySQL {customers / alone.seconds:,.0f}/s, "
            f"connector {customers / connected.seconds:,.0f}/s: {alone.seconds / connected.seconds:.0%}; "
            f"{alone.processor / customers * 1e6:.0f} and {connected.processor / customers * 1e6:.0f} us"
        )


@dataclass
class Spent:
    """What work took: seconds as they pass, and those in which the processor was at it."""

    seconds: float = 0.0
    processor: float = 0.0

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Add what happens inside."""
        started, used = time.perf_counter(), time.process_time()
        yield
        self.seconds += time.perf_counter() - started
        self.processor += time.process_time() - used


def _best(rounds: Sequence[Spent]) -> Spent:
    return Spent(min(one.seconds for one in rounds), min(one.processor for one in rounds))


def _through(folder: Path, shop: Recorded, work: Work) -> Spent:
    with _opened(folder, shop) as store:
        return work(store)


def _write(store: DatabaseStore, *, customers: int, batch: int) -> Spent:
    """Create all customers, as a run does it."""
    spent = Spent()
    for start in range(0, customers, batch):
        people = [_person(number) for number in range(start, min(start + batch, customers))]
        changes = [Change(number, "create", one) for number, one in enumerate(people)]
        with spent.counted():
            outcomes = list(store.apply(changes))
        assert {outcome.state for outcome in outcomes} == {State.DONE}, outcomes[0]
    return spent


def _read(store: DatabaseStore, *, customers: int) -> Spent:
    """Read them."""
    spent = Spent()
    with spent.counted():
        read = sum(len(page.customers) for page in store.customers())
    assert read == customers
    return spent


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
            event.listen(engine, end, lambda connection: sent.extend(_end_on(connection)))
        work(store)
    return sent


def _end_on(connection: Connection) -> list[Sent]:
    """The end of a transaction, if there is one: who only reads lets each statement be one."""
    return [END] if "isolation_level" in connection.get_execution_options() else []


def _bare(shop: Recorded, statements: list[Sent]) -> Spent:
    """Send the statements without the connector."""
    connection = pymysql.connect(
        host="127.0.0.1", port=server().port, user=USER, password=PASSWORD, database=shop.database
    )
    spent = Spent()
    with closing(connection), connection.cursor() as cursor, spent.counted():
        for sql, values, many in statements:
            if not sql:
                connection.commit()
            elif many:
                cursor.executemany(sql, values)
            else:
                cursor.execute(sql, values or None)
                cursor.fetchall()
    return spent


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
