"""A YAML file that a person wrote: its values as text, and where each stands. Not what they mean."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from groupmigrate.errors import FileProblems, Problem
from groupmigrate.wording import found
from groupmigrate.yamlfile import text
from groupmigrate.yamlfile.nodes import Data, Node, tree


@dataclass(frozen=True)
class Document:
    """A loaded file. `data` holds dicts, lists, text as it was written, and None for nothing or `~`."""

    path: Path
    data: dict[str, Data]
    root: Node = field(repr=False)
    fingerprint: str
    """SHA-256 of the file's bytes, in hexadecimal."""

    def steps(self, loc: Sequence[str | int]) -> list[str | int]:
        """The steps of `loc` that the file has, without missing keys and what a schema adds of its own."""
        node, steps = self.root, []
        for step in loc:
            if step in node.children:
                node = node.children[step]
                steps.append(step)
        return steps

    def node(self, loc: Sequence[str | int]) -> Node:
        """The node at `loc`; where the file does not go so far, the nearest one above."""
        node = self.root
        for step in self.steps(loc):
            node = node.children[step]
        return node

    def position(self, loc: Sequence[str | int], *, key: bool = False) -> tuple[int, int]:
        """Line and column, from 1, of the value at `loc`, or of its key; of the nearest one above if need be.

        A value of which nothing is written has no place of its own, and takes that of its key.
        """
        steps = self.steps(loc)
        node = self.node(steps)
        if steps and (key or node.value is None):
            return self.node(steps[:-1]).keys.get(steps[-1], node.place)
        return node.place

    def problem(
        self, code: str, message: str, loc: Sequence[str | int], *, hint: str = "", key: bool = False
    ) -> Problem:
        """A problem at the value, or the key, at `loc`."""
        return Problem(code, message, self.path, *self.position(loc, key=key), hint)


def load(path: Path) -> Document:
    """Read a YAML file whose top level is a block of keys. Raises FileProblems with all that is wrong."""
    raw = text.read(path)
    root, flaws = tree(text.decode(raw, path))
    problems = [Problem(flaw.code, flaw.message, path, *flaw.place, flaw.hint) for flaw in flaws]
    if root is None and not problems:
        problems.append(Problem("GM106", "the file is empty: it holds only comments", path))
    if problems or root is None:
        raise FileProblems(problems)
    if not isinstance(root.value, dict):
        kind = "text" if isinstance(root.value, str) else found(root.value)  # it could be a secret's file
        message = f"the file should be a block of keys, found {kind}"
        raise FileProblems([Problem("GM105", message, path, *root.place, "write `key: value` lines")])
    return Document(path, root.value, root, hashlib.sha256(raw).hexdigest())
