"""Reads the rows of a search in the order of their ids, page by page, with pages fetched ahead."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import Any

from groupmigrate.errors import WrongAnswer
from groupmigrate.platforms.magento.api import Api, Broken, Refused
from groupmigrate.platforms.magento.criteria import Filter, criteria

Row = dict[str, Any]


@dataclass(frozen=True)
class Batch:
    """The rows that follow an id."""

    after: int
    rows: Sequence[Row]
    ended: bool
    """Nothing follows them."""
    total: int
    """How many rows there were behind `after`, these among them."""

    @property
    def last(self) -> int:
        """The id of the last row, or `after` if there is none."""
        return int(self.rows[-1]["id"]) if self.rows else self.after

    def behind(self, id_: int) -> Batch:
        """The same without the rows up to an id, which were read before."""
        return Batch(id_, [row for row in self.rows if row["id"] > id_], self.ended, self.total)


class Search:
    """The rows of one resource that meet some filters."""

    def __init__(self, api: Api, resource: str, id_field: str, page_size: int) -> None:
        self._api = api
        self._resource = resource
        self._id_field = id_field
        self._page_size = page_size

    def batches(self, *filters: Filter, after: int = 0) -> Iterator[Batch]:
        """All rows behind an id, one page after the other."""
        while True:
            batch = self._batch(filters, after)
            yield batch
            if batch.ended:
                return
            after = batch.last

    def rows(self, *filters: Filter, after: int = 0) -> list[Row]:
        """All rows at once: for few."""
        return [row for batch in self.batches(*filters, after=after) for row in batch.rows]

    def ahead(self, *filters: Filter, after: int, pool: Executor, readers: int) -> Iterator[Batch]:
        """The same as `batches`, with as many requests at once as there are readers.

        Where a page begins is only known when the one before has come, so it is guessed from how far the
        last one reached. What two pages both have is dropped, and what lies between them is asked for.
        """
        first = self._batch(filters, after)
        yield first
        if first.ended:
            return
        last = start = first.last
        stride = _stride(first, self._page_size)
        waiting: deque[Future[Batch]] = deque()
        for _ in range(readers):
            waiting.append(pool.submit(self._batch, filters, start))
            start += stride
        while True:
            guessed = waiting.popleft().result()
            waiting.append(pool.submit(self._batch, filters, start))
            start = max(start, guessed.last) + stride
            if guessed.after > last:
                for batch in self._between(filters, last, guessed.after):
                    last = batch.last
                    yield batch
            batch = guessed.behind(last)
            last = batch.last
            yield batch
            if batch.ended:
                return
            stride = _stride(guessed, self._page_size)

    def _between(self, filters: tuple[Filter, ...], after: int, until: int) -> Iterator[Batch]:
        """The rows of a range; none of these batches is the last of all."""
        up_to = Filter(self._id_field, "lteq", str(until))
        for batch in self.batches(*filters, up_to, after=after):
            if batch.rows:
                yield Batch(batch.after, batch.rows, ended=False, total=batch.total)

    def _batch(self, filters: tuple[Filter, ...], after: int) -> Batch:
        """One page. What the shop cannot give whole is halved, down to the row that it stumbles over."""
        size = self._page_size
        while True:
            try:
                return self._page(filters, after, size)
            except Broken as broken:
                if size == 1:
                    return self._alone(filters, after, broken)
                size //= 2

    def _page(self, filters: tuple[Filter, ...], after: int, size: int) -> Batch:
        behind = Filter(self._id_field, "gt", str(after))
        try:
            said = self._api.get(
                f"{self._resource}/search", criteria((behind, *filters), self._id_field, size)
            )
        except Refused as refused:
            most = refused.parameters.get("max")
            if not isinstance(most, int) or not 0 < most < size:
                raise
            # The shop limits its input (`webapi/validation`) and names the most that it gives (2.4.7, run).
            self._page_size = most
            return self._page(filters, after, most)
        # With `fields` an empty list is null; some modules do the same without (2.4.7, run).
        rows, total = said.get("items") or [], int(said.get("total_count") or 0)
        self._refuse_repeated(rows, after)
        # The count is that of the rows behind `after`; where it cannot be right, a short page is the last.
        more = total > len(rows) if total >= len(rows) else len(rows) == size
        return Batch(after, rows, ended=not (rows and more), total=total)

    def _refuse_repeated(self, rows: Sequence[Row], after: int) -> None:
        """Raise WrongAnswer for rows out of order: old shops give the last page for ever (magento2#3787)."""
        last = after
        for row in rows:
            if row["id"] <= last:
                raise WrongAnswer(
                    f"the shop gave {self._resource} out of order after id {last}",
                    hint="a cache or a module between us and the shop repeats answers",
                    code="GM504",
                )
            last = row["id"]

    def _alone(self, filters: tuple[Filter, ...], after: int, broken: Broken) -> Batch:
        """The one row that no page may hold: 2.4.1 stumbles over two subscriptions (magento2#31168)."""
        id_ = self._first_id(filters, after)
        try:
            row = self._api.get(f"{self._resource}/{id_}")
        except Refused as refused:
            raise broken from refused
        except Broken:
            raise WrongAnswer(
                f"the shop cannot give id {id_} of {self._resource}",
                hint="open it in the admin and save it again; var/log/exception.log says more",
                code="GM504",
            ) from None
        return Batch(after, [row], ended=False, total=1)

    def _first_id(self, filters: tuple[Filter, ...], after: int) -> int:
        """The first id behind another that the shop has, found by asking for ranges."""
        width = 1
        while not self._has_any(filters, after, after + width):
            width *= 2
        low, high = after + width // 2, after + width
        while high - low > 1:
            middle = (low + high) // 2
            if self._has_any(filters, after, middle):
                high = middle
            else:
                low = middle
        return high

    def _has_any(self, filters: tuple[Filter, ...], after: int, until: int) -> bool:
        try:
            return bool(self._page((*filters, Filter(self._id_field, "lteq", str(until))), after, 1).rows)
        except Broken:
            return True


def _stride(batch: Batch, page_size: int) -> int:
    """How far behind a page's beginning to guess the next one's: a little less, for a gap costs a request."""
    return max(page_size, int(0.95 * (batch.last - batch.after)))
