"""`groupmigrate suggest`: a mapping without a blank page. Reads both stores, and writes to neither."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from groupmigrate.cli.opening import connector_named, source_of, target_of
from groupmigrate.cli.options import FormatOption, QuietOption
from groupmigrate.cli.output import Answer, Form, emit
from groupmigrate.cli.progress import Shown, progress
from groupmigrate.disk import disk_errors
from groupmigrate.errors import UsageError
from groupmigrate.files.connector import Connector
from groupmigrate.files.folder import Folder
from groupmigrate.planning.reading import passed
from groupmigrate.planning.snapshot import Reading, Snapshot
from groupmigrate.planning.suggest import Suggestion
from groupmigrate.planning.suggest import suggest as suggested
from groupmigrate.report.screen import facts
from groupmigrate.report.suggested import mapping_text, suggestions_view
from groupmigrate.wording import command, quoted

SourceArgument = Annotated[
    str, typer.Argument(metavar="SOURCE", help="The connector to read from.", show_default=False)
]
TargetArgument = Annotated[
    str, typer.Argument(metavar="TARGET", help="The connector to write to.", show_default=False)
]
OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="FILE", help="The mapping file; mappings/SOURCE-to-TARGET.yaml by default."
    ),
]
ForceOption = Annotated[bool, typer.Option("--force", help="Overwrite the file if it is there.")]


def suggest(
    source: SourceArgument,
    target: TargetArgument,
    out: OutOption = None,
    force: ForceOption = False,
    quiet: QuietOption = False,
    form: FormatOption = Form.TEXT,
) -> int:
    """Write a commented mapping: which group may become which, how sure that is, and why.

    \b
      groupmigrate suggest old-shop new-shop
      groupmigrate suggest old-shop new-shop --out mappings/move.yaml

    Goes by roles, by names in several languages, and by people who are in both stores. What is unsure is
    commented out. Nothing is written to a store; `groupmigrate plan FILE --offline` goes on from here.
    """
    old, new = connector_named(source), connector_named(target)
    if old.name == new.name:
        raise UsageError("source and target are the same connector", place=str(old.path), code="GM111")
    path = out or Path("mappings") / f"{old.name}-to-{new.name}.yaml"
    folder = _folder(path, (old, new), force=force)
    with folder.lock(), Snapshot(folder.snapshot) as snapshot:
        with progress(quiet=quiet) as shown:
            _read(old, new, snapshot, shown)
        found = suggested(snapshot)
        text = mapping_text(old.name, new.name, found, snapshot.groups("source"), snapshot.groups("target"))
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    words = [*suggestions_view(found), "", facts([("mapping", str(path)), *_next(path)])]
    return emit(Answer("suggest", {"mapping": str(path), "groups": _as_data(found)}, words), form)


def _folder(path: Path, connectors: tuple[Connector, Connector], *, force: bool) -> Folder:
    """The migration folder of the new mapping. Raises UsageError if it cannot be written there."""
    if path.exists() and not force:
        raise UsageError(f"{path} would be overwritten", hint="add --force, or name --out", code="GM612")
    folder = Folder.of(path)
    for connector in connectors:
        there = folder.connector(connector.name)
        if there is None or not there.samefile(connector.path):
            raise UsageError(
                f"a mapping in {quoted(str(path))} would not find the connector {quoted(connector.name)}",
                place=str(connector.path),
                hint=f"write the mapping into the folder of its connectors: --out {_beside(connector, path)}",
                code="GM109",
            )
    return folder


def _beside(connector: Connector, path: Path) -> Path:
    return connector.path.parent.parent / "mappings" / path.name


def _read(old: Connector, new: Connector, snapshot: Snapshot, shown: Shown) -> None:
    with source_of(old) as source, target_of(new, read_only=True) as target:
        from_check, to_check = passed(source.check(), old.name), passed(target.check(), new.name)
        if from_check.store == to_check.store:
            raise UsageError(f"source and target are the same store, {to_check.store}", code="GM111")
        for reading in (
            Reading("source", source, old.fingerprint, from_check),
            Reading("target", target, new.fingerprint, to_check, target.rules()),
        ):
            snapshot.read(reading, partial(shown.count, f"reading the {reading.side}"))


def _next(path: Path) -> list[tuple[str, str]]:
    return [("next", f"read it, decide what is unsure, then {command('plan', path, '--offline')}")]


def _as_data(found: list[Suggestion]) -> list[dict[str, Any]]:
    return [
        {
            "source": one.source.name or f"id:{one.source.id}",
            "customers": one.customers,
            "target": one.target.name if one.target else None,
            "confidence": one.confidence,
            "reasons": one.reasons,
        }
        for one in found
    ]
