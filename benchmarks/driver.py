"""Calls an ASGI application as a server does, without a socket, and times it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.exchange import Application, Exchange, make_scope, resident
from benchmarks.workloads import GATE, KIB, TEXT, Workload

PIECE_RECEIVED = 64 * KIB
"""How many bytes of a body come in one message, as from Uvicorn."""

WAIT = Workload("wait", "wait", "/wait")

SETTLED = 1.5
"""Seconds after which requests in flight are taken to be idle."""


@dataclass
class Answer:
    """What an application sent; a file that it left to the server is in the body."""

    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    complete: bool = False

    def take(self, message: dict[str, Any]) -> None:
        """Add a message of the application."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = [(bytes(name), bytes(value)) for name, value in message["headers"]]
            return
        if message["type"] == "http.response.pathsend":
            self.body += Path(message["path"]).read_bytes()
        else:
            self.body += message.get("body", b"")
        self.complete = not message.get("more_body", False)


def scope_of(workload: Workload) -> dict[str, Any]:
    """Return the scope of a workload's requests."""
    headers = [(b"x-more-%d" % n, b"value %d" % n) for n in range(workload.more_headers)]
    if workload.method == "POST":
        headers.append((b"content-type", workload.content_type.encode()))
        headers.append((b"content-length", b"%d" % len(workload.body)))
    return make_scope(workload.path, workload.method, headers, workload.extensions)


def make_messages(workload: Workload) -> list[dict[str, Any]]:
    """Return the messages in which the body arrives."""
    body = workload.body
    starts = range(0, max(len(body), 1), PIECE_RECEIVED)
    return [
        {
            "type": "http.request",
            "body": body[start : start + PIECE_RECEIVED],
            "more_body": start + PIECE_RECEIVED < len(body),
        }
        for start in starts
    ]


async def nothing(_: Any, __: Any, ___: Any) -> None:
    """Do nothing, as an application: what remains is the driver's own cost."""


class Driver:
    """Drives one application on the running event loop."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def ask(self, workload: Workload) -> Answer:
        """Send one request; return the answer."""
        answer = Answer()

        exchange = Exchange(make_messages(workload))

        async def send(message: dict[str, Any]) -> None:
            answer.take(message)
            await exchange.send(message)

        await self.application(scope_of(workload), exchange.receive, send)
        return answer

    async def time(self, workload: Workload, calls: int, application: Application) -> int:
        """Return the processor time of so many requests, in nanoseconds, of all threads."""
        scope = scope_of(workload)
        messages = make_messages(workload)
        at_once = workload.at_once
        begin = time.process_time_ns()
        if at_once == 1:
            for _ in range(calls):
                exchange = Exchange(messages)
                await application(scope.copy(), exchange.receive, exchange.send)
        else:
            for _ in range(calls // at_once):
                exchanges = [Exchange(messages) for _ in range(at_once)]
                tasks = (application(scope.copy(), e.receive, e.send) for e in exchanges)
                await asyncio.gather(*tasks)
        return time.process_time_ns() - begin

    async def memory(self, requests: int) -> float:
        """Return the bytes in memory that one waiting request takes, with its threads' stacks.

        It takes a fresh process: what one has given back is taken again.
        """
        GATE.set()
        answer = await self.ask(WAIT)
        if answer.body != TEXT.encode():
            raise RuntimeError(f"a request to /wait was answered with {answer.body!r}")
        await self._wait(10)  # Whatever is made once is there.
        before = resident()
        return (await self._wait(requests) - before) / requests

    async def _wait(self, requests: int) -> int:
        scope, messages = scope_of(WAIT), make_messages(WAIT)
        exchanges = [Exchange(messages) for _ in range(requests)]
        GATE.clear()
        calls = (self.application(scope.copy(), e.receive, e.send) for e in exchanges)
        waiting = asyncio.gather(*calls)
        await asyncio.sleep(SETTLED)
        used = resident()
        if any(exchange.complete for exchange in exchanges):
            raise RuntimeError("a request to /wait did not wait")
        GATE.set()
        await waiting
        if not all(exchange.complete for exchange in exchanges):
            raise RuntimeError("a request to /wait was not answered")
        return used
