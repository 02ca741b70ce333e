"""The house keeps its order: imports point one way, and a room knows no other room."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import groupmigrate
from groupmigrate import platforms

ROOT = Path(groupmigrate.__file__).parent
FLOORS = (
    ("model", "homes", "errors", "codes", "identity", "compare", "wording", "closing", "disk", "database"),
    ("secret", "values", "yamlfile", "platforms.base"),
    ("platforms",),
    ("files",),
    ("files.groupnames", "files.route", "files.resolution", "files.catalogue", "files.review"),
    ("files.suppression", "files.migration"),
    ("planning",),
    ("planning.planheader", "planning.planrow", "planning.planfile"),
    ("planning.reading", "planning.plan", "planning.meaning", "planning.difference", "planning.suggest"),
    ("running",),
    ("running.newgroups", "running.result", "running.staleness", "running.canary", "running.sending"),
    ("running.run", "running.reversal", "running.undo", "running.verify", "running.worklist"),
    ("running.forecast",),
    ("report",),
    ("cli", "__main__"),
)
"""From the ground up. A module may import its own floor and those below, never one above. One that is not
named is on the floor of its folder."""


def modules() -> list[str]:
    """Every module of the package, without the package's name; "" is the package itself."""
    paths = (path.relative_to(ROOT).with_suffix("") for path in ROOT.rglob("*.py"))
    return sorted(".".join(path.parts).removesuffix("__init__").rstrip(".") for path in paths)


def imports(module: str) -> set[str]:
    """The modules of this package that a module imports, at its top or inside a function."""
    path = ROOT / Path(*module.split(".")) if module else ROOT
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
    inside = {name.partition(".")[2] for name in found if name.startswith("groupmigrate.")}
    return {name for name in inside if name in set(modules())}


def floor(module: str) -> int:
    """The floor a module is on: that of the longest name that it begins with."""
    fitting = [
        (len(name), number)
        for number, names in enumerate(FLOORS)
        for name in names
        if module == name or module.startswith(f"{name}.")
    ]
    assert fitting, f"{module} is on no floor"
    return max(fitting)[1]


@pytest.mark.parametrize("module", [name for name in modules() if name])
def test_a_module_imports_nothing_from_above(module: str) -> None:
    above = {name for name in imports(module) if name and floor(name) > floor(module)}
    assert above == set()


@pytest.mark.parametrize("room", platforms.names())
def test_a_room_knows_no_other_room_and_nothing_of_the_core(room: str) -> None:
    mine = f"platforms.{room}"
    others = {f"platforms.{name}" for name in platforms.names() if name != room}
    for module in modules():
        if module == mine or module.startswith(f"{mine}."):
            foreign = {name for name in imports(module) if any(name.startswith(other) for other in others)}
            assert foreign == set(), module
            assert {name for name in imports(module) if floor(name) > floor("platforms.base") + 1} == set()


def test_nothing_outside_the_rooms_names_a_platform() -> None:
    for module in modules():
        if module.startswith("platforms."):
            continue
        path = ROOT / Path(*module.split("."))
        file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        if not file.exists():
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        compared = [
            constant.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Compare)
            for constant in ast.walk(node)
            if isinstance(constant, ast.Constant) and constant.value in platforms.names()
        ]
        assert compared == [], module


@pytest.mark.parametrize("arguments", [["--help"], ["validate", "connectors", "mappings"]])
def test_quick_verbs_import_nothing_slow(arguments: list[str], repository: Path) -> None:
    program = (
        "import sys\nfrom groupmigrate.__main__ import main\n"
        f"sys.argv = ['groupmigrate', *{arguments!r}]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "slow = {'pandas', 'numpy', 'sqlalchemy', 'requests', 'werkzeug', 'sqlite3', 'tenacity'}\n"
        "slow |= {'jinja2', 'openpyxl'}\n"
        "print('slow:', sorted(slow & set(sys.modules)))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=repository, capture_output=True, text=True, check=True
    )
    assert "slow: []" in ran.stdout
