"""The other end of a worker's pipes."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.check import explain
from benchmarks.workloads import Variant, Workload

PATIENCE = 120.0
"""Seconds that a peer has for whatever it is asked."""

ROOT = Path(__file__).parents[1]
PEERS = "benchmarks.peers"


class BenchError(Exception):
    """A peer cannot be measured, or answered wrongly; the message names it and the workload."""


def environment() -> dict[str, str]:
    """Return the environment of every measured process: this checkout, and nothing of make's.

    Bytecode is kept, as where a package is installed: else this checkout would be compiled by
    each process, and the peers, which have been installed, would not.
    """
    dropped = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "K", "PEERS", "ROUNDS"}
    dropped.add("PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"}


class Worker:
    """A peer's process, which lives for several workloads.

    Args:
        peer: the name of the peer's module.
        variant: the application to build.
        package: the package of the module.
    """

    def __init__(self, peer: str, variant: Variant, package: str = PEERS) -> None:
        self.peer = peer
        self.patience = PATIENCE
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-Wignore",
                "-m",
                "benchmarks.worker",
                f"{package}.{peer}",
                json.dumps(variant),
            ],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def wait_until_ready(self) -> None:
        """Wait for the application to be built."""
        self._read("its start")

    def ask(self, do: str, workload: Workload | None = None, **arguments: Any) -> Any:
        """Send a line; return the answer.

        Raises:
            BenchError: the peer failed, or ended.
        """
        if workload is not None:
            arguments["workload"] = workload.name
        if self._process.stdin is None:
            raise BenchError(f"{self.peer}: the process has no input")
        self._process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
        self._process.stdin.flush()
        return self._read(workload.name if workload else do)

    def check(self, workload: Workload) -> None:
        """Ask once, and compare the answer.

        Raises:
            BenchError: the answer is wrong.
        """
        wrong = explain(self.ask("ask", workload), workload)
        if wrong:
            raise BenchError(f"{self.peer}, {workload.name}: {wrong}")

    def _read(self, what: str) -> Any:
        output = self._process.stdout
        if output is None:
            raise BenchError(f"{self.peer}: the process has no output")
        # One line answers each question, so that none of it waits in the file's buffer.
        if not select.select([output], [], [], self.patience)[0]:
            raise BenchError(f"{self.peer}, {what}: no answer for {self.patience:g} s")
        line = output.readline()
        if not line:
            raise BenchError(f"{self.peer}, {what}: the process has ended")
        reply = json.loads(line)
        if "error" in reply:
            raise BenchError(f"{self.peer}, {what}:\n{reply['error']}")
        return reply["answer"]

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


def installed(peers: Iterable[str]) -> list[str]:
    """Return the peers, or say which of them this environment lacks.

    Raises:
        BenchError: a peer is not installed.
    """
    named = list(peers)
    for peer in named:
        if peer != "bare" and find_spec(peer) is None:
            raise BenchError(
                f"{peer} is not installed beside {sys.executable}: `make bench` sets the "
                "environment of the benchmark up (benchmarks/requirements.txt)."
            )
    return named
