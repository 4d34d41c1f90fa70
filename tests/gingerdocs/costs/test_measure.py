"""The measuring itself: what is counted, what is kept, and what a failure says."""

import sys
from pathlib import Path

import pytest

from benchmarks.committed import read_docs
from benchmarks.machine import machine
from benchmarks.results import OURS, Figure, Row, Series
from gingerdocs.costs.growth import stages
from gingerdocs.costs.measure import BenchError, Line, Scratch, keep, take_turns
from gingerdocs.speed import words

BURN = "import time; end = time.process_time() + {}\nwhile time.process_time() < end: pass"


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    return Scratch(tmp_path)


def test_the_time_of_a_child_process_counts(scratch: Scratch) -> None:
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BURN.format(0.3)!r}])"
    assert scratch.cpu(sys.executable, "-c", child) >= 0.3


def test_time_asleep_does_not_count(scratch: Scratch) -> None:
    awake = scratch.cpu(sys.executable, "-c", BURN.format(0.5))
    assert scratch.cpu(sys.executable, "-c", "import time; time.sleep(0.5)") < awake


def test_a_command_that_fails_says_what_it_printed(scratch: Scratch) -> None:
    with pytest.raises(BenchError, match=r"(?s)-c .* failed:\nwhy it failed"):
        scratch.cpu(sys.executable, "-c", "import sys; sys.exit('why it failed')")


def test_commands_run_in_the_copy_with_its_own_packages(scratch: Scratch) -> None:
    code = (
        f"import gingerdocs; assert gingerdocs.__path__ == [{str(scratch.root / 'gingerdocs')!r}]"
    )
    scratch.cpu(sys.executable, "-c", code)


def test_forgetting_keeps_what_is_named_alone(scratch: Scratch) -> None:
    (scratch.build / "html").mkdir()
    (scratch.build / "site.lock").touch()
    (scratch.build / "evidence.json").write_text("{}")
    scratch.forget("evidence.json")
    assert [path.name for path in scratch.build.iterdir()] == ["evidence.json"]


def test_the_minimum_of_each_is_kept_and_they_take_turns() -> None:
    order: list[str] = []
    figures = {"a": [3.0, 1.0, 2.0], "b": [5.0, 6.0, 4.0]}

    def one(name: str) -> float:
        order.append(name)
        return figures[name].pop(0)

    taken = take_turns(3, lambda: one("a"), lambda: one("b"))
    assert taken == [Figure(1.0, 2.0), Figure(4.0, 5.0)]
    assert order == ["a", "b"] * 3


def test_what_is_kept_is_what_the_docs_can_show(tmp_path: Path) -> None:
    row = Row("docs-warm", "make html with nothing changed", "s", figures={OURS: Figure(1.5, 1.6)})
    points = {stage.name: {10: Figure(1.0, 2.0)} for stage in stages(lambda: ())}
    series = Series("docs-pages", "pages", "ms", points)
    keep([Line(row, "1.50 s", "", "CPU")], series, 3, machine(), tmp_path)
    results, wrong = read_docs(tmp_path / "docs.json")
    assert wrong == []
    assert (results.rows, results.series) == ([row], [series])
    assert results.machine["day"]
    assert points.keys() <= words.names().keys()
