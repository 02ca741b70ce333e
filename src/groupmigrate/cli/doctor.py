"""`groupmigrate doctor`: can a store be worked with? Reads only."""

from __future__ import annotations

from groupmigrate.cli.opening import connector_named, source_of
from groupmigrate.cli.options import ConnectorArgument, FormatOption
from groupmigrate.cli.output import Answer, Form, emit
from groupmigrate.errors import Exit
from groupmigrate.platforms.base import Severity
from groupmigrate.report.stores import check_view


def doctor(connector: ConnectorArgument, form: FormatOption = Form.TEXT) -> int:
    """Ask a store who it is, what the key may do, and what would spoil a run.

    \b
      groupmigrate doctor new-shop
      groupmigrate doctor connectors/new-shop.yaml

    The exit code is 1 if something would stop a run.
    """
    found = connector_named(connector)
    with source_of(found) as store:
        check = store.check()
    ill = any(finding.severity is Severity.ERROR for finding in check.findings)
    return emit(
        Answer("doctor", check, check_view(found.name, check), Exit.COULD_NOT if ill else Exit.DONE), form
    )
