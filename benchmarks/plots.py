"""Draws a run, with Matplotlib."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.results import LIMIT, NAMES, OURS, Results, Row, Series

mpl.rcParams.update({"svg.hashsalt": "gingerdj", "svg.fonttype": "none", "font.size": 9})

MARKERS = "|os^vDPX*"


def draw(results: Results, folder: Path) -> list[Path]:
    """Draw the costs in process and each series into a folder; return the files."""
    files = []
    costs = [row for row in results.rows if not row.more_is_better and LIMIT in row.figures]
    if costs:
        files.append(folder / "workloads.svg")
        _costs(costs, results.peers, files[-1])
    for series in results.series:
        files.append(folder / f"growth-{series.title.replace(' ', '-').replace(',', '')}.svg")
        _growth(series, files[-1])
    return files


def _save(figure: Figure, path: Path) -> None:
    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})


def _costs(rows: list[Row], peers: list[str], path: Path) -> None:
    figure = Figure(figsize=(8, 0.32 * len(rows) + 1))
    axes = figure.subplots()
    for marker, peer in zip(MARKERS, peers, strict=False):
        points = [
            (ratio, place)
            for place, row in enumerate(rows)
            if (ratio := row.ratio(peer, LIMIT)) is not None
        ]
        size = 60 if peer == OURS else 24
        x, y = zip(*points, strict=True)
        axes.scatter(x, y, size, marker=marker, label=NAMES[peer], zorder=3)
    axes.set_xscale("log")
    axes.set_yticks(range(len(rows)), [row.title for row in rows])
    axes.invert_yaxis()
    axes.grid(alpha=0.3)
    axes.set_xlabel("cost as a multiple of the bare callable's")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    _save(figure, path)


def _growth(series: Series, path: Path) -> None:
    figure = Figure(figsize=(5, 3))
    axes = figure.subplots()
    for peer, points in series.points.items():
        sizes = sorted(points)
        axes.plot(sizes, [points[n].best for n in sizes], marker="o", label=NAMES[peer])
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.grid(alpha=0.3)
    axes.set_xlabel(series.title)
    axes.set_ylabel("µs of processor time")
    axes.legend()
    _save(figure, path)
