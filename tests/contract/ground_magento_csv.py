"""The grounds of Magento's files for its import, with and without the shop's own export."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from msgspec.structs import replace

from contract.crowd import without_emoji
from contract.grounds import Ground
from groupmigrate.model import Customer
from groupmigrate.platforms.base import Change, Opening, State
from groupmigrate.platforms.magento.csvimport import CsvImport
from groupmigrate.platforms.magento.csvoptions import CsvImportOptions


def _opener(**more: str) -> Callable[[Path, bool], CsvImport]:
    def open_(folder: Path, read_only: bool) -> CsvImport:
        own = {"loyalty_no": [], "tier": ["Gold", "Silver"]}
        options = CsvImportOptions.model_validate(
            {"folder": "files", "rows_per_file": 7, "attributes": own, **more}
        )
        return CsvImport(options, Opening("ground", folder, folder, read_only))

    return open_


def _fill(opener: Callable[[Path, bool], CsvImport]) -> Callable[[Path, Sequence[Customer]], None]:
    def fill(folder: Path, customers: Sequence[Customer]) -> None:
        people = [replace(one, groups=one.groups or ("1",)) for one in customers]
        with closing(opener(folder, False)) as store:
            changes = [Change(number, "create", one) for number, one in enumerate(people)]
            outcomes = list(store.apply(changes))
        assert all(outcome.state is State.DONE for outcome in outcomes), outcomes

    return fill


def _ground(name: str, **more: str) -> Ground:
    opener = _opener(**more)
    return Ground(name, opener, _fill(opener), ("2", "3"), writes=True, holds=without_emoji, attributes=True)


COMPOSITE = _ground("magento via csv-import")
PAIR = _ground("magento via csv-import, pair", files="pair")
