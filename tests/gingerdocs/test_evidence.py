"""Proofs are kept by digest, and a digest covers what the outcome depends on."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from gingerdocs import evidence
from gingerdocs.evidence import Evidence, Store
from gingerdocs.sample import Outcome, Sample

from .conftest import make_sample

PROOF = Evidence("passed", "", "out", 0.1, ("Python 3.11.7",))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "gingerdj").mkdir()
    (tmp_path / "gingerdj" / "a.py").write_text("x = 1\n")
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "a.py").write_text("x = 1\n")
    (tmp_path / "requirements.txt").write_text("a==1\n")
    return tmp_path


def digests(root: Path, *samples: Sample) -> list[str]:
    evidence._surroundings.cache_clear()
    evidence._tree.cache_clear()
    return [sample.digest for sample in evidence.chain(samples, root)]


def test_a_store_keeps_what_it_is_given(tmp_path: Path) -> None:
    path = tmp_path / "build" / "evidence.json"
    store = Store(path)
    store.add("a", PROOF)
    store.add("b", replace(PROOF, output="olá"))
    store.drop("a")
    store.save()
    kept = Store(path)
    assert (kept.get("a"), kept.get("b")) == (None, replace(PROOF, output="olá"))
    assert [file.name for file in path.parent.iterdir()] == ["evidence.json"]


@pytest.mark.parametrize(("said", "instead"), [("out", "better"), ('"a"', '"b"'), ("0.1", "0.2")])
def test_a_proof_that_was_written_by_hand_is_none(tmp_path: Path, said: str, instead: str) -> None:
    path = tmp_path / "evidence.json"
    store = Store(path)
    store.add("a", PROOF)
    store.save()
    path.write_text(path.read_text("utf-8").replace(said, instead), "utf-8")
    assert (Store(path).get("a"), Store(path).get("b")) == (None, None)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"1", b'{"a": 1}', b'{"a": {}}', b'{"a": {"ran_on": []}}', b"\xff", b"null"],
)
def test_a_broken_store_is_an_empty_one_and_can_be_written(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "evidence.json"
    path.write_bytes(content)
    store = Store(path)
    assert store.get("a") is None
    store.add("b", PROOF)
    store.save()
    assert list(json.loads(path.read_text())) == ["b"]


def test_the_oldest_proofs_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "KEPT", 2)
    store = Store(tmp_path / "evidence.json")
    for digest in ("a", "b", "c", "b", "a"):
        store.add(digest, PROOF)
    store.save()
    assert list(json.loads((tmp_path / "evidence.json").read_text())) == ["b", "a"]


def test_a_digest_stays_where_nothing_changes(root: Path) -> None:
    samples = [make_sample("python", "x = 1"), make_sample("console", "$ true")]
    moved = [replace(sample, path="docs/b.md", lines=(99,), page_line=98) for sample in samples]
    assert digests(root, *samples) == digests(root, *moved)
    assert len(set(digests(root, *samples))) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"text": "x = 2"},
        {"kind": "setup"},
        {"name": "other"},
        {"raises": "KeyError"},
        {"norun": "why"},
        {"exit": 1},
        {"file": "a"},
        {"background": True},
    ],
)
def test_a_change_reaches_the_sample_and_those_after_it_alone(
    root: Path, change: dict[str, object]
) -> None:
    samples = [make_sample("python", text) for text in ("a = 1", "x = 1", "b = 1")]
    changed = [samples[0], replace(samples[1], **change), samples[2]]  # type: ignore[arg-type]
    before, after = digests(root, *samples), digests(root, *changed)
    assert before[0] == after[0]
    assert before[1] != after[1]
    assert before[2] != after[2]


@pytest.mark.parametrize("path", ["gingerdj/a.py", "gingerdj/new.py", "requirements.txt"])
def test_a_change_of_what_samples_run_on_reaches_all(root: Path, path: str) -> None:
    sample = make_sample("python", "x = 1")
    before = digests(root, sample)
    (root / path).write_text("x = 2\n")
    assert digests(root, sample) != before


@pytest.mark.parametrize("name", [".a.py.swp", "a.py~", "__pycache__/a.pyc"])
def test_what_tools_leave_reaches_none(root: Path, name: str) -> None:
    sample = make_sample("console", "$ cd examples")
    before = digests(root, sample)
    for folder in ("gingerdj", "examples"):
        (root / folder / name).parent.mkdir(exist_ok=True)
        (root / folder / name).write_text("x = 2\n")
    assert digests(root, sample) == before


@pytest.mark.parametrize(
    ("text", "reached"), [("$ cd examples", True), ("$ ls examples/a.py", True), ("$ ls", False)]
)
def test_a_change_of_the_examples_reaches_who_names_them(
    root: Path, text: str, reached: bool
) -> None:
    sample = make_sample("console", text)
    before = digests(root, sample)
    (root / "examples" / "a.py").write_text("x = 2\n")
    assert (digests(root, sample) != before) is reached


def test_a_proof_says_what_it_ran_on() -> None:
    sample = make_sample("console", "$ uvicorn app:application", programs=("curl",))
    python, server, curl = evidence.from_outcome(sample, Outcome("passed")).ran_on
    assert python.startswith("Python 3.")
    assert server.startswith("uvicorn 0.")
    assert curl.startswith("curl ")
