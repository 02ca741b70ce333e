"""A folder that may not be written: said plainly, by a process without root's right to write everywhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

RIGHTS = "-dac_override,-dac_read_search"
"""What lets root ignore the rights of files."""


def plain_user(*arguments: str, folder: Path) -> tuple[int, str]:
    """Run the command line without root's rights; exit code and what was said on stderr."""
    program = [sys.executable, "-m", "groupmigrate", *arguments]
    if os.geteuid() == 0:
        program = ["setpriv", f"--bounding-set={RIGHTS}", f"--inh-caps={RIGHTS}", *program]
    ran = subprocess.run(program, cwd=folder, capture_output=True, text=True, timeout=60)
    return ran.returncode, ran.stderr


@pytest.fixture
def folder(tmp_path: Path, repository: Path) -> Iterator[Path]:
    """A migration folder."""
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        pytest.skip("root may write everywhere, and there is no setpriv to give that up")
    for name in ("connectors", "mappings", "sample_data"):
        shutil.copytree(repository / name, tmp_path / "move" / name)
    yield tmp_path / "move"
    for path in [tmp_path / "move", *(tmp_path / "move").rglob("*")]:
        path.chmod(0o700)


def test_planning_in_a_folder_that_may_not_be_written_is_told(folder: Path) -> None:
    folder.chmod(0o500)
    code, said = plain_user("plan", "mappings/demo.yaml", folder=folder)
    assert code == 1
    assert "cannot write here: Permission denied [GM515]" in said
    assert "work in a folder that you may write" in said
    assert not (folder / ".groupmigrate").exists()


def test_exporting_into_a_folder_that_may_not_be_written_is_told(folder: Path) -> None:
    folder.chmod(0o500)
    code, said = plain_user("export", "sample-magento", "--out", "copy", folder=folder)
    assert code == 1
    assert "GM515" in said
    assert "Traceback" not in said


def test_a_snapshot_that_may_not_be_written_is_told(folder: Path) -> None:
    assert plain_user("plan", "mappings/demo.yaml", "--quiet", folder=folder)[0] == 0
    (folder / ".groupmigrate" / "demo" / "snapshot.db").chmod(0o400)
    code, said = plain_user("plan", "mappings/demo.yaml", "--quiet", folder=folder)
    assert code == 1
    assert "snapshot.db cannot be used" in said


def test_a_file_that_may_not_be_read_is_a_problem_of_the_file(folder: Path) -> None:
    (folder / "mappings" / "demo.yaml").chmod(0)
    code, said = plain_user("validate", "mappings", folder=folder)
    assert code == 2
    assert "mappings/demo.yaml:1:1: GM106 the file cannot be read: Permission denied" in said
