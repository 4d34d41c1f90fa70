"""What ``make bench`` says to those who ask for too much."""

from __future__ import annotations

from pathlib import Path

import pytest

import benchmarks.__main__ as command
from benchmarks import committed


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-k", "no such"), "K=no such: none of the workloads is called so: plaintext, json, "),
        (("--peers", "django,nobody"), "PEERS=nobody: the peers are bare, gingerdj, "),
        (("--rounds", "0"), "ROUNDS=0: it is a number of repeats, such as 15"),
        (("--rounds", "many"), "ROUNDS=many: it is a number of repeats"),
    ],
)
def test_what_cannot_be_measured_is_named(
    arguments: tuple[str, ...],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(command, "BUILD", tmp_path)
    assert command.main(["--peers", "django", *arguments]) == 1
    said = capsys.readouterr().err
    assert said.startswith(words)
    assert said.endswith("The run is void.\n")


def test_a_run_leaves_a_report_and_plots_and_a_void_one_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "BUILD", tmp_path)
    asked = ["--peers", "bare", "--rounds", "1"]
    assert command.main([*asked, "-k", "json"]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {
        *("results.json", "results.md", "workloads.svg")
    }
    assert "JSON, µs" in capsys.readouterr().out
    assert command.main([*asked, "-k", "no such"]) == 1
    assert list(tmp_path.iterdir()) == []


def test_without_wrk_nothing_is_loaded_and_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "BUILD", tmp_path)
    monkeypatch.setenv("PATH", "/nowhere")
    assert command.main(["--peers", "bare", "--rounds", "1", "-k", "over uvicorn"]) == 0
    assert "Not over servers: wrk, which loads them, is not installed" in capsys.readouterr().out
    results, _wrong = committed.read(tmp_path / "results.json")
    assert results.rows == []
    assert results.machine["generator"] == ""
