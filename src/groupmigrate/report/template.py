"""Templates of the files of a migration folder: every option with its help, as the rooms declare them."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from groupmigrate.platforms.base import Card, Way
from groupmigrate.report.options import Option, options_of

WIDTH = 100


def connector_template(
    card: Card,
    way: Way,
    *,
    values: Mapping[str, Any] | None = None,
    secret: str,
    secret_option: str = "",
    short: bool = False,
) -> Iterator[str]:
    """The lines of a connector file.

    `values` are options that are known, `secret` is the environment variable of `secret_option`, else of the
    first secret: others are other ways in, or for some shops. What has a default is commented out, or left
    away in a short template.
    """
    yield "version: 1"
    yield f"platform: {card.name}"
    if len(card.ways) > 1 or not short:
        yield f"via: {way.name}"
    if others := [other.name for other in card.ways if other is not way and not short]:
        yield f"# other ways: {', '.join(others)}; `groupmigrate platforms {card.name}` lists their options"
    options = options_of(way.options)
    secrets = (option for option in options if option.secret and secret_option in ("", option.name))
    first_secret = next(secrets, None)
    for option in options:
        known = option.name in (values or {})
        value = (values or {})[option.name] if known else _value(option, secret)
        needed = option.required or option is first_secret
        given = needed or known or (option.examples and not option.secret and not short)
        if short and not given:
            continue
        if not short:
            yield ""
            yield from _comment(option.help)
        yield f"{option.name}: {_yaml(value)}" if given else f"# {option.name}: {_unset(option)}"


def mapping_template(source: str, target: str, schema: str) -> str:
    """A commented mapping file between two connectors."""
    return MAPPING.format(source=source, target=target, schema=schema)


def readme_template(name: str, source: str, target: str) -> str:
    """What to do in a new migration folder, step by step."""
    return README.format(name=name, source=source, target=target)


def _comment(words: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(words, WIDTH)]


def _value(option: Option, secret: str) -> Any:
    if option.secret:
        return f"env:{secret}"
    return option.examples[0] if option.examples else "TODO"


def _unset(option: Option) -> str:
    """What stands behind an option that is commented out: its default, an example, or its type."""
    if option.default not in (None, "", {}, []):
        return _yaml(option.default)
    return _yaml(option.examples[0]) if option.examples else f"({option.type})"


def _yaml(value: Any) -> str:
    """The value on one line; JSON is YAML, and plain words need no quotes."""
    if isinstance(value, str) and value.replace("://", "").replace("-", "").replace("_", "").isalnum():
        return value
    if isinstance(value, str) and value.startswith(("env:", "http://", "https://")) and " " not in value:
        return value
    return json.dumps(value, ensure_ascii=False)


MAPPING = """\
# yaml-language-server: $schema={schema}
# Which group of the source becomes which group of the target. `groupmigrate groups {source}` and
# `groupmigrate groups {target}` list the names; the target's groups must exist already.
version: 1
source: {source}
target: {target}

# The order is the priority of customers who are in several groups.
groups:
  General: Customer
  # Wholesale: [Trade, Customer]      several groups; the first becomes the default group
  # Retailer:                         conditions; the first that holds wins
  #   - when: {{country: [RO, BG]}}
  #     to: Trade
  #   - to: Customer
  # Old group:
  #   skip: nobody needs it any more

# Customers of groups without a line: error, skip, or {{to: GROUP}}.
unmapped: error

customers:
  existing: group        # in the target already: group (change only the groups), update, keep or error
  guests: skip           # bought without an account: skip or create
  duplicates: error      # one e-mail twice in the source: error, newest or oldest
  misfits: block         # fields that the target cannot hold: block the customer, or leave_out the field

limits:
  max_failures: 50           # a run stops when more customers failed
  max_updates_percent: 30    # a run does not start if it would change more of the target's customers
"""

README = """\
# {name}

Moves customers, with the groups they belong to, from {source} to {target}.

1. Fill in `connectors/{source}.yaml` and `connectors/{target}.yaml`. Secrets stay outside: write `env:NAME`,
   `file:PATH` or `keyring:SERVICE/NAME`.
2. `groupmigrate doctor {source}` and `groupmigrate doctor {target}` try them.
3. `groupmigrate groups {source} --save` and `groupmigrate groups {target} --save` list the groups, and keep
   them in `connectors/*.groups.json`. Write them into `mappings/{name}.yaml`; `groupmigrate validate` checks
   files and names without asking the stores. Commit all of it, and save again when groups have changed.
4. `groupmigrate plan mappings/{name}.yaml` reads both stores and shows what would change. Nothing is written.
   `groupmigrate show mappings/{name}.yaml --action blocked` lists who cannot be moved, and why.
5. `groupmigrate run mappings/{name}.yaml` applies it. If it is cut off, run it again: it goes on.
6. `groupmigrate verify mappings/{name}.yaml` reads the target back.
7. `groupmigrate purge mappings/{name}.yaml` deletes what was stored here about people.

`.groupmigrate/` holds personal data: it is readable by you only, and git ignores it.
"""
