"""The options that several verbs share: their names and their help, once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from groupmigrate.cli.output import Form
from groupmigrate.folder import Folder

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
    Path, typer.Argument(metavar="MAPPING", help="A mapping file.", show_default=False)
]
PlanArgument = Annotated[
    Path,
    typer.Argument(
        metavar="MAPPING|PLAN", help="A mapping file (its newest plan), or a plan file.", show_default=False
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
