"""The pins of the benchmark's environment."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from benchmarks.results import NAMES

FOLDER = Path(__file__).parents[2] / "benchmarks"


def test_every_requirement_has_a_pin_that_fits_it_and_hashes() -> None:
    text = (FOLDER / "requirements.txt").read_text()
    pins = re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE)
    wanted = [
        Requirement(line.partition("#")[0])
        for line in (FOLDER / "requirements.in").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    assert {each.name for each in wanted} >= set(NAMES) - {"bare", "gingerdj"}
    for requirement in wanted:
        versions = [
            version
            for name, version in pins
            if name.replace("-", "_") == requirement.name.replace("-", "_")
        ]
        assert any(requirement.specifier.contains(version) for version in versions), requirement
    assert text.count("--hash=sha256:") > len(pins)
    assert "://" not in text


@pytest.mark.parametrize("peer", NAMES)
def test_every_peer_has_both_its_applications(peer: str) -> None:
    for package in ("peers", "hello"):
        assert find_spec(f"benchmarks.{package}.{peer}") is not None
