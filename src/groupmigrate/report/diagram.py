"""A Sankey diagram of groups: where its bars and bands are. Numbers only; the template draws them as SVG.

Drawn here, and not by Plotly: a page with Plotly's script weighs 4.8 MB instead of some kilobytes, its labels
are small and unread by screen readers, and it follows neither dark mode nor printers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from groupmigrate.report.page import Flow

NOT_SENT = "not sent: "
NODES = 24
"""Groups of one side that are drawn; smaller ones are drawn as one."""
WIDTH = 760
BAR = 14
LEFT, RIGHT = 200, 560
"""Where the inner edges of the bars are; labels stand outside."""
HEIGHT = 260
"""Of all customers together, before thin bands are made visible and gaps are added."""
SLOT = 22
"""The least height of a bar with its gap, so that labels do not overlap."""
LETTERS = 26
"""Letters of a label with its number, which must not be cut; the rest of the name is in its tooltip."""


class Bar(Struct):
    """One group of one side."""

    name: str
    customers: int
    y: float = 0
    height: float = 0

    @property
    def label(self) -> str:
        """The name, shortened so that the number has room behind it."""
        room = LETTERS - len(f" {self.customers:,}")
        return self.name if len(self.name) <= room else f"{self.name[: room - 1]}…"


class Band(Struct, frozen=True):
    """Customers who go the same way, as an SVG path."""

    kind: str
    words: str
    path: str


class Diagram(Struct, frozen=True):
    """All that is to be drawn."""

    height: float
    left: tuple[Bar, ...]
    right: tuple[Bar, ...]
    bands: tuple[Band, ...]


def merged(flows: Sequence[Flow], most: int = NODES) -> list[Flow]:
    """The flows with named ends: who goes nowhere ends at their action, and small groups are one."""
    named = [(flow.source, flow.target or _nowhere(flow.kind), flow.kind, flow.customers) for flow in flows]
    left, right = Counter[str](), Counter[str]()
    for source, target, _, count in named:
        left[source] += count
        right[target] += count
    from_names, to_names = _shown(left, most), _shown(right, most)
    counts: Counter[tuple[str, str, str]] = Counter()
    for source, target, kind, count in named:
        counts[from_names[source], to_names[target], kind] += count
    return [Flow(*way, count) for way, count in counts.items()]


def diagram(flows: Sequence[Flow]) -> Diagram:
    """Where bars and bands are. Bands keep the order of the groups, so that few of them cross."""
    found = merged(flows)
    scale = HEIGHT / max(1, sum(flow.customers for flow in found))
    sources = {name: place for place, name in enumerate(dict.fromkeys(flow.source for flow in found))}
    ends = sorted({flow.target for flow in found}, key=lambda name: _end(name, found, sources))
    targets = {name: place for place, name in enumerate(ends)}
    found.sort(key=lambda flow: (sources[flow.source], targets[flow.target]))
    left, low = _bars([flow.source for flow in found], list(sources), found, scale)
    right, lower = _bars([flow.target for flow in found], ends, found, scale)
    return Diagram(max(low, lower), left, right, tuple(_bands(found, left, right, scale)))


def _nowhere(kind: str) -> str:
    return f"{NOT_SENT}{kind}"


def _shown(counts: Counter[str], most: int) -> dict[str, str]:
    """What each name is drawn as."""
    if len(counts) <= most:
        return {name: name for name in counts}
    large = {name for name, _ in counts.most_common(most - 1)}
    rest = f"{len(counts) - len(large):,} smaller groups"
    return {name: name if name in large else rest for name in counts}


def _end(name: str, flows: Sequence[Flow], sources: dict[str, int]) -> tuple[bool, float]:
    """Targets stand beside the sources that they mostly come from; nowhere is at the bottom."""
    into = [flow for flow in flows if flow.target == name]
    total = sum(flow.customers for flow in into) or 1
    return name.startswith(NOT_SENT), sum(sources[flow.source] * flow.customers for flow in into) / total


def _bars(
    ends: Sequence[str], names: Sequence[str], flows: Sequence[Flow], scale: float
) -> tuple[tuple[Bar, ...], float]:
    bars = {name: Bar(name, 0) for name in names}
    for end, flow in zip(ends, flows, strict=True):
        bars[end].customers += flow.customers
        bars[end].height += _thick(flow, scale)
    below = 0.0
    for bar in bars.values():
        slot = max(bar.height + 6, SLOT)
        bar.y = round(below + (slot - bar.height) / 2, 1)
        below += slot
    return tuple(bars.values()), round(below, 1)


def _thick(flow: Flow, scale: float) -> float:
    return max(1.5, flow.customers * scale)


def _bands(flows: Sequence[Flow], left: Sequence[Bar], right: Sequence[Bar], scale: float) -> list[Band]:
    from_y, to_y = ({bar.name: bar.y for bar in side} for side in (left, right))
    bands = []
    for flow in flows:
        thick = _thick(flow, scale)
        words = f"{flow.source} → {flow.target}, {flow.kind}: {flow.customers:,}"
        bands.append(Band(flow.kind, words, _path(from_y[flow.source], to_y[flow.target], thick)))
        from_y[flow.source] += thick
        to_y[flow.target] += thick
    return bands


def _path(start: float, end: float, thick: float) -> str:
    middle = (LEFT + RIGHT) / 2
    top = f"M{LEFT} {start:.1f}C{middle} {start:.1f} {middle} {end:.1f} {RIGHT} {end:.1f}"
    start, end = start + thick, end + thick
    return f"{top}V{end:.1f}C{middle} {end:.1f} {middle} {start:.1f} {LEFT} {start:.1f}Z"
