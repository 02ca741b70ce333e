"""JSON Schema of the files that the user writes, for editors: from the definitions that the loader uses."""

from __future__ import annotations

from typing import Any, TypeAlias

from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from groupmigrate import platforms
from groupmigrate.files.connector import Header
from groupmigrate.files.language import MappingFile
from groupmigrate.platforms.base import Card, Way

Schema: TypeAlias = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def mapping_schema() -> Schema:
    """The schema of mapping files, draft 2020-12."""
    schema = MappingFile.model_json_schema(schema_generator=_Generator)
    return {"$schema": DIALECT, **schema, "title": "groupmigrate mapping"}


def connector_schema() -> Schema:
    """The schema of connector files, draft 2020-12: one form for each way of each platform."""
    definitions: Schema = {}
    forms = [_form(card, way, definitions) for card in platforms.cards().values() for way in card.ways]
    return {
        "$schema": DIALECT,
        "title": "groupmigrate connector",
        "description": "A store and how to reach it.",
        "type": "object",
        "oneOf": forms,
        "$defs": definitions,
    }


def _form(card: Card, way: Way, definitions: Schema) -> Schema:
    """The schema of one way; what it refers to is put into `definitions` under names of its own."""
    prefix = f"{card.name}.{way.name}."
    template = f"#/$defs/{prefix}{{model}}"
    options = way.options.model_json_schema(ref_template=template, schema_generator=_Generator)
    definitions.update({prefix + name: one for name, one in options.pop("$defs", {}).items()})
    header = Header.model_json_schema()["properties"]
    header["platform"] = {"const": card.name, "description": card.title}
    header["via"] = {"const": way.name, "description": header["via"]["description"]}
    required = ["version", "platform"] if len(card.ways) == 1 else ["version", "platform", "via"]
    return {
        **options,
        "title": f"{card.title} via {way.name}",
        "properties": {**header, **options.get("properties", {})},
        "required": [*required, *options.get("required", [])],
    }


class _Generator(GenerateJsonSchema):
    def str_schema(self, schema: core_schema.StringSchema) -> Schema:
        """The loader takes every value as text, so `default_group: 1` is as good as `"1"`."""
        return {**super().str_schema(schema), "type": ["string", "number"]}

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> Schema:
        """Without `default: null`, which editors would offer to write."""
        made = super().default_schema(schema)
        return {key: value for key, value in made.items() if key != "default" or value is not None}
