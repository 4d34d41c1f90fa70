"""Loads a server with wrk: connections that ask again as soon as they are answered."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

WRK = "wrk"
SCRIPT = Path(__file__).with_name("load.lua")

CONNECTIONS = 64


class LoadError(Exception):
    """A server answered wrongly, or not at all."""


def absent() -> bool:
    """Return whether there is no wrk to load servers with (programs.toml)."""
    return shutil.which(WRK) is None


def version() -> str:
    """Return what wrk calls itself."""
    # It has no option for that: a wrong one makes it print its name, its version and its usage.
    done = subprocess.run([WRK, "-v"], capture_output=True, text=True)
    name, number, *_ = (done.stdout + done.stderr).split()
    return f"{name} {number.rpartition('/')[2]}"


def load(port: int, path: str, expected: str, seconds: int) -> dict[str, float]:
    """Load a server on the loopback interface, and look at each answer.

    Args:
        port: where the server listens.
        path: what is asked for.
        expected: the body of every answer.
        seconds: how long it lasts.

    Returns:
        `rate` in requests per second, the latency at the 99th percentile `p99` in milliseconds, and
        `requests`, how many were answered.

    Raises:
        LoadError: an answer was wrong, or there was none.
    """
    command = (WRK, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(SCRIPT))
    address = f"http://127.0.0.1:{port}{path}"
    done = subprocess.run([*command, address, expected], capture_output=True, text=True)
    if done.returncode:
        raise LoadError((done.stderr or done.stdout).strip())
    seen = json.loads(done.stdout.splitlines()[-1])
    if seen["wrong"] or seen["failed"] or not seen["requests"]:
        wrong, failed, requests = seen["wrong"], seen["failed"], seen["requests"]
        raise LoadError(f"of {requests} answers {wrong} were wrong; {failed} requests failed")
    rate = seen["requests"] / seen["seconds"]
    return {"rate": rate, "p99": seen["p99"], "requests": seen["requests"]}
