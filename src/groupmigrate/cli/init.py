"""`groupmigrate init`: a new migration folder with commented templates. Never overwrites a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from groupmigrate import platforms as rooms
from groupmigrate.cli.options import FormatOption
from groupmigrate.cli.output import Answer, Form, emit
from groupmigrate.disk import disk_errors
from groupmigrate.errors import UsageError
from groupmigrate.files.jsonschema import connector_schema, mapping_schema
from groupmigrate.platforms.base import Card, Way
from groupmigrate.report.template import connector_template, mapping_template, readme_template
from groupmigrate.report.template_ci import CI_FILES, CiSystem, ci_template
from groupmigrate.wording import quoted, suggestion

IGNORED = ".groupmigrate/\n.env\n*.key\n"
MODELINE = "# yaml-language-server: $schema=../schema/connector.schema.json"

SIDE = "PLATFORM[:VIA]"

FolderArgument = Annotated[Path, typer.Argument(metavar="FOLDER", help="The new folder.", show_default=False)]
SourceOption = Annotated[
    str,
    typer.Option(
        "--source",
        metavar=SIDE,
        help="Where customers come from: a platform, reached in its first way unless another is named.",
        show_default=False,
        autocompletion=rooms.names,
    ),
]
TargetOption = Annotated[
    str,
    typer.Option(
        "--target",
        metavar=SIDE,
        help="Where customers go.",
        show_default=False,
        autocompletion=rooms.names,
    ),
]

CiOption = Annotated[
    CiSystem | None,
    typer.Option("--ci", help="Add a job that checks the files on every push.", show_default=False),
]


def init(
    folder: FolderArgument,
    source: SourceOption,
    target: TargetOption,
    ci: CiOption = None,
    form: FormatOption = Form.TEXT,
) -> int:
    """Make a migration folder: connectors, a mapping, schemas for editors, and a README of the steps.

    \b
      groupmigrate init shop-move --source magento --target prestashop
      groupmigrate init shop-move --source magento:csv --target prestashop
      groupmigrate init shop-move --source magento --target prestashop --ci github
    """
    old, new = _names(source, target)
    name = f"{old}-to-{new}"
    files = {
        "README.md": readme_template(name, old, new),
        ".gitignore": IGNORED,
        f"mappings/{name}.yaml": mapping_template(old, new, "../schema/mapping.schema.json"),
        f"connectors/{old}.yaml": _connector(source, old, reads=True),
        f"connectors/{new}.yaml": _connector(target, new, reads=False),
        "schema/mapping.schema.json": _as_json(mapping_schema()),
        "schema/connector.schema.json": _as_json(connector_schema()),
    }
    if ci:
        files[CI_FILES[ci]] = ci_template(ci)
    _write(folder, files)
    text = [f"{folder} is made:", *(f"  {name}" for name in files), "", f"next: read {folder / 'README.md'}"]
    return emit(Answer("init", {"folder": str(folder), "files": list(files)}, text), form)


def _names(source: str, target: str) -> tuple[str, str]:
    return f"old-{source.partition(':')[0]}", f"new-{target.partition(':')[0]}"


def _connector(side: str, name: str, *, reads: bool) -> str:
    card, way = _way(side, reads=reads)
    secret = f"{name.upper().replace('-', '_')}_KEY"
    return "\n".join([MODELINE, *connector_template(card, way, secret=secret), ""])


def _way(side: str, *, reads: bool) -> tuple[Card, Way]:
    """The way that is named, else the first one that reads, or writes. Raises UsageError if there is none."""
    platform, _, via = side.partition(":")
    cards = rooms.cards()
    card = cards.get(platform)
    if card is None:
        hint = suggestion(platform, list(cards), "platforms")
        raise UsageError(f"there is no platform {quoted(platform)}", hint=hint, code="GM107")
    ways = {way.name: way for way in card.ways if (way.reads if reads else way.writes)}
    way = ways.get(via or next(iter(ways), ""))
    if way is None:
        what = f"{'read' if reads else 'written'}{f' via {quoted(via)}' if via else ''}"
        hint = suggestion(via, list(ways)) if ways else "`groupmigrate platforms` shows what can"
        raise UsageError(f"{card.title} cannot be {what}", hint=hint, code="GM112")
    return card, way


def _write(folder: Path, files: dict[str, str]) -> None:
    there = [name for name in files if (folder / name).exists()]
    if there:
        raise UsageError(
            f"{', '.join(there)} would be overwritten",
            place=str(folder),
            hint="name a new folder",
            code="GM612",
        )
    with disk_errors(folder):
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def _as_json(schema: object) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
