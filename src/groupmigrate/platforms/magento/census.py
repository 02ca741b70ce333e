"""What Magento's customer export holds, counted in one pass. It keeps counts, never customers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from groupmigrate.platforms.base import Finding, Severity
from groupmigrate.platforms.findings import customers, listed, unnamed_groups
from groupmigrate.platforms.magento import csvwire
from groupmigrate.platforms.magento.csvwire import Cells


class Census:
    """Customers, members of groups, and words that cannot be read."""

    def __init__(self) -> None:
        self.customers = 0
        self.members: Counter[str] = Counter()
        self._stores: Counter[str] = Counter()
        self._unread: Counter[str] = Counter()

    def counting(self, rows: Iterable[tuple[int, Cells]]) -> Iterator[str]:
        """Count the rows while they pass, and yield the owner's key of each."""
        for _, cells in rows:
            self.customers += 1
            self.members[csvwire.group_id(cells["group_id"])] += 1
            self._stores[cells["_store"]] += 1
            self._unread.update(csvwire.unread(cells))
            yield csvwire.owner(cells["_website"], cells["email"])

    def unnamed(self, names: Mapping[str, str]) -> list[str]:
        """The ids of groups that customers are in and that have no name, in order."""
        return sorted((group for group in self.members if group and group not in names), key=_in_order)

    def findings(self, names: Mapping[str, str], languages: Mapping[str, str]) -> Iterator[Finding]:
        """What a person should know about the words in the file."""
        yield from unnamed_groups({group: self.members[group] for group in self.unnamed(names)})
        for column, count in sorted(self._unread.items()):
            yield Finding(
                code="GM519",
                severity=Severity.WARNING,
                message=f'"{column}" of {customers(count)} cannot be read and counts as empty',
                hint="gender is Male, Female or Not Specified; a time is written 2015-05-05 05:05:05",
            )
        stores = sorted(self._stores.items())
        foreign = {store: count for store, count in stores if store and store not in languages}
        if languages and foreign:
            yield Finding(
                code="GM519",
                severity=Severity.WARNING,
                message=f"store views without a language: {listed(foreign)}",
                hint="add them to `languages:`; else these customers get the target's default language",
            )


def _in_order(group: str) -> tuple[int, str]:
    return len(group), group
