"""The grounds of Neto's ways: practice stores of both readings of what is unsure, and the wizard's files."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from msgspec.structs import replace

from contract.grounds import Ground
from groupmigrate.model import Address, Customer
from groupmigrate.planning.fit import Fitting
from groupmigrate.platforms.base import Change, Opening, Rules, Source, State
from groupmigrate.platforms.http import Patience
from groupmigrate.platforms.neto import ApiOptions, csvwire, limits, sheets
from groupmigrate.platforms.neto.csvexport import CsvExport
from groupmigrate.platforms.neto.csvimport import CsvImport
from groupmigrate.platforms.neto.csvoptions import CsvExportOptions, CsvImportOptions
from groupmigrate.platforms.neto.store import ApiStore

GROUPS = ("Trade & Co", "Retail")
READINGS = {
    "as other clients have it": "",
    "otherwise": "lists=always,flags=number,messages=list,wrapped=yes,pages=1,short=yes,order=changed,"
    "existing=warn,email=unique,group=refuse,shown=number,username=keep,partial=nothing,unknown=refuse,"
    "book=without,shipping=add,empty=clear,answer=silent",
    "otherwise again": "lists=absent,flags=real,messages=top,pages=1-empty,existing=overwrite,group=keep,"
    "username=refuse,long=cut",
}


def _held(rules: Rules, *, tells_created: bool) -> Callable[[Customer], Customer]:
    def hold(customer: Customer) -> Customer:
        held = Fitting(rules).fit(customer).customer
        return replace(held, created=customer.created if tells_created else "")

    return hold


# --- the API ---------------------------------------------------------------------------------------------


def _fill(folder: Path, customers: Sequence[Customer]) -> None:
    people = [
        {
            "email": one.email,
            "firstname": one.firstname,
            "lastname": one.lastname,
            "gender": one.gender,
            "birthday": one.birthday,
            "created": one.created,
            "group": one.default_group or "A",
            "addresses": [_home(home) for home in one.addresses],
        }
        for one in customers
    ]
    seed = {"groups": list(GROUPS), "customers": people}
    (folder / "seed.json").write_text(json.dumps(seed), encoding="utf-8")


def _home(home: Address) -> dict[str, str]:
    return {
        "firstname": home.firstname,
        "lastname": home.lastname,
        "company": home.company,
        "address1": home.street[0],
        "address2": "".join(home.street[1:]),
        "postcode": home.postcode,
        "city": home.city,
        "country": home.country,
        "phone": home.phone,
    }


def _opener(readings: str) -> Callable[[Path, bool], Source]:
    def open_(folder: Path, read_only: bool) -> Source:
        options = {"url": "sandbox", "seed": "seed.json", "page_size": 7, "calls_per_minute": 60000}
        options |= {"readings": f"rate=60000,{readings}"}
        opening = Opening("ground", folder, folder, read_only)
        return ApiStore(ApiOptions.model_validate(options), opening, Patience())

    return open_


def _api(name: str) -> Ground:
    holds = _held(limits.RULES, tells_created=True)
    return Ground(f"neto via api, {name}", _opener(READINGS[name]), _fill, GROUPS, writes=True, holds=holds)


# --- the files -------------------------------------------------------------------------------------------


def _import(folder: Path, read_only: bool) -> CsvImport:
    options = {"folder": "files", "groups": GROUPS, "rows_per_file": 7, "username_length": 25}
    opening = Opening("ground", folder, folder, read_only)
    return CsvImport(CsvImportOptions.model_validate(options), opening)


def _fill_import(folder: Path, customers: Sequence[Customer]) -> None:
    people = [
        replace(one, groups=one.groups or ("A",), username=f"x{number}")
        for number, one in enumerate(customers)
    ]
    with closing(_import(folder, False)) as store:
        outcomes = list(store.apply([Change(number, "create", one) for number, one in enumerate(people)]))
    assert all(outcome.state is State.DONE for outcome in outcomes), outcomes


def _export(folder: Path, read_only: bool) -> CsvExport:
    options = CsvExportOptions.model_validate({"customers": "customers.csv", "groups": GROUPS})
    return CsvExport(options, Opening("ground", folder, folder, read_only))


def _fill_export(folder: Path, customers: Sequence[Customer]) -> None:
    with (folder / "customers.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, [column.name for column in sheets.EXPORT.columns], restval="")
        rows.writeheader()
        for number, one in enumerate(customers):
            entry = csvwire.new_customer(replace(one, groups=one.groups or ("A",), username=f"x{number}"))
            rows.writerows({**entry.customer, **home} for home in entry.homes or [{}])


FILES = _held(csvwire.rules(25), tells_created=False)
GROUNDS = {f"api, {name}": _api(name) for name in READINGS}
GROUNDS |= {
    "csv-import": Ground("neto via csv-import", _import, _fill_import, GROUPS, writes=True, holds=FILES),
    "csv-export": Ground("neto via csv-export", _export, _fill_export, GROUPS, writes=False, holds=FILES),
}
