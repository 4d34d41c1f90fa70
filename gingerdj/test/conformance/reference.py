"""The contract's endpoints on the bare protocol: an application without any framework.

`application` offers all of them; `failing` and `hanging` are the same with another start-up.
Each is short enough to be read as an example of what the specification asks for.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, parse_qsl
from weakref import WeakSet

from gingerdj.test.conformance.contract import ENDPOINTS, FILE, PIECE, PREFIX, WORK
from gingerdj.test.conformance.driver import Message, Scope

__all__ = ["Reference", "application", "failing", "hanging"]

Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

NONE: Headers = []
TICK = 0.01


class Disconnected(Exception):
    """The client has gone."""


class Request:
    """One HTTP request, and the way to answer it."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope, self.receive, self.send = scope, receive, send
        self.extensions = scope.get("extensions") or {}
        self.query = parse_qs(scope["query_string"].decode(), keep_blank_values=True)

    def first(self, name: str, default: str) -> str:
        values: list[str] = self.query.get(name, [default])
        return values[0]

    async def body(self) -> bytes:
        """Join the body.

        Raises:
            Disconnected: the client has gone before its end.
            ValueError: the server sent what has no place here.
        """
        body, more = b"", True
        while more:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise Disconnected
            if message["type"] != "http.request":
                raise ValueError(f"{message['type']!r} where http.request belongs")
            body += message.get("body", b"")
            more = message.get("more_body", False)
        return body

    async def respond(self, body: bytes, status: int = 200, headers: Headers = NONE) -> None:
        if status == 204 or status == 304:
            body = b""
        else:
            headers = [*headers, (b"content-length", str(len(body)).encode())]
        await self.start(status, headers)
        await self.finish(body)

    async def start(self, status: int, headers: Headers, **entries: Any) -> None:
        pairs = [(name.lower(), value) for name, value in headers]
        for name, value in pairs:
            if set(name + value) & set(b"\r\n\0") or name.startswith(b":"):
                raise ValueError(f"{name!r}: {value!r} is no header")
        message = {"type": "http.response.start", "status": status, "headers": pairs, **entries}
        await self.send(message)

    async def finish(self, body: bytes = b"") -> None:
        await self.piece(b"" if self.scope["method"] == "HEAD" else body, more_body=False)

    async def piece(self, body: bytes, *, more_body: bool) -> None:
        await self.send({"type": "http.response.body", "body": body, "more_body": more_body})

    async def json(self, content: Any) -> None:
        await self.respond(json.dumps(content).encode())


class Reference:
    """The application.

    Args:
        startup: start-up work.
        limit: the seconds that it may take.
    """

    def __init__(
        self, startup: Callable[[], Awaitable[None]] | None = None, limit: float = 0.1
    ) -> None:
        self.journal: Counter[str] = Counter()
        self._startup, self._limit = startup, limit
        self._working: list[threading.Event] = []
        self._started: WeakSet[asyncio.AbstractEventLoop] = WeakSet()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kinds = {"http": self.http, "websocket": self.websocket, "lifespan": self.lifespan}
        if scope["type"] not in kinds:
            raise ValueError(f"unknown scope type {scope['type']!r}")
        await kinds[scope["type"]](scope, receive, send)

    # Lifespan

    async def lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        while True:
            kind = (await receive())["type"]
            if kind == "lifespan.startup":
                try:
                    await self.start_up(scope.get("state"))
                except Exception as error:
                    message = f"{type(error).__name__}: {error}"
                    await send({"type": "lifespan.startup.failed", "message": message})
                    return
                await send({"type": "lifespan.startup.complete"})
            elif kind == "lifespan.shutdown":
                self.journal["shutdown"] += 1
                await send({"type": "lifespan.shutdown.complete"})
                return
            else:
                raise ValueError(f"{kind!r} has no place in lifespan")

    async def start_up(self, state: dict[str, Any] | None = None) -> None:
        loop = asyncio.get_running_loop()
        if loop not in self._started:
            if self._startup is not None:
                async with asyncio.timeout(self._limit):
                    await self._startup()
            self._started.add(loop)
            self.journal["startup"] += 1
        if state is not None:
            state["conformance"] = "started"

    # HTTP

    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(Disconnected, OSError):
            try:
                request = Request(scope, receive, send)
            except UnicodeDecodeError:
                request = Request(scope | {"query_string": b""}, receive, send)
                await request.body()
                await request.respond(b"", 400)
                return
            body = await request.body()
            await self.start_up()
            view = self.view(self.below(scope))
            if view is None:
                await request.respond(b"not found", 404)
            else:
                await view(request, body)

    def below(self, scope: Scope) -> str:
        """Return the path below `root_path`, which servers may have taken off already."""
        root = scope.get("root_path", "").rstrip("/")
        path: str = scope["path"]
        if root and (path == root or path.startswith(f"{root}/")):
            return path[len(root) :] or "/"
        return path

    def view(self, path: str) -> Callable[[Request, bytes], Awaitable[None]] | None:
        for name, below in ENDPOINTS.items():
            if path == PREFIX + below and not name.startswith("socket"):
                found: Callable[[Request, bytes], Awaitable[None]] = getattr(self, f"show_{name}")
                return found
        return None

    async def show_index(self, request: Request, body: bytes) -> None:
        await request.json(list(ENDPOINTS))

    async def show_facts(self, request: Request, body: bytes) -> None:
        await request.json(self.facts(request))

    def facts(self, request: Request) -> dict[str, Any]:
        scope = request.scope
        headers: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        cookies = SimpleCookie("; ".join(headers.get("cookie", ())))
        return {
            "method": scope["method"],
            "scheme": scope.get("scheme", "http"),
            "path": scope["path"],
            "root_path": scope.get("root_path", "").rstrip("/"),
            "path_info": self.below(scope),
            "query": request.query,
            "headers": {name: ",".join(values) for name, values in headers.items()},
            "cookies": {name: morsel.value for name, morsel in cookies.items()},
            "client": scope.get("client"),
            "server": scope.get("server"),
            "tls": request.extensions.get("tls"),
            "started": asyncio.get_running_loop() in self._started,
        }

    async def show_journal(self, request: Request, body: bytes) -> None:
        await request.json(self.journal)

    async def show_echo(self, request: Request, body: bytes) -> None:
        self.journal["echo"] += 1
        await request.respond(body)

    async def show_answer(self, request: Request, body: bytes) -> None:
        headers = [_pair(text) for text in request.query.get("header", ())]
        for text in request.query.get("cookie", ()):
            name, value = _pair(text)
            headers.append((b"set-cookie", name + b"=" + value))
        content = request.first("body", "").encode()
        await request.respond(content, int(request.first("status", "200")), headers)

    async def show_stream(self, request: Request, body: bytes) -> None:
        await request.start(200, [])
        if request.scope["method"] != "HEAD":
            async with aclosing(self.pieces(int(request.first("pieces", "3")))) as pieces:
                async for piece in pieces:
                    await request.piece(piece, more_body=True)
        await request.finish()

    async def pieces(self, count: int) -> AsyncGenerator[bytes, None]:
        try:
            for _ in range(count):
                self.journal["piece"] += 1
                yield b"x" * PIECE
        finally:
            self.journal["stream closed"] += 1

    async def show_work(self, request: Request, body: bytes) -> None:
        await request.respond(await asyncio.to_thread(self.work))

    def work(self) -> bytes:
        released = threading.Event()
        self._working.append(released)
        self.journal["work started"] += 1
        return b"released" if released.wait(WORK) else b"late"

    async def show_release(self, request: Request, body: bytes) -> None:
        for released in self._working:
            released.set()
        self._working.clear()
        await request.respond(b"")

    async def show_wait(self, request: Request, body: bytes) -> None:
        self.journal["wait started"] += 1
        try:
            # The body has been read, so that what comes next is the disconnect.
            await request.receive()
        finally:
            self.journal["wait ended"] += 1

    async def show_state(self, request: Request, body: bytes) -> None:
        state = request.scope.get("state", {})
        for name in request.query.get("write", ()):
            state[name] = "written"
        await request.json(state)

    async def show_file(self, request: Request, body: bytes) -> None:
        length = [(b"content-length", str(FILE.stat().st_size).encode())]
        if request.scope["method"] == "HEAD":
            await request.start(200, length)
            await request.finish()
        elif "http.response.pathsend" in request.extensions:
            await request.start(200, length)
            await request.send({"type": "http.response.pathsend", "path": str(FILE)})
        elif "http.response.zerocopysend" in request.extensions:
            await request.start(200, length)
            with FILE.open("rb") as file:
                await request.send({"type": "http.response.zerocopysend", "file": file})
        else:
            await request.respond(await asyncio.to_thread(FILE.read_bytes))

    async def show_trailers(self, request: Request, body: bytes) -> None:
        if "http.response.trailers" not in request.extensions:
            await request.start(200, [])
            await request.finish(b"counted")
            return
        await request.start(200, [(b"trailer", b"x-checksum")], trailers=True)
        await request.finish(b"counted")
        await request.send({"type": "http.response.trailers", "headers": [(b"x-checksum", b"7")]})

    async def show_hints(self, request: Request, body: bytes) -> None:
        await request.start(200, [(b"content-length", b"6")])
        if "http.response.early_hint" in request.extensions:
            links = [b"</style.css>; rel=preload"]
            await request.send({"type": "http.response.early_hint", "links": links})
        if "http.response.push" in request.extensions:
            push = {"type": "http.response.push", "path": "/style.css", "headers": []}
            await request.send(push)
        await request.finish(b"hinted")

    # WebSocket

    async def websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        if message["type"] != "websocket.connect":
            raise ValueError(f"{message['type']!r} where websocket.connect belongs")
        await self.start_up()
        path = self.below(scope)
        with suppress(OSError):
            for name in ("socket", "socket-facts", "socket-deny", "socket-tick"):
                if path == PREFIX + ENDPOINTS[name]:
                    await getattr(self, name.replace("-", "_"))(scope, receive, send)
                    return
            await send({"type": "websocket.close"})

    async def accept(
        self, scope: Scope, send: Send, subprotocol: str | None = None, headers: Headers = NONE
    ) -> None:
        message: Message = {"type": "websocket.accept"}
        if subprotocol is not None:
            if subprotocol not in scope.get("subprotocols", ()):
                raise ValueError(f"the client did not offer the subprotocol {subprotocol!r}")
            message["subprotocol"] = subprotocol
        if headers and version(scope) >= (2, 1):
            if any(name.lower() == b"sec-websocket-protocol" for name, _ in headers):
                raise ValueError("a subprotocol is no header")
            message["headers"] = headers
        await send(message)

    async def close(self, scope: Scope, send: Send, code: int = 1000, reason: str = "") -> None:
        message: Message = {"type": "websocket.close", "code": code}
        if reason and version(scope) >= (2, 3):
            message["reason"] = reason
        await send(message)

    async def socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = dict(parse_qsl(scope.get("query_string", b"").decode()))
        headers = [_pair(query["header"])] if "header" in query else []
        await self.accept(scope, send, query.get("subprotocol"), headers)
        self.journal["socket opened"] += 1
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                code, reason = message.get("code", 1005), message.get("reason") or ""
                self.journal[f"socket closed {code} {reason}"] += 1
                return
            text, data = message.get("text"), message.get("bytes")
            if text is None:
                await send({"type": "websocket.send", "bytes": data})
            elif text.split(" ")[0] == "close":
                await self.close(scope, send, *_closing(text))
                return
            else:
                await send({"type": "websocket.send", "text": text})

    async def socket_facts(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.accept(scope, send)
        facts = {
            "scheme": scope.get("scheme", "ws"),
            "http_version": scope.get("http_version", "1.1"),
            "subprotocols": list(scope.get("subprotocols", ())),
            "path": scope["path"],
        }
        await send({"type": "websocket.send", "text": json.dumps(facts)})
        await _disconnect(receive)

    async def socket_deny(self, scope: Scope, receive: Receive, send: Send) -> None:
        if "websocket.http.response" not in (scope.get("extensions") or {}):
            await self.close(scope, send)
            return
        headers = [(b"content-length", b"6")]
        kind = "websocket.http.response"
        await send({"type": f"{kind}.start", "status": 401, "headers": headers})
        await send({"type": f"{kind}.body", "body": b"denied"})

    async def socket_tick(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.accept(scope, send)

        async def tick() -> None:
            try:
                while True:
                    await send({"type": "websocket.send", "text": "tick"})
                    await asyncio.sleep(TICK)
            except OSError:
                return
            finally:
                self.journal["ticks stopped"] += 1

        ticking = asyncio.create_task(tick())
        try:
            await _disconnect(receive)
        finally:
            ticking.cancel()
            with suppress(asyncio.CancelledError):
                await ticking


def version(scope: Scope) -> tuple[int, ...]:
    """Return a scope's `spec_version`, in numbers."""
    text: str = scope.get("asgi", {}).get("spec_version", "2.0")
    return tuple(int(part) for part in text.split("."))


def _pair(text: str) -> tuple[bytes, bytes]:
    split = text.index(":", 1)
    return text[:split].encode("latin-1"), text[split + 1 :].encode("latin-1")


def _closing(text: str) -> tuple[int, str]:
    _, code, reason = (*text.split(" ", 2), "1000", "")[:3]
    return int(code), reason


async def _disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "websocket.disconnect":
        pass


async def _fail() -> None:
    raise RuntimeError("the start-up fails, as it should")


async def _hang() -> None:
    await asyncio.Event().wait()


def application() -> Reference:
    """Return the application."""
    return Reference()


def failing() -> Reference:
    """Return one whose start-up fails."""
    return Reference(_fail)


def hanging() -> Reference:
    """Return one whose start-up would never end."""
    return Reference(_hang)
