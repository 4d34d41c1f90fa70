"""The run that the docs show is whole and consistent; one that is not is refused."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks import committed
from benchmarks.keep import keep, keep_docs, missing
from benchmarks.results import Figure, Results, Row, digest, to_json

Document = dict[str, Any]
COMMITTED: Document = json.loads(committed.COMMITTED.read_text("utf-8"))


def write(path: Path, document: Document) -> Path:
    path.write_text(json.dumps(document), "utf-8")
    return path


def sign(document: Document) -> Document:
    return {**document, "digest": digest(document)}


def row(document: Document, name: str) -> Document:
    return next(row for row in document["rows"] if row["name"] == name)


def test_the_run_that_the_docs_show_is_whole_and_right() -> None:
    results, wrong = committed.read()
    assert wrong == []
    assert missing(results) == []


def test_it_says_nothing_of_where_it_was_measured() -> None:
    assert COMMITTED["machine"].keys() == {
        *("cores", "day", "generator", "load", "processor", "python", "system")
    }
    assert "/" not in "".join(map(str, COMMITTED["machine"].values())).replace("debian/", "")


def _lower_the_median(document: Document) -> None:
    row(document, "json")["figures"]["falcon"]["median"] /= 1000


def _raise_the_median(document: Document) -> None:
    row(document, "uvicorn-sync")["figures"]["django"]["median"] *= 1000


def _leave_a_peer_out(document: Document) -> None:
    del row(document, "form")["figures"]["quart"]


def _say_why_and_measure(document: Document) -> None:
    document["lacks"]["falcon"]["granian"] = "never"
    row(document, "sync")["figures"]["falcon"] = {"best": 1.0, "median": 2.0}


def _other_version(document: Document) -> None:
    document["versions"]["starlette"] = "0.1"


def _no_version(document: Document) -> None:
    del document["versions"]["django"]


def _no_driver(document: Document) -> None:
    document["driver"] = None


def _other_peers(document: Document) -> None:
    document["peers"].remove("litestar")


def _impossible_growth(document: Document) -> None:
    next(iter(document["series"][0]["points"].values()))["10"]["best"] = 0


def _other_sizes(document: Document) -> None:
    del document["series"][0]["points"]["bare"]["10"]


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        (_lower_the_median, "json, falcon: the best is "),
        (_raise_the_median, "uvicorn-sync, django: the best is "),
        (_leave_a_peer_out, "form: quart has neither figure and reason"),
        (_say_why_and_measure, "sync: falcon has both figure and reason"),
        (_other_version, "starlette was 0.1, and requirements.txt has "),
        (_no_version, "the version of django is missing"),
        (_no_driver, "the driver's own cost is missing"),
        (_other_peers, "the peers are bare, gingerdj, django, blacksheep, falcon, "),
        (_impossible_growth, "static-routes, bare, 10: the best is 0"),
        (_other_sizes, "static-routes: bare lacks a size below its largest"),
    ],
)
def test_a_lie_is_found_out(lie: Callable[[Document], None], words: str, tmp_path: Path) -> None:
    document = copy.deepcopy(COMMITTED)
    lie(document)
    _, wrong = committed.read(write(tmp_path / "run.json", sign(document)))
    assert any(each.startswith(words) for each in wrong), wrong


def test_a_digit_that_has_been_changed_is_found_out(tmp_path: Path) -> None:
    document = copy.deepcopy(COMMITTED)
    row(document, "plaintext")["figures"]["gingerdj"]["best"] *= 0.99
    _, wrong = committed.read(write(tmp_path / "run.json", document))
    assert wrong == ["its digest is not that of what it says"]


def test_a_file_that_holds_no_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"run\.json holds no run"):
        committed.read(write(tmp_path / "run.json", {"rows": []}))


def test_a_whole_run_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "kept.json"
    assert keep(write(tmp_path / "run.json", COMMITTED), target) == []
    assert json.loads(target.read_text()) == COMMITTED


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda run: run["rows"].pop(), "it lacks the rows granian-sync-cpu"),
        (lambda run: run["series"].pop(0), "it lacks the series static-routes"),
        (lambda run: run.update(rounds=5), "it lacks 10 of 15 rounds"),
        (_other_version, "starlette was 0.1, and requirements.txt has "),
    ],
)
def test_a_part_of_a_run_is_refused(
    change: Callable[[Document], object], words: str, tmp_path: Path
) -> None:
    document = copy.deepcopy(COMMITTED)
    change(document)
    target = tmp_path / "kept.json"
    wrong = keep(write(tmp_path / "run.json", sign(document)), target)
    assert any(each.startswith(words) for each in wrong), wrong
    assert not target.exists()


def test_a_run_of_the_documentation_tools_is_kept_unless_it_lies(tmp_path: Path) -> None:
    rows = [Row("docs-warm", "warm", "s", figures={"gingerdj": Figure(1.5, 1.6)})]
    document = to_json(Results(3, [], rows=rows))
    target = tmp_path / "docs.json"
    row(document, "docs-warm")["figures"]["gingerdj"]["best"] = 1.7
    wrong = keep_docs(write(tmp_path / "run.json", sign(document)), target)
    assert wrong == ["docs-warm, gingerdj: the best is 1.7, and the median 1.6"]
    assert not target.exists()
    assert keep_docs(write(tmp_path / "run.json", to_json(Results(3, [], rows=rows))), target) == []
    assert committed.read_docs(target) == (Results(3, [], rows=rows), [])


def test_without_a_run_there_is_nothing_to_keep(tmp_path: Path) -> None:
    [wrong] = keep(tmp_path / "none.json", tmp_path / "kept.json")
    assert "run make bench" in wrong
