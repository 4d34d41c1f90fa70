"""The synthetic sites: their sizes, their proofs, and what is made of the figures."""

from pathlib import Path

import pytest

from benchmarks.results import Figure, Series
from gingerdocs.costs.growth import SAMPLES, exponents, measure, write_pages, write_proofs
from gingerdocs.evidence import Store


@pytest.mark.parametrize("pages", [1, 50, 51, 120])
def test_a_site_has_so_many_pages_with_samples(tmp_path: Path, pages: int) -> None:
    write_pages(tmp_path / "docs", 3)
    write_pages(tmp_path / "docs", pages)
    written = [path.read_text() for path in (tmp_path / "docs").rglob("*.md")]
    assert len(written) == pages + 1  # And the one that lists the folders.
    assert sum(text.count("```python") for text in written) == pages * SAMPLES


def test_each_sample_that_was_taken_gets_a_proof(tmp_path: Path) -> None:
    (tmp_path / "samples").mkdir()
    (tmp_path / "samples" / "en.json").write_text(
        '[{"samples": [{"digest": "a"}, {"digest": "b"}]}, {"samples": [{"digest": "c"}]}]'
    )
    assert write_proofs(tmp_path) == 3
    store = Store(tmp_path / "evidence.json")
    assert [bool(store.get(digest)) for digest in "abcd"] == [True, True, True, False]


@pytest.mark.parametrize(("power", "shown"), [(1, 1.0), (2, 2.0)])
def test_the_power_of_the_growth_is_that_of_its_last_step(power: int, shown: float) -> None:
    costs = {pages: Figure.of([700 + pages**power]) for pages in (1, 100, 1000)}
    found = exponents(Series("name", "title", "ms", {"stage": costs, "two": {1: costs[1]}}))
    assert found == {"stage": pytest.approx(shown, abs=0.01)}


class Counted:
    """Says of each command that it took a second, and writes what the samples' step would."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.commands: list[tuple[str, ...]] = []

    def cpu(self, *command: str) -> float:
        self.commands.append(command)
        if "--proof=stale" in command:
            assert not (self.root / "build" / "checked").exists(), "checks are timed that are known"
            (self.root / "build" / "checked").touch()
        (self.root / "build" / "samples").mkdir(parents=True, exist_ok=True)
        (self.root / "build" / "samples" / "en.json").write_text("[]")
        return 1.0


def test_large_sites_are_measured_once_and_not_by_every_stage(tmp_path: Path) -> None:
    counted = Counted(tmp_path)
    series = measure(counted, lambda: ("stock",), 2, (30, 300))
    assert {stage: list(points) for stage, points in series.points.items()} == {
        "samples taken": [30, 300],
        "proofs looked up, pages built": [30, 300],
        "nothing changed": [30, 300],
        "stock Sphinx": [30],
        "pages checked": [30],
        "samples run": [30],
    }
    assert counted.commands.count(("stock",)) == 2
    assert series.points["samples taken"][300] == Figure(1000.0, 1000.0)
