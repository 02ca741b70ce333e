"""The grounds of PrestaShop's files: for the import page, exports of the SQL Manager, and the list."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path

from msgspec.structs import replace

from contract.grounds import Ground
from groupmigrate.model import Customer
from groupmigrate.platforms.base import Change, Opening, State
from groupmigrate.platforms.csvfile import Sheet
from groupmigrate.platforms.prestashop import sheets
from groupmigrate.platforms.prestashop.csvexport import CsvExport
from groupmigrate.platforms.prestashop.csvimport import CsvImport
from groupmigrate.platforms.prestashop.csvoptions import CsvExportOptions, CsvImportOptions

GROUPS = {"4": "Trade & Co", "5": "Retail"}
COUNTRIES = {"RO": "36", "FR": "8", "GB": "17"}
FRENCH = (
    *("ID", "Titre de civilité", "Prénom", "Nom", "Adresse e-mail", "Groupe", "Entreprise", "Ventes"),
    *("Activé", "Lettre d'information", "Offres partenaires", "Inscription", "Dernière visite"),
)
"""The header of the list, in the language of an employee."""
TABLES = ("customers", "memberships", "addresses", "countries")


def _import(folder: Path, read_only: bool) -> CsvImport:
    options = {"folder": "files", "shop_version": "9.1.4", "groups": GROUPS, "rows_per_file": 7}
    opening = Opening("ground", folder, folder, read_only)
    return CsvImport(CsvImportOptions.model_validate(options), opening)


def _fill_import(folder: Path, customers: Sequence[Customer]) -> None:
    people = [replace(one, groups=one.groups or ("3",)) for one in customers]
    with closing(_import(folder, False)) as store:
        outcomes = list(store.apply([Change(number, "create", one) for number, one in enumerate(people)]))
    assert all(outcome.state is State.DONE for outcome in outcomes), outcomes


def _opener(*files: str) -> Callable[[Path, bool], CsvExport]:
    def open_(folder: Path, read_only: bool) -> CsvExport:
        options = {"groups": GROUPS, **{name: f"{name}.csv" for name in files}}
        opening = Opening("ground", folder, folder, read_only)
        return CsvExport(CsvExportOptions.model_validate(options), opening)

    return open_


def _fill_export(folder: Path, customers: Sequence[Customer]) -> None:
    people = list(enumerate(customers, start=11))
    _write(folder, "customers", sheets.CUSTOMER_TABLE, (_person(id_, one) for id_, one in people))
    belonging = (
        {"id_customer": str(id_), "id_group": group} for id_, one in people for group in one.groups or ("3",)
    )
    _write(folder, "memberships", sheets.MEMBERSHIP_TABLE, belonging)
    homes = (home for id_, one in people for home in _homes(id_, one))
    _write(folder, "addresses", sheets.ADDRESS_TABLE, homes)
    countries = ({"id_country": id_, "iso_code": iso} for iso, id_ in COUNTRIES.items())
    _write(folder, "countries", sheets.COUNTRY_TABLE, countries)


def _fill_list(folder: Path, customers: Sequence[Customer]) -> None:
    people = reversed(list(enumerate(customers, start=11)))  # the newest first, as the page shows them
    rows = (_person(id_, one) | _of_the_list(one) for id_, one in people)
    _write(folder, "customers", sheets.CUSTOMER_LIST, rows, FRENCH)


def _of_the_list(one: Customer) -> dict[str, str]:
    name = GROUPS.get(one.default_group, "Customer")
    return {"default_group": name, "newsletter": "0", "optin": "0"}


def _told_by_the_list(one: Customer) -> Customer:
    return replace(one, gender="", birthday="", addresses=())


def _person(id_: int, one: Customer) -> dict[str, str]:
    return {
        "id_customer": str(id_),
        "id_default_group": one.default_group or "3",
        "id_gender": {"male": "1", "female": "2"}.get(one.gender, "0"),
        "firstname": one.firstname,
        "lastname": one.lastname,
        "email": one.email,
        "birthday": one.birthday or "0000-00-00",
        "active": "1",
        "is_guest": "0",
        "deleted": "0",
        "date_add": one.created,
    }


def _homes(id_: int, one: Customer) -> Iterable[dict[str, str]]:
    for home in one.addresses:
        yield {
            "id_customer": str(id_),
            "id_country": COUNTRIES[home.country],
            "id_state": "0",
            "firstname": home.firstname,
            "lastname": home.lastname,
            "company": home.company,
            "address1": home.street[0],
            "address2": "".join(home.street[1:]),
            "postcode": home.postcode,
            "city": home.city,
            "phone": home.phone,
            "deleted": "0",
        }


def _write(
    folder: Path, name: str, sheet: Sheet, rows: Iterable[dict[str, str]], header: Sequence[str] = ()
) -> None:
    columns = [column.name for column in sheet.columns]
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(header or columns)
        writer.writerows([row.get(column, "") for column in columns] for row in rows)


IMPORT = Ground("prestashop via csv-import", _import, _fill_import, ("4", "5"), writes=True)
EXPORT = Ground("prestashop via csv-export", _opener(*TABLES), _fill_export, ("4", "5"), writes=False)
LIST = Ground(
    "prestashop via csv-export, list",
    _opener("customers"),
    _fill_list,
    ("4", "5"),
    writes=False,
    holds=_told_by_the_list,
)
