"""The migration folder: where connectors lie and where private state goes. It knows no file's content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from groupmigrate.disk import disk_errors
from groupmigrate.errors import Locked
from groupmigrate.wording import quoted

STATE = ".groupmigrate"
ENDINGS = (".yaml", ".yml")
STAMPED = len("yyyymmddhhmmssmmm")


@dataclass(frozen=True)
class Folder:
    """The folder of one mapping; nothing is made on disk before `prepare()`."""

    root: Path
    name: str
    """The mapping's name: the stem of its file."""

    @classmethod
    def of(cls, mapping_path: Path) -> Folder:
        """The migration folder of a mapping file: above its `mappings/`, else the folder it lies in."""
        return cls(root_of(mapping_path, "mappings"), mapping_path.stem)

    @property
    def connectors(self) -> Path:
        """The folder with the connector files."""
        return self.root / "connectors"

    @property
    def state(self) -> Path:
        """The private folder of this mapping, where the snapshot and the plans are."""
        return self.root / STATE / self.name

    @property
    def snapshot(self) -> Path:
        """The file of what was read from the stores."""
        return self.state / "snapshot.db"

    def connector(self, name: str) -> Path | None:
        """The file of the connector of that name, or None."""
        return next((path for path in yaml_files(self.connectors) if path.stem == name), None)

    def connector_names(self) -> tuple[str, ...]:
        """The names of all connectors here, in alphabetical order."""
        return tuple(sorted({path.stem for path in yaml_files(self.connectors)}))

    def plans(self) -> list[Path]:
        """The plan files of this mapping, newest last; those that somebody named otherwise come first."""
        return sorted(self.state.glob("*.plan"), key=lambda path: (_stamp(path), path.name))

    def new_plan(self, digest: str) -> Path:
        """A path for one more plan, behind all that are there, even if the clock was set back since."""
        newest = max(map(_stamp, self.plans()), default=0)
        now = int(f"{datetime.now(UTC):%Y%m%d%H%M%S%f}"[:STAMPED])
        stamp = str(max(now, newest + 1))
        return self.state / f"{stamp[:8]}-{stamp[8:]}-{digest}.plan"

    def prepare(self) -> Path:
        """Make the private folder (mode 0700, ignored by git) and return it. Raises DiskError."""
        private = self.root / STATE
        with disk_errors(private):
            for folder in (private, self.state):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                if folder.stat().st_mode & 0o077:
                    folder.chmod(0o700)
            ignore = private / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n", encoding="utf-8")
        return self.state

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the mapping's lock; the system lets go of it when the process dies.

        Raises Locked (GM606) at once if another process holds it, and DiskError.
        """
        from filelock import FileLock, Timeout  # costs 30 ms, and only verbs that write need it

        path = self.prepare() / "lock"
        held = FileLock(path, timeout=0, mode=0o600)
        with disk_errors(path):
            try:
                held.acquire()
            except Timeout:
                raise Locked(
                    f"another groupmigrate works on the mapping {quoted(self.name)}",
                    place=str(path),
                    hint="wait until it ends, or stop it; then run again",
                    code="GM606",
                ) from None
        try:
            yield
        finally:
            held.release()


def _stamp(plan: Path) -> int:
    """When a plan was made, by its name, as one number; 0 if the name does not say."""
    found = re.match(r"(\d{8})-(\d{6,9})-", plan.name, re.ASCII)
    return int(f"{found[1]}{found[2]:0<9}") if found else 0


def root_of(path: Path, kind: str) -> Path:
    """The migration folder of a file that lies in the folder `kind`, or directly in the migration folder."""
    parent = path.parent if path.parent.name not in ("", "..") else path.parent.resolve()
    return parent.parent if parent.name == kind else parent


def yaml_files(folder: Path, *, deep: bool = False) -> list[Path]:
    """The YAML files in a folder, with `deep` in those below it, too, in order; hidden ones are not meant."""
    found = folder.rglob("*") if deep else folder.glob("*")
    return sorted(path for path in found if path.suffix in ENDINGS and not path.name.startswith("."))
