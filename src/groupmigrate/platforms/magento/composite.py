"""Magento's single file of customers and addresses.

A customer's row holds the first address, and each further one stands on a row without an e-mail behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from groupmigrate.platforms.csvfile import Sheet
from groupmigrate.platforms.magento.sheets import (
    COMPOSITE_ADDRESS,
    COMPOSITE_IMPORT,
    CUSTOMER_IMPORT,
    with_attributes,
)
from groupmigrate.platforms.parts import CUSTOMERS, Cells, Entry, Rows

NOWHERE = dict.fromkeys(COMPOSITE_ADDRESS, "")


class Composite:
    """A Layout. The customers have the columns of these attributes, too."""

    delimiter = ","

    def __init__(self, attributes: Iterable[str]) -> None:
        codes = tuple(attributes)
        sheet = with_attributes(COMPOSITE_IMPORT, codes, needed=False)
        self.sheets: Mapping[str, Sheet] = {CUSTOMERS: sheet}
        self._nobody = dict.fromkeys((*(column.name for column in CUSTOMER_IMPORT.columns), *codes), "")

    def split(self, entries: Sequence[Entry]) -> Rows:
        """The rows of the one file."""
        rows: list[Cells] = []
        for entry in entries:
            first, *more = entry.homes or [NOWHERE]
            rows.append(entry.customer | _renamed(first))
            rows += (self._nobody | _renamed(home) for home in more)
        return {CUSTOMERS: rows}

    def join(self, rows: Rows) -> list[Entry]:
        """The customers with their addresses."""
        entries: list[Entry] = []
        for row in rows[CUSTOMERS]:
            if row["email"].strip():
                entries.append(Entry({name: row[name] for name in self._nobody}))
            home = home_of(row)
            if entries and any(home.values()):
                entries[-1].homes.append({**home, "_entity_id": ""})
        return entries


def home_of(row: Cells) -> Cells:
    """The address in a row, by the names of an address's own columns; all empty where there is none."""
    return {name: row[theirs] for name, theirs in COMPOSITE_ADDRESS.items()}


def _renamed(home: Cells) -> Cells:
    return {theirs: home[name] for name, theirs in COMPOSITE_ADDRESS.items()}
