"""What was measured, and what it is compared with; a run as a JSON document."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

OURS = "gingerdj"
LIMIT = "bare"
NAMES = {
    LIMIT: "bare",
    OURS: "GingerDJ",
    "django": "Django",
    "blacksheep": "BlackSheep",
    "falcon": "Falcon",
    "starlette": "Starlette",
    "litestar": "Litestar",
    "fastapi": "FastAPI",
    "quart": "Quart",
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
    """How the cost of a workload grows: figures by peer and by size."""

    name: str
    title: str
    unit: str
    points: dict[str, dict[int, Figure]] = field(default_factory=dict)

    @property
    def sizes(self) -> list[int]:
        """The sizes, from small to large; not every peer need have the largest."""
        return sorted({size for points in self.points.values() for size in points})


@dataclass
class Results:
    """Everything of one run."""

    rounds: int
    peers: list[str]
    machine: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    driver: Figure | None = None
    rows: list[Row] = field(default_factory=list)
    series: list[Series] = field(default_factory=list)
    lacks: dict[str, dict[str, str]] = field(default_factory=dict)

    def by_name(self) -> dict[str, Row]:
        """Return the rows by their names."""
        return {row.name: row for row in self.rows}


def to_json(results: Results) -> dict[str, Any]:
    """Return a run in JSON's types, with a digest over all the rest.

    Ratios are left out: whoever reads the figures computes them.
    """
    document = {**asdict(results), "driver": asdict(results.driver) if results.driver else None}
    # The keys of JSON's objects are text.
    for series in document["series"]:
        for peer, points in series["points"].items():
            series["points"][peer] = {str(size): figure for size, figure in points.items()}
    return {**document, "digest": digest(document)}


def from_json(document: Mapping[str, Any]) -> Results:
    """Return the run that a document holds.

    Raises:
        KeyError, TypeError, ValueError: it is not of the form that `to_json` writes.
    """
    fields = {name: value for name, value in document.items() if name != "digest"}
    driver = fields.pop("driver")
    rows = [Row(**{**row, "figures": _figures(row["figures"])}) for row in fields.pop("rows")]
    series = [
        Series(**{**one, "points": {p: _figures(v, int) for p, v in one["points"].items()}})
        for one in fields.pop("series")
    ]
    return Results(**fields, driver=Figure(**driver) if driver else None, rows=rows, series=series)


def _figures(figures: Mapping[str, Any], key: Any = str) -> dict[Any, Figure]:
    return {key(name): Figure(**figure) for name, figure in figures.items()}


def digest(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a document, of which what it says of its own digest is no part."""
    content = {name: value for name, value in document.items() if name != "digest"}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
