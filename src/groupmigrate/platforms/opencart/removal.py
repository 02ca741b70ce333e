"""Takes customers out of a shop again, as the delete button of its back office does: for `undo` and tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import delete

from groupmigrate.errors import LostAnswer
from groupmigrate.platforms.base import Outcome, State
from groupmigrate.platforms.opencart.database import Database
from groupmigrate.platforms.opencart.schema import clause
from groupmigrate.platforms.opencart.shop import Shop
from groupmigrate.platforms.opencart.tables import OF_CUSTOMER
from groupmigrate.platforms.opencart.trouble import Refused

BATCH = 500


def remove(database: Database, shop: Shop, ids: Sequence[str]) -> Iterator[Outcome]:
    """Delete customers with what is theirs; orders, reviews and returns stay (4.1.0.4, run)."""
    for start in range(0, len(ids), BATCH):
        yield from _remove(database, shop, ids, range(start, min(start + BATCH, len(ids))))


def _remove(database: Database, shop: Shop, ids: Sequence[str], places: Sequence[int]) -> Iterator[Outcome]:
    try:
        _delete(database, shop, [int(ids[place]) for place in places])
    except LostAnswer as lost:
        for place in places:
            yield Outcome(place, State.UNKNOWN, ids[place], code="GM402", words=lost.message)
    except Refused as refused:
        # A module's own table may hold on to one of them by a foreign key.
        if len(places) == 1:
            yield Outcome(places[0], State.REJECTED, ids[places[0]], code="GM401", words=refused.message)
        else:
            for place in places:
                yield from _remove(database, shop, ids, [place])
    else:
        for place in places:
            yield Outcome(place, State.DONE, ids[place])


def _delete(database: Database, shop: Shop, ids: Sequence[int]) -> None:
    with database.writing() as transaction:
        # The customer goes last: what is cut off halfway is found again, and ended the next time.
        for name in ("address", *OF_CUSTOMER, "customer"):
            if shop.tables.has(name, "customer_id"):
                table = clause(shop.tables, name)
                transaction.send(delete(table).where(table.c.customer_id.in_(ids)))
