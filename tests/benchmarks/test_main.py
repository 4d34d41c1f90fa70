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
    assert said.endswith(f"The run is void: {tmp_path} is as it was.\n")


def test_a_run_leaves_a_report_and_plots_and_a_void_one_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "BUILD", tmp_path)
    asked = ["--peers", "bare", "--rounds", "1"]
    old = ("growth-old.svg", "results.json", "docs.json")
    for name in old:
        (tmp_path / name).write_text("old")
    for void in (["-k", "no such"], ["--peers", "nobody"], ["--rounds", "x"]):
        assert command.main([*asked, *void]) == 1
    assert [(tmp_path / name).read_text() for name in old] == ["old"] * 3
    assert command.main([*asked, "-k", "json"]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {
        *("docs.json", "results.json", "results.md", "workloads.svg")
    }
    assert (tmp_path / "results.json").read_text() != "old"
    assert "JSON, µs" in capsys.readouterr().out


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
