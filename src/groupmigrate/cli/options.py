"""The options that several verbs share: their names and their help, once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from groupmigrate.cli.output import Form
from groupmigrate.files.folder import Folder, yaml_files

MAPPINGS = Path("mappings")


def mapping_by_name(path: Path | None) -> Path | None:
    """The file of a mapping that is named without its folder and ending, as connectors are."""
    if path is None or path.exists() or path.parent != Path():
        return path
    return next((file for file in yaml_files(MAPPINGS) if file.stem == path.name), path)


FormatOption = Annotated[
    Form, typer.Option("--format", help="Print the result for people, or as JSON in a versioned envelope.")
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")]
ShowPiiOption = Annotated[bool, typer.Option("--show-pii", help="Show e-mail addresses unmasked.")]
DetailedOption = Annotated[
    bool, typer.Option("--detailed-exitcode", help="Exit with 10 if there is a difference.")
]
SinceLastOption = Annotated[
    bool,
    typer.Option(
        "--since-last",
        help="Read only what changed since the stores were read last, where a store can tell; who was deleted"
        " since is not noticed.",
    ),
]
HtmlOption = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", help="Write a report for people: one page that works offline."),
]
MarkdownOption = Annotated[
    Path | None,
    typer.Option("--markdown", metavar="FILE|-", help="Write a report for a pull request; - prints it."),
]
DiffOption = Annotated[
    Path | None,
    typer.Option("--diff", metavar="OLD", help="What changed since this older plan, customer by customer."),
]
MappingArgument = Annotated[
    Path,
    typer.Argument(
        metavar="MAPPING",
        help="A mapping's name in mappings/, or its file.",
        show_default=False,
        callback=mapping_by_name,
    ),
]
PlanArgument = Annotated[
    Path,
    typer.Argument(
        metavar="MAPPING|PLAN",
        help="A mapping's name or file (its newest plan), or a plan file.",
        show_default=False,
        callback=mapping_by_name,
    ),
]
ConnectorArgument = Annotated[
    str,
    typer.Argument(
        metavar="CONNECTOR",
        help="A connector's name in connectors/, or its file.",
        show_default=False,
        autocompletion=Folder(Path(), "").connector_names,
    ),
]
