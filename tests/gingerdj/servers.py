"""The ASGI servers that projects are deployed on, each started for real."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx

_SECONDS = 30


class Command(NamedTuple):
    """How a server is told to serve an application, and where."""

    words: str
    unix: str
    tcp: str


SERVERS = {
    "uvicorn": Command("uvicorn", "--uds {}", "--port {}"),
    "hypercorn": Command("hypercorn --workers 0", "--bind unix:{}", "--bind 127.0.0.1:{}"),
    "daphne": Command("daphne", "-u {}", "-p {}"),
    "granian": Command("granian --interface asgi", "--uds {}", "--port {}"),
    "gunicorn": Command(
        "gunicorn --no-control-socket --worker-class asgi", "--bind unix:{}", "--bind 127.0.0.1:{}"
    ),
}


class Server:
    """A server that runs at a unix socket, or at a port of this machine."""

    def __init__(self, process: subprocess.Popen[str], address: Path | int, log: Path) -> None:
        self.process = process
        self.address = address
        self._log = log

    def client(self) -> httpx.Client:
        """Return a client with connections of its own."""
        if isinstance(self.address, int):
            return httpx.Client(base_url=self.url, timeout=_SECONDS)
        transport = httpx.HTTPTransport(uds=str(self.address))
        return httpx.Client(transport=transport, base_url="http://localhost", timeout=_SECONDS)

    def output(self) -> str:
        """Return what the server has printed."""
        return self._log.read_text()

    @property
    def url(self) -> str:
        """Where the server that listens at a port is."""
        return f"http://127.0.0.1:{self.address}"

    def ended(self) -> str:
        """End the server politely, and return what it has printed."""
        self.process.terminate()
        self.process.wait(_SECONDS)
        return self.output()

    def listens(self) -> bool:
        """Return whether the server takes connections."""
        is_port = isinstance(self.address, int)
        target: Any = ("127.0.0.1", self.address) if is_port else str(self.address)
        with socket.socket(socket.AF_INET if is_port else socket.AF_UNIX) as client:
            return client.connect_ex(target) == 0


@contextmanager
def started(
    name: str, folder: Path, project: str, *, port: bool = False, warnings: str = ""
) -> Iterator[Server]:
    """Start a server of `SERVERS`, and end it with the context.

    Args:
        name: the server's key.
        folder: an empty folder, whose path is short: a socket's has less than 108 bytes.
        project: the source of the project, which defines `application`.
        port: whether the server listens at a port, not at a socket in the folder.
        warnings: what Python does with warnings (PYTHONWARNINGS).
    """
    (folder / "project.py").write_text(project)
    command, log = SERVERS[name], folder / "log"
    address = _free_port() if port else folder / "socket"
    where = (command.tcp if port else command.unix).format(address)
    environ = {name: value for name, value in os.environ.items() if "SETTINGS_MODULE" not in name}
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command.words.split(), *where.split(), "project:application"],
            cwd=folder,
            env={**environ, "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": warnings},
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
    try:
        yield Server(process, address, log)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


@contextmanager
def serving(*arguments: Any, **options: Any) -> Iterator[Server]:
    """Start a server as `started` does, and wait until it listens."""
    with started(*arguments, **options) as server:
        end = time.monotonic() + _SECONDS
        while not server.listens():
            if server.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"The server did not start:\n{server.output()}")
            time.sleep(0.02)  # Nothing tells when a process begins to listen.
        yield server


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
