"""`groupmigrate groups`: the customer groups of a store."""

from __future__ import annotations

from collections.abc import Sequence

from groupmigrate.cli.opening import connector_named, source_of
from groupmigrate.cli.options import ConnectorArgument, FormatOption
from groupmigrate.cli.output import Answer, Form, emit
from groupmigrate.model import Group
from groupmigrate.plan import passed
from groupmigrate.report.stores import groups_view


def groups(connector: ConnectorArgument, form: FormatOption = Form.TEXT) -> int:
    """List a store's customer groups: ids, names, built-in roles, settings, members.

    \b
      groupmigrate groups new-shop
      groupmigrate groups connectors/new-shop.yaml --format json
    """
    found = connector_named(connector)
    with source_of(found) as store:
        check = passed(store.check(), found.name)
        listed: Sequence[Group] = store.groups()
    result = {"store": check.store, "groups": listed}
    return emit(Answer("groups", result, groups_view(check, listed)), form)
