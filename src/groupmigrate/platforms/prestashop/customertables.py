"""Tables of a shop as its SQL Manager exports them, read side by side in the order of customers' ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from groupmigrate.model import Customer
from groupmigrate.platforms.base import Finding
from groupmigrate.platforms.csvfile import CsvFile
from groupmigrate.platforms.findings import unnamed_groups
from groupmigrate.platforms.prestashop import sheets, wire
from groupmigrate.platforms.prestashop.csvoptions import CsvExportOptions
from groupmigrate.platforms.prestashop.shop import Country, Shop, State
from groupmigrate.platforms.sortedrows import Following, ascending


@dataclass
class CustomerTables:
    """The export of each query; None where the connector has none."""

    customers: CsvFile
    memberships: CsvFile
    addresses: CsvFile | None
    countries: CsvFile | None
    states: CsvFile | None
    options: CsvExportOptions

    kind = "exports of the SQL Manager"

    def people(self, after: int) -> Iterator[tuple[int, Customer]]:
        """The customers behind an id, each with the id as the cursor. Raises StoreError."""
        groups = Following(self.memberships, sheets.CUSTOMER_ID)
        homes = Following(self.addresses, sheets.CUSTOMER_ID) if self.addresses else None
        for id_, cells in ascending(self.customers, sheets.CUSTOMER_ID):
            if id_ <= after or wire.technical(cells):
                continue
            row = {
                **cells,
                "id": str(id_),
                "associations": {"groups": [{"id": each["id_group"]} for each in groups.of(id_)]},
            }
            addresses = homes.of(id_) if homes else ()
            yield id_, wire.customer(row, self._shop, [home for home in addresses if home["deleted"] != "1"])

    def name(self, group: str) -> str:
        """What a group is called that the connector does not name."""
        return f"id:{group}"

    def findings(self, members: Counter[str]) -> Iterator[Finding]:
        """What a person should know, by how many customers each group has."""
        names = self.options.group_names
        yield from unnamed_groups({group: members[group] for group in members if group not in names})

    @cached_property
    def _shop(self) -> Shop:
        return Shop(
            languages=dict(self.options.languages),
            time_zone=self.options.zone,
            countries=tuple(
                Country(cells["id_country"], cells["iso_code"].upper()) for cells in _rows(self.countries)
            ),
            states=tuple(
                State(cells["id_state"], cells["id_country"], cells["iso_code"], cells["name"])
                for cells in _rows(self.states)
            ),
        )


def _rows(file: CsvFile | None) -> Iterator[dict[str, str]]:
    return (cells for _, cells in file.rows()) if file else iter(())
