"""The server's side of ASGI, without a socket; it imports next to nothing, for start-up counts."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

Application = Callable[[Any, Any, Any], Awaitable[None]]

# As Uvicorn and Granian say: a version later, send() would tell that the client has gone.
VERSIONS = {"version": "3.0", "spec_version": "2.3"}


def make_scope(
    path: str = "/",
    method: str = "GET",
    headers: Iterable[tuple[bytes, bytes]] = (),
    extensions: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the scope of a request (ASGI HTTP specification, "HTTP Connection Scope")."""
    return {
        "type": "http",
        "asgi": VERSIONS,
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [
            (b"host", b"127.0.0.1:8000"),
            (b"user-agent", b"benchmark"),
            (b"accept", b"*/*"),
            (b"accept-encoding", b"gzip, deflate"),
            *headers,
        ],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
        "extensions": extensions or {},
    }


class Exchange:
    """The server's side of one request; its answer goes nowhere."""

    __slots__ = ("complete", "messages", "waiting")

    def __init__(self, messages: list[dict[str, Any]]) -> None:
        self.messages = iter(messages)
        self.complete = False
        self.waiting: asyncio.Future[None] | None = None

    async def receive(self) -> dict[str, Any]:
        """Hand out the messages; the client is gone once the answer is complete."""
        for message in self.messages:
            return message
        if not self.complete:
            self.waiting = asyncio.get_running_loop().create_future()
            await self.waiting
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        """Take a message."""
        if message["type"] != "http.response.start" and not message.get("more_body"):
            self.complete = True
            if self.waiting is not None and not self.waiting.done():
                self.waiting.set_result(None)


def resident() -> int:
    """Return the bytes of this process that are in memory (Linux, proc(5))."""
    with open("/proc/self/statm") as file:  # noqa: PTH123 - pathlib would count.
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")


@asynccontextmanager
async def running(application: Application) -> AsyncIterator[None]:
    """Hold an application between its start-up and its shutdown, as far as it knows of them.

    Raises:
        RuntimeError: it says that its start-up failed.
    """
    moved = asyncio.Event()
    ends = asyncio.Event()
    failures = []
    messages = iter(["lifespan.startup", "lifespan.shutdown"])

    async def receive() -> dict[str, Any]:
        if moved.is_set():
            await ends.wait()
        return {"type": next(messages)}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "lifespan.startup.failed":
            failures.append(message.get("message"))
        moved.set()

    task = asyncio.ensure_future(application({"type": "lifespan", "asgi": VERSIONS}, receive, send))
    task.add_done_callback(lambda _: moved.set())
    await moved.wait()
    if failures:
        raise RuntimeError(f"the application did not start: {failures[0]}")
    yield
    ends.set()
    await asyncio.gather(task, return_exceptions=True)  # Raising means that it has no lifespan.
