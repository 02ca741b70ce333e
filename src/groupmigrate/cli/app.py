"""The list of verbs. A verb's own file is imported only when that verb is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from groupmigrate import __version__
from groupmigrate.errors import UsageError
from groupmigrate.wording import suggestion

SECTIONS: dict[str, dict[str, str]] = {
    "A migration": {
        "init": "Make a migration folder with commented templates.",
        "suggest": "Write a first mapping from what both stores hold.",
        "validate": "Check mapping and connector files, offline.",
        "plan": "Read both stores and write down what would change.",
        "show": "Look into a plan: totals, customers, one person.",
        "run": "Apply a plan, or resume one that was cut off.",
        "status": "Say how far the plans of a mapping are.",
        "retry": "Send again what the target refused.",
        "verify": "Read the target back and compare it with the plan.",
        "undo": "Take a run back: remove who was created, restore who was changed.",
        "purge": "Delete snapshots, plans and journals.",
    },
    "Stores": {
        "doctor": "Check that a store can be worked with.",
        "groups": "List a store's customer groups.",
        "export": "Write a store's customers to CSV files.",
        "sandbox": "Serve a practice store on this machine.",
    },
    "Reference": {
        "platforms": "List the platforms and what they can do.",
        "explain": "Explain a reason code.",
        "schema": "Print the JSON Schema of a file for editors.",
    },
}
VERBS = {name: summary for section in SECTIONS.values() for name, summary in section.items()}


class Verbs(TyperGroup):
    """The verbs by name, resolved on demand."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the parser's signature
        """The names, in the order of the help."""
        return list(VERBS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - see above
        """The verb of that name; raises UsageError with the nearest one."""
        if cmd_name not in VERBS:
            raise UsageError(
                f'there is no verb "{cmd_name}"', hint=suggestion(cmd_name, list(VERBS), "verbs")
            )
        single = typer.Typer(add_completion=False, rich_markup_mode=None)
        verb = getattr(import_module(f"groupmigrate.cli.{cmd_name}"), cmd_name)
        single.command(cmd_name, short_help=VERBS[cmd_name])(verb)
        return get_command(single)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - see above
        """Write the verbs in their sections, without importing one."""
        for title, verbs in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl(list(verbs.items()))


app = typer.Typer(
    cls=Verbs,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"groupmigrate {__version__}")
        raise typer.Exit


@app.callback()
def groupmigrate(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Move customers, with the groups they belong to, from one online store to another.

    \b
      groupmigrate init shop-move --source magento --target prestashop
      groupmigrate plan mappings/demo.yaml
      groupmigrate run mappings/demo.yaml
      groupmigrate verify mappings/demo.yaml

    `groupmigrate VERB --help` shows examples of a verb.
    """
