"""`groupmigrate explain`: what a reason code means."""

from __future__ import annotations

from typing import Annotated

import typer

from groupmigrate.cli.options import FormatOption
from groupmigrate.cli.output import Answer, Form, emit
from groupmigrate.codes import Code, catalogue, spelled
from groupmigrate.errors import UsageError
from groupmigrate.wording import nearest


def explain(
    code: Annotated[
        str, typer.Argument(metavar="CODE", help="GM301, gm301 or 301.", show_default=False)
    ] = "",
    form: FormatOption = Form.TEXT,
) -> int:
    """Say what a reason code means: why it happens, and what to do about it.

    \b
      groupmigrate explain GM301
      groupmigrate explain          all codes
    """
    if not code:
        found = catalogue()
        return emit(
            Answer("explain", _entries(found), [f"{name}  {entry.title}" for name, entry in found.items()]),
            form,
        )
    name = spelled(code)
    if not name:
        near = nearest(code if code.upper().startswith("GM") else f"GM{code}", list(catalogue()))
        hint = f'did you mean "{near}"? ' if near else ""
        raise UsageError(f'there is no code "{code}"', hint=f"{hint}`groupmigrate explain` lists them all")
    return emit(Answer("explain", _entries({name: catalogue()[name]}), _page(name, catalogue()[name])), form)


def _entries(codes: dict[str, Code]) -> dict[str, dict[str, str]]:
    return {name: entry._asdict() for name, entry in codes.items()}


def _page(name: str, entry: Code) -> list[str]:
    lines = (("why", entry.cause), ("as in", entry.example), ("do", entry.cure))
    return [f"{name}: {entry.title}", "", *(f"  {label:5} {words}" for label, words in lines)]
