"""Import files that change customers who are in the shop: one row for each, rewritten if it changes again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from groupmigrate.identity import key
from groupmigrate.platforms.parts import Cells, Entry, PartFolder
from groupmigrate.platforms.register import Place, Register


class ChangeFiles:
    """The files of one kind in a folder."""

    def __init__(self, folder: PartFolder, rows_per_file: int) -> None:
        self._folder = folder
        self._rows_per_file = rows_per_file
        self._register = Register()

    def rows(self) -> Iterator[Cells]:
        """Read every row, once, before anything is put. Raises StoreError."""
        for part in map(self._folder.read, self._folder.numbers()):
            cells = [entry.customer for entry in part.entries]
            places = (Place(part.number, row) for row in range(1, len(cells) + 1))
            self._register.add(zip((key(one["email"]) for one in cells), places, strict=True))
            yield from cells

    def put(self, rows: Sequence[Cells]) -> None:
        """Write these rows, each in place of an older one of the same customer. Raises DiskError."""
        replaced: defaultdict[int, list[tuple[int, Cells]]] = defaultdict(list)
        new: list[Cells] = []
        for cells in rows:
            if places := self._register.places(key(cells["email"])):
                replaced[places[-1].part].append((places[-1].row, cells))
            else:
                new.append(cells)
        for number, some in replaced.items():
            part = self._folder.read(number)
            for row, cells in some:
                part.entries[row - 1] = Entry(cells)
            self._folder.write(part)
        self._append(new)

    def close(self) -> None:
        """Give the register back; may be called twice."""
        self._register.close()

    def _append(self, rows: list[Cells]) -> None:
        while rows:
            part = self._folder.last(self._rows_per_file)
            first = len(part.entries)
            some, rows = rows[: self._rows_per_file - first], rows[self._rows_per_file - first :]
            part.entries += map(Entry, some)
            self._folder.write(part)
            places = (Place(part.number, first + row) for row in range(1, len(some) + 1))
            self._register.add(zip((key(one["email"]) for one in some), places, strict=True))
