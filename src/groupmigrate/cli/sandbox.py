"""`groupmigrate sandbox`: a practice store on this machine, until Ctrl-C."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from importlib import import_module
from inspect import signature
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from groupmigrate import platforms as rooms
from groupmigrate.cli.options import FormatOption
from groupmigrate.cli.output import Answer, Form, emit
from groupmigrate.errors import Exit, UsageError
from groupmigrate.platforms.base import Card
from groupmigrate.report.template import connector_template
from groupmigrate.wording import quoted, suggestion

if TYPE_CHECKING:
    from groupmigrate.platforms.sandbox import PracticeStore

KEY = "SANDBOX_KEY"

DataOption = Annotated[
    Path | None,
    typer.Option("--data", metavar="FILE", help="Where the store is kept; thrown away at the end without."),
]
PlatformArgument = Annotated[
    str, typer.Argument(metavar="PLATFORM", show_default=False, autocompletion=rooms.names)
]
PortOption = Annotated[
    int, typer.Option("--port", metavar="PORT", min=0, max=65535, help="0 takes a free one.")
]
SeedOption = Annotated[
    Path | None, typer.Option("--seed", metavar="FILE", help="What a new store starts with.")
]
FaultsOption = Annotated[
    str, typer.Option("--faults", metavar="SPEC", help='How it misbehaves: "lost-after=0.02,429=0.05".')
]
LatencyOption = Annotated[
    int, typer.Option("--latency", metavar="MS", min=0, max=60_000, help="Milliseconds for each answer.")
]
VersionOption = Annotated[
    str | None, typer.Option("--version", metavar="VERSION", help="Which version it speaks, as 1.7 or 9.")
]
ReadingsOption = Annotated[
    str, typer.Option("--readings", metavar="LIST", help="How it is where nobody knows how the platform is.")
]
MultistoreOption = Annotated[bool, typer.Option("--multistore", help="Several shops in one store.")]


def sandbox(
    platform: PlatformArgument,
    data: DataOption = None,
    port: PortOption = 0,
    seed: SeedOption = None,
    faults: FaultsOption = "",
    latency: LatencyOption = 0,
    version: VersionOption = None,
    multistore: MultistoreOption = False,
    readings: ReadingsOption = "",
    form: FormatOption = Form.TEXT,
) -> int:
    """Serve a practice store that speaks the platform's own wire format, on this machine only, until Ctrl-C.

    Where a platform has no API, it is a database file with the platform's own tables.

    \b
      groupmigrate sandbox prestashop
      groupmigrate sandbox prestashop --data shop.db --port 8080
      groupmigrate sandbox prestashop --faults "lost-after=0.02,429=0.05" --latency 20
      groupmigrate sandbox prestashop --version 1.7 --multistore
      groupmigrate sandbox magento --seed shop.json
      groupmigrate sandbox neto --readings "group=refuse,pages=1"
      groupmigrate sandbox opencart --version 3.0 --data shop.db
    """
    serve = _server(platform)
    asked: dict[str, str | int | None] = {
        "port": port,
        "faults": faults,
        "latency_ms": latency,
        "version": version,
        "multistore": multistore,
        "readings": readings,
    }
    more = _offered(platform, serve, asked)
    with ExitStack() as stack:
        place = data or Path(stack.enter_context(TemporaryDirectory(prefix="groupmigrate-"))) / "sandbox.db"
        practice = stack.enter_context(serve(place, seed=seed, **more))
        result = {"url": practice.url, "key": practice.key, **practice.options}
        lasting = data is not None and not practice.is_served
        # Ctrl-C is how a sandbox ends, and no failure, from the moment on that it is told
        with suppress(KeyboardInterrupt):
            emit(Answer("sandbox", result, _words(platform, practice, lasting=lasting)), form)
            if not lasting:
                practice.wait()
    return Exit.DONE


def _server(platform: str) -> Callable[..., PracticeStore]:
    served = {name: card for name, card in rooms.cards().items() if card.sandbox}
    card: Card | None = served.get(platform)
    if card is None:
        hint = suggestion(platform, list(served), "platforms with a sandbox")
        raise UsageError(f"there is no sandbox of {quoted(platform)}", hint=hint, code="GM107")
    module, _, maker = card.sandbox.partition(":")
    return cast("Callable[..., PracticeStore]", getattr(import_module(module), maker))


def _offered(
    platform: str, serve: Callable[..., PracticeStore], asked: dict[str, str | int | None]
) -> dict[str, str | int]:
    """What was asked for and not every platform's sandbox has. Raises UsageError where it has it not."""
    wanted: dict[str, str | int] = {name: value for name, value in asked.items() if value}
    for name in wanted.keys() - signature(serve).parameters.keys():
        option = f"--{name.removesuffix('_ms')}"
        raise UsageError(f"the sandbox of {quoted(platform)} has no {option}", hint=f"leave {option} out")
    return wanted


def _words(platform: str, practice: PracticeStore, *, lasting: bool) -> list[Any]:
    card = rooms.cards()[platform]
    values = {"url": practice.url, **practice.options}
    template = connector_template(
        card, card.ways[0], values=values, secret=KEY, secret_option=practice.key_option, short=True
    )
    return [
        f"a practice store at {practice.url}{'' if lasting else ', until Ctrl-C'}",
        "",
        f"  export {KEY}={practice.key}",
        "",
        "connectors/sandbox.yaml:",
        "",
        *(f"  {line}" for line in template),
    ]
