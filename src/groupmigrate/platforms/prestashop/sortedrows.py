"""Files in the order of `id_customer`, read side by side, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Iterator

from groupmigrate.errors import StoreError
from groupmigrate.platforms.csvfile import CsvFile

Cells = dict[str, str]
ID = "id_customer"


def ascending(file: CsvFile) -> Iterator[tuple[int, Cells]]:
    """The rows with the number of their customer. Raises StoreError where there is none, or out of order."""
    last = 0
    for line, cells in file.rows():
        if not (cells[ID].isascii() and cells[ID].isdecimal()):
            raise _broken(file, line, f"`{ID}` is not a number")
        number = int(cells[ID])
        if number < last:
            raise _broken(file, line, f"customer {number} stands behind customer {last}")
        last = number
        yield number, cells


class Following:
    """The rows of a file that belong to customers who are asked for in ascending order."""

    def __init__(self, file: CsvFile) -> None:
        self._rows = ascending(file)
        self._next = next(self._rows, None)

    def of(self, customer: int) -> list[Cells]:
        """The customer's rows; rows of customers before are passed over."""
        found = []
        while self._next and self._next[0] <= customer:
            if self._next[0] == customer:
                found.append(self._next[1])
            self._next = next(self._rows, None)
        return found


def _broken(file: CsvFile, line: int, message: str) -> StoreError:
    return StoreError(message, place=f"{file.path}:{line}", hint=file.sheet.origin, code="GM514")
