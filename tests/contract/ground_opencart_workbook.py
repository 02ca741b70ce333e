"""The grounds of OpenCart's workbooks: those for the Export/Import Tool, and those that it exports."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from msgspec.structs import replace
from openpyxl import Workbook

from contract.grounds import Ground
from groupmigrate.model import Customer
from groupmigrate.platforms.base import Change, Opening, State
from groupmigrate.platforms.opencart import sheets
from groupmigrate.platforms.opencart.workbookexport import WorkbookExport
from groupmigrate.platforms.opencart.workbookimport import WorkbookImport
from groupmigrate.platforms.opencart.workbookoptions import WorkbookExportOptions, WorkbookImportOptions
from support.opencart_shops import held, held_without_emoji

GROUPS = ("Trade & Co", "Retail")
COUNTRIES = {"RO": "Romania", "GB": "United Kingdom", "FR": "France, Metropolitan"}


def _import(release: str) -> Ground:
    def open_(folder: Path, read_only: bool) -> WorkbookImport:
        options = {
            "folder": "files",
            "release": release,
            "first_customer_id": 101,
            "groups": GROUPS,
            "rows_per_file": 7,
        }
        opening = Opening("ground", folder, folder, read_only)
        return WorkbookImport(WorkbookImportOptions.model_validate(options), opening)

    def fill(folder: Path, customers: Sequence[Customer]) -> None:
        people = [replace(held(one), groups=one.groups or ("Default",)) for one in customers]
        with closing(open_(folder, False)) as store:
            outcomes = list(store.apply([Change(number, "create", one) for number, one in enumerate(people)]))
        assert all(outcome.state is State.DONE for outcome in outcomes), outcomes

    name = f"opencart via workbook-import, {release}"
    holds = held if release.startswith("4") else held_without_emoji
    return Ground(name, open_, fill, GROUPS, writes=True, holds=holds)


def _export(folder: Path, read_only: bool) -> WorkbookExport:
    options = WorkbookExportOptions.model_validate({"files": ["one.xlsx", "two.xlsx"]})
    return WorkbookExport(options, Opening("ground", folder, folder, read_only))


def _fill_export(folder: Path, customers: Sequence[Customer]) -> None:
    people = list(enumerate(map(held, customers), start=11))
    _write(folder / "one.xlsx", people[:9])
    _write(folder / "two.xlsx", people[9:])


def _write(path: Path, people: Sequence[tuple[int, Customer]]) -> None:
    book = Workbook(write_only=True)
    customers, addresses = book.create_sheet("Customers"), book.create_sheet("Addresses")
    names = [column.name for column in sheets.customers("4.1").columns]
    customers.append(names)
    addresses.append(list(sheets.ADDRESS_COLUMNS))
    for id_, one in people:
        cells = {
            "customer_id": id_,
            "customer_group": stored(one.default_group or "Default"),
            "store_id": 0,
            "firstname": stored(one.firstname),
            "lastname": stored(one.lastname),
            "email": stored(one.email),
            "telephone": one.addresses[0].phone if one.addresses else "",
            "password": "!",
            "newsletter": "no",
            "status": "true",
            "date_added": one.created,
        }
        customers.append([cells.get(name) for name in names])
        for home in one.addresses:
            cells = {
                "customer_id": id_,
                "firstname": stored(home.firstname),
                "lastname": stored(home.lastname),
                "company": stored(home.company),
                "address_1": stored(home.street[0]),
                "address_2": stored("".join(home.street[1:])),
                "city": stored(home.city),
                "postcode": home.postcode,
                "country": COUNTRIES[home.country],
                "default": "yes" if home.default_billing else "no",
            }
            addresses.append([cells.get(name) for name in sheets.ADDRESS_COLUMNS])
    book.save(path)


def stored(text: str) -> str:
    """The text as OpenCart stores it, said once more: not by the room's own code."""
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(character, entity)
    return text


IMPORTS = {f"workbook-import, {release}": _import(release) for release in ("2.3", "4.1")}
EXPORT = Ground("opencart via workbook-export", _export, _fill_export, GROUPS, writes=False, holds=held)
