"""A migration: a mapping with both its connectors, checked together and offline. No store is opened here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from os.path import realpath
from pathlib import Path
from typing import NamedTuple

from groupmigrate import platforms
from groupmigrate.errors import FileProblems, Problem
from groupmigrate.files.catalogue import ENDING, catalogue_path, read_catalogue
from groupmigrate.files.connector import Connector, load_connector, read_connector
from groupmigrate.files.folder import ENDINGS, Folder, yaml_files
from groupmigrate.files.mapping import Mapping, read_mapping
from groupmigrate.files.review import age_problem, is_young, review, review_names, severity
from groupmigrate.files.schema import Collector
from groupmigrate.files.suppression import without_allowed
from groupmigrate.platforms.base import Severity
from groupmigrate.wording import quoted, suggestion
from groupmigrate.yamlfile import Document, load, text


@dataclass(frozen=True)
class Migration:
    """What a run needs to know before it opens a store."""

    mapping: Mapping
    source: Connector
    target: Connector
    folder: Folder


class Checked(NamedTuple):
    """The result of checking files: every problem, warning and note once, and the files looked at."""

    problems: list[Problem]
    paths: tuple[Path, ...]

    @property
    def files(self) -> int:
        """How many files were looked at."""
        return len(self.paths)


def load_migration(mapping_path: Path) -> Migration:
    """Load a mapping and both its connectors. Raises FileProblems with all that is wrong in them."""
    return read_migration(load(mapping_path))


def read_migration(document: Document) -> Migration:
    """The migration that a mapping's document describes. Raises FileProblems, see `load_migration`."""
    if _kind(document) == "connector":
        message = "this is a connector, and a mapping is meant"
        raise FileProblems([document.problem("GM105", message, ())])
    folder = Folder.of(document.path)
    collector = Collector()
    mapping = collector.attempt(read_mapping, document)
    source = collector.attempt(_connector, "source", document, folder)
    target = collector.attempt(_connector, "target", document, folder)
    if mapping and source and target and not collector.problems:
        return Migration(mapping, source, target, folder)
    raise FileProblems(collector.sorted())


def check_files(paths: Iterable[Path], *, max_age: int | None = None) -> Checked:
    """Check mapping and connector files, with the connectors that mappings name; offline.

    A folder stands for the YAML files in it; one with `mappings/` or `connectors/` for theirs, however deep.
    Names are checked where the groups of both stores are saved; older ones than `max_age` days are a problem.
    """
    checking = _Checking(max_age)
    for path in paths:
        for file in checking.collector.attempt(_files, path) or ():
            checking.collector.attempt(checking.check, file)
    return checking.done()


class _Checking:
    """The files that were looked at, and what is wrong with them."""

    def __init__(self, max_age: int | None) -> None:
        self.collector = Collector()
        self._max_age = max_age
        self._paths: dict[str, Path] = {}
        """As they were named, by their real path."""

    def check(self, path: Path) -> None:
        self._looked_at(path)
        if path.name.endswith(ENDING):
            read_catalogue(path)
            return
        document = load(path)
        kind = _kind(document)
        if kind == "connector":
            read_connector(document)
        elif kind == "mapping":
            self._mapping(document)
        else:
            message = "this is neither a mapping nor a connector"
            hint = "a mapping has `source`, `target` and `groups`; a connector has `platform`"
            raise FileProblems([document.problem("GM105", message, (), hint=hint)])

    def done(self) -> Checked:
        """Every problem that no comment allows."""
        for path in list(self._paths.values()):
            self.collector.attempt(self._age, path)
        problems = self.collector.sorted()
        complete = not any(severity(problem.code) is Severity.ERROR for problem in problems)
        by_file: dict[str, list[Problem]] = {name: [] for name in self._paths}
        for problem in problems:
            by_file.setdefault(realpath(problem.file), []).append(problem)
        for name, path in self._paths.items():
            by_file[name] = _allowed(by_file[name], path, complete=complete)
        self.collector.problems = list(chain.from_iterable(by_file.values()))
        return Checked(self.collector.sorted(), tuple(self._paths.values()))

    def _looked_at(self, path: Path) -> None:
        self._paths.setdefault(realpath(path), path)

    def _mapping(self, document: Document) -> None:
        folder = Folder.of(document.path)
        names = (document.data.get(side) for side in ("source", "target"))
        for file in (folder.connector(name) for name in names if isinstance(name, str)):
            if file:
                self._looked_at(file)
        migration = read_migration(document)
        self.collector.problems += review(migration.mapping)
        self._names(migration, document)

    def _names(self, migration: Migration, document: Document) -> None:
        sides = {"source": migration.source, "target": migration.target}
        saved = {side: read_catalogue(catalogue_path(one.path)) for side, one in sides.items()}
        source, target = saved["source"], saved["target"]
        if source and target:
            self.collector.problems += review_names(migration.mapping, document, source, target)
            return
        for side, one in sides.items():
            if (source or target) and saved[side] is None:
                message = f"names are not checked: the groups of {quoted(one.name)} are not saved"
                hint = f"save them: `groupmigrate groups {one.name} --save`"
                self.collector.problems.append(
                    document.problem("GM137", message, (side,), hint=hint, key=True)
                )

    def _age(self, path: Path) -> None:
        saved = read_catalogue(catalogue_path(path)) if path.suffix in ENDINGS else None
        if saved is None or self._max_age is None or is_young(saved, self._max_age):
            return
        self.collector.problems.append(age_problem(saved, load(path)))


def _allowed(problems: list[Problem], path: Path, *, complete: bool) -> list[Problem]:
    """The problems of a file that its comments do not allow; all of them, if it cannot be read."""
    try:
        written = text.decode(text.read(path), path)
    except FileProblems:
        return problems
    return without_allowed(problems, path, written, complete=complete)


def _kind(document: Document) -> str:
    keys = document.data.keys()
    if "platform" in keys:
        return "connector"
    # `groups` alone decides nothing: it may be an option of a connector whose platform is misspelt.
    if keys & {"source", "target"} or ("groups" in keys and "via" not in keys):
        return "mapping"
    return "connector" if "via" in keys else ""


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    inner = [path / name for name in ("mappings", "connectors") if (path / name).is_dir()]
    files = [file for folder in inner for file in yaml_files(folder, deep=True)]
    if path / "mappings" not in inner:
        files += yaml_files(path)
    if not files:
        hint = "a migration folder has mappings/ and connectors/"
        raise FileProblems([Problem("GM106", "there is no YAML file in this folder", path, hint=hint)])
    return files


def _connector(side: str, document: Document, folder: Folder) -> Connector | None:
    """The connector of one side; None where its name is no text, which the mapping's own check reports."""
    name = document.data.get(side)
    if not isinstance(name, str) or not name:
        return None
    path = folder.connector(name)
    if path is None:
        raise FileProblems([_missing(side, name, document, folder)])
    connector = load_connector(path)
    if side == "target" and name == document.data.get("source"):
        raise FileProblems([document.problem("GM111", "source and target are the same connector", (side,))])
    _check_direction(side, connector, document)
    return connector


def _missing(side: str, name: str, document: Document, folder: Folder) -> Problem:
    names = folder.connector_names()
    if Path(name).stem != name and Path(name).stem in names:
        hint = f"write the name only: {Path(name).stem}"
    else:
        create = f"create {folder.connectors / name}.yaml"
        hint = suggestion(name, names, f"in {folder.connectors}") if names else create
    return document.problem("GM109", f"there is no connector {quoted(name)}", (side,), hint=hint)


def _check_direction(side: str, connector: Connector, document: Document) -> None:
    card, way = platforms.card(connector.platform), platforms.way_of(connector)
    if card is None or (way.reads if side == "source" else way.writes):
        return
    message = f"{card.title} via {way.name} cannot be {'read' if side == 'source' else 'written'}"
    hint = "`groupmigrate platforms` shows what each way can do"
    raise FileProblems([document.problem("GM112", message, (side,), hint=hint)])
