"""`groupmigrate export`: a store's customers, addresses and groups as CSV files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from groupmigrate.cli.opening import connector_named, source_of
from groupmigrate.cli.options import ConnectorArgument, FormatOption, QuietOption
from groupmigrate.cli.output import Answer, Form, emit
from groupmigrate.cli.progress import progress
from groupmigrate.errors import UsageError
from groupmigrate.planning.reading import passed
from groupmigrate.report.lettering import counted
from groupmigrate.report.sheets import FILES, write_sheets

OutOption = Annotated[
    Path, typer.Option("--out", metavar="FOLDER", help="Where the files go.", show_default=False)
]
ForceOption = Annotated[bool, typer.Option("--force", help="Overwrite files that are there.")]


def export(
    connector: ConnectorArgument,
    out: OutOption,
    force: ForceOption = False,
    quiet: QuietOption = False,
    form: FormatOption = Form.TEXT,
) -> int:
    """Write every customer of a store into CSV files: customers.csv, addresses.csv, groups.csv.

    \b
      groupmigrate export old-shop --out export/

    The files hold personal data as it is: UTF-8, readable by you only (mode 0600). A cell that begins with
    = + - or @ is written unchanged, and a spreadsheet program may take it for a formula: import the columns
    as text.
    """
    found = connector_named(connector)
    there = [name for name in FILES if (out / name).exists()]
    if there and not force:
        raise UsageError(
            f"{', '.join(there)} would be overwritten", place=str(out), hint="add --force", code="GM612"
        )
    with source_of(found) as store, progress(quiet=quiet) as shown:
        passed(store.check(), found.name)
        counts = write_sheets(store, out, lambda done, total: shown.count("exporting", done, total))
    text = [
        f"{counted(counts.customers, 'customer')}, {counted(counts.addresses, 'address', 'addresses')} and"
        f" {counted(counts.groups, 'group')} in {out}"
    ]
    return emit(Answer("export", {"folder": str(out), **counts._asdict()}, text), form)
