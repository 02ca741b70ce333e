"""The ground of PrestaShop's import files: a folder that the store itself fills."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from msgspec.structs import replace

from contract.grounds import Ground
from groupmigrate.model import Customer
from groupmigrate.platforms.base import Change, Opening, State
from groupmigrate.platforms.prestashop.csvimport import CsvImport
from groupmigrate.platforms.prestashop.csvoptions import CsvImportOptions

OPTIONS = {
    "folder": "files",
    "shop_version": "9.1.4",
    "groups": {"4": "Trade & Co", "5": "Retail"},
    "rows_per_file": 7,
}


def _open(folder: Path, read_only: bool) -> CsvImport:
    options = CsvImportOptions.model_validate(OPTIONS)
    return CsvImport(options, Opening("ground", folder, folder, read_only))


def _fill(folder: Path, customers: Sequence[Customer]) -> None:
    people = [replace(one, groups=one.groups or ("3",)) for one in customers]
    with closing(_open(folder, False)) as store:
        outcomes = list(store.apply([Change(number, "create", one) for number, one in enumerate(people)]))
    assert all(outcome.state is State.DONE for outcome in outcomes), outcomes


IMPORT = Ground("prestashop via csv-import", _open, _fill, ("4", "5"), writes=True)
