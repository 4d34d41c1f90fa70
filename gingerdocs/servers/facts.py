"""What is measured of a server: one function for each way in which it is started."""

import json
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
from websockets.exceptions import InvalidHandshake, InvalidStatus
from websockets.sync.client import connect

from . import http2
from .application import FILE, FLOOD, SILENCE
from .launch import SECONDS, Site

Facts = dict[str, Any]

EXTENSIONS = ("pathsend", "zerocopysend", "trailers", "early_hint", "push")
"""The extensions of responses, all of whose names begin with ``http.response.``."""
CLOSE = 4001
"""A close code that is an application's own."""
STEADY = 4
"""How often a count must be the same to be taken as settled."""


def over_tcp(site: Site) -> Facts:
    """Measure what is seen at a port, and end the server."""
    with httpx.Client(base_url=site.url, timeout=SECONDS) as client:
        scope = client.get("/scope").json()
        facts = {
            "lifespan": scope["lifespan"],
            "state": scope["state"],
            "spec_http": scope["asgi"].get("spec_version"),
            **_websocket(site, client),
            "streams_requests": _streams_requests(site),
            "backpressure": _backpressure(site, client),
            **_disconnect(site, client),
            "names_as_sent": b"\r\nx-lower-case: 1" in _ask(site, "/named"),
            "underscores": "x_under" in _names(_ask(site, "/scope", "x_under: 1")),
            "two_hosts": b" 400 " in _ask(site, "/scope", "host: other").split(b"\r\n")[0],
            "cleartext": _speaks_http2(site),
            "http1": _extensions_over_http1(site, scope["extensions"]),
        }
    return facts | _graceful_end(site)


def over_unix(site: Site, root_path: str) -> Facts:
    """Measure what is seen at a unix socket, with the server's option for the root path."""
    path = str(site.address)
    transport = httpx.HTTPTransport(uds=path)
    with httpx.Client(transport=transport, base_url="http://localhost", timeout=SECONDS) as client:
        inside = client.get(f"{root_path}/scope").json()
        outside = client.get("/scope").json()
    return {
        "unix_client": _address(inside.get("client"), path),
        "unix_server": _address(inside.get("server"), path),
        "unix_mode": f"{Path(path).stat().st_mode & 0o777:o}",
        "root_path": inside.get("root_path") == root_path,
        "root_path_in_path": [inside["path"], outside["path"]],
    }


def _address(pair: list[Any] | None, path: str) -> list[Any] | None:
    """Return an address of a scope; the path of the socket is another with each run."""
    return None if pair is None else ["site.sock" if part == path else part for part in pair]


def over_tls(site: Site) -> Facts:
    """Measure HTTP/2 as browsers speak it."""
    exchange = _exchange(site, "/scope")
    if not exchange.body:
        return {"tls": False, "http2": {}}
    extensions = json.loads(exchange.body)["extensions"]
    return {
        "tls": True,
        "http2": {
            name: _arrives_over_http2(site, name)
            for name in EXTENSIONS
            if f"http.response.{name}" in extensions
        },
    }


def _websocket(site: Site, client: httpx.Client) -> Facts:
    address = site.url.replace("http", "ws", 1)
    try:
        with connect(f"{address}/socket", open_timeout=SECONDS) as socket_:
            told = json.loads(socket_.recv(SECONDS))
            sends_empty = socket_.recv(SECONDS) == ""
            socket_.close(CLOSE)
    except (InvalidHandshake, OSError):
        names = ("websocket", "denial", "empty_messages", "close_code")
        return {**dict.fromkeys(names, False), "spec_websocket": None}
    status = 0
    try:
        connect(f"{address}/deny", open_timeout=SECONDS).close()
    except InvalidStatus as error:
        status = error.response.status_code
    return {
        "websocket": True,
        "spec_websocket": told["spec_version"],
        "denial": status == 401,
        "empty_messages": sends_empty,
        "close_code": _until(client, "closed")["closed"] == CLOSE,
    }


def _send(site: Site, path: str, *headers: str, method: str = "GET") -> socket.socket:
    connection = site.connect()
    lines = (f"{method} {path} HTTP/1.1", "host: localhost", *headers, "", "")
    connection.sendall("\r\n".join(lines).encode())
    return connection


def _ask(site: Site, path: str, *headers: str) -> bytes:
    """Return a whole response, as it came."""
    with _send(site, path, "connection: close", *headers) as connection:
        return b"".join(iter(lambda: _read(connection), b""))


def _read(connection: socket.socket) -> bytes:
    with suppress(OSError):
        return connection.recv(2**16)
    return b""


def _read_to(connection: socket.socket, mark: bytes) -> bytes:
    """Return what comes up to a mark, or until nothing more does."""
    came = b""
    while mark not in came and (piece := _read(connection)):
        came += piece
    return came


def _names(response: bytes) -> list[str]:
    """Return the names of the headers that the application was shown."""
    body = response.partition(b"\r\n\r\n")[2]
    found = json.loads(body[body.index(b"{") : body.rindex(b"}") + 1])
    return [pair[0] for pair in found["headers"]]


def _streams_requests(site: Site) -> bool:
    """Send half a body, and see whether the application was shown it."""
    with _send(site, "/first", "content-length: 200000", method="POST") as connection:
        connection.sendall(b"x" * 100_000)
        connection.settimeout(SILENCE)
        return b"more" in _read_to(connection, b"more")


def _backpressure(site: Site, client: httpx.Client) -> bool:
    """Ask for much and read nothing: a server that holds the application back sends a little."""
    with _send(site, "/flood"):
        same, last = 0, -1
        while same < STEADY:
            time.sleep(0.1)
            count = client.get("/notes").json().get("flooded", 0)
            same, last = (same + 1 if count == last and count else 0), count
        return last < FLOOD


def _disconnect(site: Site, client: httpx.Client) -> Facts:
    """Leave while the application waits for that."""
    with _send(site, "/linger"):
        _until(client, "lingering")
    notes = _until(client, "raised")
    return {
        "disconnect_received": notes["received"] == "http.disconnect",
        "disconnect_raised": notes["raised"] == "OSError",
    }


def _until(client: httpx.Client, note: str) -> Facts:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        notes: Facts = client.get("/notes").json()
        if note in notes:
            return notes
        time.sleep(0.02)
    raise TimeoutError(f"the application never noted {note!r}")


def _speaks_http2(site: Site) -> bool:
    with site.connect() as connection:
        connection.settimeout(SILENCE)
        exchange = http2.ask(connection, "/scope")
    return exchange is not None and exchange.status == "200"


def _extensions_over_http1(site: Site, extensions: list[str]) -> dict[str, bool]:
    marks = {
        "pathsend": FILE.read_bytes(),
        "zerocopysend": FILE.read_bytes(),
        "trailers": b"x-trailer: last",
        "early_hint": b" 103 ",
    }
    return {
        name: marks[name] in _ask(site, f"/{name}", "te: trailers")
        for name in marks
        if f"http.response.{name}" in extensions
    }


def _arrives_over_http2(site: Site, name: str) -> bool | str:
    """Return whether what is sent with an extension comes to the client.

    ``"first"`` stands for hints that come only if they are sent before the start.
    """
    if name == "early_hint" and not _hints(site, "/early_hint"):
        return "first" if _hints(site, "/early_hint_first") else False
    exchange = _exchange(site, f"/{name}")
    arrived = {
        "pathsend": exchange.body == FILE.read_bytes(),
        "zerocopysend": exchange.body == FILE.read_bytes(),
        "trailers": exchange.trailers == {"x-trailer": "last"},
        "early_hint": True,
        "push": exchange.pushed == ["/pushed"],
    }
    return arrived[name]


def _hints(site: Site, path: str) -> bool:
    return _exchange(site, path).hints == ["</style.css>; rel=preload"]


def _exchange(site: Site, path: str) -> http2.Exchange:
    with site.connect() as connection:
        return http2.ask(connection, path) or http2.Exchange()


def _graceful_end(site: Site) -> Facts:
    """Tell the server to end while a request is in flight."""
    with _send(site, "/slow") as connection:
        _read_to(connection, b"begun")
        site.process.send_signal(signal.SIGTERM)
        rest = b"".join(iter(lambda: _read(connection), b""))
    return {"finishes_requests": b"done" in rest, "exit_code": site.ended()}
