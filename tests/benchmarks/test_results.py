"""Ratios, aims and reports of runs whose figures are known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import aims, report
from benchmarks.in_process import COLD_START, IN_FLIGHT, MEMORY
from benchmarks.results import NAMES, Figure, Results, Row, Series, digest, from_json, to_json
from benchmarks.run import row_names
from benchmarks.workloads import growing, workloads


def row(name: str, more_is_better: bool = False, **best: float) -> Row:
    figures = {peer: Figure(value, value * 2) for peer, value in best.items()}
    return Row(name, f"the {name}", "µs", more_is_better, figures)


def results(*rows: Row) -> Results:
    return Results(3, list(NAMES), {"load": 0.25, "cores": 2}, rows=list(rows))


COST = row("plaintext", bare=2.0, gingerdj=4.0, falcon=3.0, starlette=8.0, django=800.0)
RATE = row("uvicorn-plaintext", more_is_better=True, bare=1000.0, gingerdj=900.0, django=30.0)


def test_a_figure_is_the_best_and_the_median() -> None:
    assert Figure.of([3.0, 1.0, 2.0, 9.0]) == Figure(1.0, 2.5)
    assert Figure.of([3.0, 1.0, 2.0], more_is_better=True) == Figure(3.0, 2.0)


def test_ratios_are_of_the_best_figures() -> None:
    assert COST.ratio("django", "bare") == 400
    assert COST.ratio("django", "gingerdj") == 200
    assert COST.ratio("quart", "bare") is None
    assert COST.times_ahead("starlette") == 2
    assert COST.times_ahead("falcon") == 0.75
    assert RATE.ratio("gingerdj", "bare") == 0.9
    assert RATE.times_ahead("django") == 30


@pytest.mark.parametrize(
    ("rows", "table", "met"),
    [
        ([COST], {"plaintext": {"django": 200}}, [True]),
        ([COST], {"plaintext": {"django": 201, "starlette": 2.0}}, [False, True]),
        ([COST], {"plaintext": {"bare": 2.0}}, [True]),
        ([COST], {"plaintext": {"bare": 1.9}}, [False]),
        ([RATE], {"uvicorn-plaintext": {"bare": 0.8, "django": 31}}, [True, False]),
        ([COST], {"plaintext": {"quart": 5}}, []),
        ([RATE], {"plaintext": {"django": 5}}, []),
    ],
)
def test_an_aim_is_met_or_missed(
    rows: list[Row], table: dict[str, object], met: list[bool]
) -> None:
    verdicts = aims.judge(results(*rows), {"compiled": [], **table})
    assert [each.met for each in verdicts] == met


def test_an_aim_may_be_a_multiple_of_another_workload() -> None:
    other = row("startproject", gingerdj=9.0)
    aim = {"at-most": [{"workload": "plaintext", "peer": "bare", "times": 4.2}]}
    [verdict] = aims.judge(results(COST, other), {"compiled": [], "startproject": aim})
    assert (verdict.measured, verdict.met) == (4.5, False)
    assert (verdict.peer, verdict.other, verdict.at_least) == ("bare", COST, False)


def test_compiled_peers_are_to_be_behind_wherever_they_compete() -> None:
    shared = row("json", gingerdj=2.0, falcon=3.0)
    verdicts = aims.judge(results(COST, shared, RATE), {"compiled": ["falcon", "blacksheep"]})
    assert [(each.row, each.met) for each in verdicts] == [(COST, False), (shared, True)]


def test_the_aims_name_what_is_measured_and_leave_nothing_out() -> None:
    table = aims.load()
    compiled = table.pop("compiled")
    assert set(compiled) <= set(NAMES)
    without = {"static-middle", "int-middle", "mixed-middlewares", "no-hops"}
    measured = {name for name in row_names() if not name.endswith(("-p99", "-cpu"))}
    assert {*workloads(), COLD_START[0], MEMORY[0], IN_FLIGHT[0]} < measured
    granian = {name for name in measured if name.startswith("granian-")}
    assert set(table) == measured - without - granian
    for name, aim in table.items():
        assert {"django", "bare"} <= set(aim) or {"django", "at-most"} <= set(aim), name
        for peer in set(aim) - {"at-most"}:
            assert peer in NAMES
            assert aim[peer] > 0
        for other in aim.get("at-most", ()):
            assert other["workload"] in measured
            assert other["peer"] in NAMES


def test_names_are_unique_across_workloads_and_series() -> None:
    names = [w.name for growth in growing() for w in growth.sizes.values()]
    assert len(names) > 15
    assert len({*names, *workloads()}) == len(names) + len(workloads())


def test_a_report_has_every_figure_as_it_is_and_as_ratios(tmp_path: Path) -> None:
    run = results(COST)
    points = {"bare": {10: Figure(1.0, 1.5), 100: Figure(2.0, 2.5)}}
    run.series = [Series("routes", "n routes", "µs", points)]
    verdicts = aims.judge(run, {"compiled": [], "plaintext": {"django": 150, "bare": 1.9}})
    text = report.write(run, verdicts, tmp_path)
    assert text == (tmp_path / "results.md").read_text()
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines()]
    title = "the plaintext, µs"
    assert [line[1:] for line in cells if line and line[0] == title] == [
        ["2 (4)", "4 (8)", "800 (1,600)", "-", "3 (6)", "8 (16.0)", "-", "-", "-"],
        ["1", "2", "400", "-", "1.5", "4", "-", "-", "-"],
        ["0.5", "1", "200", "-", "0.75", "2", "-", "-", "-"],
    ]
    assert ["bare", "1 (1.5)", "2 (2.5)"] in cells
    assert ["the plaintext", "times ahead of Django", "at least 150", "200", "met"] in cells
    assert ["the plaintext", "of bare", "at most 1.9", "2", "missed"] in cells
    kept = json.loads((tmp_path / "results.json").read_text())
    assert from_json(kept) == run
    assert kept["digest"] == digest(kept)


@pytest.mark.parametrize(
    ("machine", "words"),
    [
        ({"load": 1.5, "cores": 2}, ["Others were at work"]),
        ({"load": 0.0, "cores": 1}, ["shared one core"]),
        ({"load": 0.9, "cores": 2}, []),
    ],
)
def test_a_machine_that_is_not_fit_is_told(machine: dict[str, float], words: list[str]) -> None:
    run = results(COST)
    run.machine = machine
    text = report.markdown(run, [])
    assert [each for each in ("Others were at work", "shared one core") if each in text] == words


def test_what_is_kept_of_a_run_can_be_read_again() -> None:
    run = results(COST, RATE)
    run.driver = Figure(1.0, 1.5)
    document = json.loads(json.dumps(to_json(run)))
    assert from_json(document) == run
    document["rows"][0]["figures"]["bare"]["best"] = 1.9
    assert document["digest"] != digest(document)
