"""`groupmigrate schema`: the JSON Schema of the files that the user writes, for editors."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer

from groupmigrate.cli.options import FormatOption
from groupmigrate.cli.output import Answer, Form, emit
from groupmigrate.files.jsonschema import connector_schema, mapping_schema


class Kind(StrEnum):
    """The files that have a schema."""

    MAPPING = "mapping"
    CONNECTOR = "connector"


MAKERS = {Kind.MAPPING: mapping_schema, Kind.CONNECTOR: connector_schema}


def schema(
    kind: Annotated[
        Kind, typer.Argument(metavar="mapping|connector", help="The kind of file.", show_default=False)
    ],
    form: FormatOption = Form.TEXT,
) -> int:
    """Print the JSON Schema (draft 2020-12) of mapping or connector files.

    \b
      groupmigrate schema mapping > mapping.schema.json

    `groupmigrate init` writes both schemas into the folder and points the mapping to them.
    """
    made = MAKERS[kind]()
    return emit(Answer("schema", made, [json.dumps(made, ensure_ascii=False, indent=2)]), form)
