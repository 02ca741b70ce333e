"""`groupmigrate groups`: the customer groups of a store, listed, and saved for checks without the store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType

from groupmigrate import platforms
from groupmigrate.cli.opening import connector_named, source_of, target_of
from groupmigrate.cli.options import ConnectorArgument, FormatOption
from groupmigrate.cli.output import Answer, Form, emit
from groupmigrate.errors import FileProblems, UsageError
from groupmigrate.files.catalogue import (
    Catalogue,
    catalogue_of,
    catalogue_path,
    read_catalogue,
    save_catalogue,
)
from groupmigrate.files.connector import Connector
from groupmigrate.model import Group
from groupmigrate.planning.reading import passed
from groupmigrate.platforms.base import Check, Rules, Target
from groupmigrate.report.lettering import printable
from groupmigrate.report.stores import about_groups, groups_view
from groupmigrate.wording import quoted

SaveOption = Annotated[
    bool, typer.Option("--save", help="Save them beside the connector, for `validate`; commit that file.")
]


def groups(connector: ConnectorArgument, save: SaveOption = False, form: FormatOption = Form.TEXT) -> int:
    """List a store's customer groups: ids, names, built-in roles, settings, members.

    \b
      groupmigrate groups new-shop
      groupmigrate groups new-shop --save
      groupmigrate groups connectors/new-shop.yaml --format json

    --save writes connectors/new-shop.groups.json: names, roles and settings, and nothing about customers.
    `groupmigrate validate` then checks the names of mappings without a network.
    """
    found = connector_named(connector)
    check, listed, rules = _asked(found, with_rules=save)
    result: dict[str, object] = {"store": check.store, "groups": listed, "findings": about_groups(check)}
    text: list[RenderableType] = list(groups_view(check, listed))
    if save:
        path = catalogue_path(found.path)
        result["saved"] = str(path)
        text += [f"saved in {path}", *_saved(check, listed, rules, path)]
    return emit(Answer("groups", result, text), form)


def _asked(found: Connector, *, with_rules: bool) -> tuple[Check, Sequence[Group], Rules | None]:
    """The store's answers; its rules only if it can be written as the connector has it."""
    if with_rules and platforms.way_of(found).writes:
        with target_of(found, read_only=True) as target:
            return passed(target.check(), found.name), target.groups(), _rules(target)
    with source_of(found) as source:
        return passed(source.check(), found.name), source.groups(), None


def _rules(target: Target) -> Rules | None:
    """None where the connector is a source's: it may mean several shops, and only one can be written to."""
    try:
        return target.rules()
    except UsageError:
        return None


def _saved(check: Check, listed: Sequence[Group], rules: Rules | None, path: Path) -> Iterator[str]:
    """Save the groups, and say what is other than the last time."""
    before = _before(path)
    now = datetime.now(UTC)
    after = catalogue_of(
        listed, store=check.store, version=check.version, rules=rules, before=before, now=now
    )
    save_catalogue(after, path)
    return _changes(before, after) if before else iter(())


def _before(path: Path) -> Catalogue | None:
    """What was saved the last time; a file that cannot be read is replaced, and only old names are lost."""
    try:
        return read_catalogue(path)
    except FileProblems:
        return None


def _changes(before: Catalogue, after: Catalogue) -> Iterator[str]:
    old = {group.id: printable(group.name) for group in before.groups}
    new = {group.id: printable(group.name) for group in after.groups}
    for identity in {**old, **new}:
        was, now = old.get(identity), new.get(identity)
        if was is None:
            yield f"  new: {quoted(now or '')}"
        elif now is None:
            yield f"  gone: {quoted(was)}"
        elif was != now:
            yield f"  renamed: {quoted(was)} is {quoted(now)} now"
