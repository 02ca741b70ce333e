"""Files for Magento's import, written by real processes that are killed at any moment and run again."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
KILLED = HERE / "support" / "killed.py"
MAPPING = """\
version: 1
source: old
target: new
groups: {NOT LOGGED IN: NOT LOGGED IN, General: Wholesale, Wholesale: Wholesale, Retailer: Retailer}
customers: {passwords: carry}
limits: {max_updates_percent: 100}
"""
OLD = "version: 1\nplatform: magento\nvia: csv\ncustomers: ../old.csv\naddresses: ../homes.csv\n"
NEW = """\
version: 1
platform: magento
via: csv-import
folder: ../files
existing: ../new.csv
rows_per_file: 4
"""
CUSTOMERS, KNOWN = 23, 5
pytestmark = [pytest.mark.resume, pytest.mark.timeout(300)]


def made(root: Path, files: str) -> Path:
    """A migration folder: everybody has an address and a hash, and a few are in the shop already."""
    people = [f"p{number}@example.com" for number in range(CUSTOMERS)]
    header = "email,_website,group_id,firstname,lastname,password_hash\n"
    rows = [f"{email},base,1,A,B,{'ab' * 16}:salt:0\n" for email in people]
    homes = [f'base,{email},A,B,"Main 1\nb",C,RO,1,1\n' for email in people]
    columns = "_website,_email,firstname,lastname,street,city,country_id,postcode,telephone\n"
    for name, text in {
        "mappings/move.yaml": MAPPING,
        "connectors/old.yaml": OLD,
        "connectors/new.yaml": f"{NEW}files: {files}\n",
        "old.csv": header + "".join(rows),
        "homes.csv": columns + "".join(homes),
        "new.csv": header + "".join(rows[::5][:KNOWN]),
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def ran(folder: Path, *arguments: str, killed: tuple[str, ...] = ()) -> int:
    program = [str(KILLED), *killed] if killed else ["-m", "groupmigrate"]
    command = [sys.executable, *program, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, timeout=100).returncode


def written(folder: Path) -> dict[str, bytes]:
    """All files by name, without drafts of a write that was cut off."""
    return {path.name: path.read_bytes() for path in (folder / "files").glob("[!.]*")}


@pytest.fixture(scope="module", params=["composite", "pair"])
def planned(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a plan, and beside it one where the same plan was run undisturbed."""
    root = tmp_path_factory.mktemp("files")
    folder = made(root / "planned", request.param)
    assert ran(folder, "plan", "mappings/move.yaml") == 0
    shutil.copytree(folder, root / "undisturbed")
    assert ran(root / "undisturbed", "run", "mappings/move.yaml", "--yes") == 0
    return folder


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2, 3, 6])
def test_a_killed_run_goes_on_and_the_files_are_the_same(
    planned: Path, when: str, number: int, tmp_path: Path
) -> None:
    expected = written(planned.parent / "undisturbed")
    folder = tmp_path / "killed"
    shutil.copytree(planned, folder)
    assert ran(folder, "run", "mappings/move.yaml", "--yes", killed=(when, str(number), "5")) == -9
    assert written(folder) != expected
    assert ran(folder, "run", "mappings/move.yaml", "--yes") == 0
    assert written(folder) == expected
    assert {name for name in expected if name.startswith("groups")} == {"groups-0001.csv", "groups-0002.csv"}
    assert ran(folder, "verify", "mappings/move.yaml") == 0
