"""Rooms found by looking, connector files, secrets by reference, and the three files of a migration."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from groupmigrate import platforms
from groupmigrate.errors import FileProblems, Problem, UsageError
from groupmigrate.files.connector import Connector, load_connector
from groupmigrate.files.migration import check_files, load_migration
from groupmigrate.secret import Secret, SecretRef

ROOM = '''
"""A room that exists for these tests only."""
from pathlib import Path
from typing import Literal
from pydantic import BaseModel, ConfigDict, Field, model_validator
from groupmigrate.platforms.base import Card, Way
from groupmigrate.secret import SecretRef

class Reached(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    url: str = Field(description="Where it is.")
    key: SecretRef | None = None
    shop: int | None = Field(None, ge=1, le=9)
    tidy: bool = False
    tone: Literal["high", "low"] = "high"
    ratio: float = 1.5
    names: dict[int, str] = {}
    file: Path | None = None

    @model_validator(mode="after")
    def _tidy_needs_a_shop(self) -> "Reached":
        if self.tidy and self.shop is None:
            raise ValueError("`tidy` needs `shop`")
        return self

class Other(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

CARD = Card(
    name="stub", title="Stub Shop", versions="1", can=(), cannot=(), builtin_groups="",
    ways=(Way("api", Reached, "groupmigrate.platforms.stub.store:Store", writes=True),
          Way("read", Reached, "groupmigrate.platforms.stub.store:Store"),
          Way("write", Other, "groupmigrate.platforms.stub.store:Store", reads=False, writes=True)),
)
'''
SINGLE = """
from pydantic import BaseModel, ConfigDict
from groupmigrate.platforms.base import Card, Way
class Options(BaseModel):
    model_config = ConfigDict(extra="forbid")
    file: str
CARD = Card(name="single", title="Single", versions="1", can=(), cannot=(), builtin_groups="",
            ways=(Way("csv", Options, "nowhere:Store"),))
"""
STORE = """
class Store:
    def __init__(self, options, opening):
        self.options, self.opening = options, opening
        self.key = options.key.resolve(opening.folder) if options.key else None
"""
GOOD = "version: 1\nplatform: stub\nvia: api\nurl: https://shop.example.com\nkey: env:STUB_KEY\n"
MAPPING = "version: 1\nsource: old\ntarget: new\ngroups: {A: X}\n"


@pytest.fixture(autouse=True)
def rooms(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two rooms beside the real ones: a room is a folder, and nothing else is changed for it."""
    place = tmp_path_factory.mktemp("rooms")
    for name, files in {
        "stub": {"__init__.py": ROOM, "store.py": STORE},
        "single": {"__init__.py": SINGLE},
        "cardless": {"__init__.py": ""},
    }.items():
        (place / name).mkdir()
        for file, text in files.items():
            (place / name / file).write_text(text)
    monkeypatch.setattr(platforms, "__path__", [*platforms.__path__, str(place)])
    for name in ("stub", "stub.store", "single", "cardless"):
        monkeypatch.delitem(sys.modules, f"groupmigrate.platforms.{name}", raising=False)
    return place


def connected(tmp_path: Path, text: str) -> Connector:
    path = tmp_path / "shop.yaml"
    path.write_text(text, encoding="utf-8")
    return load_connector(path)


def problems(tmp_path: Path, text: str) -> list[Problem]:
    with pytest.raises(FileProblems) as caught:
        connected(tmp_path, text)
    return list(caught.value.problems)


def options(connector: Connector) -> Any:
    return connector.options


# --- rooms ---


def test_a_room_is_a_folder_with_a_card() -> None:
    cards = platforms.cards()
    assert cards["stub"].title == "Stub Shop"
    assert "cardless" not in cards
    assert list(cards) == sorted(cards)
    assert all(card.name == name for name, card in cards.items())


@pytest.mark.parametrize("name", ["nothing", "base", "cardless", "", "stub.store", "..", "a\nb", "stub "])
def test_what_is_no_room_has_no_card(name: str) -> None:
    assert platforms.card(name) is None


def test_a_card_is_shown_without_importing_another_room() -> None:
    script = (
        "import sys; from groupmigrate import platforms as p; name = p.names()[0]; assert p.card(name);"
        "print([m for m in p.names() if m != name and f'groupmigrate.platforms.{m}' in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert shown.stdout == "[]\n"


# --- opening ---


def test_a_store_is_opened_with_its_options_and_surroundings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUB_KEY", "s3cret")
    connector = connected(tmp_path, GOOD)
    store: Any = platforms.open_target(connector, folder_state=tmp_path / "state", read_only=True)
    assert store.options is connector.options
    opening = store.opening
    assert (opening.name, opening.folder, opening.read_only) == ("shop", tmp_path, True)
    assert opening.state == tmp_path / "state"
    assert store.key.reveal() == "s3cret"


def test_a_missing_secret_names_the_connector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STUB_KEY", raising=False)
    with pytest.raises(UsageError, match="STUB_KEY") as caught:
        platforms.open_store(connected(tmp_path, GOOD), folder_state=tmp_path)
    assert caught.value.place == str(tmp_path / "shop.yaml")


# --- connector files ---


def test_a_connector_is_its_file(tmp_path: Path) -> None:
    connector = connected(tmp_path, GOOD)
    assert (connector.name, connector.platform, connector.via) == ("shop", "stub", "api")
    assert options(connector).url == "https://shop.example.com"
    assert str(options(connector).key) == "env:STUB_KEY"
    assert connector.path == tmp_path / "shop.yaml"
    assert len(connector.fingerprint) == 64


def test_text_becomes_what_the_options_want(tmp_path: Path) -> None:
    connector = connected(
        tmp_path, GOOD + "shop: 7\ntidy: yes\nratio: 2\nnames: {1: on, 2: 0123}\nfile: a/b.csv\n"
    )
    made = options(connector)
    assert (made.shop, made.tidy, made.ratio, made.file) == (7, True, 2.0, Path("a/b.csv"))
    assert made.names == {1: "on", 2: "0123"}


def test_the_way_may_be_left_out_where_there_is_only_one(tmp_path: Path) -> None:
    assert connected(tmp_path, "version: 1\nplatform: single\nfile: x\n").via == "csv"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("version: 1\nplatform: stubb\nurl: x\n", [("GM107", 2, 11)]),
        ("version: 1\nplatform: Stub\nvia: api\nurl: x\n", [("GM107", 2, 11)]),
        ("version: 1\nplatform:\n", [("GM105", 2, 1)]),
        ("version: 1\nplatform: [stub]\n", [("GM105", 2, 11)]),
        ("version: 1\nplattform: stub\n", [("GM104", 1, 1)]),
        ("version: 1\nplatform: stub\nvia: apy\nurl: x\n", [("GM107", 3, 6)]),
        ("version: 1\nplatform: stub\nvia: [api]\nurl: x\n", [("GM105", 3, 6), ("GM107", 3, 6)]),
        ("version: 1\nplatform: stub\nurl: x\n", [("GM104", 1, 1)]),
        ("version: 2\nplatform: stub\nvia: nonsense\n", [("GM110", 1, 10)]),
        ("platform: stub\nvia: api\nurl: x\n", [("GM104", 1, 1)]),
        ("version: 1\nplatform: stub\nvia: api\n", [("GM104", 1, 1)]),
        (GOOD + "keyy: x\n", [("GM103", 6, 1)]),
        (GOOD + "shop: 0\n", [("GM105", 6, 7)]),
        (GOOD + "shop: seven\ntone: hihg\ntidy: perhaps\n", [("GM105", n, 7) for n in (6, 7, 8)]),
        (GOOD + "ratio: x\nnames: {a: b}\nfile: []\n", [("GM105", 6, 8), ("GM105", 7, 9), ("GM105", 8, 7)]),
        (GOOD + "tidy: true\n", [("GM105", 1, 1)]),
    ],
)
def test_mistakes_have_their_place(tmp_path: Path, text: str, expected: list[tuple[str, int, int]]) -> None:
    found = problems(tmp_path, text)
    assert [(one.code, one.line, one.column) for one in found] == expected
    assert all("Input should" not in one.message for one in found)


def test_unknown_names_are_answered_with_the_known_ones(tmp_path: Path) -> None:
    (platform,) = problems(tmp_path, "version: 1\nplatform: stubb\n")
    assert 'did you mean "stub"?' in platform.hint
    assert all(f'"{name}"' in platform.hint for name in platforms.cards())
    (way,) = problems(tmp_path, "version: 1\nplatform: stub\nvia: apy\n")
    assert way.hint == 'did you mean "api"? allowed: "api", "read", "write"'
    (key,) = problems(tmp_path, GOOD + "kay: x\n")
    assert key.hint.startswith('did you mean "key"? allowed: "version", "platform", "via", "url", "key"')


def test_a_rooms_own_words_are_passed_on(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, GOOD + "tidy: true\n")
    assert problem.message == "`tidy` needs `shop`"


# --- secrets ---


NO_REFERENCES = ("hunter2", "'env:'", "env:a b", "ENV:X", "'file:'", "'file:  '", "keyring:x", "keyring:/x")
NO_TEXTS = ("[hunter2]", "{env: hunter2}", "'env:X '", "https://hunter2@example.com", '"env:X\\nhunter2"')


@pytest.mark.parametrize("value", NO_REFERENCES + NO_TEXTS)
def test_a_secret_in_the_file_is_refused_and_never_repeated(tmp_path: Path, value: str) -> None:
    (problem,) = problems(tmp_path, GOOD.replace("env:STUB_KEY", value))
    assert (problem.code, problem.line) == ("GM108", 5)
    assert "hunter2" not in problem.message + problem.hint
    assert "env:NAME" in problem.hint


@pytest.mark.parametrize("sign", ["*", "&", "!", "@", "%", "`", "[", "{", "'", '"', "|", ">"])
def test_a_secret_that_yaml_stumbles_over_is_not_repeated(tmp_path: Path, sign: str) -> None:
    found = problems(tmp_path, GOOD.replace("env:STUB_KEY", f"{sign}hunter2"))
    assert all("hunter2" not in one.message + one.hint for one in found)


def test_a_file_that_holds_nothing_but_a_secret_is_not_repeated(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "hunter2\n")
    assert "hunter2" not in problem.message + problem.hint


def test_a_secret_under_a_misspelt_key_is_not_repeated_either(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, GOOD + "keey: hunter2\n")
    assert "hunter2" not in problem.message + problem.hint


@pytest.mark.parametrize("text", ["env:NEW_KEY", "file:../a b.key", "keyring:groupmigrate/new/shop"])
def test_a_reference_is_written_as_it_is_read(text: str) -> None:
    assert str(SecretRef.parse(text)) == text


def test_a_secret_hides_from_everything_but_reveal() -> None:
    secret = Secret("hunter2")
    assert secret.reveal() == "hunter2"
    shown = [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret:>20}",
        f"{secret!r}",
        repr([secret]),
    ]
    assert "hunter2" not in " ".join(shown)
    for dump in (pickle.dumps, copy.copy, copy.deepcopy, json.dumps):
        with pytest.raises(TypeError) as caught:
            dump(secret)
        assert "hunter2" not in str(caught.value)


def test_a_secret_is_fetched_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STUB_KEY", " s3cret\n")
    assert SecretRef.parse("env:STUB_KEY").resolve(tmp_path).reveal() == "s3cret"


def test_a_secret_is_the_first_line_of_its_file_beside_the_connector(tmp_path: Path) -> None:
    (tmp_path / "shop.key").write_text("\ufeff s3cret \nsecond line\n", encoding="utf-8")
    assert SecretRef.parse("file:shop.key").resolve(tmp_path).reveal() == "s3cret"
    absolute = SecretRef.parse(f"file:{tmp_path / 'shop.key'}")
    assert absolute.resolve(Path("/")).reveal() == "s3cret"


@pytest.mark.parametrize("content", [None, b"", b"\nsecond", b"\xff\xfe\x00"])
def test_a_secrets_file_that_holds_none_is_a_usage_error(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "shop.key").write_bytes(content)
    with pytest.raises(UsageError) as caught:
        SecretRef.parse("file:shop.key").resolve(tmp_path)
    assert caught.value.code == "GM108"
    assert caught.value.hint
    with pytest.raises(UsageError):
        SecretRef.parse("file:.").resolve(tmp_path)


@pytest.mark.parametrize(("value", "words"), [(None, "not set"), ("", "empty"), (" ", "empty")])
def test_an_environment_without_the_secret_is_a_usage_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: str | None, words: str
) -> None:
    monkeypatch.delenv("STUB_KEY", raising=False)
    if value is not None:
        monkeypatch.setenv("STUB_KEY", value)
    with pytest.raises(UsageError, match=words) as caught:
        SecretRef.parse("env:STUB_KEY").resolve(tmp_path)
    assert caught.value.code == "GM108"


def test_a_secret_is_fetched_from_the_keyring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kept = {("shops", "new/key"): "s3cret"}
    ring = SimpleNamespace(get_password=lambda service, name: kept.get((service, name)))
    monkeypatch.setitem(sys.modules, "keyring", ring)
    assert SecretRef.parse("keyring:shops/new/key").resolve(tmp_path).reveal() == "s3cret"
    with pytest.raises(UsageError, match="holds nothing"):
        SecretRef.parse("keyring:shops/old").resolve(tmp_path)


def test_a_locked_keyring_and_a_missing_one_are_usage_errors(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def locked(service: str, name: str) -> str:
        raise RuntimeError("the passphrase hunter2 is wrong")

    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_password=locked))
    with pytest.raises(UsageError, match="cannot be asked") as caught:
        SecretRef.parse("keyring:shops/new").resolve(tmp_path)
    assert "hunter2" not in caught.value.message
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(UsageError, match="not installed") as caught:
        SecretRef.parse("keyring:shops/new").resolve(tmp_path)
    assert caught.value.hint == 'pip install "groupmigrate[keyring]"'


# --- the three files together ---


def migration_folder(tmp_path: Path, **files: str) -> Path:
    for name, text in {
        "connectors/old": GOOD,
        "connectors/new": GOOD,
        "mappings/demo": MAPPING,
        **files,
    }.items():
        path = tmp_path / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        if text:
            path.write_text(text, encoding="utf-8")
    return tmp_path / "mappings" / "demo.yaml"


def migration_problems(tmp_path: Path, **files: str) -> list[Problem]:
    with pytest.raises(FileProblems) as caught:
        load_migration(migration_folder(tmp_path, **files))
    return list(caught.value.problems)


def test_a_migration_is_a_mapping_with_both_its_connectors(tmp_path: Path) -> None:
    migration = load_migration(migration_folder(tmp_path))
    assert (migration.source.name, migration.target.name) == ("old", "new")
    assert migration.mapping.groups[0].source == "A"
    assert migration.folder.root == tmp_path


def test_the_problems_of_all_three_files_come_at_once(tmp_path: Path) -> None:
    found = migration_problems(
        tmp_path,
        **{
            "connectors/old": GOOD + "shop: x\n",
            "connectors/new": GOOD + "a: b\na: c\n",
            "mappings/demo": MAPPING + "unmapped: X\n",
        },
    )
    assert [(one.file.name, one.code, one.line) for one in found] == [
        ("new.yaml", "GM102", 7),
        ("old.yaml", "GM105", 6),
        ("demo.yaml", "GM105", 5),
    ]


def test_a_missing_connector_is_answered_with_the_nearest(tmp_path: Path) -> None:
    (problem,) = migration_problems(tmp_path, **{"mappings/demo": MAPPING.replace("old", "odl")})
    assert (problem.code, problem.line, problem.column) == ("GM109", 2, 9)
    assert 'did you mean "old"?' in problem.hint
    (problem,) = migration_problems(tmp_path, **{"mappings/demo": MAPPING.replace("old", "old.yaml")})
    assert problem.hint == "write the name only: old"


def test_a_folder_without_connectors_says_which_to_write(tmp_path: Path) -> None:
    found = migration_problems(tmp_path, **{"connectors/old": "", "connectors/new": ""})
    assert [one.code for one in found] == ["GM109", "GM109"]
    assert "connectors/old.yaml" in found[0].hint.replace("\\", "/")


def test_source_and_target_must_differ(tmp_path: Path) -> None:
    (problem,) = migration_problems(tmp_path, **{"mappings/demo": MAPPING.replace("new", "old")})
    assert (problem.code, problem.line) == ("GM111", 3)


def test_a_way_must_be_able_to_do_its_side(tmp_path: Path) -> None:
    (problem,) = migration_problems(tmp_path, **{"connectors/new": GOOD.replace("api", "read")})
    assert (problem.code, problem.file.name, problem.line) == ("GM112", "demo.yaml", 3)
    write_only = "version: 1\nplatform: stub\nvia: write\n"
    (problem,) = migration_problems(tmp_path, **{"connectors/new": GOOD, "connectors/old": write_only})
    assert (problem.code, problem.line) == ("GM112", 2)


# --- many files ---


def test_checking_a_folder_checks_what_is_in_it(tmp_path: Path) -> None:
    migration_folder(tmp_path, **{"mappings/broken": MAPPING + "x: y\n"})
    (tmp_path / "mappings" / "deep").mkdir()
    (tmp_path / "mappings" / "deep" / "odd.yml").write_text("- a\n")
    (tmp_path / "docker-compose.yaml").write_text("services: {}\n")
    checked = check_files([tmp_path])
    assert checked.files == 5
    assert [(one.file.name, one.code) for one in checked.problems] == [
        ("broken.yaml", "GM103"),
        ("odd.yml", "GM105"),
    ]


def test_a_flat_folder_has_its_mappings_directly_in_it(tmp_path: Path) -> None:
    migration_folder(tmp_path)
    (tmp_path / "mappings" / "demo.yaml").rename(tmp_path / "demo.yaml")
    (tmp_path / "mappings").rmdir()
    for path, files in ((tmp_path, 3), (tmp_path / "connectors", 2), (tmp_path / "demo.yaml", 3)):
        checked = check_files([path])
        assert (checked.problems, checked.files) == ([], files)


def test_a_problem_is_reported_once_however_often_it_is_met(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping = migration_folder(tmp_path, **{"connectors/old": GOOD + "x: y\n", "mappings/two": MAPPING})
    monkeypatch.chdir(tmp_path)
    checked = check_files([tmp_path, mapping, Path("mappings"), Path("connectors/old.yaml")])
    assert [one.code for one in checked.problems] == ["GM103"]
    assert checked.files == 4


def test_what_is_neither_mapping_nor_connector_is_explained(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("version: 1\nname: x\n")
    (problem,) = check_files([tmp_path / "x.yaml"]).problems
    assert problem.code == "GM105"
    assert "`platform`" in problem.hint


def test_a_connector_without_platform_is_not_taken_for_a_mapping(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("version: 1\nplattform: single\nvia: csv\ngroups: {}\n")
    (problem,) = check_files([tmp_path / "x.yaml"]).problems
    assert (problem.code, problem.message) == ("GM104", 'the key "platform" is missing')
    assert '"plattform"' in problem.hint


def test_a_mapping_in_the_place_of_a_connector_is_called_one_and_the_other_way_round(
    tmp_path: Path,
) -> None:
    mapping = tmp_path / "move.yaml"
    mapping.write_text("version: 1\nsource: old\ntarget: new\ngroups: {A: B}\n", encoding="utf-8")
    with pytest.raises(FileProblems) as caught:
        load_connector(mapping)
    assert [one.message for one in caught.value.problems] == ["this is a mapping, and a connector is meant"]
    connector = tmp_path / "old.yaml"
    connector.write_text("version: 1\nplatform: gomag\n", encoding="utf-8")
    with pytest.raises(FileProblems) as caught:
        load_migration(connector)
    assert [one.message for one in caught.value.problems] == ["this is a connector, and a mapping is meant"]


def test_folders_without_files_and_missing_files_are_problems(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    checked = check_files([tmp_path / "empty", tmp_path / "missing.yaml"])
    assert [one.code for one in checked.problems] == ["GM106", "GM106"]


def test_a_link_that_leads_to_itself_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    (problem,) = check_files([tmp_path / "loop.yaml"]).problems
    assert problem.code == "GM106"


def test_checking_needs_neither_pandas_nor_a_network(tmp_path: Path) -> None:
    folder = Path(__file__).parent / "example-files" / "good"
    script = (
        "import sys; from pathlib import Path; from groupmigrate.files.migration import check_files;"
        "checked = check_files([Path(sys.argv[1])]); assert checked.files, checked;"
        "print(*{'pandas', 'requests', 'sqlalchemy', 'werkzeug', 'filelock'} & set(sys.modules))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == ""


def test_good_examples_have_no_problems() -> None:
    assert check_files([Path(__file__).parent / "example-files" / "good"]).problems == []
