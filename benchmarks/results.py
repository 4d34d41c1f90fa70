"""What was measured, and what it is compared with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

OURS = "gingerdj"
LIMIT = "bare"
NAMES = {
    LIMIT: "bare",
    OURS: "GingerDJ",
    "blacksheep": "BlackSheep",
    "falcon": "Falcon",
    "starlette": "Starlette",
    "litestar": "Litestar",
    "fastapi": "FastAPI",
    "quart": "Quart",
    "django": "Django",
}
"""Every peer's name, by that of its modules, in the order of the table's columns."""


@dataclass(frozen=True)
class Figure:
    """The best and the median of a few repeats."""

    best: float
    median: float

    @classmethod
    def of(cls, values: Iterable[float], more_is_better: bool = False) -> Figure:
        """Return the figure of some repeats, in the order in which they came."""
        listed = list(values)
        return cls(max(listed) if more_is_better else min(listed), median(listed))


@dataclass
class Row:
    """A workload's figures by peer; a peer that sits it out has none."""

    name: str
    title: str
    unit: str
    more_is_better: bool = False
    figures: dict[str, Figure] = field(default_factory=dict)

    def ratio(self, peer: str, to: str) -> float | None:
        """Return a peer's best figure as a multiple of another's; None if either has none."""
        if peer not in self.figures or to not in self.figures:
            return None
        base = self.figures[to].best
        return self.figures[peer].best / base if base else None

    def times_ahead(self, peer: str) -> float | None:
        """Return how many times better than a peer's figure ours is."""
        pair = (OURS, peer) if self.more_is_better else (peer, OURS)
        return self.ratio(*pair)


@dataclass
class Series:
    """How the cost of a workload grows: microseconds by peer and by size."""

    title: str
    points: dict[str, dict[int, Figure]] = field(default_factory=dict)


@dataclass
class Results:
    """Everything of one run."""

    rounds: int
    peers: list[str]
    machine: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    driver: Figure | None = None
    rows: list[Row] = field(default_factory=list)
    series: list[Series] = field(default_factory=list)
    lacks: dict[str, dict[str, str]] = field(default_factory=dict)

    def by_name(self) -> dict[str, Row]:
        """Return the rows by their names."""
        return {row.name: row for row in self.rows}


def to_json(results: Results, verdicts: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a run in JSON's types."""

    def figure(one: Figure) -> dict[str, float]:
        return {"best": one.best, "median": one.median}

    return {
        "rounds": results.rounds,
        "peers": results.peers,
        "machine": results.machine,
        "versions": results.versions,
        "driver": figure(results.driver) if results.driver else None,
        "rows": [
            {
                "name": row.name,
                "title": row.title,
                "unit": row.unit,
                "more_is_better": row.more_is_better,
                "figures": {
                    peer: {
                        **figure(one),
                        "to_bare": row.ratio(peer, LIMIT),
                        "to_gingerdj": row.ratio(peer, OURS),
                    }
                    for peer, one in row.figures.items()
                },
            }
            for row in results.rows
        ],
        "series": {
            series.title: {
                peer: {str(size): figure(one) for size, one in points.items()}
                for peer, points in series.points.items()
            }
            for series in results.series
        },
        "lacks": results.lacks,
        "aims": verdicts,
    }
