"""How long planning takes, and in how much memory, for stores of any size: from snapshots already read.

    python tests/benchmarks/planning.py --customers 1000000

writes two snapshots of that many customers each (60 % of them on both sides, a third of those in another
group), then plans in a process of its own and prints its seconds and its peak memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from groupmigrate.files.folder import Folder
from groupmigrate.files.migration import load_migration
from groupmigrate.model import Address, Customer, Group, Role
from groupmigrate.planning.plan import make_plan
from groupmigrate.planning.reading import SIDES
from groupmigrate.planning.snapshot import Reading, Snapshot
from groupmigrate.platforms import open_target
from groupmigrate.platforms.base import Check, Page

SOURCE_GROUPS = (
    Group("0", "NOT LOGGED IN", role=Role.VISITOR),
    Group("1", "General", role=Role.DEFAULT),
    Group("2", "Wholesale"),
    Group("3", "Retailer"),
)
TARGET_GROUPS = (
    Group("1", "Visitor", role=Role.VISITOR),
    Group("2", "Guest", role=Role.GUEST),
    Group("3", "Customer", role=Role.DEFAULT),
    Group("4", "Trade"),
    Group("5", "Shops"),
)
MAPPING = """\
version: 1
source: shop-a
target: shop-b
groups:
  NOT LOGGED IN: Visitor
  General: Customer
  Wholesale: [Trade, Customer]
  Retailer: Shops
customers: {misfits: leave_out}
limits: {max_updates_percent: 100}
"""
CONNECTORS = {
    "shop-a": "version: 1\nplatform: magento\nvia: csv\ncustomers: none.csv\n",
    "shop-b": "version: 1\nplatform: prestashop\nvia: webservice\nurl: sandbox\n",
}
FIRST = ("Ana", "José", "Zoë", "Müller", "Ștefan", "John", "Ελένη", "Wei", "Chloé", "Ivan")
STREETS = ("12 Example Street", "Calle Ejemplo 5", "Strada Exemplului 7", "Beispielweg 9", "3 rue du Modèle")


class Made:
    """A store of made-up customers, in the order that a real one would have: by id, not by e-mail."""

    def __init__(self, count: int, *, target: bool) -> None:
        self._count = count
        self._target = target

    def check(self) -> Check:
        """A store that is well."""
        return Check("made up (target)" if self._target else "made up (source)", "1")

    def groups(self) -> Sequence[Group]:
        """The groups of one side."""
        return TARGET_GROUPS if self._target else SOURCE_GROUPS

    def customers(self, after: str = "") -> Iterator[Page]:
        """Pages of 5,000."""
        for start in range(int(after or 0), self._count, 5_000):
            stop = min(start + 5_000, self._count)
            yield Page(tuple(self._customer(number) for number in range(start, stop)), str(stop), self._count)

    def close(self) -> None:
        """Nothing to let go of."""

    def _customer(self, number: int) -> Customer:
        # 60 % of the target's customers are the source's; 7919 scatters them over the alphabet
        person = number if not self._target or number % 10 < 6 else number + 10 * self._count
        email = f"person{person * 7919 % 99_999_989:08d}.{person}@example.com"
        groups = (str(1 + person % 3),) if not self._target else self._target_groups(person)
        address = Address(
            FIRST[person % 10],
            "Example",
            street=(STREETS[person % 5],),
            postcode=f"{person % 100_000:05d}",
            city="Exampleville",
            country=("RO", "FR", "GB", "DE", "US")[person % 5],
            region="Texas" if person % 5 == 4 else "",
            phone=f"+40 21 {person % 10_000_000:07d}",
            default_billing=True,
        )
        return Customer(
            str(number),
            email,
            groups,
            firstname=FIRST[person % 10],
            lastname="O'Example",
            birthday="1980-02-29" if person % 3 else "",
            created="2019-05-05 05:05:05",
            addresses=(address,) * (1 + person % 2),
        )

    @staticmethod
    def _target_groups(person: int) -> tuple[str, ...]:
        wanted = (("3",), ("4", "3"), ("5", "3"))[person % 3]
        return wanted if person % 9 < 6 else ("3",)


def make_snapshots(folder: Folder, customers: int) -> None:
    """Two snapshots of that many customers each, the target with the rules of a real PrestaShop."""
    migration = load_migration(folder.root / "mappings" / "bench.yaml")
    store = open_target(migration.target, folder_state=folder.prepare(), read_only=True)
    rules = store.rules()
    store.close()
    with Snapshot(folder.snapshot) as snapshot:
        for side, connector in zip(SIDES, (migration.source, migration.target), strict=True):
            made = Made(customers, target=side == "target")
            reading = Reading(side, made, connector.fingerprint, made.check(), rules)
            snapshot.read(reading, lambda count, total: None)


def plan(folder: Folder) -> dict[str, float]:
    """Plan once, in this process."""
    migration = load_migration(folder.root / "mappings" / "bench.yaml")
    started = time.monotonic()
    with Snapshot(folder.snapshot) as snapshot:
        path = make_plan(migration, snapshot, folder, lambda what, count, total: None)
    seconds = time.monotonic() - started
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "seconds": round(seconds, 1),
        "peak_mb": round(kilobytes / 1024),
        "plan_mb": round(path.stat().st_size / 1e6),
    }


def main() -> None:
    """Parse the arguments; with --in FOLDER only plan what is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--in", dest="folder", type=Path)
    arguments = parser.parse_args()
    if arguments.folder:
        print(json.dumps(plan(Folder.of(arguments.folder / "mappings" / "bench.yaml"))))
        return
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "mappings").mkdir()
        (root / "connectors").mkdir()
        (root / "mappings" / "bench.yaml").write_text(MAPPING)
        for connector, text in CONNECTORS.items():
            (root / "connectors" / f"{connector}.yaml").write_text(text)
        started = time.monotonic()
        make_snapshots(Folder.of(root / "mappings" / "bench.yaml"), arguments.customers)
        print(
            f"snapshots of 2 x {arguments.customers:,} customers: {time.monotonic() - started:.1f} s to write"
        )
        command = [sys.executable, __file__, "--in", str(root)]
        figures = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        print(f"planning: {figures['seconds']} s, {figures['peak_mb']} MB resident at the peak,")
        print(f"          a plan file of {figures['plan_mb']} MB")


if __name__ == "__main__":
    main()
