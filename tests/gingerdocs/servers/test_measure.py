"""The servers against what the table says of them."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import pytest

from gingerdocs.servers import measure, results
from gingerdocs.servers.launch import SERVERS


def test_each_server_has_the_same_facts() -> None:
    said = results.read()
    assert list(said) == list(SERVERS)
    assert len({tuple(facts) for facts in said.values()}) == 1


def test_versions_are_those_of_the_packages() -> None:
    said = {name: facts["version"] for name, facts in results.read().items()}
    assert said == {name: server.version for name, server in SERVERS.items()}


def test_a_lie_is_found_and_nothing_but_the_lie(project: Any) -> None:
    file = project.root / "gingerdocs" / "servers" / "results.json"
    told = json.loads(file.read_text())
    told["daphne"]["backpressure"] = True
    told["granian"]["version"] = "0.1"
    del told["uvicorn-h11"]["websocket"]
    file.write_text(json.dumps(told))
    # The path of a Unix socket below pytest's own folder would be too long.
    done = project.python("-m", "gingerdocs", "servers", "--check", TMPDIR=gettempdir())
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout.splitlines() == [
        "daphne: backpressure is false, where results.json says true",
        f'granian: version is "{SERVERS["granian"].version}", where results.json says "0.1"',
        "uvicorn-h11: websocket is true, where results.json says null",
        "What the table says of servers is not so: make update-servers",
    ]
    assert not (project.root / "build" / "evidence.json").exists()


@pytest.fixture
def evidence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(results, "EVIDENCE", tmp_path / "evidence.json")
    return tmp_path


def test_what_has_been_proved_is_not_measured_again(evidence: Path) -> None:
    assert results.proof() is None
    assert results.needed()
    results.prove(results.read(), 1.5)
    assert measure.check() == []
    assert not results.needed()
    proof = results.proof()
    assert proof is not None
    assert f"daphne {SERVERS['daphne'].version}" in proof.ran_on
    assert json.loads(proof.output) == results.read()


def test_another_table_has_no_proof(evidence: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results.prove(results.read(), 1.5)
    other = evidence / "results.json"
    other.write_text(results.RESULTS.read_text().replace("true", "false", 1))
    monkeypatch.setattr(results, "RESULTS", other)
    assert results.proof() is None


def test_a_table_is_written_as_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said, text = results.read(), results.RESULTS.read_text()
    monkeypatch.setattr(results, "RESULTS", tmp_path / "results.json")
    results.write(said)
    assert results.RESULTS.read_text() == text
    assert results.read() == said
    results.read.cache_clear()
