"""The runs that the docs show, and whether what they say can be so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.results import LIMIT, NAMES, Figure, Results, Series, digest, from_json

HERE = Path(__file__).parent
COMMITTED = HERE / "results.json"
"""The run of ``make bench`` that the docs show; ``make update-bench`` writes both."""
DOCS = HERE / "docs.json"
"""That of ``make bench-docs``."""
PINS = HERE / "requirements.txt"

_PIN = re.compile(r"^([\w.-]+)==([\w.]+)", re.MULTILINE)


def read(path: Path = COMMITTED) -> tuple[Results, list[str]]:
    """Return the run of the core and its peers that a file holds, and what is wrong with it.

    Raises:
        OSError: there is no such file.
        ValueError: the file holds no run.
    """
    results, wrong = read_docs(path)
    return results, [*wrong, *_of_peers(results)]


def read_docs(path: Path = DOCS) -> tuple[Results, list[str]]:
    """Return the run of the documentation tools that a file holds, and what is wrong with it.

    Raises:
        OSError: there is no such file.
        ValueError: the file holds no run.
    """
    document = json.loads(path.read_text("utf-8"))
    try:
        results = from_json(document)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"{path.name} holds no run: {error!r}") from error
    return results, list(_problems(document, results))


def _problems(document: dict[str, Any], results: Results) -> Iterator[str]:
    if document.get("digest") != digest(document):
        yield "its digest is not that of what it says"
    for row in results.rows:
        for peer, figure in row.figures.items():
            yield from _impossible(f"{row.name}, {peer}", figure, row.more_is_better)
    for series in results.series:
        yield from _of_series(series)


def _of_peers(results: Results) -> Iterator[str]:
    if results.driver is None:
        yield "the driver's own cost is missing"
    if results.peers != list(NAMES):
        yield f"the peers are {', '.join(results.peers)}, not {', '.join(NAMES)}"
    yield from _versions(results)
    for row in results.rows:
        for peer in results.peers:
            reason = results.lacks.get(peer, {}).get(_workload(row.name))
            if (peer in row.figures) == bool(reason):
                yield f"{row.name}: {peer} has {'both' if reason else 'neither'} figure and reason"


def _of_series(series: Series) -> Iterator[str]:
    for peer, points in series.points.items():
        if sorted(points) != series.sizes[: len(points)] or not points:
            yield f"{series.name}: {peer} lacks a size below its largest"
        for size, figure in points.items():
            yield from _impossible(f"{series.name}, {peer}, {size}", figure)


def _versions(results: Results) -> Iterator[str]:
    # A package may have a pin for older Pythons and another for newer ones.
    pins: dict[str, list[str]] = {}
    for name, version in _PIN.findall(PINS.read_text("utf-8")):
        pins.setdefault(name, []).append(version)
    for name, version in results.versions.items():
        if name in pins and version not in pins[name]:
            pinned = " or ".join(pins[name])
            yield f"{name} was {version}, and {PINS.name} has {pinned}: run make bench"
    for peer in results.peers:
        if peer != LIMIT and peer not in results.versions:
            yield f"the version of {peer} is missing"


def _workload(row: str) -> str:
    return re.sub(r"^(?:uvicorn|granian)-|-(?:p99|cpu)$", "", row)


def _impossible(place: str, figure: Figure, more_is_better: bool = False) -> Iterator[str]:
    low, high = (figure.median, figure.best) if more_is_better else (figure.best, figure.median)
    if not 0 < low <= high:
        yield f"{place}: the best is {figure.best}, and the median {figure.median}"
