"""A file that appears under its name only when it is complete. Knows nothing of what is written into it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from groupmigrate.disk import disk_errors


@contextmanager
def draft_of(path: Path) -> Iterator[Path]:
    """The path of an empty draft (mode 0600) that replaces `path` at the end; raises DiskError.

    Folders that are missing are made. If writing fails, what was under the name before stays.
    """
    draft = path.with_name(f"{path.name}.part")
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            yield draft
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
