"""Files in the order of their customers' numbers, read side by side, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from groupmigrate.errors import StoreError
from groupmigrate.platforms.csvfile import Sheet

Cells = dict[str, str]


class Rows(Protocol):
    """A file of rows."""

    @property
    def sheet(self) -> Sheet:
        """What the file holds."""

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """The rows with the line that each stands on."""

    def place(self, line: int) -> str:
        """Where a line is, for messages."""


def ascending(file: Rows, column: str) -> Iterator[tuple[int, Cells]]:
    """The rows with the number of their customer. Raises StoreError where there is none, or out of order."""
    last = 0
    for line, cells in file.rows():
        if not (cells[column].isascii() and cells[column].isdecimal()):
            raise _broken(file, line, f"`{column}` is not a number")
        number = int(cells[column])
        if number < last:
            raise _broken(file, line, f"customer {number} stands behind customer {last}")
        last = number
        yield number, cells


class Following:
    """The rows of a file that belong to customers who are asked for in ascending order."""

    def __init__(self, file: Rows, column: str) -> None:
        self._rows = ascending(file, column)
        self._next = next(self._rows, None)

    def of(self, customer: int) -> list[Cells]:
        """The customer's rows; rows of customers before are passed over."""
        found = []
        while self._next and self._next[0] <= customer:
            if self._next[0] == customer:
                found.append(self._next[1])
            self._next = next(self._rows, None)
        return found


def _broken(file: Rows, line: int, message: str) -> StoreError:
    return StoreError(message, place=file.place(line), hint=file.sheet.origin, code="GM514")
