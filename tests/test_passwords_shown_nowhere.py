"""A migration that carries passwords from a Magento to files of another: hashes get there, nowhere else."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from groupmigrate.cli import edge

SHA = "5e884898da28047151d0e56f8dc6292773603d0d6aabbd62a11ef721d1542d8a"
MD5 = "5f4dcc3b5aa765d61d8327deb882cf99"
ARGON = "8c6976e5b5410415bde908bd4dee15dfb167a9c873fc4bb8a81f6f2ab448a918"
BCRYPT = "$2y$10$Fbv6A.0qxFrM7EdFV3W6m.pUWXg/yEETSCv1Ic73FWn7s3Fy8x2ry"
SALT = "Zq7pepperQq"
SECRETS = (SHA, MD5, ARGON, BCRYPT, SALT)
PEOPLE = {
    "ana@example.com": f"{SHA}:{SALT}:1",
    "ben@example.com": f"{MD5}:{SALT}",  # carried over from a Magento 1, which wrote no version
    "cid@example.com": f"{ARGON}:{SALT}:3_32_2_67108864",
    "dan@example.com": BCRYPT,
    "eva@example.com": "",
    "fay@example.com": f"{SHA}:{SALT}:1",
}
KNOWN = "fay@example.com"
MAPPING = """\
version: 1
source: old
target: new
groups:
  NOT LOGGED IN: NOT LOGGED IN
  General: Wholesale
  Wholesale: Wholesale
  Retailer: Retailer
customers: {passwords: carry}
limits: {max_updates_percent: 100}
"""
OLD = "version: 1\nplatform: magento\nvia: csv\ncustomers: ../old.csv\n"
NEW = "version: 1\nplatform: magento\nvia: csv-import\nfolder: ../files\nexisting: ../new.csv\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A migration folder, which is the current one."""
    for name, text in {
        "mappings/move.yaml": MAPPING,
        "connectors/old.yaml": OLD,
        "connectors/new.yaml": NEW,
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    export(tmp_path / "old.csv", PEOPLE)
    export(tmp_path / "new.csv", {KNOWN: f"{MD5}:other:0"})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def export(path: Path, people: dict[str, str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(
            ("email", "_website", "group_id", "firstname", "lastname", "created_at", "password_hash")
        )
        for email, password_hash in people.items():
            rows.writerow((email, "base", 1, "A", "B", "2020-02-02 02:02:02", password_hash))


def contents(*paths: Path) -> Iterator[bytes]:
    """What is in these files, and in the files inside of workbooks."""
    for path in paths:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield from (archive.read(name) for name in archive.namelist())
        else:
            yield path.read_bytes()


def leaks(said: bytes) -> list[str]:
    return [secret for secret in SECRETS if secret.encode() in said]


def test_hashes_are_in_the_import_files_and_in_nothing_that_is_shown(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def ran(*arguments: str) -> str:
        capfd.readouterr()
        code = edge.run(arguments)
        out, err = capfd.readouterr()
        assert code in (0, 10), (arguments, out, err)
        assert leaks((out + err).encode()) == [], arguments
        return out

    mapping = "mappings/move.yaml"
    said = ran("plan", mapping, "--html", "plan.html", "--markdown", "plan.md")
    assert "1 as before, 3 with the old password (1 argon2id, 1 md5, 1 sha256)" in " ".join(said.split())
    assert '2 after "forgot password" (1 without one, 1 bcrypt)' in " ".join(said.split())
    assert "GM318" in said
    for report in ("plan.html", "plan.md"):
        assert "3 with the old password" in (folder / report).read_text(encoding="utf-8")
    (old,) = (folder / ".groupmigrate/move").glob("*.plan")
    ran("plan", mapping, "--format", "json")
    for more in (
        (), ("--format", "json"), ("--action", "create"), ("--code", "GM318"), ("--group", "Wholesale"),
        ("--customer", "ana@example.com"), ("--csv", "a.csv", "--xlsx", "a.xlsx"), ("--diff", str(old)),
    ):  # fmt: skip
        ran("show", mapping, *more)
        if "--csv" not in more:
            ran("show", mapping, *more, "--show-pii", "--format", "json")
    ran("run", mapping, "--yes")
    ran("run", mapping, "--yes", "--format", "json")
    for verb in ("status", "verify"):
        ran(verb, mapping)
        ran(verb, mapping, "--format", "json")
    for connector in ("old", "new"):
        ran("doctor", connector)
        ran("groups", connector, "--format", "json")
        ran("export", connector, "--out", connector)

    written = [path for path in folder.rglob("*") if path.is_file()]
    private = {folder / "old.csv", folder / "new.csv", *(folder / ".groupmigrate").rglob("*")}
    imported = set((folder / "files").glob("customers-*.csv"))
    shown = [path for path in written if path not in private | imported]
    assert {path.name for path in shown} >= {"plan.html", "plan.md", "a.csv", "a.xlsx", "customers.csv"}
    assert [leaks(text) for text in contents(*shown)] == [[]] * len(list(contents(*shown)))

    with next(iter(imported)).open(encoding="utf-8", newline="") as file:
        hashes = {row["email"]: row["password_hash"] for row in csv.DictReader(file)}
    assert hashes == {
        "ana@example.com": PEOPLE["ana@example.com"],
        "ben@example.com": PEOPLE["ben@example.com"] + ":0",
        "cid@example.com": PEOPLE["cid@example.com"],
        "dan@example.com": "",
        "eva@example.com": "",
    }
    # Who is in the shop keeps the password from there: the file that moves them has no column for it.
    (moved,) = (folder / "files").glob("groups-*.csv")
    assert moved.read_text(encoding="utf-8") == f"email,_website,group_id\n{KNOWN},base,2\n"


def test_what_holds_hashes_is_for_its_owner_only_and_purge_removes_it(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert edge.run(("plan", "mappings/move.yaml")) == 0
    state = folder / ".groupmigrate" / "move"
    holding = [path for path in state.glob("*") if leaks(path.read_bytes())]
    assert {path.suffix for path in holding} == {".db", ".plan"}
    assert {path.stat().st_mode & 0o777 for path in holding} == {0o600}
    assert edge.run(("purge", "mappings/move.yaml", "--yes")) == 0
    assert not state.exists()


def test_a_plan_without_reading_again_needs_a_snapshot_with_hashes(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    mapping = folder / "mappings/move.yaml"
    mapping.write_text(MAPPING.replace("carry", "reset"), encoding="utf-8")
    assert edge.run(("plan", str(mapping))) == 0
    snapshot = folder / ".groupmigrate/move/snapshot.db"
    assert not leaks(snapshot.read_bytes())
    mapping.write_text(MAPPING, encoding="utf-8")
    capfd.readouterr()
    assert edge.run(("plan", str(mapping), "--offline")) == 2
    assert "GM610" in capfd.readouterr().err
    assert edge.run(("plan", str(mapping))) == 0
    assert leaks(snapshot.read_bytes())
    assert edge.run(("plan", str(mapping), "--offline")) == 0
    mapping.write_text(MAPPING.replace("carry", "reset"), encoding="utf-8")
    assert edge.run(("plan", str(mapping), "--offline")) == 2
    assert edge.run(("plan", str(mapping))) == 0
    assert not leaks(snapshot.read_bytes())
