"""Draws a run as SVG.

Places across are percentages, so that a plot is as wide as there is room and its texts keep their
size. Colours are CSS variables, `--plot-NAME`, whose defaults suit a white page.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path

from benchmarks.results import LIMIT, NAMES, OURS, Results, Row, Series

Number = Callable[[float], str]
"""Writes a number as the reader's language does."""

SHAPES = {
    LIMIT: ("M-1.5-8h3v16h-3z", "#545a63"),
    OURS: ("M-8 0a8 8 0 1 0 16 0a8 8 0 1 0-16 0zM-5 0a5 5 0 1 1 10 0a5 5 0 1 1-10 0z", "#a8431a"),
    "django": ("M0-7l2 5h5l-4 3 2 5-5-3-5 3 2-5-4-3h5z", "#1b6e34"),
    "blacksheep": ("M-5-5h10v10h-10z", "#1f2328"),
    "falcon": ("M0-6L6 5h-12z", "#0b6e99"),
    "starlette": ("M0 6L6-5h-12z", "#6f42c1"),
    "litestar": ("M-6-2h4v-4h4v4h4v4h-4v4h-4v-4h-4z", "#7a5f00"),
    "fastapi": ("M0-7L6 0 0 7-6 0z", "#00796b"),
    "quart": ("M-6-3l3-3 3 3 3-3 3 3-3 3 3 3-3 3-3-3-3 3-3-3 3-3z", "#c2185b"),
}
"""The mark of each peer, about its middle, and its colour on a white page.

Ours is a ring: it is drawn last, and what it is drawn over can be seen through it.
"""

EDGES = (6.0, 94.0)
EDGES_OF_GROWTH = (16.0, 95.0)
"""Where the outermost marks are, in percent of the width; texts stand left of a plot of growth."""

NEAR = 20.0
"""Percent of the width that the numbers below an axis are apart, at least."""

SHORT = 14
"""How many bytes a name has at most that finds room in a column of a legend on a phone."""

STRIP, LEGEND_LINE, LEGEND_COLUMNS, AXIS = 46, 24, 3, 22
HEIGHT = 240
"""Of the area of a plot of growth, in pixels."""


def legend(looks: Mapping[str, str], names: Mapping[str, str]) -> tuple[list[str], int]:
    """Return the parts of a legend, and how high it is."""
    parts = []
    # Characters of Chinese are wide, and longer in UTF-8.
    columns = LEGEND_COLUMNS if all(len(names[one].encode()) <= SHORT for one in looks) else 1
    for place, (one, look) in enumerate(looks.items()):
        line, column = divmod(place, columns)
        x, y = column * 100 / columns, LEGEND_LINE * line + 14
        name = f'<text x="22" y="5">{escape(names[one])}</text>'
        parts.append(_nested(x, y, _mark(look, 10) + name))
    return parts, LEGEND_LINE * math.ceil(len(looks) / columns) + 8


def _looks(compared: Iterable[str]) -> dict[str, str]:
    """Return whose mark each has that is compared: its own, or, where it is no peer, the next."""
    free = iter(SHAPES)
    return {one: one if one in SHAPES else next(free) for one in compared}


def ratios(
    rows: Sequence[tuple[str, Mapping[str, float]]],
    names: Mapping[str, str],
    title: str,
    number: Number,
) -> str:
    """Draw a strip for each row, with a mark for each peer's multiple of the bare callable.

    Args:
        rows: what each row is called, and the multiples by peer.
        names: what the peers are called.
        title: what the plot is called for those who do not see it.
        number: writes a number.
    """
    values = [value for _, each in rows for value in each.values()]
    low, high = _decades([*values, 1.0])
    peers = [peer for peer in names if any(peer in each for _, each in rows)]
    parts, top = legend(_looks(peers), names)
    bottom = top + STRIP * len(rows)
    for tick in _ticks(low, high):
        x = _place(tick, low, high, EDGES)
        parts.append(_line(x, top, x, bottom, LIMIT if tick == 1 else ""))
    places = {tick: _place(tick, low, high, EDGES) for tick in _ticks(low, high)}
    for tick in _apart(places, first=1.0):
        parts.append(_text(places[tick], bottom + 16, f"{number(tick)}×", "middle"))
    for line, (label, each) in enumerate(rows):
        y = top + STRIP * line
        parts.append(_text(0, y + 14, label))
        parts.append(_line(0, y + 30, 100, y + 30))
        for peer in sorted(each, key=lambda peer: peer == OURS):
            said = f"<title>{names[peer]}: {number(each[peer])}×</title>"
            parts.append(_nested(_place(each[peer], low, high, EDGES), y + 30, said + _mark(peer)))
    return _svg(parts, bottom + AXIS, title)


def growth(series: Series, names: Mapping[str, str], title: str, number: Number) -> str:
    """Draw the cost of each peer by size, both axes logarithmic.

    Args:
        series: what is drawn.
        names: what the peers are called.
        title: what the plot is called for those who do not see it.
        number: writes a number.
    """
    points = [(size, f.best) for each in series.points.values() for size, f in each.items()]
    left, right = min(size for size, _ in points), max(size for size, _ in points)
    low, high = _decades(value for _, value in points)
    looks = _looks(series.points)
    parts, top = legend(looks, names)
    bottom = top + HEIGHT

    def height(value: float) -> float:
        return bottom - (bottom - top - 14) * _share(value, low, high)

    for tick in _ticks(low, high):
        parts.append(_line(0, height(tick), 100, height(tick)))
        parts.append(_text(0, height(tick) - 3, f"{number(tick)} {series.unit}"))
    places: dict[float, float] = {
        size: _place(size, left, right, EDGES_OF_GROWTH) for size, _ in sorted(points)
    }
    for size in _apart(places, first=right):
        parts.append(_text(places[size], bottom + 18, number(size), "middle"))
    for peer, each in series.points.items():
        sizes = sorted(each)
        for one, other in pairwise(sizes):
            start = (places[one], height(each[one].best))
            end = (places[other], height(each[other].best))
            parts.append(_line(*start, *end, looks[peer]))
        for size in sizes:
            figure = f"{number(each[size].best)} {series.unit}"
            said = f"<title>{escape(names[peer])}, {number(size)}: {figure}</title>"
            mark = _mark(looks[peer])
            parts.append(_nested(places[size], height(each[size].best), said + mark))
    return _svg(parts, bottom + AXIS + 4, title)


def _decades(values: Iterable[float]) -> tuple[float, float]:
    listed = list(values)
    low, high = (math.log10(value) for value in (min(listed), max(listed)))
    return 10.0 ** math.floor(low), 10.0 ** max(math.ceil(high), math.floor(low) + 1)


def _ticks(low: float, high: float) -> list[float]:
    first, last = round(math.log10(low)), round(math.log10(high))
    return [10.0**power for power in range(first, last + 1)]


def _share(value: float, low: float, high: float) -> float:
    return (
        (math.log(value) - math.log(low)) / (math.log(high) - math.log(low)) if high > low else 0.5
    )


def _place(value: float, low: float, high: float, edges: tuple[float, float]) -> float:
    return edges[0] + (edges[1] - edges[0]) * _share(value, low, high)


def _apart(places: Mapping[float, float], first: float) -> list[float]:
    """Return those values, `first` of all, whose places are far enough from one another."""
    chosen: list[float] = []
    for value in sorted(places, key=lambda value: abs(places[value] - places[first])):
        if all(abs(places[value] - places[other]) >= NEAR for other in chosen):
            chosen.append(value)
    return chosen


def _colour(peer: str) -> str:
    return f"var(--plot-{peer}, {SHAPES[peer][1]})"


def _mark(peer: str, x: float = 0) -> str:
    moved = f' transform="translate({x} 0)"' if x else ""
    return f'<path d="{SHAPES[peer][0]}"{moved} style="fill: {_colour(peer)}"/>'


def _nested(x: float, y: float, content: str) -> str:
    return f'<svg x="{x:.2f}%" y="{y:.1f}" overflow="visible">{content}</svg>'


def _line(x1: float, y1: float, x2: float, y2: float, peer: str = "") -> str:
    """Draw a line in a peer's colour, or one of the grid."""
    places = f'x1="{x1:.2f}%" y1="{y1:.1f}" x2="{x2:.2f}%" y2="{y2:.1f}"'
    stroke = f"{_colour(peer)}; stroke-width: 2" if peer else "var(--plot-grid, #d8d2cc)"
    return f'<line {places} style="stroke: {stroke}"/>'


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    # On the colour of the page, or the lines of the grid would strike it through.
    ground = "paint-order: stroke; stroke: var(--plot-page, #fff); stroke-width: 5px"
    places = f'x="{x:.2f}%" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {places} style="{ground}">{escape(text)}</text>'


def _svg(parts: Sequence[str], height: float, title: str) -> str:
    size = f'width="100%" height="{height:.0f}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="plot" role="img" {size} '
        f'aria-label="{escape(title)}" fill="currentColor" font-family="sans-serif" font-size="13">'
        f"{''.join(parts)}</svg>"
    )


def draw(results: Results, folder: Path, number: Number) -> list[Path]:
    """Draw the costs in process and each series into a folder; return the files."""
    drawn = {}
    costs = [row for row in results.rows if not row.more_is_better and LIMIT in row.figures]
    if costs:
        strips = [(row.title, multiples(row)) for row in costs]
        drawn["workloads"] = ratios(strips, NAMES, "multiples of the bare callable's cost", number)
    for series in results.series:
        drawn[f"growth-{series.name}"] = growth(series, NAMES, series.title, number)
    files = []
    for name, plot in drawn.items():
        files.append(folder / f"{name}.svg")
        files[-1].write_text(f"{plot}\n", "utf-8")
    return files


def multiples(row: Row) -> dict[str, float]:
    """Return the multiples of the bare callable's figure, by peer."""
    found = {peer: row.ratio(peer, LIMIT) for peer in row.figures}
    return {peer: ratio for peer, ratio in found.items() if ratio is not None}
