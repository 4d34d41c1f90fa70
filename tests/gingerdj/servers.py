"""The ASGI servers that projects are deployed on, each started for real at a unix socket."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

#: The arguments that make each server serve `project:application` at a socket.
SERVERS = {
    "uvicorn": ["uvicorn", "--uds", "{socket}", "project:application"],
    "hypercorn": ["hypercorn", "--workers", "0", "--bind", "unix:{socket}", "project:application"],
    "daphne": ["daphne", "-u", "{socket}", "project:application"],
    "granian": ["granian", "--interface", "asgi", "--uds", "{socket}", "project:application"],
    "gunicorn": [
        *("gunicorn", "--no-control-socket", "--worker-class", "asgi"),
        *("--bind", "unix:{socket}", "project:application"),
    ],
}

_SECONDS = 30


class Server:
    """A server that runs: its process, and a client for it."""

    def __init__(self, process: subprocess.Popen[str], address: Path, log: Path) -> None:
        self.process = process
        self.socket = address
        self._log = log

    def client(self) -> httpx.Client:
        """Return a client with connections of its own."""
        transport = httpx.HTTPTransport(uds=str(self.socket))
        return httpx.Client(transport=transport, base_url="http://localhost", timeout=_SECONDS)

    def output(self) -> str:
        """Return what the server has printed."""
        return self._log.read_text()


@contextmanager
def serving(name: str, folder: Path, project: str) -> Iterator[Server]:
    """Serve a project's source with one of `SERVERS` until the context ends.

    Args:
        name: the server's key.
        folder: an empty folder, whose path is short: a socket's has less than 108 bytes.
        project: the source, which defines `application`.
    """
    (folder / "project.py").write_text(project)
    address, log = folder / "socket", folder / "log"
    arguments = [argument.format(socket=address) for argument in SERVERS[name]]
    environ = {name: value for name, value in os.environ.items() if "SETTINGS_MODULE" not in name}
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=folder,
            env={**environ, "PYTHONUNBUFFERED": "1"},
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
    server = Server(process, address, log)
    try:
        _wait(server)
        yield server
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _wait(server: Server) -> None:
    """Wait until the server listens."""
    end = time.monotonic() + _SECONDS
    with socket.socket(socket.AF_UNIX) as client:
        while client.connect_ex(str(server.socket)):
            if server.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"The server did not start:\n{server.output()}")
            time.sleep(0.02)  # Nothing tells when a process begins to listen.
