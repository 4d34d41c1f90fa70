"""What the tests of the command `test` share."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., str]


@pytest.fixture
def failing_tests(tmp_path: Path) -> Callable[[str, str], Run]:
    """Makes a project of its settings and tests, some of which fail; returns what runs them."""

    def make(settings: str, tests: str) -> Run:
        (tmp_path / "conf.py").write_text(settings)
        (tmp_path / "urls.py").write_text("urlpatterns = []\n")
        (tmp_path / "test_all.py").write_text(tests)
        return run

    def run(*words: str, typed: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-m", "gingerdj", "test", "--settings=conf", *words],
            cwd=tmp_path,
            env={**os.environ, "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1"},
            input=typed,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )
        assert done.returncode == 1, done.stdout
        return done.stdout

    return make
