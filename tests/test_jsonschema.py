"""The JSON Schema says the same as the loader, so that an editor shows what `validate` would."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from groupmigrate import platforms
from groupmigrate.files.jsonschema import connector_schema, mapping_schema

ROOT = Path(__file__).parent.parent
EXAMPLES = Path(__file__).parent / "example-files"
GOOD = sorted((EXAMPLES / "good").glob("*.yaml"))
CONNECTORS = sorted(
    [*(EXAMPLES / "good" / "connectors").glob("*.yaml"), *(ROOT / "connectors").glob("*.yaml")]
)
# What no schema can say: the syntax of YAML, and the order of rules.
BEYOND = {"GM101", "GM102", "GM129"}


def codes(path: Path) -> set[str]:
    """The codes that a bad example announces."""
    return set(re.findall(r"^# (GM\d+) ", path.read_text(encoding="utf-8"), re.MULTILINE))


STRUCTURAL = [path for path in sorted((EXAMPLES / "bad").glob("*.yaml")) if not codes(path) & BEYOND]


class Yaml12(yaml.SafeLoader):
    """YAML as editors read it: 1.2, where `no` is text and there are no dates."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own way to say it


for tag, pattern, first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
):
    Yaml12.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), first)
Yaml12.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))
Yaml12.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(node.value))


def as_an_editor_reads(path: Path) -> Any:
    data = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=Yaml12)
    return json.loads(json.dumps(data))


def errors(schema: dict[str, Any], data: Any) -> list[str]:
    return [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(data)]


@pytest.mark.parametrize("schema", [mapping_schema(), connector_schema()], ids=["mapping", "connector"])
def test_schemas_are_valid_and_can_be_written_as_json(schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json.loads(json.dumps(schema)) == schema


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good_mappings_are_accepted(path: Path) -> None:
    assert errors(mapping_schema(), as_an_editor_reads(path)) == []


@pytest.mark.parametrize("path", STRUCTURAL, ids=lambda path: path.stem)
def test_bad_mappings_are_refused(path: Path) -> None:
    assert errors(mapping_schema(), as_an_editor_reads(path))


@pytest.mark.parametrize("path", CONNECTORS, ids=lambda path: path.stem)
def test_connectors_are_accepted(path: Path) -> None:
    assert errors(connector_schema(), as_an_editor_reads(path)) == []


def test_every_way_of_every_platform_has_its_form() -> None:
    forms = connector_schema()["oneOf"]
    declared = [(name, way.name) for name, card in platforms.cards().items() for way in card.ways]
    assert [
        (one["properties"]["platform"]["const"], one["properties"]["via"]["const"]) for one in forms
    ] == declared
    for form in forms:
        assert form["additionalProperties"] is False
        assert {"version", "platform"} <= set(form["required"])
        assert all(one.get("description") for one in form["properties"].values()), form["title"]


def test_every_key_of_the_mapping_language_is_explained() -> None:
    schema = mapping_schema()
    for block in (schema, *schema["$defs"].values()):
        for name, one in block["properties"].items():
            target = schema["$defs"].get(str(one.get("$ref", "")).rpartition("/")[2], {})
            assert one.get("description") or target.get("description"), name


def test_numbers_and_switches_are_typed() -> None:
    definitions = mapping_schema()["$defs"]
    assert definitions["Limits"]["properties"]["max_failures"]["type"] == "integer"
    assert definitions["Policy"]["properties"]["addresses"]["type"] == "boolean"
    assert definitions["Condition"]["properties"]["newsletter"]["type"] == "boolean"


def test_an_unquoted_secret_is_refused_by_the_editor_too() -> None:
    data = as_an_editor_reads(EXAMPLES / "good" / "connectors" / "new-shop.yaml")
    assert errors(connector_schema(), data) == []
    assert errors(connector_schema(), {**data, "key": "hunter2"})
    assert errors(connector_schema(), {**data, "keyy": "env:X"})
    assert errors(connector_schema(), {**data, "version": 2})
