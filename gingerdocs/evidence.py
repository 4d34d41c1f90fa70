"""What samples are known to do: their outcomes, stored by digest."""

import contextlib
import functools
import hashlib
import json
import os
import platform
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from .fingerprint import encoded, left_by_tools
from .machine import programs
from .sample import Outcome, Sample

KEPT = 100_000
"""Proofs that are kept before the oldest make room: ten thousand samples in three languages, and
three versions of each."""

_RUNNING = Path(__file__).parent / "running"
"""The modules on which an outcome depends."""

CHECKOUT = "GUIDE_ROOT"
"""The variable by which a sample reaches the checkout, on which its outcome then depends."""

_PLACES = {"path", "lines", "page_line", "message", "digest"}


@dataclass(frozen=True)
class Evidence:
    """The outcome of a sample that need not run again, and what it ran on."""

    status: str
    message: str
    output: str
    seconds: float
    ran_on: tuple[str, ...]


class Store:
    """The file of evidence; a store that cannot be read is an empty one.

    A proof that has been changed by hand, or put beside another digest, has a seal that does not
    fit, and is none.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._proofs: dict[str, Evidence] = {}
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
            for digest, proof in json.loads(path.read_text("utf-8")).items():
                if proof.pop("seal") == _seal(digest, proof):
                    self._proofs[digest] = Evidence(**{**proof, "ran_on": tuple(proof["ran_on"])})

    def get(self, digest: str) -> Evidence | None:
        """The evidence for a digest, or None."""
        return self._proofs.get(digest)

    def add(self, digest: str, proof: Evidence) -> None:
        """Add evidence; the newest comes last."""
        self._proofs.pop(digest, None)
        self._proofs[digest] = proof

    def drop(self, digest: str) -> None:
        """Forget what a failure has disproved."""
        self._proofs.pop(digest, None)

    def save(self) -> None:
        """Write the store whole, or leave the file as it was."""
        newest = list(self._proofs.items())[-KEPT:]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        written = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            proofs = {}
            for digest, evidence in newest:
                proof = vars(evidence)
                proofs[digest] = {**proof, "seal": _seal(digest, proof)}
            written.write_text(json.dumps(proofs), "utf-8")
            written.replace(self._path)
        finally:
            written.unlink(missing_ok=True)


def _seal(digest: str, proof: dict[str, Any]) -> str:
    return _sha256(digest + json.dumps(proof, sort_keys=True))


def from_outcome(sample: Sample, outcome: Outcome) -> Evidence:
    """The evidence that an outcome gives."""
    return Evidence(
        status=outcome.status,
        message=outcome.message,
        output=outcome.output,
        seconds=outcome.seconds,
        ran_on=ran_on(sample),
    )


def ran_on(sample: Sample) -> tuple[str, ...]:
    """Python and the programs that a sample names, with their versions."""
    named = []
    for word in dict.fromkeys(word for word in _words(sample) if word in _SHOWN):
        with contextlib.suppress(PackageNotFoundError):
            named.append(f"{word} {version(word)}")
    for name, said in _versions(sample).items():
        number = re.search(r"\d+(\.\d+)+", said)
        named.append(f"{name} {number[0]}" if number else name)
    return (f"Python {platform.python_version()}", *named)


def _versions(sample: Sample) -> dict[str, str]:
    if not sample.programs:
        return {}
    listed = programs.load()
    return programs.versions({name: listed[name] for name in sample.programs})


_SHOWN = ("uvicorn", "hypercorn", "daphne", "granian", "gunicorn")


def _words(sample: Sample) -> Iterable[str]:
    return sample.text.replace("/", " ").replace("$", " ").split()


def chain(samples: Iterable[Sample], root: Path) -> tuple[Sample, ...]:
    """Give the samples of a page their digests.

    A digest covers the sample, those before it on the page, the ``gingerdj`` package, the code
    that runs samples, the pinned packages, Python and the programs in use.
    """
    before = _surroundings(root)
    result = []
    for sample in samples:
        own = {key: value for key, value in vars(sample).items() if key not in _PLACES}
        own["versions"] = _versions(sample)
        if "examples" in sample.text or (sample.file or "").startswith("examples/"):
            own["examples"] = _tree(root / "examples")
        if CHECKOUT in sample.text:
            own["checkout"] = _checkout(root)
        before = _sha256(before + json.dumps(own, sort_keys=True))
        result.append(replace(sample, digest=before))
    return tuple(result)


@functools.cache
def _surroundings(root: Path) -> str:
    code = (_tree(root / "gingerdj"), _tree(_RUNNING))
    return _sha256("\n".join((sys.version, *code, _file(root / "requirements.txt"))))


@functools.cache
def _checkout(root: Path) -> str:
    names = ("Makefile", "conf.py", "programs.toml", "pyproject.toml")
    return _sha256("\n".join([_tree(root / "gingerdocs"), *(_file(root / n) for n in names)]))


@functools.cache
def _tree(folder: Path) -> str:
    files = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())
    own = (path for path in files if not any(map(left_by_tools, path.parts)))
    return _sha256("\n".join(f"{path} {_file(folder / path)}" for path in own))


def _file(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _sha256(text: str) -> str:
    return hashlib.sha256(encoded(text)).hexdigest()
