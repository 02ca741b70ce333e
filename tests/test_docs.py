"""What the documents say is so: every command runs, every file validates, the demo shows what it shows."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from groupmigrate import platforms
from groupmigrate.codes import catalogue
from groupmigrate.errors import Exit
from groupmigrate.files.migration import check_files

REPOSITORY = Path(__file__).resolve().parent.parent
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
PAGES = sorted(
    path
    for path in REPOSITORY.rglob("*.md")
    if not any(part.startswith(".") for part in path.relative_to(REPOSITORY).parts)
)


def commands(text: str) -> Iterator[list[str]]:
    """Every `$ groupmigrate …` line."""
    for line in re.findall(r"^\$ groupmigrate (.+)$", text, re.MULTILINE):
        yield shlex.split(line, comments=True)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the migration folder that the repository is."""
    root = tmp_path_factory.mktemp("checkout")
    for name in ("connectors", "mappings", "sample_data"):
        shutil.copytree(REPOSITORY / name, root / name)
    return root


def groupmigrate(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run the command line; exit code and output."""
    ran = subprocess.run(
        [sys.executable, "-m", "groupmigrate", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
    )
    return ran.returncode, ran.stdout + ran.stderr


def test_every_command_of_the_readme_runs_in_its_order_and_the_demo_says_what_it_says(checkout: Path) -> None:
    shown = ""
    ran = list(commands(README))
    assert len(ran) >= 15
    for arguments in ran:
        code, said = groupmigrate(checkout, *arguments)
        assert code == 0, (arguments, said)
        shown += said
    block = README.partition("<!-- demo -->\n```text\n")[2].partition("```")[0]
    for line in filter(str.strip, block.splitlines()):
        assert line.split() in [real.split() for real in shown.splitlines()], line


def test_every_verb_is_in_the_readme() -> None:
    _, said = groupmigrate(REPOSITORY, "--help")
    verbs = re.findall(r"^  ([a-z]+)  +[A-Z]", said, re.MULTILINE)
    assert len(verbs) >= 16
    assert [
        verb for verb in verbs if f"groupmigrate {verb}" not in README and f"`{verb}`" not in README
    ] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_links_and_codes_of_a_page_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []
    assert set(re.findall(r"\bGM\d{3}\b", text)) <= set(catalogue())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)", text):
        there = page.parent / target if target else page
        assert there.exists(), target
        if anchor:
            assert anchor in _anchors(there), f"{target}#{anchor}"


def _anchors(page: Path) -> set[str]:
    """What the headings of a page are linked by."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in plain}


def test_every_yaml_of_the_folder_validates() -> None:
    checked = check_files([REPOSITORY / "mappings", REPOSITORY / "connectors"])
    assert checked.problems == []
    assert checked.files >= 4


def test_every_yaml_in_the_mapping_page_is_a_mapping(tmp_path: Path) -> None:
    text = (REPOSITORY / "mappings" / "README.md").read_text(encoding="utf-8")
    whole, line, rest = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    head = whole.partition("groups:")[0]
    shutil.copytree(REPOSITORY / "connectors", tmp_path / "connectors")
    (tmp_path / "mappings").mkdir()
    path = tmp_path / "mappings" / "from-the-page.yaml"
    (tmp_path / "mappings" / "vips.csv").write_text("ana@example.com\n", encoding="utf-8")
    for written in (whole + rest, f"{head}groups:\n{line}"):
        path.write_text(written, encoding="utf-8")
        assert check_files([path]).problems == []


def test_the_exit_codes_are_the_documented_ones() -> None:
    table = README.partition("## Exit codes")[2].partition("\n## ")[0]
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)] == sorted(Exit)


@pytest.mark.parametrize("name", platforms.names())
def test_every_option_of_a_room_is_on_its_page_or_in_a_commented_connector(name: str) -> None:
    card = platforms.card(name)
    assert card is not None
    room = Path(platforms.__file__).parent / name / "README.md"
    texts = [room.read_text(encoding="utf-8")]
    texts += [path.read_text(encoding="utf-8") for path in (REPOSITORY / "connectors").glob("*.yaml")]
    everything = "\n".join(texts)
    for way in card.ways:
        missing = [option for option in way.options.model_fields if f"{option}:" not in everything]
        assert missing == [], way.name


def test_every_page_of_a_room_says_where_its_facts_come_from() -> None:
    for name in platforms.names():
        page = (Path(platforms.__file__).parent / name / "README.md").read_text(encoding="utf-8")
        assert re.search(r"\brun\b|\bread\b", page), name
