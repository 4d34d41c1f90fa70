"""Loads the peers over real servers, on the loopback interface."""

from __future__ import annotations

import hashlib
import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Self

import psutil

from benchmarks import machine
from benchmarks.check import explain
from benchmarks.load import LoadError, load
from benchmarks.peers import VARIABLE
from benchmarks.process import ROOT, BenchError, environment
from benchmarks.results import Figure, Row
from benchmarks.workloads import Workload

SECONDS = 1
"""How long each load lasts."""

START = 20.0
"""Seconds that a server has to answer for the first time."""

SERVERS = {
    "uvicorn": (
        *("uvicorn", "benchmarks.serve:application", "--host", "127.0.0.1"),
        *("--no-access-log", "--log-level", "error", "--loop", "asyncio", "--http", "httptools"),
    ),
    "granian": (
        *("granian", "benchmarks.serve:application", "--host", "127.0.0.1"),
        *("--interface", "asgi", "--workers", "1", "--log-level", "error", "--loop", "asyncio"),
    ),
}
"""The command of each server, as a module of Python; the port is added."""

FIGURES = {
    "": ("rate", "", "requests/s"),
    "-p99": ("p99", ", 99th percentile", "ms"),
    "-cpu": ("cpu", ", server's processor time", "µs"),
}
"""The figures of a load, by the end of a row's name: the key, the end of the title, the unit."""


class Server:
    """A server with one worker, and the load that it gets."""

    def __init__(self, server: str, peer: str) -> None:
        self.peer = peer
        self.name = f"{peer} over {server}"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        with machine.starting(machine.SERVER):
            self._process = psutil.Popen(
                [sys.executable, "-Wignore", "-m", *SERVERS[server], "--port", str(self.port)],
                cwd=ROOT,
                env={**environment(), VARIABLE: peer},
                stdin=subprocess.DEVNULL,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        family = [self._process, *self._process.children(recursive=True)]
        self._process.terminate()
        for process in psutil.wait_procs(family, timeout=5)[1]:
            process.kill()
        self._process.wait()

    def wait_until_ready(self) -> None:
        """Wait for the server to listen.

        Raises:
            BenchError: it ended, or took too long.
        """
        ends = time.monotonic() + START
        while time.monotonic() < ends and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise BenchError(f"{self.name} did not start")

    def check(self, workload: Workload) -> None:
        """Ask once, and compare the answer.

        Raises:
            BenchError: the answer is wrong, or there is none.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=START)
        try:
            connection.request(workload.method, workload.path, workload.body or None)
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise BenchError(f"{self.name}, {workload.name}: {error!r}") from error
        finally:
            connection.close()
        answer = {
            "status": response.status,
            "headers": response.getheaders(),
            "complete": True,  # Or the client would have raised.
            "length": len(body),
            "digest": hashlib.sha256(body).hexdigest(),
            "beginning": body[:1000].decode("latin-1"),
        }
        if wrong := explain(answer, workload):
            raise BenchError(f"{self.name}, {workload.name}: {wrong}")

    def load(self, workload: Workload, seconds: int = SECONDS) -> dict[str, float]:
        """Load the server; return `rate` (1/s), `p99` (ms) and `cpu` (µs of the server's).

        Raises:
            BenchError: an answer was wrong.
        """
        before = self._cpu()
        try:
            with machine.starting(machine.GENERATOR):
                seen = load(self.port, workload.path, workload.expected.decode(), seconds)
        except LoadError as error:
            raise BenchError(f"{self.name}, {workload.name}: {error}") from error
        cpu = (self._cpu() - before) / seen["requests"] * 1e6
        return {"rate": seen["rate"], "p99": seen["p99"], "cpu": cpu}

    def _cpu(self) -> float:
        times = [p.cpu_times() for p in (self._process, *self._process.children(recursive=True))]
        return float(sum(each.user + each.system for each in times))


def rows(
    server: str,
    peers: Sequence[str],
    chosen: Sequence[Workload],
    lacks: Mapping[str, Mapping[str, str]],
    rounds: int,
) -> list[Row]:
    """Return the rows of some workloads over a server."""
    found: list[Row] = []
    with ExitStack() as stack:
        servers = [stack.enter_context(Server(server, peer)) for peer in peers]
        for one in servers:
            one.wait_until_ready()
        for workload in chosen:
            title = f"{workload.title} over {server.title()}"
            print(f"  {title}", flush=True)
            loaded = [one for one in servers if workload.name not in lacks[one.peer]]
            for one in loaded:
                one.check(workload)
                one.load(workload)
            seen = [[one.load(workload) for one in loaded] for _ in range(rounds)]
            for one in loaded:
                one.check(workload)
            name = f"{server}-{workload.name}"
            for end, (key, words, unit) in FIGURES.items():
                row = Row(f"{name}{end}", f"{title}{words}", unit, more_is_better=key == "rate")
                for number, one in enumerate(loaded):
                    values = [turn[number][key] for turn in seen]
                    row.figures[one.peer] = Figure.of(values, row.more_is_better)
                found.append(row)
    return found
