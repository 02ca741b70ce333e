"""Lists of e-mail addresses, as shops and newsletter tools export them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupmigrate.files.emaillist import SIZE, NoList, read_list
from groupmigrate.identity import key


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lists") / "vips.csv"


@pytest.mark.parametrize(
    "text",
    [
        "ana@example.com\nion@example.com\n",
        "ana@example.com",
        "Email\nana@example.com\n",
        "\ufeffEmail\r\nana@example.com\r\n\r\n",
        'ID,Name,Email,Group\n7,"Ionescu, Ana",ana@example.com,General\n',
        "name;E-Mail Address\nAna;ana@example.com\n",
        "name\tEMAIL\nAna\t ANA@example.com \n",
        "7,ion@example.com,Email\n7,Ana,ana@example.com\n",
    ],
)
def test_every_common_form_is_read(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    assert "ana@example.com" in read_list(path)
    assert "Ana@Example.com" in read_list(path)
    assert "eve@example.com" not in read_list(path)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "holds no e-mail"),
        (b"Email\n", "holds no e-mail"),
        (b"Email\nana@example.com\nion\n", "line 3 holds no"),
        (b"Email,Name\nana@example.com,Ana\n,Ion\n", "line 3 holds no"),
        (b"Name,Group\nAna,General\n", "no column is called Email"),
        (b"Ana\nana@example.com\n", "no column is called Email"),
        ("Email\nzoë@example.com\n".encode("latin-1"), "no CSV file in UTF-8"),
        (b'Email\n"ana@example.com\n', "no CSV file"),
        (b"PK\x03\x04\xff\x00", "no CSV file"),
    ],
)
def test_a_file_of_which_anybody_could_be_lost_is_refused(path: Path, content: bytes, says: str) -> None:
    path.write_bytes(content)
    with pytest.raises(NoList, match=says):
        read_list(path)


def test_a_folder_and_a_missing_file_are_no_lists(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nothing.csv"):
        with pytest.raises(NoList):
            read_list(place)


@given(st.lists(st.emails(), min_size=1), st.lists(st.emails()))
def test_exactly_those_who_are_listed_are_on_the_list(
    path: Path, there: list[str], others: list[str]
) -> None:
    path.write_text("".join(f'"{one.replace(chr(34), chr(34) * 2)}"\n' for one in there), encoding="utf-8")
    listed, keys = read_list(path), {key(one) for one in there}
    assert len(listed) == len(keys)
    assert len(listed.digests) == SIZE * len(keys)
    assert all((one in listed) == (key(one) in keys) for one in (*there, *others))
