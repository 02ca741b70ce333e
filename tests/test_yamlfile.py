"""YAML as people write it: scalars stay text, problems have their places, nothing gives a traceback."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import yaml

from groupmigrate.errors import FileProblems, Problem
from groupmigrate.files.migration import check_files
from groupmigrate.yamlfile import Document, load, nodes


def loaded(tmp_path: Path, text: str | bytes) -> Document:
    path = tmp_path / "file.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load(path)


def problems(tmp_path: Path, text: str | bytes) -> list[Problem]:
    with pytest.raises(FileProblems) as caught:
        loaded(tmp_path, text)
    return list(caught.value.problems)


def only(tmp_path: Path, text: str | bytes) -> Problem:
    (problem,) = problems(tmp_path, text)
    return problem


# --- values ---


WORDS = ("on", "no", "yes", "off", "y", "true", "False", "null", "NULL", "=", "a#b", "a:b", "~x", "-x")
NUMBERS = ("0123", "0x1F", "0o17", "1e3", "1.10", "1_000", "2020-01-01", "12:30:45", ".inf", ".NaN", "-1")


@pytest.mark.parametrize("text", WORDS + NUMBERS)
def test_every_plain_scalar_stays_the_text_that_was_written(tmp_path: Path, text: str) -> None:
    assert loaded(tmp_path, f"key: {text}\n{text}: value\nlist: [{text}]\n").data == {
        "key": text,
        text: "value",
        "list": [text],
    }


def test_only_an_empty_value_and_a_tilde_are_nothing(tmp_path: Path) -> None:
    data = loaded(tmp_path, "a:\nb: ~\nc: ''\nd: '~'\ne: null\nf: [~, x]\n").data
    assert data == {"a": None, "b": None, "c": "", "d": "~", "e": "null", "f": [None, "x"]}


def test_a_byte_order_mark_and_windows_line_ends_are_no_part_of_the_text(tmp_path: Path) -> None:
    document = loaded(tmp_path, b"\xef\xbb\xbfa: b\r\nc: d\r\n")
    assert document.data == {"a": "b", "c": "d"}
    assert document.position(("c",)) == (2, 4)


def test_the_fingerprint_is_of_the_bytes(tmp_path: Path) -> None:
    assert loaded(tmp_path, "a: b\n").fingerprint == hashlib.sha256(b"a: b\n").hexdigest()
    assert loaded(tmp_path, "a: b \n").fingerprint != hashlib.sha256(b"a: b\n").hexdigest()


def test_aliases_repeat_a_value(tmp_path: Path) -> None:
    assert loaded(tmp_path, "a: &x [1, 2]\nb: *x\nc: {d: *x}\n").data == {
        "a": ["1", "2"],
        "b": ["1", "2"],
        "c": {"d": ["1", "2"]},
    }


# --- positions ---


def test_positions_are_those_of_keys_and_values(tmp_path: Path) -> None:
    document = loaded(tmp_path, "# comment\na:\n  é: [x, {y: z}]\n  empty:\n")
    assert document.position(("a", "é", 1, "y")) == (3, 14)
    assert document.position(("a", "é", 1, "y"), key=True) == (3, 11)
    assert document.position(("a", "é"), key=True) == (3, 3)
    assert document.position(("a", "é", 0), key=True) == (3, 7)
    assert document.position(("a", "empty")) == (4, 3)


def test_steps_that_the_file_does_not_have_are_left_out(tmp_path: Path) -> None:
    document = loaded(tmp_path, "a:\n  b: c\n")
    assert document.position(("a", "<form>", "b")) == (2, 6)
    assert document.position(("a", "missing")) == (2, 3)
    assert document.position(("missing",)) == (1, 1)


# --- files that are none ---


def test_a_missing_file_names_those_beside_it(tmp_path: Path) -> None:
    (tmp_path / "demo.yaml").touch()
    with pytest.raises(FileProblems) as caught:
        load(tmp_path / "dmeo.yaml")
    (problem,) = caught.value.problems
    assert problem.code == "GM106"
    assert 'did you mean "demo.yaml"' in problem.hint


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileProblems) as caught:
        load(tmp_path)
    assert "folder" in caught.value.problems[0].message


@pytest.mark.parametrize("name", ["x" * 5000, "nul\0.yaml", "a/b/c/d.yaml"])
def test_a_path_that_cannot_be_is_a_problem_and_no_traceback(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileProblems) as caught:
        load(tmp_path / name)
    assert caught.value.problems[0].code == "GM106"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \n\n\t\n", "empty"),
        (b"# only\n# comments\n", "only comments"),
        (b"---\n", "should be a block of keys, found nothing"),
        ("version: 1\n".encode("utf-16"), "UTF-16"),
        ("version: 1\n".encode("utf-16-le"), "UTF-16"),
        ("version: 1\n".encode("utf-16-be"), "UTF-16"),
        ("version: 1\n".encode("utf-32"), "UTF-32"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"),
        (bytes(range(256)) * 20, "binary"),
        (b"\x1f\x8b\x08\x01" + bytes(range(128, 256)), "binary"),
        (b"a: b\0c\n", "binary"),
        (b"a: " + b"x" * 1024 * 1024, "larger than 1 MiB"),
    ],
)
def test_what_is_no_text_is_called_by_its_name(tmp_path: Path, content: bytes, words: str) -> None:
    problem = only(tmp_path, content)
    assert problem.code == ("GM105" if "block of keys" in words else "GM106")
    assert words in problem.message


@pytest.mark.parametrize(
    ("encoding", "words"), [("cp1252", "cp1252"), ("latin-1", "cp1252"), ("iso8859-2", "cp1252")]
)
def test_another_encoding_is_named_with_the_first_place_that_shows_it(
    tmp_path: Path, encoding: str, words: str
) -> None:
    problem = only(tmp_path, "version: 1\nname: Café\n".encode(encoding))
    assert (problem.code, problem.line, problem.column) == ("GM106", 2, 10)
    assert words in problem.message
    assert "UTF-8" in problem.hint


def test_bytes_that_windows_does_not_know_are_not_called_windows(tmp_path: Path) -> None:
    assert "8859" in only(tmp_path, b"a: \x81\x8d\n").message


def test_an_unprintable_character_has_its_place(tmp_path: Path) -> None:
    problem = only(tmp_path, "a: b\nc: d\x07e\n")
    assert (problem.code, problem.line, problem.column) == ("GM106", 2, 5)
    assert "U+0007" in problem.message


def test_an_unreadable_file_is_a_problem_and_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "file.yaml").write_text("a: b\n")
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(FileProblems, match="1 problem"):
        load(tmp_path / "file.yaml")


# --- YAML that is none, or more than is wanted ---


def test_equal_keys_are_refused_naming_both_lines(tmp_path: Path) -> None:
    problem = only(tmp_path, "a: 1\nb: 2\n'a': 3\n")
    assert (problem.code, problem.line, problem.column) == ("GM102", 3, 1)
    assert "line 1" in problem.message
    assert "line 3" in problem.message


def test_equal_keys_are_found_at_every_depth_and_all_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, "a: {x: 1, x: 2}\nb: [{y: 1, y: 2}]\na: &c {x: 1, x: 2}\nd: *c\n")
    assert [(one.code, one.line) for one in found] == [("GM102", n) for n in (1, 2, 3, 3)]


def test_problems_before_a_syntax_error_are_reported_with_it(tmp_path: Path) -> None:
    assert [one.code for one in problems(tmp_path, "a: 1\na: 2\nb: [\n")] == ["GM102", "GM101"]


@pytest.mark.parametrize(
    "text", ["a: &x [*x]\n", "a: &x {b: *x}\n", "a: &x\n  - &y [*x, *y]\n", "&x a: *x\n", "a: *nothing\n"]
)
def test_an_alias_that_stands_for_itself_or_nothing_is_refused(tmp_path: Path, text: str) -> None:
    assert {one.code for one in problems(tmp_path, text)} == {"GM101"}


def test_an_alias_bomb_is_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    problem = only(tmp_path, "\n".join(lines))
    assert "values" in problem.message


@pytest.mark.parametrize("text", ["[" * 10_000, "{a: " * 10_000, "- " * 10_000 + "x", "? " * 10_000])
def test_a_file_nested_ten_thousand_deep_is_refused(tmp_path: Path, text: str) -> None:
    problem = only(tmp_path, "a:\n  " + text)
    assert problem.code == "GM101"
    assert "levels deep" in problem.message


@pytest.mark.parametrize("text", ["a: {}\n", "'a", '"a', "[a", "a: ", "? ", "a: b: "])
@pytest.mark.timeout(30)
def test_a_million_characters_are_read_in_linear_time_and_never_printed(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file.yaml"
    path.write_text(text.replace("a", "a" * 1_000_000))
    checked = check_files([path])
    assert checked.problems
    assert all(len(one.message) + len(one.hint) < 500 for one in checked.problems)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: !!python/object:os.system x\n", "a tag"),
        ("a: !secret x\n", "a tag"),
        ("a: !!str 1\n", "a tag"),
        ("!x a: b\n", "a tag"),
        ("<<: {a: b}\n", "merge keys"),
        ("a: b\n---\nc: d\n", "second document"),
        ("? [a, b]\n: c\n", "a key should be a name, found a list"),
        ("? {a: b}\n: c\n", "a key should be a name, found a block of keys"),
        ("? \n: x\n", "no key before the colon"),
        ("{: x}\n", "a key or a value is missing"),
        ('a: "x\\ty\\e"\n', "U+001B"),
        ("&VIP Gold: x\n", "anchor"),
        ("a: &VIP Gold\n", "never used"),
        ("a: `x`\n", "cannot begin with"),
        ("a: b\n\tc: d\n", "tab"),
        ("a: 'b\n...\n", "never closed"),
    ],
)
def test_what_yaml_allows_and_nobody_means_is_refused(tmp_path: Path, text: str, words: str) -> None:
    found = problems(tmp_path, text)
    assert [one.code for one in found if words in one.message] == ["GM101"], found


def test_a_quoted_merge_sign_is_a_name(tmp_path: Path) -> None:
    assert loaded(tmp_path, "'<<': x\n").data == {"<<": "x"}


@pytest.mark.parametrize("content", ["- a\n- b\n", "text\n", "'quoted'\n", "[a]\n"])
def test_a_file_that_is_no_block_of_keys_is_refused(tmp_path: Path, content: str) -> None:
    assert only(tmp_path, content).code == "GM105"


def test_pyyaml_without_its_c_library_reads_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: &x [on, 'é 🛒', {b: ~}]\nc: *x\n"
    fast = loaded(tmp_path, text)
    monkeypatch.setattr(nodes, "LOADER", yaml.SafeLoader)
    slow = loaded(tmp_path, text)
    assert slow == fast
    assert slow.position(("a", 2, "b")) == fast.position(("a", 2, "b"))
    for broken in (
        "a: 'b\n",
        "a:\n\tb: c\n",
        "a: [b\n",
        "a: @b\n",
        "a: b: c\n",
        "a: {b: c\n",
        'a: "\\ud800"\n',
    ):
        assert only(tmp_path, broken).code == "GM101"
