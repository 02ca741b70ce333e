"""`groupmigrate purge`: deletes what was stored here about people: snapshots, plans, journals."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from groupmigrate.cli.asking import confirm, need_somebody
from groupmigrate.cli.chosen import unfinished
from groupmigrate.cli.opening import STORES
from groupmigrate.cli.options import FormatOption, YesOption, mapping_by_name
from groupmigrate.cli.output import Answer, Form, emit, show
from groupmigrate.disk import disk_errors
from groupmigrate.errors import UsageError
from groupmigrate.files.folder import STATE, Folder
from groupmigrate.wording import command

MappingArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="MAPPING",
        help="The mapping whose data is deleted.",
        show_default=False,
        callback=mapping_by_name,
    ),
]
EverythingOption = Annotated[bool, typer.Option("--all", help="The data of every mapping in this folder.")]
SandboxOption = Annotated[bool, typer.Option("--sandbox", help="The practice stores of the folder, too.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Even if a plan is not finished.")]


def purge(
    mapping: MappingArgument = None,
    everything: EverythingOption = False,
    sandbox: SandboxOption = False,
    yes: YesOption = False,
    force: ForceOption = False,
    form: FormatOption = Form.TEXT,
) -> int:
    """Delete what was stored here about people: snapshots, plans and journals. The stores stay as they are.

    \b
      groupmigrate purge mappings/demo.yaml
      groupmigrate purge --all --sandbox --yes
    """
    folders = _folders(mapping, everything=everything, sandbox=sandbox)
    if not folders:
        return emit(Answer("purge", {"deleted": []}, ["nothing to delete"]), form)
    need_somebody("a purge deletes files", form, yes=yes)
    names = [str(folder.state) for folder in folders]
    with ExitStack() as locks:
        for folder in folders:
            locks.enter_context(folder.lock())
            if not force:
                _refuse_unfinished(folder)
        if form is Form.TEXT:
            show(["to be deleted:", *(f"  {name}" for name in names)])
        confirm("delete these folders?", yes=yes)
        for folder in folders:
            with disk_errors(folder.state):
                shutil.rmtree(folder.state)
    return emit(Answer("purge", {"deleted": names}, ["deleted"]), form)


def _folders(mapping: Path | None, *, everything: bool, sandbox: bool) -> list[Folder]:
    if (mapping is None) is not everything:
        raise UsageError("name a mapping, or --all", hint="`groupmigrate purge --help` shows examples")
    if mapping is None:
        state = Path(STATE)
        found = [Folder(Path(), path.name) for path in sorted(state.glob("*")) if path.is_dir()]
        return [folder for folder in found if sandbox or folder.name != STORES]
    folder = Folder.of(mapping)
    meant = [folder, *([Folder(folder.root, STORES)] if sandbox else [])]
    return [one for one in meant if one.state.is_dir()]


def _refuse_unfinished(folder: Folder) -> None:
    path = next(unfinished(folder.plans()), None)
    if path is not None:
        raise UsageError(
            "a plan was begun and not finished, and its journal would be lost",
            place=str(path),
            hint=f"finish it with `{command('run', path)}`, or add --force",
            code="GM613",
        )
