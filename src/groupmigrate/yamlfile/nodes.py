"""The tree of a YAML text: values as they were written, with positions, from PyYAML's events.

PyYAML only splits the text. Its own loader keeps the last of two equal keys in silence and makes other things
of `no`, `0123` and dates, so the tree is built here. No message repeats a value: it could be a secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn, TypeAlias, cast

import yaml

from groupmigrate.wording import found, quoted
from groupmigrate.yamlfile.complaints import explained

Data: TypeAlias = "dict[str, Data] | list[Data] | str | None"
Place: TypeAlias = tuple[int, int]

DEEPEST = 32
MOST_VALUES = 100_000  # counting what aliases repeat
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Escapes in double quotes could bring these in; no name, path or address has them.
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass
class Node:
    """A value and where it stands; `children`, and the places of `keys`, are by key or by number."""

    value: Data
    place: Place
    size: int = 1
    children: dict[str | int, Node] = field(default_factory=dict)
    keys: dict[str | int, Place] = field(default_factory=dict)


@dataclass(frozen=True)
class Flaw:
    """Something wrong in the text; lines and columns from 1."""

    code: str
    message: str
    place: Place
    hint: str = ""


def tree(text: str) -> tuple[Node | None, list[Flaw]]:
    """The top node of the one document in the text, and everything that is wrong with it."""
    builder = _Builder(text)
    try:
        return builder.document(yaml.parse(text, Loader=LOADER)), builder.flaws
    except yaml.MarkedYAMLError as error:
        builder.flaws.append(Flaw("GM101", *explained(error, text)))
    except (ValueError, OverflowError):  # PyYAML without its C library, of "\UFFFFFFFF"
        builder.flaws.append(Flaw("GM101", "an escape sequence stands for no character", (1, 1)))
    except _Stop as stop:
        builder.flaws.append(stop.flaw)
    return None, builder.flaws


class _Stop(Exception):
    """The rest of the text makes no sense any more."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.message)
        self.flaw = flaw


class _Builder:
    def __init__(self, text: str) -> None:
        self.text = text
        self.flaws: list[Flaw] = []
        self.anchors: dict[str, Node | None] = {}
        self.unused: dict[str, Place] = {}

    def document(self, events: Iterator[yaml.Event]) -> Node | None:
        root = None
        for event in events:
            if not isinstance(event, yaml.DocumentStartEvent):
                continue
            if root is not None:
                self._stop("a second document begins here", event, "keep one document in a file")
            root = self._node(_value(events), events, 1)
        for place in self.unused.values():
            hint = "text that begins with & needs quotes"
            self.flaws.append(Flaw("GM101", "this anchor is never used", place, hint))
        return root

    def _stop(self, message: str, event: yaml.Event, hint: str = "") -> NoReturn:
        raise _Stop(Flaw("GM101", message, _place(event), hint))

    def _flaw(self, message: str, event: yaml.Event, hint: str = "") -> None:
        self.flaws.append(Flaw("GM101", message, _place(event), hint))

    def _node(self, event: yaml.NodeEvent, events: Iterator[yaml.Event], depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if depth > DEEPEST:
            self._stop(f"the file is nested more than {DEEPEST} levels deep", event)
        self._check_tag(event)
        self._open_anchor(event)
        node = Node(None, _place(event))
        if isinstance(event, yaml.ScalarEvent):
            node.value = self._scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._fill_list(node, events, depth)
        else:
            self._fill_block(node, events, depth)
        if node.size > MOST_VALUES:
            self._stop(f"the file holds more than {MOST_VALUES} values", event, "write aliases out")
        if event.anchor:
            self.anchors[event.anchor] = node
        return node

    def _alias(self, event: yaml.AliasEvent) -> Node:
        name = event.anchor or ""
        self.unused.pop(name, None)
        if name not in self.anchors:
            self._stop("this alias stands for nothing", event, "text that begins with * needs quotes")
        node = self.anchors[name]
        if node is None:
            self._stop("this alias contains itself", event, "write the value out")
        return node

    def _open_anchor(self, event: yaml.NodeEvent) -> None:
        if event.anchor:
            self.anchors[event.anchor] = None
            self.unused[event.anchor] = _place(event)

    def _check_tag(self, event: yaml.NodeEvent) -> None:
        if getattr(event, "tag", None) is not None:
            self._flaw("a tag means nothing here", event, "text that begins with ! needs quotes")

    def _scalar(self, event: yaml.ScalarEvent) -> str | None:
        unprintable = UNPRINTABLE.search(event.value)
        if unprintable:
            self._flaw(
                f"the text holds the unprintable character U+{ord(unprintable[0]):04X}", event, "remove it"
            )
        plain = event.implicit[0]
        return None if plain and event.value in ("", "~") else event.value

    def _fill_list(self, node: Node, events: Iterator[yaml.Event], depth: int) -> None:
        values: list[Data] = []
        node.value = values
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                return
            child = self._node(cast("yaml.NodeEvent", event), events, depth + 1)
            node.children[len(values)] = child
            node.size += child.size
            values.append(child.value)

    def _fill_block(self, node: Node, events: Iterator[yaml.Event], depth: int) -> None:
        values: dict[str, Data] = {}
        node.value = values
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                return
            key = self._key(cast("yaml.NodeEvent", event), events, depth)
            child = self._node(_value(events), events, depth + 1)
            node.size += child.size
            if key is None or self._is_double(key, event, node):
                continue
            node.children[key], node.keys[key] = child, _place(event)
            values[key] = child.value

    def _key(self, event: yaml.NodeEvent, events: Iterator[yaml.Event], depth: int) -> str | None:
        """The key's text; None, and a flaw, where the key is none."""
        if not isinstance(event, yaml.ScalarEvent):
            node = self._node(event, events, depth + 1)
            self._flaw(
                f"a key should be a name, found {found(node.value)}", event, "names with [ { * need quotes"
            )
            return None
        self._check_tag(event)
        self._scalar(event)
        if event.anchor:
            self._flaw("a key cannot have an anchor", event, "text that begins with & needs quotes")
        if event.implicit[0] and event.value == "<<":
            self._flaw("merge keys (<<) are not supported", event, "write the keys out")
            return None
        if event.implicit[0] and not event.value:
            self._flaw("there is no key before the colon", event, "write its name")
            return None
        return event.value

    def _is_double(self, key: str, event: yaml.Event, node: Node) -> bool:
        if key not in node.keys:
            return False
        first = node.keys[key][0]
        message = f"the key {quoted(key)} stands twice: in line {first} and in line {_place(event)[0]}"
        self.flaws.append(Flaw("GM102", message, _place(event), "remove or merge one of them"))
        return True


def _value(events: Iterator[yaml.Event]) -> yaml.NodeEvent:
    return cast("yaml.NodeEvent", next(events))


def _place(event: yaml.Event) -> Place:
    if event.start_mark is None:
        return 1, 1
    return event.start_mark.line + 1, event.start_mark.column + 1
