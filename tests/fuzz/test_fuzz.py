"""Whatever clients send: no exception but the documented ones, and no more than linear work."""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gingerdj
from gingerdj.conf import LazySettings, settings

from .targets import SEEDS, TARGETS

RUNS = 2000
PACKAGE = str(Path(gingerdj.__file__).parent)
of_each_target = pytest.mark.parametrize("name", list(TARGETS))


@pytest.fixture(scope="module", autouse=True)
def _settings() -> Iterator[None]:
    before = settings._wrapped
    settings._wrapped = LazySettings()._wrapped
    settings.configure(SECRET_KEY="fuzzing", ALLOWED_HOSTS=["*"])
    yield
    settings._wrapped = before


@pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"),
    reason="atheris is built for it alone",
)
def test_guided_by_coverage(tmp_path: Path) -> None:
    program = str(Path(__file__).with_name("fuzz.py"))
    finished = subprocess.run(
        [sys.executable, program, ",".join(TARGETS), f"-runs={RUNS}", "-seed=1"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    told = finished.stdout + finished.stderr
    assert finished.stdout.splitlines() == [f"{name}: passed" for name in TARGETS], told
    assert told.count(f"Done {RUNS} runs") == len(TARGETS), told


@of_each_target
@given(data=st.data())
def test_of_anything(name: str, data: st.DataObject) -> None:
    pieces = st.lists(st.one_of(st.sampled_from(SEEDS[name]), st.binary(max_size=3))).map(b"".join)
    TARGETS[name](data.draw(st.one_of(pieces, st.binary())))


@of_each_target
def test_seeds(name: str) -> None:
    for seed in SEEDS[name]:
        TARGETS[name](seed)


def lines_run(name: str, data: bytes) -> int:
    """Return how many lines of GingerDJ run for some data: a measure that no clock disturbs."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        if not frame.f_code.co_filename.startswith(PACKAGE):
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        TARGETS[name](data)
    finally:
        sys.settrace(before)
    return count


@of_each_target
def test_four_times_as_much_takes_at_most_four_times_the_work(name: str) -> None:
    for seed in SEEDS[name]:
        little, much = (lines_run(name, seed * times) for times in (50, 200))
        assert much <= 4.2 * little, (seed, little, much)


@of_each_target
def test_much_of_it_comes_to_an_end(name: str) -> None:
    # Expressions that search again from each place would be at it for hours.
    for seed in SEEDS[name]:
        TARGETS[name](seed * (100_000 // len(seed)))
