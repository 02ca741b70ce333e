"""Whatever stands in a file, it loads or gives problems; what a mapping says survives being written."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from groupmigrate import yamlfile
from groupmigrate.errors import FileProblems, Problem
from groupmigrate.files.connector import load_connector
from groupmigrate.files.mapping import Condition, load_mapping
from groupmigrate.files.migration import check_files
from groupmigrate.yamlfile import nodes

INDICATORS = "ab01 \n\t:-?[]{},&*!|>'\"%@`#~<.\\=_éж🛒\0\r\x85\u2028\ufeff"
PRINTABLE = st.characters(
    exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufffe\uffff\ufeff"
)
NAMES = st.text(PRINTABLE, min_size=1, max_size=100)
SEVERAL = st.lists(NAMES, min_size=1, max_size=3, unique=True)
COUNTRIES = st.lists(st.sampled_from(["RO", "NO", "DE", "GB"]), min_size=1, unique=True)
TOP = ("version", "source", "target", "groups", "unmapped", "customers", "limits", "assert", "A", "")
BELOW = ("to", "when", "skip", "same_as", "country", "existing", "addresses", "max_failures")
KEYS = st.sampled_from((*TOP, *BELOW, "platform", "via", "url", "key"))
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.text(max_size=5) | st.sampled_from(["1", "true", "error", "RO", "prestashop", "magento"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files") / "file.yaml"


def quoted(text: str) -> str:
    """The text as YAML's double-quoted scalar."""
    return json.dumps(text, ensure_ascii=False)


def problems(read: Callable[[Path], object], path: Path) -> Sequence[Problem] | None:
    """What is wrong with a file; None if nothing is."""
    try:
        read(path)
    except FileProblems as error:
        return error.problems
    return None


def loads_or_gives_problems(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    found = problems(yamlfile.load, path)
    assert found is None or all(one.line >= 1 and one.column >= 1 and one.message for one in found)
    assert found != ()


@given(st.binary(max_size=200))
@example(b"\xff\xfe")
@example(b"\xef\xbb\xbf")
@example(b"a: \xf0\x9f")
def test_any_bytes_load_or_give_problems(path: Path, content: bytes) -> None:
    loads_or_gives_problems(path, content)


@given(st.text(INDICATORS, max_size=80) | st.text(max_size=80))
@example("a: \ufeff")
@example('"\\ud800"')
@example("%YAML 1.2\n---\n")
@example("a: |\n  b\n c")
def test_any_text_loads_or_gives_problems(path: Path, text: str) -> None:
    loads_or_gives_problems(path, text.encode("utf-8", "replace"))


@given(st.text(INDICATORS, max_size=60))
@example('"\\UFFFFFFFF"')
def test_any_text_is_read_without_the_c_library_too(path: Path, text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nodes, "LOADER", yaml.SafeLoader)
        loads_or_gives_problems(path, text.encode())


@given(st.dictionaries(KEYS, VALUES, max_size=8))
def test_any_values_are_a_mapping_or_give_problems_with_places(path: Path, data: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    for read in (load_mapping, load_connector):
        found = problems(read, path)
        assert found is None or all(one.message and "Input should" not in one.message for one in found)
        assert found != ()
    assert check_files([path]).files == 1


@given(st.lists(st.tuples(NAMES, SEVERAL), max_size=6, unique_by=lambda line: line[0]))
@example([("on", ["no"]), ("null", ["~"]), ("<<", ["="])])
@example([("it's", ['"', "\\", "a: b # c", " x ", "- a", "\u00a0"])])
def test_names_of_any_printable_text_survive_in_quotes(
    path: Path, lines: list[tuple[str, list[str]]]
) -> None:
    text = "version: 1\nsource: a\ntarget: b\ngroups:\n" + ("" if lines else "  {}\n")
    text += "".join(f"  {quoted(name)}: [{', '.join(map(quoted, to))}]\n" for name, to in lines)
    path.write_text(text, encoding="utf-8")
    mapping = load_mapping(path)
    assert [(line.source, list(line.destinations[0].groups)) for line in mapping.groups] == lines


@given(st.integers().map(str) | st.floats().map(str) | st.dates().map(str) | st.times().map(str))
def test_numbers_and_dates_survive_without_quotes(path: Path, name: str) -> None:
    path.write_text(f"version: 1\nsource: a\ntarget: b\ngroups:\n  {name}: {name}\n", encoding="utf-8")
    (line,) = load_mapping(path).groups
    assert (line.source, line.destinations[0].groups) == (name, (name,))


def rules(last_has_condition: bool) -> st.SearchStrategy[list[dict[str, Any]]]:
    when = st.fixed_dictionaries(
        {}, optional={"country": COUNTRIES, "website": SEVERAL, "newsletter": st.booleans()}
    ).filter(bool)
    conditional = st.fixed_dictionaries({"when": when, "to": SEVERAL})
    last = conditional if last_has_condition else st.fixed_dictionaries({"to": SEVERAL})
    return st.builds(lambda some, end: [*some, end], st.lists(conditional, max_size=2), last)


LINES = st.one_of(
    NAMES,
    SEVERAL,
    st.fixed_dictionaries({"to": SEVERAL}),
    st.fixed_dictionaries({"skip": NAMES}),
    rules(last_has_condition=True),
    rules(last_has_condition=False),
    st.fixed_dictionaries(
        {"same_as": NAMES}, optional={"customers": NAMES | SEVERAL | rules(last_has_condition=False)}
    ),
)
MAPPINGS = st.fixed_dictionaries(
    {
        "version": st.just(1),
        "source": NAMES,
        "target": NAMES,
        "groups": st.dictionaries(NAMES, LINES, max_size=5),
    },
    optional={
        "unmapped": st.sampled_from(["error", "skip"]) | st.fixed_dictionaries({"to": SEVERAL}),
        "customers": st.fixed_dictionaries(
            {},
            optional={
                "existing": st.sampled_from(["group", "update", "keep", "error"]),
                "addresses": st.booleans(),
            },
        ),
        "limits": st.fixed_dictionaries(
            {}, optional={"max_failures": st.integers(0), "max_updates_percent": st.integers(0, 100)}
        ),
        "assert": st.lists(st.fixed_dictionaries({"group": NAMES, "customers": st.integers(0)}), max_size=3),
    },
)


def expected_destinations(form: Any) -> list[tuple[tuple[str, ...], Condition | None]]:
    if isinstance(form, str):
        return [((form,), None)]
    if isinstance(form, dict):
        form = [form]
    if isinstance(form[0], str):
        return [(tuple(form), None)]
    return [(tuple(rule["to"]), expected_condition(rule.get("when"))) for rule in form]


def expected_condition(when: dict[str, Any] | None) -> Condition | None:
    if when is None:
        return None
    return Condition(tuple(when.get("country", ())), tuple(when.get("website", ())), when.get("newsletter"))


@given(MAPPINGS)
def test_a_mapping_that_is_written_down_loads_as_it_was(path: Path, data: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=10_000), encoding="utf-8")
    mapping = load_mapping(path)
    assert (mapping.source, mapping.target) == (data["source"], data["target"])
    assert [line.source for line in mapping.groups] == list(data["groups"])
    for line, form in zip(mapping.groups, data["groups"].values(), strict=True):
        same_as = form.get("same_as") if isinstance(form, dict) else None
        skip = form.get("skip") if isinstance(form, dict) else None
        places = form.get("customers", []) if same_as else [] if skip else form
        assert (line.same_as, line.skip) == (same_as, skip)
        found = [(place.groups, place.when) for place in line.destinations]
        assert found == (expected_destinations(places) if places else [])
    unmapped = data.get("unmapped", "error")
    kind, groups = (unmapped, ()) if isinstance(unmapped, str) else ("to", tuple(unmapped["to"]))
    assert (mapping.unmapped.kind, mapping.unmapped.groups) == (kind, groups)
    policy = {"existing": "group", "addresses": True, **data.get("customers", {})}
    assert (mapping.policy.existing, mapping.policy.addresses) == (policy["existing"], policy["addresses"])
    limits = {"max_failures": 50, "max_updates_percent": 30, **data.get("limits", {})}
    assert vars(mapping.limits) == limits
    assert [(one.group, one.customers) for one in mapping.assertions] == [
        (one["group"], one["customers"]) for one in data.get("assert", [])
    ]
