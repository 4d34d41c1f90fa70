"""Connections over real sockets, under each of the servers."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

PROJECT = """
import asyncio
import os

from asgiref.sync import sync_to_async

from gingerdj.conf import settings
from gingerdj.http import HttpResponse
from gingerdj.urls import path
from gingerdj.websocket import WebSocketDisconnect, WebSocketView

settings.configure(
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["127.0.0.1"],
    DRAIN_DELAY=float(os.environ["DRAIN_DELAY"]),
    WEBSOCKET_CLOSE_TIMEOUT=0.2,
    WEBSOCKET_MAX_MESSAGE_SIZE=100_000,
)
notes = asyncio.Queue()


async def next_note(request):
    return HttpResponse(str(await asyncio.wait_for(notes.get(), 20)))


async def echo(socket, room):
    await socket.accept()
    async for message in socket:
        send = socket.send_text if isinstance(message, str) else socket.send_bytes
        await send(message)
    notes.put_nowait(f"{room} ended with {socket.close_code} {socket.close_reason}".strip())


async def push(socket):
    await socket.accept()
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        notes.put_nowait("push was cancelled")
        raise


async def tick(socket):
    await socket.accept()
    try:
        while True:
            await socket.send_text("tick")
            await asyncio.sleep(0.01)
    except WebSocketDisconnect:
        notes.put_nowait("tick noticed")
        raise


async def deny(socket):
    await socket.deny(HttpResponse("Pay first.", status=402))


async def close(socket):
    await socket.accept()
    await socket.close(4000, "enough")
    notes.put_nowait("closed")


async def crash(socket):
    await socket.accept()
    raise ZeroDivisionError


async def in_thread(socket):
    await socket.accept()
    for _ in range(3):
        await socket.send_text(await sync_to_async(str)(1))
    await socket.receive()


class Speaker(WebSocketView):
    subprotocols = ["superchat"]

    async def on_connect(self):
        await self.socket.accept("superchat", {"X-Told": "yes"})
        facts = [self.socket.GET["q"], self.socket.COOKIES, self.socket.get_host()]
        await self.socket.send_json(facts)


websocket_urlpatterns = [
    path("ws/echo/<str:room>/", echo),
    path("ws/push/", push),
    path("ws/tick/", tick),
    path("ws/deny/", deny),
    path("ws/close/", close),
    path("ws/crash/", crash),
    path("ws/thread/", in_thread),
    path("ws/speaker/", Speaker.as_view()),
]
urlpatterns = [path("note/", next_note)]

from gingerdj.core.asgi import get_asgi_application

application = get_asgi_application()
"""

# A program's arguments up to the address, and what follows it.
COMMANDS = {
    "daphne": ["daphne", "-b", "127.0.0.1", "-p", "{port}"],
    "hypercorn": ["hypercorn", "-b", "127.0.0.1:{port}", "--graceful-timeout", "1"],
    "uvicorn": ["uvicorn", "--port", "{port}"],
    "uvicorn-wsproto": ["uvicorn", "--ws", "wsproto", "--port", "{port}"],
    "granian": ["granian", "--interface", "asgi", "--port", "{port}"],
    "gunicorn": ["gunicorn", "-k", "asgi", "-b", "127.0.0.1:{port}"],
}
# Daphne cuts its connections off with the signal.
DRAIN_DELAYS = {"daphne": "0.2"}
# asgiref specs/www.rst, "WebSocket Denial Response": the others answer 403.
SENDS_RESPONSES = {"hypercorn", "uvicorn", "uvicorn-wsproto", "granian"}
# Daphne's scope names no version, so neither headers nor reasons can be sent under it; Granian's
# does, but the headers are lost.
SENDS_HEADERS = set(COMMANDS) - {"daphne", "granian"}
SENDS_REASONS = set(COMMANDS) - {"daphne"}
# From Python 3.12 on, Hypercorn waits for its clients to leave by themselves (its issue 308).
SAYS_GOODBYE = set(COMMANDS) - ({"hypercorn"} if sys.version_info >= (3, 12) else set())
# What a consumer hears of a client that closes with 4001 and a reason.
ENDS = {
    "hypercorn": {"a ended with 4001", "a ended with 1006"},  # Whichever task is first.
    "uvicorn": {"a ended with 4001 bye"},
    "uvicorn-wsproto": {"a ended with 4001 bye"},
}


class Server(NamedTuple):
    """A server that serves the project."""

    name: str
    port: int
    process: subprocess.Popen[bytes]

    def connect(self, path: str, host: str = "127.0.0.1", **options: Any) -> ClientConnection:
        client = socket.create_connection(("127.0.0.1", self.port), 10)
        return connect(f"ws://{host}:{self.port}{path}", sock=client, **options)

    def code(self, code: int) -> int:
        """Return the close code that arrives: Daphne sends only 1000 and those from 3000."""
        return code + 3000 if self.name == "daphne" and 1000 < code < 3000 else code

    def note(self) -> str:
        return httpx.get(f"http://127.0.0.1:{self.port}/note/", timeout=25).text

    def status(self, path: str, **options: Any) -> tuple[int, str]:
        """Return the status and the body with which a handshake is refused."""
        with pytest.raises(InvalidStatus) as refused, self.connect(path, **options):
            pass
        response = refused.value.response
        return response.status_code, (response.body or b"").decode()


def start(name: str, folder: Path) -> Server:
    (folder / "project.py").write_text(PROJECT)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [part.format(port=port) for part in COMMANDS[name]]
    environ = {key: value for key, value in os.environ.items() if "SETTINGS_MODULE" not in key}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [Path(sys.executable).with_name(command[0]), *command[1:], "project:application"],
            cwd=folder,
            env={**environ, "PYTHONUNBUFFERED": "1", "DRAIN_DELAY": DRAIN_DELAYS.get(name, "0")},
            stdout=log,
            stderr=log,
        )
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if process.poll() is not None:
                break
            signal.sigtimedwait([], 0.05)
        else:
            return Server(name, port, process)
    process.kill()
    pytest.fail(f"{name} did not start:\n{(folder / 'log').read_text()}")


@pytest.fixture(scope="module", params=COMMANDS)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    server = start(request.param, folder)
    yield server
    # The connection that is open when the server is told to end is the last test.
    with server.connect("/ws/echo/last/") as client:
        server.process.send_signal(signal.SIGTERM)
        closed = None
        if server.name in SAYS_GOODBYE:
            with pytest.raises(ConnectionClosed) as ended:
                client.recv(20)
            closed = ended.value.rcvd
    server.process.wait(20)
    log = (folder / "log").read_text()
    # Granian's own end is sometimes before ours: then nothing says goodbye.
    if closed is not None or server.name in SAYS_GOODBYE - {"granian"}:
        assert closed is not None, log
        assert closed.code == server.code(1001), log
    for complaint in ("Exception in ASGI", "Exception inside", "never retrieved", "was destroyed"):
        assert complaint not in log, log


def test_messages_come_back(server: Server) -> None:
    with server.connect("/ws/echo/a/") as client:
        for message in ("a", "grüße 🎉", b"\x00\xff", "x" * 99_000):
            client.send(message)
            assert client.recv(10) == message
        client.close(4001, "bye")
    assert server.note() in ENDS.get(server.name, {"a ended with 4001"})


def test_the_handshake(server: Server) -> None:
    with server.connect(
        "/ws/speaker/?q=1%262",
        subprotocols=["chat", "superchat"],  # type: ignore[list-item]
        additional_headers=[("Cookie", "a=1")],
    ) as client:
        assert client.subprotocol == "superchat"
        assert client.response is not None
        told = client.response.headers.get("X-Told")
        assert told == ("yes" if server.name in SENDS_HEADERS else None)
        assert client.recv(10) == f'["1&2", {{"a": "1"}}, "127.0.0.1:{server.port}"]'


@pytest.mark.parametrize(
    ("path", "options", "status"),
    [
        ("/ws/nowhere/", {}, 404),
        ("/ws/deny/", {}, 402),
        ("/ws/echo/a/", {"origin": "http://evil.example"}, 403),
        ("/ws/echo/a/", {"host": "evil.example"}, 400),
    ],
)
def test_refusals(server: Server, path: str, options: Any, status: int) -> None:
    got, body = server.status(path, **options)
    assert got == (status if server.name in SENDS_RESPONSES else 403)
    if status == 402 and server.name in SENDS_RESPONSES:
        assert body == "Pay first."


def test_an_origin_of_the_site_is_let_in(server: Server) -> None:
    origin = f"http://127.0.0.1:{server.port}"
    with server.connect("/ws/echo/b/", origin=origin) as client:  # type: ignore[arg-type]
        client.send("a")
        assert client.recv(10) == "a"
    assert server.note().startswith("b ended with")


@pytest.mark.parametrize(
    ("path", "code", "reason"), [("/ws/close/", 4000, "enough"), ("/ws/crash/", 1011, "")]
)
def test_the_consumer_closes(server: Server, path: str, code: int, reason: str) -> None:
    with server.connect(path) as client:
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(10)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == server.code(code)
        if server.name in SENDS_REASONS:
            assert closed.value.rcvd.reason == reason
    if path == "/ws/close/":
        assert server.note() == "closed"


def test_messages_beyond_the_limit(server: Server) -> None:
    with server.connect("/ws/echo/c/") as client:
        client.send("x" * 100_001)
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(10)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == server.code(1009)
    assert server.note().startswith("c ended with 1009")


def test_synchronous_code(server: Server) -> None:
    with server.connect("/ws/thread/") as client:
        assert [client.recv(10) for _ in range(3)] == ["1"] * 3


@pytest.mark.parametrize(("name", "note"), [("push", "push was cancelled"), ("tick", "tick noti")])
def test_a_client_that_is_gone_ends_its_consumer(server: Server, name: str, note: str) -> None:
    request = (
        f"GET /ws/{name}/ HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        client.sendall(request.encode())
        assert client.recv(1024).startswith(b"HTTP/1.1 101 ")
    assert server.note().startswith(note)
