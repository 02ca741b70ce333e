"""The log file of an error that nobody expected: versions and traceback, without e-mails and secrets."""

from __future__ import annotations

import os
import platform
import re
import sys
import tempfile
import traceback
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from groupmigrate import __version__
from groupmigrate.identity import mask

PACKAGES = ("typer", "rich", "pandas", "pydantic", "msgspec", "requests", "werkzeug")
EMAIL = re.compile(r"[^\s'\"<>(),;=:]+@[\w.-]+")
SECRET = re.compile(r"(?i)((?:\w*key|token|passw\w*|secret|authorization)\"?'?\s*[=:]\s*)\S+")


def write_log(error: BaseException, verb: str) -> Path:
    """Write the log (mode 0600) into the system's folder for temporary files, and return its path."""
    handle, name = tempfile.mkstemp(prefix="groupmigrate-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        head = "\n".join([*_versions(), f"verb {verb}", "", ""])
        file.write(_scrubbed(head + "".join(traceback.format_exception(error))))
    return Path(name)


def _scrubbed(text: str) -> str:
    masked = EMAIL.sub(lambda found: mask(found[0]), text)
    return SECRET.sub(r"\1…", masked)


def _versions() -> list[str]:
    found = [f"groupmigrate {__version__}", f"Python {sys.version.split()[0]}", platform.platform()]
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} is missing")
    return found
