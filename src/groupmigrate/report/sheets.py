"""The canonical records as CSV files: a plain export of data, one page in memory at a time."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from groupmigrate.disk import disk_errors
from groupmigrate.model import Address, Customer, Group
from groupmigrate.platforms.base import Source

CUSTOMERS, ADDRESSES, GROUPS = FILES = ("customers.csv", "addresses.csv", "groups.csv")
GROUP_COLUMNS = ("id", "name", "role", "members", "settings")
CUSTOMER_COLUMNS = (
    "id",
    "email",
    "group",
    "group_ids",
    *(
        name
        for name in Customer.__struct_fields__
        if name not in ("id", "email", "groups", "loose_default", "addresses", "password_hash")
    ),
)
ADDRESS_COLUMNS = ("customer_id", "customer_email", *Address.__struct_fields__)


class Counts(NamedTuple):
    """How many records were written."""

    customers: int
    addresses: int
    groups: int


def write_sheets(store: Source, folder: Path, watch: Callable[[int, int | None], None]) -> Counts:
    """Write all records of a store into CSV files (UTF-8, mode 0600); raises DiskError.

    `group` is the name of the default group, `group_ids` all ids with a blank between; a street's lines
    are lines in its cell; true and false are 1 and 0, and what the store does not say is empty.
    """
    with disk_errors(folder), ExitStack() as stack:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        customers, addresses, groups = (stack.enter_context(_sheet(folder / name)) for name in FILES)
        listed = list(store.groups())
        customers.writerow(CUSTOMER_COLUMNS)
        addresses.writerow(ADDRESS_COLUMNS)
        groups.writerow(GROUP_COLUMNS)
        groups.writerows(map(_group_row, listed))
        names = {group.id: group.name for group in listed}
        done = written = 0
        for page in store.customers():
            rows = [row for customer in page.customers for row in _address_rows(customer)]
            customers.writerows(_customer_row(customer, names) for customer in page.customers)
            addresses.writerows(rows)
            done, written = done + len(page.customers), written + len(rows)
            watch(done, page.total)
    return Counts(done, written, len(listed))


@contextmanager
def _sheet(path: Path) -> Iterator[Any]:
    """A CSV file that appears under its name only when it is complete."""
    draft = path.with_suffix(".csv.part")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield csv.writer(file)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _group_row(group: Group) -> Sequence[object]:
    settings = "; ".join(f"{name}: {value}" for name, value in group.settings.items())
    return (
        group.id,
        group.name,
        group.role or "",
        "" if group.members is None else group.members,
        settings,
    )


def _customer_row(customer: Customer, names: dict[str, str]) -> Sequence[object]:
    default = customer.groups[0] if customer.groups else ""
    fixed = (customer.id, customer.email, names.get(default, ""), " ".join(customer.groups))
    return (*fixed, *(_cell(getattr(customer, name)) for name in CUSTOMER_COLUMNS[4:]))


def _address_rows(customer: Customer) -> Iterator[Sequence[object]]:
    for address in customer.addresses:
        values = (_cell(getattr(address, name)) for name in Address.__struct_fields__)
        yield (customer.id, customer.email, *values)


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    return "\n".join(value) if isinstance(value, tuple) else value
