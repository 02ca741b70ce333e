"""The migration folder: where things lie, who may read them, and one run at a time."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from groupmigrate.disk import disk_errors
from groupmigrate.errors import DiskError, Exit, Locked
from groupmigrate.files.folder import Folder

HOLD = """
import sys, time
from pathlib import Path
from groupmigrate.files.folder import Folder
with Folder.of(Path(sys.argv[1])).lock():
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder.of(tmp_path / "mappings" / "demo.yaml")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# --- plans ---


def test_a_new_plan_comes_behind_all_others_even_if_the_clock_was_set_back(folder: Folder) -> None:
    ahead = folder.prepare() / "29991231-235959999-1a2b3c4d.plan"
    ahead.touch()
    made = [folder.new_plan("0") for _ in range(2)]
    assert made[0] == made[1]
    assert ahead.name < made[0].name
    made[0].touch()
    folder.new_plan("1").touch()
    assert folder.plans() == [ahead, made[0], folder.plans()[-1]]
    assert folder.plans()[-1].name.endswith("-1.plan")


def test_a_plan_that_somebody_renamed_is_never_taken_for_the_newest(folder: Folder) -> None:
    renamed = folder.prepare() / "wholesale approved.plan"
    renamed.touch()
    folder.new_plan("0").touch()
    assert len(folder.plans()) == 2
    assert folder.plans()[0] == renamed


# --- where ---


def test_the_root_is_above_the_folder_of_mappings(tmp_path: Path) -> None:
    folder = Folder.of(tmp_path / "mappings" / "demo.yaml")
    assert (folder.root, folder.name) == (tmp_path, "demo")
    assert folder.connectors == tmp_path / "connectors"
    assert folder.state == tmp_path / ".groupmigrate" / "demo"
    assert folder.snapshot == tmp_path / ".groupmigrate" / "demo" / "snapshot.db"


def test_a_mapping_outside_of_mappings_lies_in_the_root(tmp_path: Path) -> None:
    assert Folder.of(tmp_path / "demo.yaml").root == tmp_path


def test_the_root_is_the_same_from_wherever_the_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for inner in ("mappings/deep", "mappings", "."):
        (tmp_path / inner).mkdir(parents=True, exist_ok=True)
        monkeypatch.chdir(tmp_path / inner)
        named = os.path.relpath(tmp_path / "mappings" / "demo.yaml")
        assert Folder.of(Path(named)).root.resolve() == tmp_path.resolve(), inner


def test_connectors_are_found_by_name_with_either_ending(folder: Folder) -> None:
    folder.connectors.mkdir()
    for name in ("b.yml", "a.yaml", "README.md", ".hidden.yaml"):
        (folder.connectors / name).touch()
    assert folder.connector_names() == ("a", "b")
    assert folder.connector("b") == folder.connectors / "b.yml"
    for name in ("c", "A", "a.yaml", "../connectors/a", "x" * 5000, "a\0", ""):
        assert folder.connector(name) is None


def test_a_folder_without_connectors_has_none(folder: Folder) -> None:
    assert folder.connector_names() == ()


def test_plans_are_listed_newest_last(folder: Folder) -> None:
    assert folder.plans() == []
    for name in ("20260102-000000-b.plan", "20260101-000000-c.plan", "snapshot.db", "x.draft"):
        (folder.prepare() / name).touch()
    assert [path.name for path in folder.plans()] == ["20260101-000000-c.plan", "20260102-000000-b.plan"]


def test_looking_makes_nothing(folder: Folder, tmp_path: Path) -> None:
    assert folder.plans() == []
    assert folder.connector("a") is None
    assert not folder.state.exists()
    assert list(tmp_path.iterdir()) == []


# --- who may read ---


def test_the_private_folder_is_for_its_owner_only(folder: Folder) -> None:
    state = folder.prepare()
    assert (mode(state.parent), mode(state)) == (0o700, 0o700)
    assert (state.parent / ".gitignore").read_text() == "*\n"


def test_a_private_folder_that_was_opened_up_is_closed_again(folder: Folder) -> None:
    folder.prepare().chmod(0o755)
    assert mode(folder.prepare()) == 0o700


def test_preparing_twice_keeps_what_is_there(folder: Folder) -> None:
    (folder.prepare() / "snapshot.db").write_text("kept")
    ignore = folder.state.parent / ".gitignore"
    ignore.write_text("*\n# mine\n")
    assert (folder.prepare() / "snapshot.db").read_text() == "kept"
    assert ignore.read_text() == "*\n# mine\n"


# --- what the system refuses ---


def test_a_file_where_the_folder_should_be_is_a_disk_error(folder: Folder) -> None:
    (folder.root / ".groupmigrate").touch()
    with pytest.raises(DiskError) as caught:
        folder.prepare()
    assert (caught.value.code, caught.value.exit_code) == ("GM515", Exit.COULD_NOT)
    assert ".groupmigrate" in caught.value.place


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "disk is full"), (errno.EDQUOT, "disk is full"), (errno.EROFS, "cannot write here")],
)
def test_disk_errors_say_what_to_do(tmp_path: Path, number: int, words: str) -> None:
    with pytest.raises(DiskError, match=words) as caught, disk_errors(tmp_path):
        raise OSError(number, os.strerror(number))
    assert caught.value.place == str(tmp_path)
    assert caught.value.hint


# --- one at a time ---


def test_a_second_run_is_refused_at_once(folder: Folder) -> None:
    with folder.lock():
        with pytest.raises(Locked) as caught, folder.lock():
            pass
        assert (caught.value.code, caught.value.exit_code) == ("GM606", Exit.LOCKED)
        assert caught.value.hint
    with folder.lock():
        assert mode(folder.state / "lock") == 0o600


def test_another_mapping_is_not_locked(folder: Folder) -> None:
    with folder.lock(), Folder(folder.root, "other").lock():
        pass


def test_the_lock_is_let_go_after_an_error(folder: Folder) -> None:
    with pytest.raises(ValueError, match="stop"), folder.lock():
        raise ValueError("stop")
    with folder.lock():
        pass


def test_the_lock_dies_with_its_process(folder: Folder) -> None:
    mapping = folder.root / "mappings" / "demo.yaml"
    command = [sys.executable, "-c", HOLD, str(mapping)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Locked), folder.lock():
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with folder.lock():
        pass
