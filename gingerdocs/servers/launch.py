"""Starts ASGI servers for real, and ends them."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from gingerdocs import ROOT

APPLICATION = "gingerdocs.servers.application:application"
HOST = "127.0.0.1"
SECONDS = 30.0
"""The longest that a server may take to start, to answer or to end."""


@dataclass(frozen=True)
class Server:
    """A server, and its options for where it listens.

    In the options stand ``{port}``, ``{path}`` of a unix socket, ``{root}`` for the root path,
    and ``{certificate}`` and ``{key}``, which are files.
    """

    name: str
    program: str
    tcp: tuple[str, ...]
    unix: tuple[str, ...]
    tls: tuple[str, ...]
    root_path: tuple[str, ...] = ("--root-path", "{root}")
    options: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """The version that is installed."""
        return version(self.program)


def _uvicorn(parser: str) -> Server:
    return Server(
        f"Uvicorn ({parser})",
        "uvicorn",
        tcp=("--port", "{port}"),
        unix=("--uds", "{path}"),
        tls=("--port", "{port}", "--ssl-certfile", "{certificate}", "--ssl-keyfile", "{key}"),
        options=("--http", parser),
    )


SERVERS = {
    "daphne": Server(
        "Daphne",
        "daphne",
        tcp=("-b", HOST, "-p", "{port}"),
        unix=("-u", "{path}"),
        tls=("-e", f"ssl:{{port}}:interface={HOST}:privateKey={{key}}:certKey={{certificate}}"),
    ),
    "hypercorn": Server(
        "Hypercorn",
        "hypercorn",
        tcp=("-b", f"{HOST}:{{port}}"),
        unix=("-b", "unix:{path}"),
        tls=("-b", f"{HOST}:{{port}}", "--certfile", "{certificate}", "--keyfile", "{key}"),
    ),
    "uvicorn-httptools": _uvicorn("httptools"),
    "uvicorn-h11": _uvicorn("h11"),
    "granian": Server(
        "Granian",
        "granian",
        tcp=("--port", "{port}"),
        unix=("--uds", "{path}"),
        tls=("--port", "{port}", "--ssl-certificate", "{certificate}", "--ssl-keyfile", "{key}"),
        root_path=("--url-path-prefix", "{root}"),
        options=("--interface", "asgi"),
    ),
    "gunicorn": Server(
        "Gunicorn",
        "gunicorn",
        tcp=("-b", f"{HOST}:{{port}}"),
        unix=("-b", "unix:{path}"),
        tls=(
            *("-b", f"{HOST}:{{port}}", "--certfile", "{certificate}", "--keyfile", "{key}"),
            *("--http-protocols", "h2,h1"),
        ),
        options=("-k", "asgi", "--no-control-socket"),
    ),
}
"""The servers by name; where one can be used in two ways that differ, it stands there twice."""


@dataclass(frozen=True)
class Site:
    """A server that runs."""

    process: subprocess.Popen[bytes]
    address: tuple[str, int] | str
    log: Path
    tls: bool = False

    def connect(self) -> socket.socket:
        """Return a connection to it, with HTTP/2 where it offers that over TLS."""
        family = socket.AF_UNIX if isinstance(self.address, str) else socket.AF_INET
        connection = socket.socket(family)
        connection.settimeout(SECONDS)
        try:
            connection.connect(self.address)
        except OSError:
            connection.close()
            raise
        if not self.tls:
            return connection
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_alpn_protocols(["h2", "http/1.1"])
        return context.wrap_socket(connection)

    @property
    def url(self) -> str:
        """The address of its TCP socket, for clients of HTTP."""
        return f"http://{self.address[0]}:{self.address[1]}"

    def ended(self) -> int:
        """Wait for its end; return the exit code as shells have it."""
        code = self.process.wait(SECONDS)
        return code if code >= 0 else 128 - code


class ServerError(Exception):
    """A server did not start; the message holds what it printed."""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def launched(
    server: Server,
    folder: Path,
    application: str = APPLICATION,
    *,
    where: str = "tcp",
    root_path: str = "",
    env: dict[str, str] | None = None,
) -> Iterator[Site]:
    """Run a server until the context ends.

    ``folder`` is where its files go; the path of a unix socket in it must stay below 108 bytes.
    ``where`` is ``tcp``, ``unix`` or ``tls``.
    """
    port, path = free_port(), folder / f"{where}.sock"
    places = {
        "port": str(port),
        "path": str(path),
        "root": root_path,
        "certificate": str(folder / "certificate.pem"),
        "key": str(folder / "key.pem"),
    }
    if where == "tls":
        certify(folder)
    listen = {"tcp": server.tcp, "unix": server.unix, "tls": server.tls}[where]
    options = (*server.options, *listen, *(server.root_path if root_path else ()))
    command = [sys.executable, "-m", server.program]
    command += [option.format(**places) for option in options]
    log = folder / f"{where}.log"
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(_paths()), **(env or {})}
    environ.pop("COVERAGE_PROCESS_START", None)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, application],
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o022,
        )
    address = str(path) if where == "unix" else (HOST, port)
    site = Site(process, address, log, tls=where == "tls")
    try:
        yield site
    finally:
        _end(process)


def _paths() -> list[str]:
    return [str(ROOT), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]


def wait_until_up(site: Site) -> None:
    """Wait until a server takes connections.

    Raises:
        ServerError: it ended, or time is up.
    """
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and site.process.poll() is None:
        with suppress(OSError):
            site.connect().close()
            return
        time.sleep(0.05)
    raise ServerError(f"{' '.join(site.process.args)} did not start:\n{site.log.read_text()}")  # type: ignore[arg-type]


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a server with whatever it has started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def certify(folder: Path) -> None:
    """Write a certificate that nobody need trust, and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
