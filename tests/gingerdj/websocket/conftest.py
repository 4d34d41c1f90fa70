"""The application of a test's WebSocket routes, driven through its queues alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from types import ModuleType
from typing import Any

import pytest

from gingerdj.core.handlers.asgi import ASGIHandler
from gingerdj.test import WebSocketCommunicator
from gingerdj.urls import re_path
from gingerdj.websocket import WebSocket

Consumer = Callable[..., Coroutine[Any, Any, None]]
Configure = Callable[..., None]


class Sockets:
    """An application with WebSocket routes, and the ways to connect to it."""

    def __init__(self, configure: Configure) -> None:
        self._configure = configure
        self.application: Any = None

    def route(self, *websocket_urlpatterns: Any, **options: Any) -> Sockets:
        """Serve WebSocket routes: `route(path(...), ..., DEBUG=True)`."""
        urlconf = ModuleType("socket_urls")
        urlconf.__dict__["urlpatterns"] = options.pop("urlpatterns", [])
        urlconf.__dict__["websocket_urlpatterns"] = list(websocket_urlpatterns)
        for name in [name for name in options if name.startswith("handler")]:
            urlconf.__dict__[name] = options.pop(name)
        self._configure(ROOT_URLCONF=urlconf, **options)
        self.application = ASGIHandler()
        return self

    def open(self, path: str = "/", **options: Any) -> WebSocketCommunicator:
        """Return the client's end of a connection that is not open yet."""
        return WebSocketCommunicator(self.application, path, **options)

    def messages(self, *incoming: Any, path: str = "/", **options: Any) -> list[dict[str, Any]]:
        """Return everything that the application sends for these messages, until it ends.

        Text and bytes stand for messages of the client, a number for its close code.
        """

        async def talk() -> list[dict[str, Any]]:
            sent: list[dict[str, Any]] = []
            queue = [{"type": "websocket.connect"}, *map(_message, incoming)]

            async def receive() -> dict[str, Any]:
                if queue:
                    return queue.pop(0)
                return await asyncio.Future()

            async def send(message: dict[str, Any]) -> None:
                sent.append(message)

            scope = self.open(path, **options).scope
            async with asyncio.timeout(5):
                await self.application(scope, receive, send)
            return sent

        return asyncio.run(talk())

    def replies(self, *incoming: Any, **options: Any) -> list[dict[str, Any]]:
        """Return what the application sends upon each of these messages."""

        async def talk() -> list[dict[str, Any]]:
            sent = []
            async with self.open(**options) as client:
                for message in incoming:
                    await client.send_input(_message(message))
                    sent.append(await client.receive_output())
            return sent

        return asyncio.run(talk())


def _message(short: Any) -> dict[str, Any]:
    if isinstance(short, str):
        return {"type": "websocket.receive", "text": short}
    if isinstance(short, bytes):
        return {"type": "websocket.receive", "bytes": short}
    if isinstance(short, int):
        return {"type": "websocket.disconnect", "code": short}
    return short  # type: ignore[no-any-return]


@pytest.fixture
def sockets(configure: Configure) -> Sockets:
    return Sockets(configure)


async def echo(socket: WebSocket) -> None:
    await socket.accept()
    async for message in socket:
        if isinstance(message, str):
            await socket.send_text(message)
        else:
            await socket.send_bytes(message)


@pytest.fixture
def serve(sockets: Sockets) -> Callable[..., Sockets]:
    """Serve one consumer at every path: `serve(consumer, DEBUG=True)`; an echo by default."""

    def serve_one(consumer: Consumer = echo, **options: Any) -> Sockets:
        return sockets.route(re_path("", consumer), **options)

    return serve_one
