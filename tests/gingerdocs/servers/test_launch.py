"""Servers are started and ended."""

from __future__ import annotations

import os
from pathlib import Path

import httpx
import pytest

from gingerdocs.servers.launch import SERVERS, ServerError, launched, wait_until_up


def test_a_server_runs_as_long_as_its_context(tmp_path: Path) -> None:
    with launched(SERVERS["uvicorn-h11"], tmp_path) as site:
        wait_until_up(site)
        assert httpx.get(f"{site.url}/scope").json()["path"] == "/scope"
    assert site.process.returncode is not None
    with pytest.raises(ProcessLookupError):
        os.kill(site.process.pid, 0)


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    with (
        launched(SERVERS["uvicorn-h11"], tmp_path, "no_such_module:app") as site,
        pytest.raises(ServerError, match=r"did not start:\n.*no_such_module"),
    ):
        wait_until_up(site)
