"""Starts an example by the one command that its README gives."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx
import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
_COMMAND = re.compile(r"^\$ (uvicorn .+)$", re.MULTILINE)
_ADDRESS = re.compile(r"Uvicorn running on (http://\S+)")


@pytest.fixture
def site(request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """A client of the example that the test module is named after, started for real."""
    example = EXAMPLES / request.module.__name__.rpartition("test_")[2]
    with _served(example) as address, httpx.Client(base_url=address) as client:
        yield client


@contextmanager
def _served(example: Path) -> Iterator[str]:
    commands = _COMMAND.findall((example / "README.md").read_text(encoding="utf-8"))
    assert len(commands) == 1, f"{example.name}/README.md gives {len(commands)} commands, not one"
    server = subprocess.Popen(
        [sys.executable, "-m", *shlex.split(commands[0]), "--port", "0"],
        cwd=example,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stderr
    try:
        yield _address(server.stderr)
    finally:
        server.terminate()
        server.communicate(timeout=10)


def _address(log: IO[str]) -> str:
    printed = ""
    for line in log:
        printed += line
        if found := _ADDRESS.search(line):
            return found[1]
    raise AssertionError(f"the server ended without a port; it printed:\n{printed}")
