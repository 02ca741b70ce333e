"""Connectors by name, and stores that are closed again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from groupmigrate.errors import UsageError
from groupmigrate.files.connector import Connector, load_connector
from groupmigrate.files.folder import ENDINGS, Folder, root_of
from groupmigrate.platforms import open_store, open_target
from groupmigrate.platforms.base import Source, Target
from groupmigrate.wording import quoted, suggestion

STORES = ".stores"
"""Where practice stores keep their data, below the private folder: one for a connector, whatever the mapping.

No mapping can be called so: hidden files are none.
"""


def connector_named(name: str) -> Connector:
    """The connector of that name in `connectors/` here, or in the file of that path."""
    path = Path(name)
    if path.suffix in ENDINGS or path.is_file():
        return load_connector(path)
    folder = Folder(Path(), "")
    found = folder.connector(name)
    if found is None:
        names = folder.connector_names()
        hint = suggestion(name, names, "in connectors/") if names else "write the path of its file"
        raise UsageError(f"there is no connector {quoted(name)}", hint=hint, code="GM109")
    return load_connector(found)


@contextmanager
def source_of(connector: Connector, *, passwords: bool = False) -> Iterator[Source]:
    """The connector's store, for reading, until the end of the block; its password hashes only if asked."""
    with closing(open_store(connector, folder_state=_state(connector), passwords=passwords)) as store:
        yield store


@contextmanager
def target_of(connector: Connector, *, read_only: bool) -> Iterator[Target]:
    """The connector's store until the end of the block; read-only unless a plan is applied."""
    with closing(open_target(connector, folder_state=_state(connector), read_only=read_only)) as store:
        yield store


def _state(connector: Connector) -> Path:
    return Folder(root_of(connector.path, "connectors"), STORES).prepare()
