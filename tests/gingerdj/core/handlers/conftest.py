"""ASGI applications, driven through their queues alone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, NamedTuple

import pytest
from asgiref.testing import ApplicationCommunicator

from gingerdj.core.handlers.asgi import ASGIHandler


class Answer(NamedTuple):
    """What an application sent: every message, and the response that they make."""

    messages: list[dict[str, Any]]

    @property
    def status(self) -> int:
        return int(self.messages[0]["status"])

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.messages[0]["headers"])

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.messages[1:])


def scope(path: str = "/", method: str = "GET", **entries: Any) -> dict[str, Any]:
    """Return the least scope that the specification allows."""
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(b"host", b"testserver")],
        **entries,
    }


class Asgi:
    """An application, and the ways to ask it."""

    scope = staticmethod(scope)

    def __init__(self) -> None:
        self.application = ASGIHandler()

    def communicator(self, path: str = "/", **entries: Any) -> ApplicationCommunicator:
        return ApplicationCommunicator(self.application, scope(path, **entries))

    async def ask(self, path: str = "/", *, chunks: Iterable[bytes] = (), **entries: Any) -> Answer:
        """Send a request whose body comes in chunks; return the whole answer."""
        communicator = self.communicator(path, **entries)
        pieces = list(chunks) or [b""]
        for position, piece in enumerate(pieces, 1):
            more_body = position < len(pieces)
            message = {"type": "http.request", "body": piece, "more_body": more_body}
            await communicator.send_input(message)
        return await self.answer(communicator)

    async def answer(self, communicator: ApplicationCommunicator) -> Answer:
        messages = [await communicator.receive_output(5)]
        assert messages[0]["type"] == "http.response.start"
        while True:
            message = await communicator.receive_output(5)
            assert message["type"] == "http.response.body"
            messages.append(message)
            if not message.get("more_body", False):
                break
        await communicator.wait(5)
        # Where nothing runs that may send, nothing more can come: that need not be waited for.
        running = {task.get_name() for task in asyncio.all_tasks() - {asyncio.current_task()}}
        assert await communicator.receive_nothing(0.1 if running - {"gingerdj-lifespan"} else 0)
        return Answer(messages)

    def fail(self, path: str = "/") -> None:
        """Ask for something that the application raises an exception over."""

        async def ask() -> None:
            communicator = self.communicator(path)
            await communicator.send_input({"type": "http.request"})
            await communicator.wait(5)

        asyncio.run(ask())

    def get(self, path: str = "/", **entries: Any) -> Answer:
        """Ask, on an event loop of its own."""
        return asyncio.run(self.ask(path, **entries))


@pytest.fixture
def asgi() -> type[Asgi]:
    """Return the class whose instances drive the application of the settings in force."""
    return Asgi
