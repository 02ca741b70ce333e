"""Between the canonical records and the rows of the wizard's files. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from msgspec.structs import replace

from groupmigrate.homes import billing_place
from groupmigrate.model import Address, Customer
from groupmigrate.platforms.base import FieldRule, Rules
from groupmigrate.platforms.csvfile import Sheet
from groupmigrate.platforms.neto import limits, sheets, wire
from groupmigrate.platforms.parts import Cells, Entry, Rows

NAME = FieldRule(max_length=30)
TRUE = frozenset({"yes", "y", "true", "1"})
GENDERS = {"m": "male", "male": "male", "f": "female", "female": "female"}
CUSTOMERS = "customers"


def rules(username_length: int) -> Rules:
    """What the wizard takes: shorter names than the API, and any number of addresses (help page, read)."""
    whole = limits.RULES
    return replace(
        whole,
        customer=whole.customer | {"firstname": NAME, "lastname": NAME, "tax_id": FieldRule(max_length=250)},
        address=whole.address | {"firstname": NAME, "lastname": NAME},
        most_addresses=0,
        username=replace(limits.USERNAME, max_length=username_length),
        unproven_groups=False,
    )


@dataclass(frozen=True)
class RowPerHome:
    """One file, with a row for each address for parcels: further rows repeat the customer's cells."""

    delimiter: str = ","

    @property
    def sheets(self) -> Mapping[str, Sheet]:
        """The one kind of file."""
        return {CUSTOMERS: sheets.IMPORT}

    def split(self, entries: Sequence[Entry]) -> Rows:
        """The rows of all customers."""
        return {CUSTOMERS: [{**one.customer, **home} for one in entries for home in one.homes or [{}]]}

    def join(self, rows: Rows) -> list[Entry]:
        """The customers in the rows."""
        return list(entries(rows[CUSTOMERS]))


def entries(rows: Iterable[Cells]) -> Iterator[Entry]:
    """The customers in rows of which those of one customer stand together."""
    for _, some in groupby(rows, key=lambda cells: cells[sheets.USERNAME].casefold()):
        together = list(some)
        customer = {name: cell for name, cell in together[0].items() if name not in sheets.OF_PARCELS}
        homes = [{name: row.get(name, "") for name in sheets.OF_PARCELS} for row in together]
        yield Entry(customer, [home for home in homes if any(home.values())])


# --- to the files ----------------------------------------------------------------------------------------


def new_customer(wanted: Customer) -> Entry:
    """The rows of a customer. No password: customers ask for one (the wizard takes plain text only)."""
    entry = Entry(dict.fromkeys((name for name in sheets.MEANINGS if name not in sheets.OF_PARCELS), ""))
    entry.customer |= {sheets.USERNAME: wanted.username, "Type": "Customer"}
    change(entry, wanted, WRITERS)
    add_homes(entry, wanted)
    return entry


def change(entry: Entry, wanted: Customer, fields: Iterable[str]) -> None:
    """Write these fields of the customer, by the names of `Customer`, and leave all else as it is."""
    for name in fields:
        entry.customer |= WRITERS[name](wanted)


def add_homes(entry: Entry, wanted: Customer) -> None:
    """Add addresses: one for bills where there is none, and the others for parcels."""
    waiting = list(wanted.addresses)
    if waiting and not _home(entry.customer, sheets.BILL, sheets.BILL_STREET):
        billing = waiting.pop(billing_place(waiting))
        entry.customer |= _cells(billing, sheets.BILL, sheets.BILL_STREET)
        waiting += [billing] if billing.default_shipping else []
    for home in waiting:
        title = f"{entry.customer[sheets.USERNAME]}-{len(entry.homes) + 1}"
        default = "No" if any(one[sheets.DEFAULT_SHIP] == "Yes" for one in entry.homes) else "Yes"
        entry.homes.append(
            {
                sheets.DEFAULT_SHIP: default,
                sheets.TITLE: title,
                **_cells(home, sheets.SHIP, sheets.SHIP_STREET),
            }
        )


def _cells(home: Address, names: Mapping[str, str], street: Sequence[str]) -> Cells:
    lines = (*home.street, "", "")
    return {theirs: str(getattr(home, ours)) for ours, theirs in names.items()} | dict(
        zip(street, lines, strict=False)
    )


def _yes(value: bool) -> str:
    return "Yes" if value else "No"


WRITERS: Mapping[str, Callable[[Customer], Cells]] = {
    "groups": lambda wanted: {"User Group": wanted.default_group},
    "email": lambda wanted: {"Email Address": wanted.email},
    "firstname": lambda wanted: {"Bill First Name": wanted.firstname},
    "lastname": lambda wanted: {"Bill Last Name": wanted.lastname},
    "company": lambda wanted: {"Bill Company": wanted.company},
    "gender": lambda wanted: {"Gender": wanted.gender[:1].upper()},
    "birthday": lambda wanted: {"Date Of Birth": wanted.birthday},
    "tax_id": lambda wanted: {"ABN/ACN": wanted.tax_id},
    "active": lambda wanted: {"Active": _yes(wanted.active is not False)},
    "newsletter": lambda wanted: {"Newsletter Subscriber": _yes(bool(wanted.newsletter))},
}
"""How each field of a customer is written."""


# --- from the files --------------------------------------------------------------------------------------


def customer(entry: Entry, id_: str) -> Customer:
    """The customer of some rows."""
    cells = entry.customer
    first, last = cells["Bill First Name"], cells["Bill Last Name"]
    if not (first or last):
        # The wizard itself splits a full name at its first blank.
        first, _, last = cells.get("Bill Full Name", "").partition(" ")
    group = cells["User Group"]
    # By the names of the API, so that a mapping fits both ways.
    values = {name: cells.get(column, "") for name, column in sheets.ATTRIBUTES.items()}
    return Customer(
        id=id_,
        username=cells[sheets.USERNAME],
        email=cells["Email Address"],
        groups=(group,) if group else (),
        firstname=first,
        lastname=last,
        middlename=cells.get("Bill Middle Name", ""),
        company=cells["Bill Company"],
        gender=GENDERS.get(cells["Gender"].casefold(), ""),
        birthday=wire.moment(cells["Date Of Birth"].replace("/", "-"))[:10],
        tax_id=cells["ABN/ACN"],
        attributes=wire.attributes(values),
        newsletter=_truth(cells["Newsletter Subscriber"]),
        active=_truth(cells["Active"]),
        addresses=_addresses(entry),
    )


def _addresses(entry: Entry) -> tuple[Address, ...]:
    billing = _home(entry.customer, sheets.BILL, sheets.BILL_STREET)
    parcels = ((home, _home(home, sheets.SHIP, sheets.SHIP_STREET)) for home in entry.homes)
    found = [replace(billing, default_billing=True)] if billing else []
    for cells, home in parcels:
        if home is None:
            continue
        is_default = _truth(cells[sheets.DEFAULT_SHIP]) is True
        if billing is not None and home == billing:
            found[0] = replace(found[0], default_shipping=found[0].default_shipping or is_default)
        else:
            found.append(replace(home, alias=cells[sheets.TITLE], default_shipping=is_default))
    return tuple(found)


def _home(cells: Cells, names: Mapping[str, str], street: Sequence[str]) -> Address | None:
    """An address; None if there is none, but a name or a country at most."""
    values = {ours: cells[theirs] for ours, theirs in names.items()}
    home = replace(Address(), **values, street=tuple(line for name in street if (line := cells[name])))
    return home if home.street or home.city or home.postcode else None


def _truth(cell: str) -> bool | None:
    return None if not cell else cell.casefold() in TRUE
