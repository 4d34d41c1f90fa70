"""Writes a run down, as JSON and as Markdown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks.aims import Verdict
from benchmarks.machine import reservations
from benchmarks.results import LIMIT, NAMES, OURS, Figure, Results, Row, Series, to_json

RESULTS = "results.json"
"""What the file of a run is called."""

ABSENT = "-"

RESERVATIONS = {
    "busy": "**Others were at work on this machine when the run began.**",
    "cores": "**The load over servers shared one core with the server.**",
}

EXPLANATION = """\
The peers run in processes of their own and take turns; every answer is checked before and after it
is timed. Costs in process are processor time, of all threads, the driver's own included: {driver}
per request. "Best" is the minimum of {rounds} repeats, or the maximum of requests per second; the
median is in brackets. A dash: the peer sits it out, or was not asked."""


def number(value: float) -> str:
    """Return a figure with three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 10 else f"{value:.1f}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown whose columns line up."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        first = cells[0].ljust(widths[0])
        rest = (cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True))
        return "| " + " | ".join([first, *rest]) + " |"

    rule = "|".join(["", "-" * (widths[0] + 2), *("-" * (w + 1) + ":" for w in widths[1:]), ""])
    return "\n".join([line(lines[0]), rule, *map(line, lines[1:])])


def _figures(results: Results, cell: Callable[[Row, str], str], title: str = "workload") -> str:
    peers = results.peers
    head = [title, *(NAMES[peer] for peer in peers)]
    return table(head, ([_title(row), *(cell(row, p) for p in peers)] for row in results.rows))


def _title(row: Row) -> str:
    return f"{row.title}, {row.unit}"


def _best(row: Row, peer: str) -> str:
    return _figure(row.figures.get(peer))


def _figure(figure: Figure | None) -> str:
    return f"{number(figure.best)} ({number(figure.median)})" if figure else ABSENT


def _ratio_to(base: str) -> Callable[[Row, str], str]:
    def cell(row: Row, peer: str) -> str:
        ratio = row.ratio(peer, base)
        return ABSENT if ratio is None else number(ratio)

    return cell


def _growth(series: Series) -> str:
    head = [f"{series.title}, {series.unit}", *(str(size) for size in series.sizes)]
    rows = [
        [NAMES.get(peer, peer), *(_figure(points.get(size)) for size in series.sizes)]
        for peer, points in series.points.items()
    ]
    return table(head, rows)


def _aims(verdicts: Sequence[Verdict]) -> str:
    rows = [
        [
            each.row.title,
            _aim(each),
            f"{'at least' if each.at_least else 'at most'} {each.wanted:g}",
            number(each.measured),
            "met" if each.met else "missed",
        ]
        for each in verdicts
    ]
    met = sum(each.met for each in verdicts)
    head = ["workload", "ratio", "aim", "measured", f"{met} of {len(verdicts)}"]
    return table(head, rows)


def _aim(verdict: Verdict) -> str:
    name = NAMES[verdict.peer]
    if verdict.ahead:
        return f"times ahead of {name}"
    return f"of {name}" if verdict.other is verdict.row else f"of {name}'s {verdict.other.title}"


def markdown(results: Results, verdicts: Sequence[Verdict]) -> str:
    """Return the report of a run."""
    facts = [f"- {key}: {value}" for key, value in results.machine.items()]
    versions = ", ".join(f"{name} {version}" for name, version in results.versions.items())
    driver = f"{number(results.driver.best)} µs" if results.driver else "not measured in this run"
    parts = [
        "# Benchmark",
        "\n".join([*facts, f"- versions: {versions}"]),
        *(RESERVATIONS[name] for name in reservations(results.machine)),
        EXPLANATION.format(rounds=results.rounds, driver=driver),
    ]
    if results.rows:
        parts += [
            "## Best (median)",
            _figures(results, _best),
            "## As multiples of bare",
            _figures(results, _ratio_to(LIMIT)),
            f"## As multiples of {NAMES[OURS]}",
            _figures(results, _ratio_to(OURS)),
        ]
    if results.series:
        parts += ["## As work grows", *map(_growth, results.series)]
    if verdicts:
        parts += ["## Aims", _aims(verdicts)]
    return "\n\n".join(parts) + "\n"


def write(results: Results, verdicts: Sequence[Verdict], folder: Path) -> str:
    """Write `results.json` and `results.md` into a folder; return the latter's text."""
    folder.mkdir(parents=True, exist_ok=True)
    document = json.dumps(to_json(results), indent=1, ensure_ascii=False)
    (folder / RESULTS).write_text(document + "\n", "utf-8")
    text = markdown(results, verdicts)
    (folder / "results.md").write_text(text, "utf-8")
    return text
