"""The shell completes verbs and options."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("typed", "word", "expected"),
    [
        ("groupmigrate pl", "1", {"plan", "platforms"}),
        ("groupmigrate ver", "1", {"verify"}),
        ("groupmigrate plan --off", "2", {"--offline"}),
        ("groupmigrate doctor demo-p", "2", {"demo-prestashop"}),
        ("groupmigrate sandbox ma", "2", {"magento"}),
        ("groupmigrate platforms open", "2", {"opencart"}),
        ("groupmigrate init x --source pre", "4", {"prestashop"}),
    ],
)
def test_verbs_options_and_names_are_completed(typed: str, word: str, expected: set[str]) -> None:
    asked = {"_GROUPMIGRATE_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": word}
    ran = subprocess.run(
        [sys.executable, "-c", "from groupmigrate.__main__ import main; main()"],
        env={**os.environ, **asked},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert set(ran.stdout.split()) == expected, ran.stderr


def test_the_script_for_the_shell_is_shown() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "groupmigrate", "--show-completion", "bash"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "_GROUPMIGRATE_COMPLETE" in ran.stdout
