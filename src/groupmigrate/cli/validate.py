"""`groupmigrate validate`: are the files right? Offline, and quick: neither pandas nor rich is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from groupmigrate.cli.options import FormatOption
from groupmigrate.cli.output import Answer, Form, emit
from groupmigrate.errors import Exit, FileProblems
from groupmigrate.migration import check_files
from groupmigrate.report.lettering import counted

PathsArgument = Annotated[
    list[Path] | None,
    typer.Argument(metavar="PATH", help="Files or folders; the current folder if none is named."),
]


def validate(paths: PathsArgument = None, form: FormatOption = Form.TEXT) -> int:
    """Check mapping and connector files, offline: every problem at once, as file:line:column.

    \b
      groupmigrate validate
      groupmigrate validate mappings/demo.yaml connectors/new-shop.yaml
      groupmigrate validate --format json

    Whether the groups exist is known only to the stores: `groupmigrate plan` checks that.
    """
    checked = check_files(paths or [Path()])
    result = {"files": checked.files, "problems": len(checked.problems)}
    if checked.problems:
        errors = (FileProblems(checked.problems),)
        return emit(Answer("validate", result, exit=Exit.USAGE, errors=errors), form)
    return emit(Answer("validate", result, [f"{counted(checked.files, 'file')}, no problems"]), form)
