"""The shop behind a folder of import files: who is there by its export, and the files that change them.

The group of somebody, their personal data and their attributes change in files of their own, which hold
nothing else, so that an import touches nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from groupmigrate.closing import closed_on_error
from groupmigrate.identity import key
from groupmigrate.model import Customer
from groupmigrate.platforms.base import Change
from groupmigrate.platforms.csvfile import CsvFile
from groupmigrate.platforms.magento import csvwire, sheets
from groupmigrate.platforms.magento.changefiles import ChangeFiles
from groupmigrate.platforms.magento.csvoptions import CsvImportOptions
from groupmigrate.platforms.magento.existing import Existing, Known
from groupmigrate.platforms.parts import Cells, PartFolder, Single
from groupmigrate.platforms.register import Place

CHANGED = {
    "groups": (sheets.GROUP_CHANGES, ("groups",)),
    "persons": (sheets.PERSON_CHANGES, tuple(csvwire.PERSON)),
    "attributes": (sheets.ATTRIBUTE_CHANGES, ("attributes",)),
}
"""The kinds of change files: what they hold, and the fields of a customer that they are for."""
EXPORT = 0
"""The part of a `Place` that stands for the export."""


class ShopExport:
    """Customers of the shop, as they are once the change files are imported. Their ids are "0-ROW"."""

    def __init__(self, path: Path, folder: Path, options: CsvImportOptions) -> None:
        """Raises StoreError for an export or change files that cannot be read completely."""
        self._options = options
        own = tuple(options.attributes)
        self._sheets = {kind: sheet for kind, (sheet, _) in CHANGED.items()}
        self._sheets["attributes"] = sheets.with_attributes(sheets.ATTRIBUTE_CHANGES, own, needed=False)
        self._files = {
            kind: ChangeFiles(PartFolder(folder, Single(kind, sheet)), options.rows_per_file)
            for kind, sheet in self._sheets.items()
        }
        try:
            export = CsvFile(path, sheets.with_attributes(sheets.CUSTOMERS, own, needed=True))
            self._existing = Existing(export, options.website)
        except BaseException:
            self._close_files()
            raise
        with closed_on_error(self):
            for files in self._files.values():
                self._take_in(files.rows())

    def customers(self, after: int) -> Iterator[Customer]:
        """Everybody behind a row of the export, in its order."""
        return map(self._customer, self._existing.rows(after))

    def find(self, name: str) -> tuple[Customer, ...]:
        """Who has this identity key."""
        return tuple(map(self._customer, self._existing.of(name)))

    def groups(self) -> list[str]:
        """The ids of all groups that somebody is in."""
        return self._existing.groups()

    def strange_stores(self) -> list[str]:
        """The connector's store views in which only customers of other websites are."""
        meant = dict.fromkeys((self._options.store, *self._options.languages))
        there = {store: self._existing.websites.get(store, set()) for store in meant}
        return [
            store for store, websites in there.items() if websites and self._options.website not in websites
        ]

    def apply(self, changes: Sequence[Change]) -> Mapping[int, Customer]:
        """Write the changes; who is changed then, by the number of the change. Raises DiskError."""
        for kind in CHANGED:
            self._write(kind, changes)
        found = ((change.seq, self._known(change)) for change in changes)
        return {seq: self._customer(known) for seq, known in found if known}

    def close(self) -> None:
        """Give the temporary files back; may be called twice."""
        self._existing.close()
        self._close_files()

    def _close_files(self) -> None:
        for files in self._files.values():
            files.close()

    def _take_in(self, rows: Iterator[Cells]) -> None:
        for cells in rows:
            for known in self._existing.of(key(cells["email"])):
                self._existing.change(known, cells)

    def _write(self, kind: str, changes: Sequence[Change]) -> None:
        """Write what belongs into files of this kind."""
        _, fields = CHANGED[kind]
        columns = [column.name for column in self._sheets[kind].columns]
        rows: list[tuple[Known, Cells]] = []
        for change in changes:
            known, meant = self._known(change), [name for name in change.fields if name in fields]
            if known and meant:
                cells = csvwire.change(known.cells, change.customer, meant, self._options)
                rows.append((known, {name: cells[name] for name in columns}))
        self._files[kind].put([cells for _, cells in rows])
        for known, cells in rows:
            self._existing.change(known, cells)

    def _known(self, change: Change) -> Known | None:
        return self._existing.at(Place.of(change.customer.id).row)

    def _customer(self, known: Known) -> Customer:
        options = self._options
        own = dict.fromkeys(options.attributes, "one")
        id_ = str(Place(EXPORT, known.row))
        return csvwire.customer(known.cells, id_, options.languages, attributes=own)
